"""Fits what tells expressions apart: `python -m tools.evaluation.expressions`.

Every expression of the renderer, drawn of people by lot in two styles; one half of the people fits, the other half is
told apart with it, and both counts are kept in `resources/evaluation/expressions.json`.
"""

from __future__ import annotations

import json

import cv2
import numpy as np

from fastface_core.engine.detectors import Detection
from fastface_core.engine.drawing.picture import draw
from fastface_core.engine.drawing.scene import EXPRESSIONS, Scene
from fastface_core.engine.judging.expressions import Expressions
from fastface_core.engine.judging.mimic import Mimic, mimic
from fastface_core.engine.judging.views import View
from fastface_core.files import atomic_write
from fastface_core.paths import resource
from tools.starter.people import person

_FIRST, _PEOPLE = 3_000_000, 60
_STYLES = ("photo", "watercolor")


def seen(number: int, expression: str, style: str) -> Mimic | None:
    """How the face of a drawn person looks."""
    drawing = draw(person(number).twin, Scene(style=style, expression=expression))
    middle, reach = drawing.points.mean(0), 1.2 * float(np.ptp(drawing.points[:, 0]))
    left, top, right, bottom = (*(middle - reach).tolist(), *(middle + reach).tolist())
    return mimic(View("", drawing.image), Detection((left, top, right, bottom), drawing.points, 1.0))


def faces(first: int, people: int) -> dict[str, list[Mimic]]:
    """By expression."""
    found: dict[str, list[Mimic]] = {}
    for number in range(first, first + people):
        style = _STYLES[number % len(_STYLES)]
        for expression in EXPRESSIONS:
            if (one := seen(number, expression, style)) is not None:
                found.setdefault(expression, []).append(one)
    return found


def fit(known: dict[str, list[Mimic]]) -> Expressions:
    """Means and the pooled precision."""
    groups = {name: np.stack([one.expression for one in some]) for name, some in known.items()}
    apart = np.concatenate([values - values.mean(0) for values in groups.values()])
    covariance = apart.T @ apart / (len(apart) - len(groups))
    means = np.stack([values.mean(0) for values in groups.values()])
    return Expressions(tuple(groups), means, np.linalg.inv(covariance).astype(np.float64))


def main() -> None:
    """Fit, count, and write."""
    cv2.setNumThreads(1)
    half = _PEOPLE // 2
    fitted = fit(faces(_FIRST, half))
    told = {
        name: {other: sum(fitted.nearest(one) == other for one in some) for other in fitted.names}
        for name, some in faces(_FIRST + half, half).items()
    }
    content = {
        "names": list(fitted.names),
        "means": fitted.means.round(4).tolist(),
        "precision": fitted.precision.round(2).tolist(),
        "told apart": told,
    }
    with atomic_write(resource("evaluation", "expressions.json")) as file:
        file.write((json.dumps(content, indent=1) + "\n").encode())
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
