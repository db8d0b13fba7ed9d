"""Measures a pack through the app's own engine: `python -m tools.starter.measure`.

200 people that no training has met, each told by the reference of their twin, one picture a person and setting; what
the judges say of each is kept with its 95 % interval in `docs/starter-model.json`, and as tables in
`docs/starter-model.md`. Pictures are kept in `build/starter/measured`, by the weights' sums and the setting: a run that
was stopped, or that `--minutes` ended, goes on; a setting is told once all its people are drawn.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.domain.twin import Twin
from fastface_core.engine.alignment import aligned
from fastface_core.engine.blazeface import BlazeFaces
from fastface_core.engine.detectors import FaceDetector
from fastface_core.engine.drawn_twin import conditioning
from fastface_core.engine.engine import Engine
from fastface_core.engine.faces import largest
from fastface_core.evaluation import intervals
from fastface_core.files import atomic_write
from fastface_core.models import installed
from tools.starter import dataset, make, measure_report, measured_settings, reconstructions
from tools.starter.judging import COLOURS, MEASURES, Cases, Judges, cases
from tools.starter.measured_settings import Setting
from tools.starter.vocabulary import OFFERED_STYLES

NUMBERS = make.ROOT / "docs" / "starter-model.json"
PEOPLE = 200
_PIECE, _FIRST_SEED = 25, 5000
_BY_STYLE = ("detected", "rank-1", "similarity", "expression", *COLOURS)
_PHOTO = make.ROOT / "examples" / "portrait.jpg"
_NO_SCORE = "The judges measure the likeness."
# Best of several: on a busy machine the others say how busy it was.
_TIMED = 7
_LOADING = """
import time
from pathlib import Path
import insightface.model_zoo, onnxruntime, torch
from fastface_core.engine.engine import Engine
from fastface_core.models import installed
torch.set_num_threads(2)
start, work = time.perf_counter(), time.process_time()
Engine("cpu").load(installed.starter(Path({folder!r})))
print(time.perf_counter() - start, time.process_time() - work)
"""


@dataclass
class Clock:
    """What each part of a run took, and when the run has to end."""

    minutes: float
    started: float = field(default_factory=time.perf_counter)
    spent: dict[str, float] = field(default_factory=dict)

    def part(self, name: str, since: float) -> None:
        """Add the seconds since then to a part."""
        self.spent[name] = self.spent.get(name, 0.0) + time.perf_counter() - since

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.perf_counter() - self.started > 60 * self.minutes


@dataclass(frozen=True)
class Pack:
    """A pack under the name that the tables use."""

    name: str
    folder: Path

    @property
    def fields(self) -> dict[str, Any]:
        """What its `pack.json` says."""
        return json.loads((self.folder / "pack.json").read_text(encoding="utf-8"))

    @property
    def checkpoint(self) -> Checkpoint:
        """As the app loads it, but taking people as they are told here, and without the app's own scores."""
        told = {"identity": "photo", "match": None, "likeness_reason": _NO_SCORE}
        return installed.starter(self.folder).model_copy(update=told)

    @property
    def detector(self) -> FaceDetector:
        """The app's, with the pack's recogniser."""
        return BlazeFaces(self.checkpoint.faces.path, None)

    def work(self, root: Path) -> Path:
        """Where its pictures are kept: by the sums of the files that draw."""
        sums: dict[str, str] = self.fields["sha256"]
        drawing = {name: digest for name, digest in sums.items() if not name.startswith(("README", "preview"))}
        digest = hashlib.sha256(json.dumps(drawing, sort_keys=True).encode()).hexdigest()
        return root / "measured" / digest[:12]


@dataclass(frozen=True)
class Made:
    """The pictures of one setting, and the faces that the detector found in them (NaN where it found none)."""

    pictures: np.ndarray
    points: np.ndarray

    @property
    def found(self) -> np.ndarray:
        """(n,) whether the detector found a face."""
        return np.asarray(np.isfinite(self.points).all((1, 2)))


def identity(detector: FaceDetector, twin: Twin) -> Identity:
    """A person as the app tells the model of them: by their twin's reference."""
    return Identity(*conditioning(twin, detector))


def points_of(detector: FaceDetector, picture: np.ndarray) -> np.ndarray:
    """The five points of the face that the app would take, or NaN."""
    found = largest(picture, detector)
    return np.full((5, 2), np.nan, np.float32) if found is None else found


