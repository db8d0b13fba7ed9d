"""How much memory the largest pictures of every form take, each in a process of its own, and which take too much.

    python benchmarks/picture_memory.py [--limit 1200] [--only NAME] [--folder FOLDER]

Two kinds of each form: one value all over, which is a small file of the largest size that is read, and noise, which is
a file of nearly 200 MB. As photos of people all are read; as pictures of the gallery those of its forms, which are
imported, rated, shown small and exported in each form. A line for each, with the peak of the process in MB (torch is
not in it) and what became of the picture; exits with 1 where one is above the limit. Linux.
"""

import argparse
import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

LARGEST = 16_320, 12_240
"""Just below the most pixels that are read."""
GALLERY = (".png", ".jpg", ".webp")
WAYS = ("import", "thumbnail", "star", "share", "share tiff", "client", "archive png", "archive jpeg", "archive webp")
WAYS += ("finished", "finished jpeg")
"""Finished: sharpened, with a watermark and a contact sheet."""

_WAY = """
import sys
from pathlib import Path
way, path = sys.argv[1], Path(sys.argv[2])
from fastface_core.errors import FastFaceError
said = "read"
try:
    if way == "photo":
        from fastface_core.engine.photos import read_photo
        pixels = read_photo(path).pixels
        said = f"{pixels.shape[1]} x {pixels.shape[0]}"
    else:
        from fastface_core.library.contact_sheets import SheetSettings
        from fastface_core.library.export import ExportSettings, export
        from fastface_core.library.finishing import Watermark
        from fastface_core.library.importing import import_pictures
        from fastface_core.library.library import Library
        from fastface_core.library.queries import Query
        with Library() as library:
            if way == "import":
                scan = import_pictures(library, path.parent, everything=True)
                said = "read" if scan.recorded else str(*scan.problems.values())
            ids = library.gallery.ids(Query())
            if way == "thumbnail" and ids:
                library.thumbnails.get(library.gallery.rows(ids)[0])
            elif way == "star" and ids:
                library.marks.rate(ids, 3)
                said = str(*library.marks.write_pending().problems.values()) or "read"
            elif way != "import" and ids:
                profile, _, form = way.partition(" ")
                more = {}
                if profile == "finished":
                    profile = "share"
                    more = {"sharpening": "matte", "watermark": Watermark("Studio"), "sheet": SheetSettings()}
                settings = ExportSettings(profile=profile, form=form or None, **more)
                done = export(library.gallery, ids, path.parent.parent / "out", settings, {})
                said = str(*done.problems.values()) or "read"
            elif not ids:
                said = "is not in the gallery"
except FastFaceError as error:
    said = error.message
# Not getrusage: a new process begins with the peak of the one that started it.
status = open("/proc/self/status").read().split()
print(said)
print(int(status[status.index("VmHWM:") + 1]) // 1024)
"""


