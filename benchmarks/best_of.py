"""What ending early saves, and what it costs: the best of several pictures of drawn people, with and without it.

    python benchmarks/best_of.py FOLDER [--people 200] [--count 16] [--after 1] [--preset baseline]

The first fifty are the starter's own set, and others of the same kind follow, none of whom any training has met.
Every picture is made whole, and its score after the step is kept; whether it would have been ended is worked out
afterwards, by the rule itself, so that both ways have the same pictures. Goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

if not __package__:  # run as a file: then its own folder is where Python looks, and not the checkout
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.evaluation import drawn_set, intervals, people
from fastface_core.evaluation.best_of import best_of, cannot_win
from fastface_core.evaluation.unfinished import score_of_unfinished
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Order, Photos
from fastface_core.studio.resident import ResidentEngine
from tools.evaluation.drawn_people import further

_PROMPT = "photo of a person, smiling, on a beach"


def replayed(tried: list[dict[str, float | None]], steps: int, after: int) -> tuple[int, float | None]:
    """Steps that the rule would have taken, and the score that it would have ended with."""
    best: float | None = None
    gains: list[float] = []
    taken = 0
    for one in tried:
        early, final = one["early"], one["final"]
        if cannot_win(early, best, gains):
            taken += after
            continue
        taken += steps
        if early is not None and final is not None:
            gains.append(final - early)
        if final is not None and (best is None or final > best):
            best = final
    return taken, best


def main() -> None:
    """Make, replay, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--count", type=int, default=16)
    parser.add_argument("--after", type=int, default=1)
    parser.add_argument("--preset", default="baseline")
    arguments = parser.parse_args()
    known = drawn_set.twins()
    everybody = (*known, *further(max(0, arguments.people - len(known))))[: arguments.people]
    drawn_set.write(arguments.folder / "drawn", of=everybody)
    checkpoint = installed.starter()
    steps = checkpoint.sampling.steps
    engine = ResidentEngine("cpu")
    kept: list[list[dict[str, float | None]]] = []
    with Library() as library:
        studio = Studio(engine, lambda: library)
        for subject in people.in_folder(arguments.folder / "drawn")[: arguments.people]:
            file = arguments.folder / f"{subject.name}-{arguments.preset}-{arguments.after}-{arguments.count}.json"
            if not file.exists():
                request = PortraitRequest(prompt=_PROMPT, preset=preset_files.find(arguments.preset), seed=1)
                order = Order(request, Photos((PhotoChoice(subject.photo),)), checkpoint.name)
                tried: list[dict[str, float | None]] = []
                for seed in range(1, arguments.count + 1):
                    # One seed at a time is never ended: all are made whole.
                    found = best_of(
                        studio, order, [seed], arguments.after,
                        lambda pixels, who: score_of_unfinished(checkpoint, pixels, who), lambda _: None, CancelToken(),
                    )  # fmt: skip
                    tried.append({"early": found.tried[0].early, "final": found.tried[0].final})
                file.write_text(json.dumps(tried), encoding="utf-8")
            kept.append(json.loads(file.read_text(encoding="utf-8")))
    rows = []
    for tried in kept:
        finals = [one["final"] for one in tried if one["final"] is not None]
        taken, best = replayed(tried, steps, arguments.after)
        if finals and best is not None:
            rows.append((taken / (steps * len(tried)), best, max(finals), finals[0]))
    share, ended, whole, single = (np.array(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} people, best of {arguments.count}, ended after step {arguments.after} of {steps}")
    for what, values in {
        "steps taken, of all": share,
        "score, ended early": ended,
        "score, all whole": whole,
        "score, the first picture alone": single,
        "lost by ending early": whole - ended,
        "gained over one picture": ended - single,
    }.items():
        low, high = intervals.mean(values)
        print(f"{what}: {values.mean():.3f} ({low:.3f} to {high:.3f})")


if __name__ == "__main__":
    main()
