"""One small tile for each photo of a person, where there are several."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_core.domain.identity import PhotoChoice
from fastface_desktop.state.people.chosen_photos import ChosenPhotos
from fastface_desktop.ui.create.photo_tile import PhotoTile
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible


class PhotoTiles(QWidget):
    chosen = Signal(Path)
    removed = Signal(Path)

    def __init__(
        self, photos: ChosenPhotos, verdict: Callable[[PhotoChoice], tuple[str, str, str]], theme: Theme
    ) -> None:
        """`verdict`: an icon, its colour and a sentence on a photo."""
        super().__init__()
        flexible(self)
        self._known, self._verdict, self._theme = photos, verdict, theme
        self._tiles: dict[Path, PhotoTile] = {}
        self._flow = FlowLayout(self, gap=Space.XS)

    def tile(self, path: Path) -> PhotoTile:
        """The tile of a photo."""
        return self._tiles[path]

    def show_photos(self, photos: Sequence[PhotoChoice], current: PhotoChoice) -> None:
        paths = [photo.path for photo in photos]
        for path in [path for path in self._tiles if path not in paths]:
            tile = self._tiles.pop(path)
            self._flow.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        for photo in photos:
            if photo.path not in self._tiles:
                self._add(photo.path)
            tile = self._tiles[photo.path]
            face = self._known.face_info(photo)
            _, colour, text = self._verdict(photo)
            image, box = self._known.image(photo.path), face.box if face else None
            tile.show_photo(image, box, colour, f"{photo.path.name}\n{text}")
            tile.setChecked(photo is current)
        self.setVisible(len(photos) > 1)

    def _add(self, path: Path) -> None:
        tile = PhotoTile(self._theme)
        tile.clicked.connect(partial(self.chosen.emit, path))
        tile.removed.connect(partial(self.removed.emit, path))
        self._tiles[path] = tile
        self._flow.addWidget(tile)
