"""The square around a face: upright, of the right place, from photos of any size and turn."""

import io

import numpy as np
import pytest
from PIL import ExifTags, Image
from PySide6.QtGui import QColor, QImage

from fastface_desktop.state.people.images import SIDE, of_photo

RED, BLUE = (220, 30, 30), (20, 40, 200)


def encoded(upright: Image.Image, orientation: int, form: str) -> bytes:
    """The photo as a camera writes it that was held another way."""
    turns = {
        1: None,
        3: Image.Transpose.ROTATE_180,
        6: Image.Transpose.ROTATE_90,
        8: Image.Transpose.ROTATE_270,
    }
    turn = turns[orientation]
    stored = upright if turn is None else upright.transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    buffer = io.BytesIO()
    stored.save(buffer, form, exif=exif, quality=95)
    return buffer.getvalue()


def photo(width: int, height: int, box: tuple[int, int, int, int]) -> Image.Image:
    """Blue with a red face."""
    pixels = np.full((height, width, 3), BLUE, np.uint8)
    left, top, right, bottom = box
    pixels[top:bottom, left:right] = RED
    return Image.fromarray(pixels)


def is_red(image: QImage, x: float, y: float) -> bool:
    colour = QColor(image.pixel(round(x * SIDE), round(y * SIDE)))
    return colour.red() > 150 and colour.blue() < 100


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("size", [(640, 400), (4000, 3000), (900, 2400)])
def test_the_face_is_in_the_middle(size: tuple[int, int], orientation: int) -> None:
    width, height = size
    side = min(width, height) // 5
    left, top = width * 6 // 10, height * 4 // 10
    box = (left, top, left + side, top + side)
    image = of_photo(encoded(photo(width, height, box), orientation, "JPEG"), box)
    assert (image.width(), image.height()) == (SIDE, SIDE)
    assert is_red(image, 0.5, 0.5)
    # It is 1 / 2.2 of the side, all around is the photo.
    assert is_red(image, 0.32, 0.5)
    assert is_red(image, 0.5, 0.68)
    for x, y in ((0.1, 0.5), (0.9, 0.5), (0.5, 0.1), (0.5, 0.9)):
        assert not is_red(image, x, y)


def test_a_face_at_the_edge_stays_in_the_photo() -> None:
    box = (0, 0, 100, 100)
    image = of_photo(encoded(photo(500, 400, box), 1, "PNG"), box)
    assert is_red(image, 0.1, 0.1)
    assert not is_red(image, 0.7, 0.7)


def test_without_a_face_it_is_the_middle_of_the_photo() -> None:
    image = of_photo(encoded(photo(500, 300, (200, 100, 300, 200)), 1, "WEBP"), None)
    assert is_red(image, 0.5, 0.5)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff\xe0 nothing", b"%PDF-1.7"])
def test_what_cannot_be_decoded_gives_nothing(data: bytes) -> None:
    assert of_photo(data, (0, 0, 10, 10)).isNull()
