"""Stacks and albums for the chosen pictures: unfold, put together, put into an album, take out of it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from fastface_desktop.state.gallery.album_acts import AlbumActs
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.gallery.arrangement import Arrangement
from fastface_desktop.ui.gallery.grid import PictureGrid
from fastface_desktop.ui.gallery.mark_acts import MarkActs
from fastface_desktop.ui.gallery.picture_acts import Entry, show_menu
from fastface_desktop.ui.gallery.places import PlacesPanel
from fastface_desktop.ui.shell.actions import keys_of
from fastface_desktop.ui.theme.tokens import Space


class GatherActs(QObject):
    def __init__(
        self,
        owner: QWidget,
        gallery: Gallery,
        albums: AlbumActs,
        marks: MarkActs,
        grid: PictureGrid,
        places: PlacesPanel,
        chosen: Callable[[], Sequence[int]],
    ) -> None:
        """
        Args:
            owner: of menus.
            chosen: the numbers of the pictures that are meant.
        """
        super().__init__(owner)
        self._owner, self._gallery, self._albums, self._marks = owner, gallery, albums, marks
        self._grid, self._places, self._chosen = grid, places, chosen
        self.arrangement: Arrangement | None = None
        """Brings the list of albums into view, where it is not."""

    # ---- Stacks

    def toggle_stack(self) -> None:
        """Unfolds the stack of the current picture, or folds it again."""
        if (number := self._grid.current_id()) is not None:
            self._gallery.toggle_stack(number)

    def toggle_stacks(self) -> None:
        """All pictures of a request on one another, or side by side."""
        self._gallery.set_view(stacked=not self._gallery.view.stacked)

    # ---- Albums

    def make_album(self) -> None:
        """Asks for the name of a new album, which takes what is chosen."""
        ids: Sequence[int] = () if self._gallery.view.in_trash else self._chosen()
        if self.arrangement is not None:
            self.arrangement.open_places()
        self._places.make_album(ids)

    def album_entries(self) -> list[Entry | None]:
        """Where what is chosen can go."""
        ids = self._chosen()
        entries: list[Entry | None] = [
            (name, "", partial(self._albums.put, ids, name)) for name in self._albums.names()
        ]
        return [*entries, *([None] if entries else []), (self.tr("New album…"), "", self.make_album)]

    def choose_album(self, at: QWidget | None = None) -> None:
        """A menu of the albums, at a button or over the grid."""
        if self._chosen() and not self._gallery.view.in_trash:
            place = at if at is not None and at.isVisible() else self._grid
            show_menu(self._owner, place.mapToGlobal(QPoint(Space.M, 0)), self.album_entries())

    def take_out_of_album(self) -> None:
        if (album := self._gallery.view.album) is not None:
            self._albums.take_out(self._chosen(), album)

    def throw_away(self, ids: list[int]) -> None:
        """What was dropped on the trash."""
        self._grid.choose(ids)
        self._marks.to_trash()

    # ---- The menu

    def entries(self) -> list[Entry | None]:
        """What of a menu is for what is chosen."""
        chosen, view = self._chosen(), self._gallery.view
        keys = partial(keys_of, self._owner)
        found: list[Entry | None] = [(self.tr("Put into an album…"), keys("gallery.album"), self.choose_album)]
        if view.place == "album" and view.album is not None:
            text = self.tr("Take out of {name}").format(name=view.album)
            found.append((text, "", self.take_out_of_album))
        if len(chosen) > 1:
            found.append((self.tr("Make a stack"), keys("gallery.stack_together"), self._marks.stack))
        elif chosen and self._gallery.in_stack(chosen[0]) is not None:
            found.append((self.tr("Unfold or fold the stack"), keys("gallery.stack"), self.toggle_stack))
        if any(self._gallery.in_stack(number) is not None for number in chosen):
            found.append((self.tr("Take the stack apart"), keys("gallery.unstack"), self._marks.unstack))
        return found