def draw(
    engine: Engine, detector: FaceDetector, people: list[Identity], wanted: Cases, setting: Setting,
    folder: Path, clock: Clock,
) -> Made | None:  # fmt: skip
    """One picture a person; None where the time was up before all were drawn. Pieces that are drawn stay drawn."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = []
    for first in range(0, len(people), _PIECE):
        numbers = range(first, min(first + _PIECE, len(people)))
        path = folder / f"{_file_name(setting)}-{first:03}-{_asked(wanted, numbers)}.npz"
        if not path.exists():
            if clock.over:
                return None
            start = time.perf_counter()
            images = []
            for number in numbers:
                request = PortraitRequest(
                    prompt=wanted.prompts[number], preset=setting.preset, steps=setting.steps,
                    seed=_FIRST_SEED + number,
                )  # fmt: skip
                (picture,) = engine.generate(request, people[number]).pictures
                images.append(np.asarray(picture.image))
            clock.part("drawing", start)
            start = time.perf_counter()
            points = [points_of(detector, image) for image in images]
            clock.part("detecting", start)
            part = path.with_suffix(".part.npz")
            np.savez(part, pictures=np.stack(images), points=np.stack(points))
            part.replace(path)
        pieces.append(np.load(path))
    return Made(*(np.concatenate([piece[name] for piece in pieces]) for name in ("pictures", "points")))


def judged(judges: Judges, made: Made) -> dict[str, np.ndarray]:
    """Every measure of one setting, person by person. A face that is not detected is a miss."""
    found = made.found
    side = dataset.CROP
    crops = [
        aligned(picture, points, side) if one else np.zeros((side, side, 3), np.uint8)
        for picture, points, one in zip(made.pictures, made.points, found, strict=True)
    ]
    likeness = judges.likeness(np.stack(crops))
    return judges.answers(made.pictures) | {
        "detected": found.astype(np.float32),
        "rank-1, detected": likeness["rank-1"] * found,
    }


def rendered(detector: FaceDetector, wanted: Cases) -> Made:
    """The renderer's own pictures of the same people and prompts."""
    return Made(wanted.rendered, np.stack([points_of(detector, picture) for picture in wanted.rendered]))


