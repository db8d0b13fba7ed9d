"""Writes measured numbers into `docs/starter-model.md`, as tables between two marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastface_core.files import atomic_write
from tools.starter import make, renderer_scenes
from tools.starter.measured_settings import BASELINE

DOCUMENT = make.ROOT / "docs" / "starter-model.md"
BEGIN = "<!-- measured: begin; written by `python -m tools.starter.measure` -->"
END = "<!-- measured: end -->"
_COLUMNS = ("rank-1", "rank-1, detected", "similarity", "style", "background", "hair colour", "beard", "glasses")
_DIFFERENCES = ("rank-1", "similarity", "style", "background", "hair colour")


def insert(document: Path, numbers: dict[str, Any]) -> None:
    """Put the tables between the document's marks.

    Raises:
        ValueError: the document has no marks.
    """
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{document} has no place for the tables")
    with atomic_write(document) as file:
        file.write(f"{before}{BEGIN}\n\n{tables(numbers)}\n{END}{after}".encode())


def tables(numbers: dict[str, Any]) -> str:
    """All tables as markdown."""
    main = numbers["packs"]["starter"]
    parts = [_main_table(numbers, main), _differences(main), _by_style(numbers, main)]
    others = {name: pack for name, pack in numbers["packs"].items() if name != "starter"}
    if others:
        parts.append(_others(main, others))
    parts.append(_timings(main))
    return "\n".join(parts)


def _cell(value: list[float]) -> str:
    mean, low, high = value
    return f"{mean:.2f} ({low:.2f}-{high:.2f})"


def _signed(value: list[float]) -> str:
    mean, low, high = value
    sure = low > 0 or high < 0
    return f"{'**' if sure else ''}{mean:+.2f} ({low:+.2f} to {high:+.2f}){'**' if sure else ''}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["-"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def _main_table(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    # By chance a face is as similar as other people's are.
    by_chance = numbers["chance"] | {"similarity": numbers["rendered"]["others"][0]}
    chance = [f"{by_chance[name]:.2f}" for name in _COLUMNS]
    rows = [["chance", *chance]]
    everything = {"drawn by the renderer (the judges' ceiling)": numbers["rendered"], **main["settings"]}
    rows += [[name, *(_cell(values[column]) for column in _COLUMNS)] for name, values in everything.items()]
    text = f"{numbers['people']} people, one picture each, the adapter at 0.8 unless said; networks "
    text += f"`{main['networks']}`.{_fewer(numbers['people'], main['people'])}\n\n"
    text += _table(["", *_COLUMNS], rows)
    if main["left out"]:
        text += f"\nNot measured, for want of time: {', '.join(main['left out'])}.\n"
    return text


def _fewer(people: int, by_setting: dict[str, int]) -> str:
    fewer = {name: count for name, count in by_setting.items() if count < people}
    if not fewer:
        return ""
    return f" The first {max(fewer.values())} of them for: {'; '.join(fewer)}."


def _differences(main: dict[str, Any]) -> str:
    rows = [[f"{name} - {BASELINE}", values] for name, values in main["minus baseline"].items()]
    rows += [[f"{pair['one']} - {pair['other']}", pair["difference"]] for pair in main["pairs"]]
    text = "Differences, the same people and seeds in both; bold where the interval leaves out zero:\n\n"
    return text + _table(["", *_DIFFERENCES], [[n, *(_signed(v[c]) for c in _DIFFERENCES)] for n, v in rows])


def _by_style(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    styles = list(renderer_scenes.STYLES)
    rows = [["the renderer's own, detected", *map(_cell, numbers["rendered, detected by style"])]]
    for name in (BASELINE, "fastface-scale-power"):
        if name in main["by style"]:
            measures = main["by style"][name]
            rows += [[f"{name}, {measure}", *map(_cell, values)] for measure, values in measures.items()]
    missed, people = main["photos without a detected face"], numbers["people"]
    text = "By drawing style. Detected is the share of pictures in which the app's detector finds a face; "
    text += f"it finds one in {people - missed} of the {people} photos.\n\n"
    return text + _table(["", *styles], rows)


def _others(main: dict[str, Any], others: dict[str, Any]) -> str:
    rows = []
    for title, pack in {"this pack": main, **others}.items():
        shared = next(iter(others.values()))["settings"]
        rows += [
            [f"{title} (`{pack['networks']}`), {name}", *(_cell(values[column]) for column in _COLUMNS)]
            for name, values in pack["settings"].items()
            if name in shared
        ]
    apart = [
        [f"{title}: {name} - {BASELINE}", *(_signed(values[column]) for column in _DIFFERENCES)]
        for title, pack in others.items()
        for name, values in pack["minus baseline"].items()
    ]
    text = "Beside other weights:\n\n" + _table(["", *_COLUMNS], rows)
    return text + "\n" + _table(["", *_DIFFERENCES], apart)


def _timings(main: dict[str, Any]) -> str:
    taken = main["timings"]

    def line(what: str, name: str, processor: str) -> list[str]:
        wall, own = sorted(taken[name]), sorted(taken[processor])
        return [what, f"{wall[0]:.2f} s", f"{wall[len(wall) // 2]:.2f} s", f"{own[len(own) // 2]:.2f} s"]

    text = "Times. The last column is the processor's own time, for a picture on one thread: the machine was busy with "
    text += f"{taken['load average']:.1f} other processes on average.\n\n"
    head = ["", "best", "median", "processor, median"]
    picture = "a picture, 256x256, 4 steps, three branches"
    rows = [
        line(f"{picture}, two threads", "picture", "picture, processor"),
        line(f"{picture}, one thread", "picture, one thread", "picture, processor"),
        line("loading the pack after the imports", "load", "load, processor"),
    ]
    return text + _table(head, rows)
