"""Where people stand in a photo, as their places in a picture: in a group photo, or each in one of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastface_core.domain.places import Place, with_room

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Five = Sequence[Sequence[float]]
"""x and y of the eyes, the nose and the corners of the mouth, as `Face.points`."""

_BESIDE, _ABOVE, _BELOW = 2.0, 2.4, 2.4
"""How far head and shoulders reach to each side of a face's middle, above its eyes and below its mouth, in its size.
Of ArcFace's template: a head is 2.6 of them wide, and 1.5 high above the eyes."""
_UPRIGHT = 0.87
"""Of the same template: the distance of the eyes divided by that from eyes to mouth. In a profile only the latter
tells the size."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody in a photo.

    Attributes:
        points: in pixels of the photo.
        frame: the photo's width and height.
        photo: tells the photo from others: people of one photo keep their distances.
    """

    points: Five
    frame: tuple[int, int]
    photo: str


def room_of(points: Five) -> Box:
    """The head with the shoulders, upright, in the points' pixels."""
    eyes = [(points[0][axis] + points[1][axis]) / 2 for axis in (0, 1)]
    mouth = [(points[3][axis] + points[4][axis]) / 2 for axis in (0, 1)]
    apart = sum((points[1][axis] - points[0][axis]) ** 2 for axis in (0, 1)) ** 0.5
    down = sum((mouth[axis] - eyes[axis]) ** 2 for axis in (0, 1)) ** 0.5
    size = max(apart, _UPRIGHT * down, 1e-3)
    middle = (eyes[0] + mouth[0]) / 2
    top, bottom = min(eyes[1], mouth[1]) - _ABOVE * size, max(eyes[1], mouth[1]) + _BELOW * size
    return middle - _BESIDE * size, top, middle + _BESIDE * size, bottom


def as_they_stand(people: Sequence[Standing], ratio: float) -> tuple[Place, ...]:
    """A place for each: around head and shoulders, where the photo that fills the picture has them.

    Where two would overlap they part between their faces, side by side or one above the other.

    Args:
        ratio: the picture's width divided by its height.
    """
    rooms = [room_of(one.points) for one in people]
    windows = {
        photo: _window([room for room, one in zip(rooms, people, strict=True) if one.photo == photo], frame, ratio)
        for photo, frame in {one.photo: one.frame for one in people}.items()
    }
    inside = [_within(room, windows[one.photo]) for room, one in zip(rooms, people, strict=True)]
    parted = list(inside)
    for first in range(len(people)):
        for second in range(first + 1, len(people)):
            _part(parted, inside, first, second)
    return tuple(_place(one) for one in parted)


def _window(rooms: Sequence[Box], frame: tuple[int, int], ratio: float) -> Box:
    """What of a photo the picture shows: as much as fills it, with these people in the middle as far as the photo
    goes; all of the photo, with room beside it, where they are wider than that."""
    left, top, right, bottom = (pick(room[side] for room in rooms) for side, pick in enumerate((min, min, max, max)))
    size = [min(frame[0], frame[1] * ratio), min(frame[1], frame[0] / ratio)]
    spans = [(max(left, 0.0), min(right, frame[0])), (max(top, 0.0), min(bottom, frame[1]))]
    if any(end - start > side for (start, end), side in zip(spans, size, strict=True)):
        size = [max(frame[0], frame[1] * ratio), max(frame[1], frame[0] / ratio)]
    corner: list[float] = []
    for (start, end), side, whole in zip(spans, size, frame, strict=True):
        spare = whole - side
        corner.append(spare / 2 if spare < 0 else min(max((start + end - side) / 2, 0.0), spare))
    return corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]


def _within(room: Box, window: Box) -> Box:
    """In shares of the window; a room may reach beyond it."""
    width, height = window[2] - window[0], window[3] - window[1]
    return (
        (room[0] - window[0]) / width,
        (room[1] - window[1]) / height,
        (room[2] - window[0]) / width,
        (room[3] - window[1]) / height,
    )


def _part(parted: list[Box], whole: Sequence[Box], first: int, second: int) -> None:
    """Cuts two rooms where they overlap, along the direction in which they lie farther apart for their sizes."""
    a, b = whole[first], whole[second]
    if min(a[2], b[2]) <= max(a[0], b[0]) or min(a[3], b[3]) <= max(a[1], b[1]):
        return
    middles = [((one[0] + one[2]) / 2, (one[1] + one[3]) / 2) for one in (a, b)]
    sizes = [(one[2] - one[0], one[3] - one[1]) for one in (a, b)]
    apart = [abs(middles[1][axis] - middles[0][axis]) / (sizes[0][axis] + sizes[1][axis]) for axis in (0, 1)]
    axis = 0 if apart[0] >= apart[1] else 1
    if apart[axis] == 0:
        return  # the same face twice: they share
    low, high = (first, second) if middles[0][axis] < middles[1][axis] else (second, first)
    near, far = sorted(one[axis] for one in middles)
    share = (whole[low][axis + 2] - whole[low][axis]) / (sizes[0][axis] + sizes[1][axis])
    cut = near + (far - near) * share
    parted[low] = _with(parted[low], axis + 2, min(parted[low][axis + 2], cut))
    parted[high] = _with(parted[high], axis, max(parted[high][axis], cut))


def _with(box: Box, side: int, value: float) -> Box:
    changed = list(box)
    changed[side] = value
    return changed[0], changed[1], changed[2], changed[3]


def _place(box: Box) -> Place:
    """Within the picture, and large enough for a place."""
    (left, right), (top, bottom) = with_room(box[0], box[2]), with_room(box[1], box[3])
    return Place(left=round(left, 4), top=round(top, 4), right=round(right, 4), bottom=round(bottom, 4))
