"""What is in a PNG that was dropped: a picture of this program has its recipe in it, and is no photo of a person."""

from pathlib import Path

from PySide6.QtGui import QImage

from fastface_core.domain.request import Recipe
from fastface_core.errors import PhotoError, SettingsError
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.values import Worth


def read_dropped(path: Path) -> tuple[Path, Recipe | None, QImage, Worth]:
    """The file with its recipe, its picture and its likeness; without a recipe the rest is empty. In any thread."""
    # Its libraries are not needed to open the window.
    from fastface_core.library.metadata import Note, read, read_recipe

    try:
        recipe = read_recipe(path)
        note = read(path).note or Note()
    except (PhotoError, SettingsError):
        return path, None, QImage(), Worth()
    worth = Worth.of(
        recipe.checkpoint,
        likeness=note.likeness,
        reason=note.likeness_reason,
        match=note.twin_match,
        taken_over=note.taken_over,
    )
    return path, recipe, read_picture(path), worth
