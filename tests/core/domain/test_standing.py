"""Where people stand in a photo, as their places in a picture."""

from itertools import pairwise

import pytest

from fastface_core.domain.places import LEAST_SIDE, Place
from fastface_core.domain.standing import Five, Standing, as_they_stand, room_of


def face(x: float, y: float, size: float) -> Five:
    """An upright face, its eyes so many pixels apart, the middle of eyes and mouth here."""
    half, down = size / 2, size * 0.58
    return ((x - half, y - down), (x + half, y - down), (x, y), (x - half * 0.8, y + down), (x + half * 0.8, y + down))


def stand(*faces: Five, frame: tuple[int, int] = (1000, 800), ratio: float | None = None) -> tuple[Place, ...]:
    people = [Standing(one, frame, "group") for one in faces]
    return as_they_stand(people, ratio or frame[0] / frame[1])


def test_a_head_has_room_and_a_profile_as_much() -> None:
    left, top, right, bottom = room_of(face(500, 400, 60))
    assert (right - left, (left + right) / 2) == pytest.approx((4 * 60.55, 500), rel=0.01)
    assert top < 400 - 3 * 58
    assert bottom > 400 + 2.9 * 58
    # The eyes of a head from the side lie near one another; from eyes to mouth it is as far as before.
    aside = [(x * 0.2 + 400, y) for x, y in face(500, 400, 60)]
    narrow = room_of(aside)
    assert narrow[2] - narrow[0] == pytest.approx(right - left, rel=0.01)


def test_far_from_one_another_each_has_the_whole_room() -> None:
    one, other = stand(face(200, 400, 40), face(800, 300, 40))
    for place, x in ((one, 0.2), (other, 0.8)):
        assert (place.left + place.right) / 2 == pytest.approx(x, abs=1e-3)
        assert place.right - place.left == pytest.approx(4 * 40.4 / 1000, abs=2e-3)
    assert one.right < other.left
    assert other.top < one.top


def test_neighbours_part_between_their_faces_by_their_sizes() -> None:
    small, large = stand(face(400, 400, 40), face(580, 400, 80))
    assert small.right == large.left == pytest.approx(0.46, abs=2e-3)
    # One behind the other part above one another.
    behind, before = stand(face(500, 250, 50), face(520, 450, 50))
    assert behind.bottom == before.top == pytest.approx(0.4375, abs=2e-3)
    assert behind.left < before.left < behind.right


def test_a_row_of_four_is_four_columns_without_overlaps() -> None:
    places = stand(*(face(200 + 200 * number, 300 + 10 * number, 70) for number in range(4)))
    for left, right in pairwise(places):
        assert left.right == right.left


def test_a_picture_of_another_shape_shows_them_in_its_middle() -> None:
    # A wide photo in an upright picture: a window of 640 pixels is shown, around both.
    left, right = stand(face(500, 400, 40), face(700, 400, 40), ratio=0.8)
    assert (left.left + right.right) / 2 == pytest.approx(0.5, abs=1e-3)
    assert (right.right - left.left) * 640 == pytest.approx(200 + 4 * 40.4, abs=3)
    # Wider apart than the picture: all of the photo is shown, with room above and below.
    left, right = stand(face(120, 400, 40), face(880, 400, 40), ratio=0.8)
    assert (left.left + left.right) / 2 == pytest.approx(0.12, abs=1e-3)
    assert left.bottom - left.top < 0.35
    # At the photo's edge the window goes no farther.
    edge, _ = stand(face(950, 400, 40), face(900, 400, 40), ratio=0.8)
    assert edge.right == 1


def test_everybody_in_a_photo_of_their_own() -> None:
    one = Standing(face(500, 300, 40), (1000, 800), "one")
    other = Standing(face(100, 500, 20), (400, 1000), "other")
    first, second = as_they_stand([one, other], 1.0)
    assert (first.left + first.right) / 2 == pytest.approx(0.5, abs=1e-3)
    assert (second.left + second.right) / 2 == pytest.approx(0.25, abs=1e-3)


def test_tiny_and_odd_faces_have_a_place_nevertheless() -> None:
    for points in (face(5, 5, 3), face(-50, 900, 20), ((7, 7),) * 5):
        (place,) = stand(points)
        assert min(place.right - place.left, place.bottom - place.top) >= LEAST_SIDE - 1e-6
    same = stand(face(400, 400, 40), face(400, 400, 40))
    assert same[0] == same[1]
