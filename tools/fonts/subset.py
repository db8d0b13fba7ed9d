"""Makes the window's two fonts from Inter's variable font: `python tools/fonts/subset.py "Inter[opsz,wght].ttf"`.

Needs fontTools, which is no part of the program.
"""

import sys
from pathlib import Path

from fontTools import subset  # pyright: ignore[reportMissingImports]
from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingImports]
from fontTools.varLib.instancer import instantiateVariableFont  # pyright: ignore[reportMissingImports]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 600}
OPTICAL_SIZE = 14
FEATURES = ["kern", "mark", "mkmk", "calt", "ccmp", "locl", "tnum", "case", "zero"]
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x370, 0x530),
    *range(0x1E00, 0x1F00),
    *range(0x2000, 0x2070),
    *range(0x20A0, 0x20C1),
    *range(0x2100, 0x2200),
    *range(0x2200, 0x2270),
    0x2318,
    0x2325,
    0x25CF,
    0xFFFD,
)


def _figures_alone(font: TTFont) -> None:
    """Tabular figures leave hyphens, points and colons as they are: the window's font always has them on."""
    table = font["GSUB"].table
    figures = {font.getBestCmap()[ord(figure)] for figure in "0123456789"}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for number in record.Feature.LookupListIndex:
                for substitution in table.LookupList.Lookup[number].SubTable:
                    plain = getattr(substitution, "ExtSubTable", substitution)
                    plain.mapping = {old: new for old, new in plain.mapping.items() if old in figures}


def main() -> None:
    for name, weight in WEIGHTS.items():
        font = instantiateVariableFont(
            TTFont(sys.argv[1]), {"wght": weight, "opsz": OPTICAL_SIZE}, updateFontNames=True
        )
        options = subset.Options()
        options.layout_features = FEATURES
        options.name_IDs = ["*"]
        options.hinting = False
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=LETTERS)
        subsetter.subset(font)
        _figures_alone(font)
        font.save(FOLDER / f"Inter-{name}.ttf")


if __name__ == "__main__":
    main()
