"""What a weight of the face that follows the measured likeness does: drawn people by a preset with it and without it.

    python benchmarks/adaptive.py FOLDER [--people 12] [--prompts 3] [--preset NAME] [--gain 4] [--bounds 0.5 2]

The starter draws people of the set that no training has met, the same noise both ways; its match with the drawing is
what the weight follows, and what is measured, and beside it whether the expression is the prompted one. Differences are
paired by person and prompt, their intervals over people. Goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.branches import evaluations
from fastface_core.domain.presets import AdaptiveWeight, Preset
from fastface_core.engine import device
from fastface_core.evaluation import comparing, drawn_set, people, prompts, results, summary
from fastface_core.evaluation.judges import Judges
from fastface_core.evaluation.making import make
from fastface_core.evaluation.measuring import measure
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.results import EVERYTHING
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.resident import ResidentEngine

_SHOWN = ("likeness", "expression_followed", "face_found")
_TITLES = {"likeness": "match with the drawing", "expression_followed": "expression as prompted", "face_found": "face"}


def main() -> None:
    """Make, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--prompts", type=int, default=3)
    parser.add_argument("--preset", default="fastface-scale-power")
    parser.add_argument("--target", type=float)
    parser.add_argument("--gain", type=float, default=AdaptiveWeight().gain)
    parser.add_argument("--bounds", type=float, nargs=2, default=(AdaptiveWeight().lowest, AdaptiveWeight().highest))
    chosen = parser.parse_args()
    data, starter = chosen.folder / "drawn", installed.starter()
    drawn_set.write(data, chosen.people)
    plain = preset_files.find(chosen.preset)
    lowest, highest = chosen.bounds
    follows = AdaptiveWeight(target=chosen.target, gain=chosen.gain, lowest=lowest, highest=highest)
    guidance = plain.guidance.model_copy(update={"adaptive": follows})
    adaptive = preset_files.changed(plain, {"guidance": guidance})
    plan = Plan(
        people=people.in_folder(data)[: chosen.people],
        prompts=prompts.in_folder(data)[: chosen.prompts],
        contenders=tuple(
            Contender(name=name, preset=preset, checkpoint=starter.name)
            for name, preset in (("plain", plain), ("adaptive", adaptive))
        ),
        drawn=True,
    )
    run = RunFolder.begin(chosen.folder / "run", plan)
    cancel, start = CancelToken(), time.perf_counter()
    with run.journal() as journal, Library() as library:
        studio = Studio(ResidentEngine("cpu"), lambda: library)
        made = make(run, journal, studio, lambda _: None, cancel)
        seconds = time.perf_counter() - start
        measure(run, journal, Judges(device.choose("cpu", None), drawn=True), lambda *_: None, cancel)
    _tell(results.of_run(run), plain, adaptive, made.pictures, seconds)


def _tell(found: results.Results, plain: Preset, adaptive: Preset, made: int, seconds: float) -> None:
    own, steps = installed.starter().sampling.guidance_scale, installed.starter().sampling.steps
    counts = [evaluations(preset, own, steps) for preset in (plain, adaptive)]
    print(f"{len(found.plan.people)} people, {len(found.plan.prompts)} prompts, preset {plain.name}, {steps} steps")
    print(f"evaluations of the UNet a picture: {counts[0]} plain, {counts[1]} adaptive")
    print(f"{made} pictures in {seconds:.0f} s")
    means = summary.means(found)[EVERYTHING]
    entries = {entry.name: entry for entry in found.entries}
    for name in _SHOWN:
        if name not in means["plain"] or name not in means["adaptive"]:
            continue
        told = (means[which][name] for which in ("plain", "adaptive"))
        words = [f"{one.mean:.3f} ({one.low:.3f} to {one.high:.3f})" for one in told]
        apart = comparing.difference(entries["adaptive"].values[name], entries["plain"].values[name])
        line = f"{_TITLES[name]}: {words[0]} plain, {words[1]} adaptive"
        if apart is not None:
            low, high = apart.interval
            line += f"; {apart.mean:+.3f} ({low:+.3f} to {high:+.3f}), {apart.people} people, {apart.cells} pictures"
        print(line)


if __name__ == "__main__":
    main()
