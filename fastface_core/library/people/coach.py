"""The photo coach: what a next photo of a person should be like to help most, told from the photos that are there."""

from collections import Counter
from collections.abc import Sequence

from fastface_core.library.people.photos import ReferencePhoto
from fastface_core.library.people.verdicts import Word

ENOUGH = 4
"""Good photos from which on another one is no longer asked for."""
_TURNED = 12.0
"""Degrees from which on a face is seen from one side."""

_INSTEAD: dict[Word, str] = {
    "small": "Add a photo taken from nearer, or a larger file: the face is too small in what is there.",
    "blurred": "Add a sharper photo: hold still, and let the face be in focus.",
    "side": "Add a photo in which the face looks at the camera.",
    "tilted": "Add a photo in which the head is upright.",
    "dark": "Add a photo with more light on the face, as beside a window.",
    "bright": "Add a photo without glaring light on the face.",
}


def advice(photos: Sequence[ReferencePhoto]) -> tuple[str, ...]:
    """Sentences, what helps most first; one that says that nothing is missing where that is so."""
    if not photos:
        return ("Add a photo with a large, sharp face that looks at the camera.",)
    said: list[str] = []
    words: Counter[Word] = Counter(photo.verdict.word for photo in photos if photo.verdict is not None)
    good = [photo for photo in photos if photo.counts and photo.verdict is not None and photo.verdict.good]
    strangers = words.pop("other-person", 0)
    if strangers == 1:
        said.append("One photo seems to show someone else: remove it, or choose another face in it.")
    elif strangers:
        said.append(f"{strangers} photos seem to show someone else: remove them, or choose another face in them.")
    words.pop("good", None)
    # With enough good ones, what is wrong with the others does not matter.
    if words and len(good) < ENOUGH:
        said.append(_INSTEAD[words.most_common(1)[0][0]])
    elif len(good) < ENOUGH:
        said.append(_next(good))
    return tuple(said) or ("These photos serve well. No other is needed.",)


def _next(good: Sequence[ReferencePhoto]) -> str:
    """All are good and they are few: what they do not show yet."""
    yaws = [photo.measured.face.quality.yaw for photo in good if photo.measured is not None]
    if yaws and all(yaw > _TURNED for yaw in yaws):
        return "Add a photo in which the face turns a little to the picture's left."
    if yaws and all(yaw < -_TURNED for yaw in yaws):
        return "Add a photo in which the face turns a little to the picture's right."
    if len(good) == 1:
        return "Add a photo from another day or in another light: two say more than one."
    return "Add a photo with another expression or in another light."