def summary(answers: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """Each measure's mean and 95 % interval, over the people of whom there is something to measure."""
    found = {}
    for name, values in answers.items():
        seen = values[np.isfinite(values)]
        if len(seen) > 1:
            interval = intervals.mean if name in COLOURS else intervals.of
            found[name] = [float(seen.mean()), *interval(seen)]
    return found


def differences(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """Each measure's mean difference and its paired bootstrap interval, over the people that both have."""
    found = {}
    for name in (*MEASURES, "rank-1, detected"):
        both = min(len(one[name]), len(other[name]))
        a, b = one[name][:both], other[name][:both]
        seen = np.isfinite(a) & np.isfinite(b)
        if seen.any():
            found[name] = [float((a - b)[seen].mean()), *intervals.difference(a[seen], b[seen])]
    return found


def timings(pack: Pack, person: Identity) -> dict[str, Any]:
    """Seconds for one picture of four steps, and for loading the pack after the imports.

    The processor's own time, on one thread, is what a machine with nothing else to do would need at most.
    """
    presets = {one.name: one.preset for one in measured_settings.settings()}
    engine, app = Engine("cpu"), Engine("cpu")
    engine.load(pack.checkpoint)
    app.load(installed.starter(pack.folder))
    jobs = {branches: (engine, presets[name], person) for branches, name in measured_settings.BRANCHES.items()}
    one_branch = presets[measured_settings.BRANCHES["one branch"]]
    # Its twin is drawn and looked for in the picture.
    jobs[measured_settings.FROM_PHOTO] = (app, one_branch, app.identify([PhotoChoice(_PHOTO)]))
    taken: dict[str, Any] = {}
    for job, (painter, preset, who) in jobs.items():
        request = PortraitRequest(prompt="photo of a person, on a beach", preset=preset, seed=1)
        # On a busy machine two threads wait for one another: one thread is timed as well.
        clocks = {
            f"{job}, two threads": (2, time.perf_counter),
            f"{job}, one thread": (1, time.perf_counter),
            f"{job}, processor": (1, time.process_time),
        }
        for what, (threads, clock) in clocks.items():
            torch.set_num_threads(threads)
            taken[what] = []
            for _ in range(_TIMED):
                start = clock()
                painter.generate(request, who)
                taken[what].append(clock() - start)
    torch.set_num_threads(1)
    script = [sys.executable, "-c", _LOADING.format(folder=str(pack.folder))]
    loads = [subprocess.run(script, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    taken["load"], taken["load, processor"] = ([float(load[i]) for load in loads] for i in (0, 1))
    return taken | {"load average": os.getloadavg()[0]}


def measured(
    pack: Pack, settings: tuple[Setting, ...], wanted: Cases, judges: Judges, work: Path, clock: Clock
) -> dict:
    """All numbers of one pack; settings that the time did not suffice for are named under `left out`."""
    folder = pack.work(work)
    engine = Engine("cpu")
    engine.load(pack.checkpoint)
    detector = pack.detector
    people = [identity(detector, who.twin) for who in wanted.people]
    answers: dict[str, dict[str, np.ndarray]] = {}
    left_out = []
    for setting in settings:
        start = time.perf_counter()
        made = draw(engine, detector, people[: setting.most], wanted, setting, folder, clock)
        if made is None:
            left_out.append(setting.name)
            continue
        drawn = time.perf_counter()
        answers[setting.name] = judged(judges, made)
        clock.part("judging", drawn)
        shown = {name: round(mean, 3) for name, (mean, *_) in summary(answers[setting.name]).items()}
        print(f"{pack.name}, {setting.name}: {time.perf_counter() - start:.0f} s", shown, flush=True)
    base = answers.get(measured_settings.BASELINE)
    pairs = [pair for pair in measured_settings.PAIRS if set(pair) <= set(answers)]
    return {
        "networks": pack.fields.get("networks", "untrained"),
        "plan": pack.fields.get("settings", {}),
        "people": {name: len(values["rank-1"]) for name, values in answers.items()},
        "settings": {name: summary(values) for name, values in answers.items()},
        "minus baseline": {
            name: differences(values, base) for name, values in answers.items() if base and values is not base
        },
        "pairs": [{"one": a, "other": b, "difference": differences(answers[a], answers[b])} for a, b in pairs],
        "by style": {name: by_style(values, wanted) for name, values in answers.items()},
        "left out": left_out,
        "timings": timings(pack, people[0]),
    }


def by_style(answers: dict[str, np.ndarray], wanted: Cases) -> dict[str, dict[str, list[float]]]:
    """Some measures of one setting for each style: by style, then by measure."""
    styles = np.array([scene.style for scene in wanted.scenes])
    return {
        style: summary({name: answers[name][styles[: len(answers[name])] == style] for name in _BY_STYLE})
        for style in OFFERED_STYLES
    }


def main() -> None:
    """Measure, and write the numbers down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, default=make.WORK)
    parser.add_argument("--pack", type=Path, default=make.PACK)
    parser.add_argument("--other", nargs="*", default=[], metavar="NAME=FOLDER", help="packs to compare with it")
    parser.add_argument("--people", type=int, default=PEOPLE, help="a multiple of 50")
    parser.add_argument("--minutes", type=float, default=25)
    parser.add_argument("--only", nargs="*", help="names of settings")
    parser.add_argument("--numbers", type=Path, default=NUMBERS)
    parser.add_argument("--document", type=Path, default=measure_report.DOCUMENT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    clock = Clock(arguments.minutes)
    wanted = cases(arguments.people)
    judges = Judges(arguments.work, wanted)
    clock.part("people and judges", clock.started)
    main_pack = Pack("starter", arguments.pack)
    ceiling = judged(judges, rendered(main_pack.detector, wanted))
    chosen = [one for one in measured_settings.settings() if arguments.only is None or one.name in arguments.only]
    numbers: dict[str, Any] = {
        "people": arguments.people,
        "chance": judges.chance(),
        "rendered": summary(ceiling),
        "rendered, by style": by_style(ceiling, wanted),
        "stages": last_logged(arguments.work),
        "decoders": reconstructions.measured(arguments.work)[0],
        "packs": {"starter": measured(main_pack, tuple(chosen), wanted, judges, arguments.work, clock)},
    }
    for text in arguments.other:
        name, _, folder = text.partition("=")
        other = Pack(name, Path(folder))
        few = measured_settings.of_another_pack(other.fields.get("networks") != "distilled")
        numbers["packs"][name] = measured(other, few, wanted, judges, arguments.work, clock)
    numbers = _rounded(numbers)
    with atomic_write(arguments.numbers) as file:
        file.write((json.dumps(numbers, indent=1) + "\n").encode())
    measure_report.insert(arguments.document, numbers)
    print({name: round(seconds) for name, seconds in clock.spent.items()}, "seconds")


def last_logged(work: Path) -> dict[str, dict[str, float]]:
    """By stage: what it logged last."""
    found = {}
    for log in sorted(work.glob("*/log.jsonl")):
        last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
        if "step" in last:
            found[log.parent.name] = {name: value for name, value in last.items() if name != "seconds"}
    return found


def _file_name(setting: Setting) -> str:
    settings = f"{setting.preset.model_dump_json()} {setting.steps}"
    name = "".join(letter if letter.isalnum() else "_" for letter in setting.name)
    return f"{name}-{hashlib.sha256(settings.encode()).hexdigest()[:8]}"


def _asked(wanted: Cases, numbers: range) -> str:
    """Stands for these people and their prompts: pictures of others are none of them."""
    digest = hashlib.sha256("\n".join(wanted.prompts[number] for number in numbers).encode())
    digest.update(wanted.references[numbers.start : numbers.stop].tobytes())
    return digest.hexdigest()[:8]


def _rounded(value: Any) -> Any:
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list():
            return [_rounded(one) for one in value]
        case _:
            return value


if __name__ == "__main__":
    main()
