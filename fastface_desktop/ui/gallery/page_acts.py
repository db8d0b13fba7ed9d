"""What can be done on the page Gallery: the actions of menu and palette, the keys of the grid, and the context menu."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from fastface_core.library.labels import LABELS
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.ui.gallery.beside import SidePanel
from fastface_desktop.ui.gallery.browser import Browser
from fastface_desktop.ui.gallery.filters import FilterBar
from fastface_desktop.ui.gallery.gathering import GatherActs
from fastface_desktop.ui.gallery.import_strip import ImportStrip
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.gallery.mark_acts import MarkActs
from fastface_desktop.ui.gallery.picture_acts import Entry, PictureActs, show_menu
from fastface_desktop.ui.gallery.viewing import ViewerController
from fastface_desktop.ui.shell.actions import Act, keys_of


@dataclass(frozen=True, slots=True)
class ActingParts:
    """The parts of the page that do something."""

    browser: Browser
    filters: FilterBar
    beside: SidePanel
    viewing: ViewerController
    importing: ImportStrip
    pictures: PictureActs
    marks: MarkActs
    gathering: GatherActs


class PageActs(QObject):
    def __init__(
        self, page: QWidget, gallery: Gallery, parts: ActingParts, chosen: Callable[[], Sequence[int]]
    ) -> None:
        """
        Args:
            page: owner of menus.
            chosen: the numbers of the pictures that are meant.
        """
        super().__init__(page)
        self._page, self._gallery, self._parts, self._chosen = page, gallery, parts, chosen

    # ---- What several of them do

    def open(self) -> None:
        """The current picture, as large as fits."""
        self._parts.viewing.open(self._parts.browser.grid.current_id())

    def open_full_screen(self) -> None:
        self._parts.viewing.open(self._parts.browser.grid.current_id(), full_screen=True)

    def open_compare(self) -> None:
        """The chosen pictures beside each other; a single one beside the next."""
        if ids := self._chosen():
            self._parts.beside.close_export()
            self._parts.viewing.open_compare(ids)

    def _search(self) -> None:
        self._parts.viewing.back_to_grid()
        self._parts.filters.focus_search()

    def _toggle_advance(self) -> None:
        self._gallery.set_view(advance=not self._gallery.view.advance)

    def _let_go(self) -> None:
        if self._parts.beside.exports:
            self._parts.beside.close_export()
        else:
            self._parts.browser.grid.clearSelection()

    # ---- By menu and palette

    def table(self) -> Mapping[str, Act]:
        """For `Page.acts`."""
        parts = self._parts
        acts, one, some = parts.pictures, self._why_not_one, self._why_not_some
        return {
            "gallery.search": Act(self._search),
            "gallery.details": Act(parts.beside.toggle_details),
            "gallery.larger": Act(partial(parts.browser.resize_pictures, 1)),
            "gallery.smaller": Act(partial(parts.browser.resize_pictures, -1)),
            "gallery.import": Act(parts.importing.choose_folder),
            "gallery.export": Act(parts.beside.open_export, some),
            "gallery.empty_trash": Act(parts.marks.ask_to_empty, self._why_not_empty),
            "gallery.use_settings": Act(acts.use_settings, one),
            "gallery.repeat": Act(acts.repeat, one),
            "gallery.vary": Act(acts.vary, one),
            "gallery.save_as": Act(acts.save_as, one),
            "gallery.show_in_folder": Act(acts.show_in_folder, some),
            "gallery.compare": Act(self.open_compare, some),
            "gallery.new_album": Act(parts.gathering.make_album),
            "gallery.stack_together": Act(parts.marks.stack, self._why_not_several),
            "gallery.unstack": Act(parts.marks.unstack, some),
            "gallery.advance": Act(self._toggle_advance),
            "gallery.stacks": Act(parts.gathering.toggle_stacks),
        }

    def _why_not_one(self) -> str:
        return "" if len(self._chosen()) == 1 else self.tr("Choose one picture first.")

    def _why_not_some(self) -> str:
        return "" if self._chosen() else self.tr("Choose pictures first.")

    def _why_not_several(self) -> str:
        return "" if len(self._chosen()) > 1 else self.tr("Choose several pictures first.")

    def _why_not_empty(self) -> str:
        return "" if self._gallery.choices.trashed else self.tr("The trash is empty.")

    # ---- By key

    def make_keys(self, *pictures: QWidget) -> None:
        """Letters and digits act in the grid alone: in a text they are text.

        Args:
            pictures: widgets that show single pictures, which can be copied from there.
        """
        parts, grid = self._parts, self._parts.browser.grid
        for number in range(6):
            key(str(number), partial(parts.marks.rate, number), grid)
        for place, name in enumerate(LABELS[:4]):
            key(str(place + 6), partial(parts.marks.toggle_label, name), grid)
        for keys, act in (
            ("X", parts.marks.reject),
            ("U", parts.marks.take_back),
            ("S", parts.gathering.toggle_stack),
            ("B", parts.gathering.choose_album),
            ("T", parts.beside.tag),
            ("R", parts.marks.restore),
            ("C", self.open_compare),
            ("V", parts.pictures.vary),
            ("F", self.open_full_screen),
            ("Space", self.open),
            ("Return", self.open),
            ("Enter", self.open),
            ("Delete", parts.marks.to_trash),
            ("Backspace", parts.marks.to_trash),
            ("Escape", self._let_go),
        ):
            key(keys, act, grid)
        for widget in (grid, *pictures):
            key("Ctrl+C", parts.pictures.copy, widget, children=True)
        key("Escape", parts.browser.enter, parts.filters, children=True)

    # ---- By the context menu

    def menu_entries(self) -> list[Entry | None]:
        """A text, the key that does the same, and what it does; None is a line."""
        pictures, marks, keys = self._parts.pictures, self._parts.marks, partial(keys_of, self._page)
        if self._gallery.view.in_trash:
            back = (self.tr("Put back"), keys("gallery.restore"), marks.restore)
            return [back, (self.tr("Delete for good"), "", marks.ask_to_erase)]
        return [
            *(pictures.entries() if len(self._chosen()) == 1 else ()),
            (self.tr("Copy"), keys("gallery.copy"), pictures.copy),
            (self.tr("Show in its folder"), keys("gallery.show_in_folder"), pictures.show_in_folder),
            (self.tr("Compare"), keys("gallery.compare"), self.open_compare),
            (self.tr("Export"), keys("gallery.export"), self._parts.beside.open_export),
            None,
            *self._parts.gathering.entries(),
            None,
            (self.tr("Reject, or take that back"), keys("gallery.reject"), marks.reject),
            (self.tr("Into the trash"), keys("gallery.trash"), marks.to_trash),
        ]

    def show_menu(self, point: QPoint) -> None:
        """What can be done with the chosen pictures, at a global point."""
        show_menu(self._page, point, self.menu_entries())