def noise(width: int, height: int, colours: int = 3) -> NDArray[np.uint8]:
    shape = (height, width) if colours == 1 else (height, width, colours)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def plain_png(width: int, height: int, bits: int, colour: int, interlaced: bool = False) -> bytes:
    """A PNG of one value: a small file, whatever its size."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour]
    packer = zlib.compressobj(1)
    passes = [(width, height)]
    if interlaced:
        starts = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
        passes = [(-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in starts]
    empty = [(b"\0" + bytes((across * samples * bits + 7) // 8), down) for across, down in passes]
    rows = b"".join(packer.compress(row) for row, down in empty for _ in range(down))
    chunks = [(b"IHDR", struct.pack(">LLBBBBB", width, height, bits, colour, 0, 0, int(interlaced)))]
    chunks += [(b"PLTE", bytes(768))] if colour == 3 else []
    chunks += [(b"IDAT", rows + packer.flush()), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data)) for name, data in chunks
    )


def _saved(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def _plain(form: str, mode: str = "RGB", size: tuple[int, int] = LARGEST, **options: object) -> Callable[[], bytes]:
    return lambda: _saved(Image.new(mode, size), form, **options)


def _noise(form: str, size: tuple[int, int], mode: str = "RGB", **options: object) -> Callable[[], bytes]:
    colours = {"L": 1, "RGB": 3, "RGBA": 4, "CMYK": 4}[mode]
    return lambda: _saved(Image.fromarray(noise(*size, colours), mode), form, **options)


def _several(form: str, size: tuple[int, int], count: int, **options: object) -> Callable[[], bytes]:
    def make() -> bytes:
        frames = [Image.new("RGB", size, (step * 40 % 256, 90, 20)) for step in range(count)]
        return _saved(frames[0], form, save_all=True, append_images=frames[1:], **options)

    return make


def _psd() -> bytes:
    head = b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, LARGEST[1], LARGEST[0], 8, 3)
    return head + bytes(4 + 4 + 4) + struct.pack(">H", 1) + bytes(1 << 20)


def pictures() -> Mapping[str, Callable[[], bytes]]:
    """File names, and what makes their content."""
    return {
        "plain.jpg": _plain("JPEG", quality=5),
        "progressive.jpg": _plain("JPEG", quality=5, progressive=True),
        "grey-progressive.jpg": _plain("JPEG", "L", quality=5, progressive=True),
        "cmyk.jpg": _plain("JPEG", "CMYK", quality=5),
        "noise.jpg": _noise("JPEG", (12_000, 9_000), quality=88, subsampling=2),
        "noise-progressive.jpg": _noise("JPEG", (12_000, 9_000), quality=88, progressive=True),
        "two.mpo.jpg": _several("MPO", (12_000, 9_000), 3),
        "bits.png": lambda: plain_png(100_000, 1999, 1, 0),
        "palette.png": lambda: plain_png(*LARGEST, 8, 3),
        "plain.png": lambda: plain_png(*LARGEST, 8, 2),
        "alpha.png": lambda: plain_png(*LARGEST, 8, 6),
        "deep.png": lambda: plain_png(*LARGEST, 16, 2),
        "deep-alpha.png": lambda: plain_png(*LARGEST, 16, 6),
        "grey16.png": lambda: plain_png(*LARGEST, 16, 0),
        "interlaced.png": lambda: plain_png(*LARGEST, 8, 2, interlaced=True),
        "noise.png": _noise("PNG", (9_200, 7_100), compress_level=1),
        "noise-alpha.png": _noise("PNG", (8_000, 6_100), "RGBA", compress_level=1),
        "moving.png": _several("PNG", (9_000, 7_000), 3),
        "plain.webp": _plain("WEBP", size=(16_383, 12_207), lossless=True, method=0, quality=0),
        "noise.webp": _noise("WEBP", (6_500, 5_000), lossless=True, method=0, quality=0),
        "moving.webp": _several("WEBP", (6_000, 6_000), 3, quality=1, method=0),
        "whole.tif": _noise("TIFF", (9_200, 7_100)),
        "lzw.tif": _plain("TIFF", compression="tiff_lzw"),
        "one-strip.tif": _plain("TIFF", compression="tiff_adobe_deflate", tiffinfo={278: LARGEST[1]}),
        "cmyk.tif": _plain("TIFF", "CMYK", compression="tiff_lzw"),
        "fax.tif": _plain("TIFF", "1", compression="group4"),
        "inside.tif": _plain("TIFF", compression="jpeg"),
        "plain.gif": _plain("GIF", "P"),
        "moving.gif": _several("GIF", (9_000, 7_000), 3),
        "whole.bmp": _noise("BMP", (9_200, 7_100)),
        "bits.bmp": _plain("BMP", "1"),
        "whole.ppm": _noise("PPM", (9_200, 7_100)),
        "plain.jp2": _plain("JPEG2000", tile_size=(8192, 8192), irreversible=True, quality_layers=[1000]),
        "tiles.jp2": _plain("JPEG2000", "RGBA", tile_size=(1024, 1024), irreversible=True, quality_layers=[1000]),
        "noise.jp2": _noise("JPEG2000", (5_000, 4_000), num_resolutions=1),
        "plain.avif": _plain("AVIF", size=(12_000, 9_000), speed=10, quality=1),
        "noise.avif": _noise("AVIF", (4_000, 3_000), speed=10, quality=100),
        "layers.psd": _psd,
        "many.ico": lambda: struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 50_000, 22)
        + plain_png(*LARGEST, 8, 6),
        "plain.tga": _plain("TGA", compression="tga_rle"),
    }  # fmt: skip


def peak(way: str, path: Path, home: Path) -> tuple[str, int]:
    """What becomes of a picture in a new process, and the most memory that it takes, in MB."""
    environment = {**os.environ, "FASTFACE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", _WAY, way, str(path)], capture_output=True, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        return f"ends with {done.returncode}: {done.stderr.strip()[-200:]}", 1 << 20
    *said, number = done.stdout.splitlines()
    return " ".join(said), int(number)


def measured(name: str, content: bytes, folder: Path) -> list[tuple[str, int, str]]:
    """Ways, peaks and outcomes of one picture."""
    path = folder / "pictures" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    found: list[tuple[str, int, str]] = []
    ways = ("photo", *(WAYS if name.endswith(GALLERY) else ()))
    for way in ways:
        said, most = peak(way, path, folder / "home")
        found.append((way, most, said))
    return found


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, default=1200, help="MB")
    parser.add_argument("--only", help="this one alone")
    parser.add_argument("--folder", type=Path, help="where the files lie meanwhile; it needs 1 GB")
    wanted = parser.parse_args(words)
    over = count = highest = 0
    for name, make in pictures().items():
        if wanted.only not in (None, name):
            continue
        content = make()
        with tempfile.TemporaryDirectory(dir=wanted.folder) as folder:
            for way, most, said in measured(name, content, Path(folder)):
                count += 1
                highest = max(highest, most)
                over += most > wanted.limit
                mark = "  ABOVE THE LIMIT" if most > wanted.limit else ""
                print(f"{name:<22} {len(content) / 1e6:6.1f} MB  {way:<13} {most:>6} MB  {said}{mark}", flush=True)
    print(f"{count} readings, {highest} MB at most, {over} above {wanted.limit} MB")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
