"""Writes measured numbers into `docs/starter-model.md`, as tables between two marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastface_core.files import atomic_write
from tools.starter import make
from tools.starter.measured_settings import BASELINE, BRANCHES, FROM_PHOTO
from tools.starter.vocabulary import OFFERED_STYLES

DOCUMENT = make.ROOT / "docs" / "starter-model.md"
BEGIN = "<!-- measured: begin; written by `python -m tools.starter.measure` -->"
END = "<!-- measured: end -->"
_PERSON = ("rank-1", "rank-1, detected", "similarity", "skin dE", "hair dE", "beard", "glasses", "lines")
_PROMPT = ("style", "background", "expression", "clothes", "clothes colour", "glasses as told", "age as told")
_DIFFERENCES = ("rank-1", "similarity", "skin dE", "hair dE", "style", "background", "expression")
_SHOWN_BY_STYLE = (BASELINE, "fastface-scale-power")
_RENDERER = "drawn by the renderer (the judges' ceiling)"


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
    parts = [_about(numbers, main), _kept(numbers, main), _followed(numbers, main), _differences(main)]
    parts.append(_by_style(numbers, main))
    others = {name: pack for name, pack in numbers["packs"].items() if name != "starter"}
    if others:
        parts.append(_others(main, others))
    parts += [_timings(main), _decoders(numbers["decoders"]), _stages(numbers["stages"], main["plan"])]
    return "\n".join(parts)


def _cells(values: dict[str, list[float]], columns: tuple[str, ...]) -> list[str]:
    return [_cell(values[name], name) if name in values else "-" for name in columns]


def _cell(value: list[float], name: str) -> str:
    mean, low, high = value
    digits = _digits(name)
    return f"{mean:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def _digits(name: str) -> int:
    return 1 if name.endswith("dE") else 2


def _signed(values: dict[str, list[float]], name: str) -> str:
    if name not in values:
        return "-"
    mean, low, high = values[name]
    digits = _digits(name)
    bold = "**" if low > 0 or high < 0 else ""
    return f"{bold}{mean:+.{digits}f} ({low:+.{digits}f} to {high:+.{digits}f}){bold}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["-"] * len(head), *rows]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)


def _about(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    text = f"{numbers['people']} people, one picture each, the adapter at 0.8 unless said; networks "
    text += f"`{main['networks']}`.{_fewer(numbers['people'], main['people'])}\n"
    if main["left out"]:
        text += f"Not measured, for want of time: {', '.join(main['left out'])}.\n"
    return text


def _kept(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    # By chance a face is as similar as other people's are.
    chance = numbers["chance"] | {"similarity": numbers["rendered"]["others"][0]}
    text = "Whether the person is kept. dE is the CIEDE2000 difference of cheeks and crown from the renderer's own "
    text += "picture, where the style has colours; a person's glasses and lines are those that the prompt leaves.\n\n"
    return text + _settings(_PERSON, chance | {"rank-1, detected": chance["rank-1"]}, numbers, main)


def _followed(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    text = "Whether the prompt is followed. As told: of the people whom the prompt changes.\n\n"
    return text + _settings(_PROMPT, numbers["chance"], numbers, main)


def _settings(columns: tuple[str, ...], chance: dict[str, float], numbers: dict[str, Any], main: dict[str, Any]) -> str:
    everything = {_RENDERER: numbers["rendered"], **main["settings"]}
    rows = [["chance", *(f"{chance[name]:.{_digits(name)}f}" if name in chance else "-" for name in columns)]]
    rows += [[name, *_cells(values, columns)] for name, values in everything.items()]
    return _table(["", *columns], rows)


def _fewer(people: int, by_setting: dict[str, int]) -> str:
    fewer = {name: count for name, count in by_setting.items() if count < people}
    if not fewer:
        return ""
    return f" The first {max(fewer.values())} of them for: {'; '.join(fewer)}."


def _differences(main: dict[str, Any]) -> str:
    rows = [(f"{name} - {BASELINE}", values) for name, values in main["minus baseline"].items()]
    rows += [(f"{pair['one']} - {pair['other']}", pair["difference"]) for pair in main["pairs"]]
    text = "Differences, the same people and seeds in both; bold where the interval leaves out zero:\n\n"
    return text + _table(["", *_DIFFERENCES], [[n, *(_signed(v, c) for c in _DIFFERENCES)] for n, v in rows])


def _by_style(numbers: dict[str, Any], main: dict[str, Any]) -> str:
    everything = {"the renderer's own": numbers["rendered, by style"]}
    everything |= {name: main["by style"][name] for name in _SHOWN_BY_STYLE if name in main["by style"]}
    rows = [
        [f"{name}, {measure}", *(_cells(values[style], (measure,))[0] for style in OFFERED_STYLES)]
        for name, values in everything.items()
        for measure in dict.fromkeys(measure for style in OFFERED_STYLES for measure in values[style])
    ]
    text = "By drawing style. Detected is the share of pictures in which the app's detector finds a face.\n\n"
    return text + _table(["", *OFFERED_STYLES], rows)


def _others(main: dict[str, Any], others: dict[str, Any]) -> str:
    rows = []
    columns = ("rank-1", "similarity", *_PERSON[3:5], *_PROMPT[:4])
    for title, pack in {"this pack": main, **others}.items():
        shared = next(iter(others.values()))["settings"]
        rows += [
            [f"{title} (`{pack['networks']}`), {name}", *_cells(values, columns)]
            for name, values in pack["settings"].items()
            if name in shared
        ]
    apart = [
        [f"{title}: {name} - {BASELINE}", *(_signed(values, column) for column in _DIFFERENCES)]
        for title, pack in others.items()
        for name, values in pack["minus baseline"].items()
    ]
    text = "Beside other weights:\n\n" + _table(["", *columns], rows)
    return text + "\n" + _table(["", *_DIFFERENCES], apart)


def _timings(main: dict[str, Any]) -> str:
    taken = main["timings"]

    def line(what: str, name: str, processor: str) -> list[str]:
        wall, own = sorted(taken[name]), sorted(taken[processor])
        return [what, f"{wall[0]:.2f} s", f"{wall[len(wall) // 2]:.2f} s", f"{own[len(own) // 2]:.2f} s"]

    text = "Times. The last column is the processor's own time, for a picture on one thread: the machine was busy with "
    text += f"{taken['load average']:.1f} other processes on average.\n\n"
    head = ["", "best", "median", "processor, median"]
    jobs = {branches: branches for branches in BRANCHES}
    jobs[FROM_PHOTO] = "one branch, from a photo, with the app's match and marks"
    rows = [
        line(f"a picture, 256x256, 4 steps, {title}, {threads}", f"{job}, {threads}", f"{job}, processor")
        for job, title in jobs.items()
        for threads in ("two threads", "one thread")
    ]
    rows.append(line("loading the pack after the imports", "load", "load, processor"))
    return text + _table(head, rows)


def _decoders(decoders: dict[str, dict[str, float]]) -> str:
    columns = list(next(iter(decoders.values())))
    rows = [[name, *(str(values[column]) for column in columns)] for name, values in decoders.items()]
    text = "What the VAE keeps of pictures of unseen people (`python -m tools.starter.reconstructions OUT.png`).\n\n"
    return text + _table(["", *columns], rows)


def _stages(stages: dict[str, dict[str, float]], plan: dict[str, Any]) -> str:
    rows = []
    for name, last in stages.items():
        values = ", ".join(f"{key} {value:.3g}" for key, value in last.items() if key != "step")
        rows.append([f"`{name}`", str(last["step"]), values])
    text = "What each stage logged last.\n\n" + _table(["stage", "step", "values"], rows)
    if plan:
        half, full = (plan["trainers"] * plan[f"{size}_steps"] * plan[f"{size}_batch"] for size in ("half", "full"))
        text += f"\nThe UNet has seen {half:,} samples at half size and {full:,} at full size.\n"
    return text
