"""Pictures for the window are read the one way, and what is no picture is a null image."""

import os
from pathlib import Path

from fastface_desktop.reading import read_image

DATA = Path(__file__).resolve().parents[2] / "data" / "pictures"


def test_upright_and_small() -> None:
    whole = read_image(DATA / "orient6.jpg")
    assert (whole.width(), whole.height()) == (120, 160)
    small = read_image(DATA / "orient6.jpg", 64)
    assert (small.width(), small.height()) == (48, 64)
    grey = read_image(DATA / "grey16.png", 1).pixelColor(0, 0)
    assert abs(grey.red() - 115) < 5


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    places = [tmp_path, tmp_path / "gone.png", tmp_path / "text.png", Path("a\0b")]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.png")
        places.append(tmp_path / "pipe.png")
    assert all(read_image(place).isNull() for place in places)
