"""What a metric is, and those that look at faces: identity, copying, and freedom of expression."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fastface_core.evaluation.journal import Measures
from fastface_core.evaluation.prompts import Prompt

if TYPE_CHECKING:
    from fastface_core.engine.detectors import Detection
    from fastface_core.engine.judging.expressions import Expressions
    from fastface_core.engine.judging.mimic import Mimic
    from fastface_core.engine.judging.views import FaceReader, Memory, View


@dataclass(frozen=True, eq=False, slots=True)
class Shown:
    """A picture and what it is measured against.

    Attributes:
        photo: by which the person was told.
        others: further photos of the person.
        seeds: the other pictures of the same person, prompt and settings.
        neighbours: pictures of the same person and settings by the prompts that follow, of the same kind.
    """

    photo: "View"
    picture: "View"
    prompt: Prompt
    others: "Sequence[View]" = ()
    seeds: "Sequence[View]" = ()
    neighbours: "Sequence[View]" = ()


class Metric(Protocol):
    """Something that is measured in each picture.

    Attributes:
        name: unique; under it the journal keeps the values.
        by: what measures, with its model's fingerprint: when it changes, everything is measured again.
        compares: whether it looks at other pictures too, so that it depends on them.
    """

    name: str
    by: str
    compares: bool

    def measure(self, shown: Shown) -> Measures:
        """The values by name, always the same names; None where there is nothing to measure.

        Raises:
            ModelError: the model gives no usable answer.
        """
        ...


class Identity:
    """Whether it is the person, by the recogniser that conditions; pictures without a face are counted apart."""

    name, compares = "identity", False

    def __init__(self, reader: "FaceReader", by: str, sizes: "FaceReader | None" = None) -> None:
        """
        Args:
            sizes: finds the faces whose size is reported; None takes `reader`.
        """
        self.by = by
        self._reader, self._sizes = reader, sizes or reader

    def measure(self, shown: Shown) -> Measures:
        found, sized = self._reader.face(shown.picture), self._sizes.face(shown.picture)
        return {
            "likeness": self._reader.likeness(shown.photo, shown.picture),
            "face_found": float(found is not None),
            "face_ratio": sized.ratio if sized is not None else 0.0,
        }


class SecondIdentity:
    """Whether it is the person, by a recogniser that had no part in the picture: what is optimised flatters itself."""

    name, compares = "second identity", False

    def __init__(self, reader: "FaceReader", by: str) -> None:
        self.by = by
        self._reader = reader

    def measure(self, shown: Shown) -> Measures:
        return {"likeness_second": self._reader.likeness(shown.photo, shown.picture)}


class Copying:
    """Whether the photo was copied instead of the person: a picture that is nearer to this photo than to others of the
    same person has more of the photo than who it shows."""

    name, compares = "copying", False

    def __init__(self, reader: "FaceReader", by: str) -> None:
        self.by = by
        self._reader = reader

    def measure(self, shown: Shown) -> Measures:
        here = self._reader.likeness(shown.photo, shown.picture)
        others = [self._reader.likeness(other, shown.picture) for other in shown.others]
        known = [value for value in others if value is not None]
        elsewhere = float(np.mean(known)) if known else None
        return {
            "copied": here - elsewhere if here is not None and elsewhere is not None else None,
            "likeness_others": elsewhere,
        }


EXPRESSION_WORDS: dict[str, str] = {
    "laugh": r"laugh(s|ing)?|big smile|grin(s|ning)?",
    "surprised": r"surprised?|astonished|amazed|shocked",
    "sad": r"sad|unhappy|sorrowful|crying|frown(s|ing)?",
    "neutral": r"neutral( expression)?|serious|stern|expressionless",
    "smile": r"smil(e|es|ing)|happy|cheerful|joyful",
}
"""What prompts call an expression; the first that is found counts."""
LOOK_WORDS: dict[str, str] = {
    "left": r"look(s|ing)? (to the )?left|facing left",
    "right": r"look(s|ing)? (to the )?right|facing right",
    "ahead": r"look(s|ing)? at the (camera|viewer)|front(al)? view|facing the camera",
}
_TURNED = 8.0
"""Degrees from which on a head is turned: the mesh reads drawings that look ahead as turned by up to 2 degrees, and
such that are turned by 23 as turned by 9 to 17."""
_SAME = {"smile": {"smile", "laugh"}}
"""What else passes for an expression that was asked for: who laughs smiles too."""


def asked(prompt: str, words: dict[str, str]) -> str | None:
    """Which of several things a prompt asks for."""
    return next((name for name, pattern in words.items() if re.search(rf"\b({pattern})\b", prompt)), None)


class Manner:
    """How far pose, light and expression are from the photo's, and whether those that the prompt asks for are shown."""

    name, compares = "manner", False

    def __init__(
        self, reader: "FaceReader", mimic: "Memory[Mimic | None]", expressions: "Expressions", by: str
    ) -> None:
        """
        Args:
            mimic: how the face that `reader` finds looks.
            expressions: tells which expression that is.
        """
        self.by = by
        self._mimic, self._expressions = mimic, expressions

    def measure(self, shown: Shown) -> Measures:
        photo, picture = self._mimic(shown.photo), self._mimic(shown.picture)
        found: Measures = dict.fromkeys(("pose_apart", "light_apart", "expression_apart"))
        if photo is not None and picture is not None:
            found["pose_apart"] = math.hypot(picture.yaw - photo.yaw, picture.pitch - photo.pitch)
            found["light_apart"] = math.hypot(picture.light - photo.light, picture.above - photo.above)
            found["expression_apart"] = 100 * float(np.linalg.norm(picture.expression - photo.expression))
        found["expression_followed"] = self._expression(shown.prompt, picture)
        found["look_followed"] = self._look(shown.prompt, picture)
        return found

    def _expression(self, prompt: Prompt, picture: "Mimic | None") -> float | None:
        wanted = asked(prompt.content, EXPRESSION_WORDS)
        if wanted is None or picture is None:
            return None
        return float(self._expressions.nearest(picture) in _SAME.get(wanted, {wanted}))

    def _look(self, prompt: Prompt, picture: "Mimic | None") -> float | None:
        wanted = asked(prompt.content, LOOK_WORDS)
        if wanted is None or picture is None:
            return None
        if wanted == "ahead":
            return float(abs(picture.yaw) < _TURNED)
        return float(picture.yaw > _TURNED if wanted == "right" else picture.yaw < -_TURNED)


def mimic_of(reader: "FaceReader") -> "Memory[Mimic | None]":
    """How the face that a reader finds looks, each view once."""
    from fastface_core.engine.judging.mimic import mimic
    from fastface_core.engine.judging.views import Memory

    def look(view: "View") -> "Mimic | None":
        face = reader.face(view)
        found: Detection | None = face.found if face is not None else None
        return mimic(view, found) if found is not None else None

    return Memory(look)
