"""A region of a picture from a file: where it is white somebody is, where it is black they are not."""

from pathlib import Path

import numpy as np
from PIL import Image

from fastface_core import bounded
from fastface_core.domain.drawn_regions import GRID
from fastface_core.domain.places import Place, drawn_place
from fastface_core.errors import SettingsError
from fastface_core.pictures import files as picture_files

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif")


def is_mask(text: str) -> bool:
    """Whether a place is said by a file that is there."""
    return Path(text).suffix.lower() in SUFFIXES and Path(text).is_file()


def place_in(path: Path) -> Place:
    """The region that a picture shows: where at least half of it is white. Any size; its sides are the picture's.

    Raises:
        PhotoError: it cannot be read.
        SettingsError: hardly anything in it is white.
    """
    with bounded.opened(path) as file, picture_files.opened(file, path.name, enough=8 * GRID) as picture:
        image = picture.image()
        if image.mode == "RGBA":
            image = Image.alpha_composite(Image.new("RGBA", image.size, (0, 0, 0, 255)), image)
        grey = image.convert("L").resize((GRID, GRID), Image.Resampling.BOX)
    try:
        return drawn_place((np.asarray(grey) >= 128).tolist())
    except ValueError as error:
        raise SettingsError(
            f"In {path.name} hardly anything is white.", "Paint white where the person is, on black."
        ) from error
