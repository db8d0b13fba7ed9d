"""What the coach asks for next."""

from pathlib import Path

import pytest

from fastface_core.library.library import Library
from fastface_core.library.people import coach as coaching
from tests.core.library_help import embedding, photo


def advice(folder: Path, *qualities: dict[str, float], strangers: int = 0) -> tuple[str, ...]:
    with Library() as library:
        uid = library.people.add(folder.name).uid
        for number, quality in enumerate(qualities):
            one = photo(folder, number, embedding(1, number), **quality)
            library.people.add_photo(uid, one, "tiny:1", 0.2)
        for number in range(strangers):
            library.people.add_photo(uid, photo(folder, 90 + number, embedding(50 + number)), "tiny:1", 0.2)
        return coaching.advice(library.people.get(uid).photos)


def test_the_first_photo(tmp_path: Path) -> None:
    assert "large, sharp face" in advice(tmp_path)[0]


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        ({"size": 60.0}, "from nearer"),
        ({"sharpness": 3.0}, "sharper"),
        ({"yaw": 60.0}, "looks at the camera"),
        ({"roll": 50.0}, "upright"),
        ({"brightness": 0.1}, "more light"),
        ({"brightness": 0.95}, "glaring"),
    ],
)
def test_a_photo_that_lacks_what_the_others_lack_is_not_asked_for(
    tmp_path: Path, quality: dict[str, float], said: str
) -> None:
    assert said in advice(tmp_path, quality, quality, {"size": 60.0})[0]


def test_all_from_one_side(tmp_path: Path) -> None:
    assert "left" in advice(tmp_path, {"yaw": 20.0}, {"yaw": 25.0})[0]
    assert "right" in advice(tmp_path / "other", {"yaw": -20.0})[0]


def test_someone_else_comes_first(tmp_path: Path) -> None:
    first, second = advice(tmp_path, {}, {}, {}, strangers=1)
    assert first.startswith("One photo seems to show someone else")
    assert second.startswith("Add a photo")


def test_enough_is_enough(tmp_path: Path) -> None:
    assert advice(tmp_path, {}, {}, {}, {}, {"size": 60.0}) == ("These photos serve well. No other is needed.",)
