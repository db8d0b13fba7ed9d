"""The page Gallery: its parts put together, what is in view, and for which pictures an act is."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from fastface_core.domain.request import Recipe
from fastface_core.errors import FastFaceError
from fastface_desktop.state.gallery.parts import GalleryParts
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.gallery.arrangement import Arrangement
from fastface_desktop.ui.gallery.beside import SidePanel
from fastface_desktop.ui.gallery.browser import Browser
from fastface_desktop.ui.gallery.compare import Compare
from fastface_desktop.ui.gallery.filters import FilterBar
from fastface_desktop.ui.gallery.gathering import GatherActs
from fastface_desktop.ui.gallery.import_strip import ImportStrip, folders_in
from fastface_desktop.ui.gallery.mark_acts import MarkActs
from fastface_desktop.ui.gallery.notice import Notice
from fastface_desktop.ui.gallery.page_acts import ActingParts, PageActs
from fastface_desktop.ui.gallery.picture_acts import PictureActs
from fastface_desktop.ui.gallery.places import PlacesPanel
from fastface_desktop.ui.gallery.viewer import Viewer
from fastface_desktop.ui.gallery.viewing import ViewerController
from fastface_desktop.ui.shell.actions import Act
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling

_MARKS_READ = 500
"""Pictures whose stars are compared for the bar."""

_DEBOUNCE = 10_000
"""Milliseconds after the last key or click in which pictures stand still."""


class GalleryPage(Page):
    marked = Signal(str, Undo)
    """What is seen where it was done, and what takes it back."""
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    create_wanted = Signal()
    """The page Create."""
    recipe_wanted = Signal(Recipe, bool)
    """Create filled with this `Recipe`; True with another seed."""
    models_wanted = Signal()

    def __init__(self, *, theme: Theme, parts: GalleryParts) -> None:
        super().__init__()
        gallery, images = parts.gallery, parts.images
        self.gallery, self._images = gallery, images
        self.filters = FilterBar(gallery, theme)
        self.browser = Browser(gallery, self.filters.search, theme, details_beside=self._details_beside)
        self.places, self.grid, self.empty, self.bar = (
            self.browser.places,
            self.browser.grid,
            self.browser.empty,
            self.browser.bar,
        )
        self.error = InlineError(theme)
        self.notice = Notice(theme)
        self.viewer = Viewer(gallery, images, parts.references, theme)
        self.compare = Compare(gallery, images, parts.references, theme)
        self.beside = SidePanel(gallery, parts.exporter, parts.references, theme, self.chosen)
        self.list = PlacesPanel(gallery, parts.albums, self.filters.count, theme)
        self.importing = ImportStrip(gallery.library, parts.importing, self.notice, theme)
        self.marks = MarkActs(self, gallery, parts.marking, self.notice, self.chosen)
        self.gathering = GatherActs(self, gallery, parts.albums, self.marks, self.grid, self.list, self.chosen)
        self.acts_on = PictureActs(self, gallery, parts.repeating, parts.background, self.chosen)
        self.setAcceptDrops(True)
        self._build(theme)
        acting = ActingParts(
            self.browser,
            self.filters,
            self.beside,
            self.viewing,
            self.importing,
            self.acts_on,
            self.marks,
            self.gathering,
        )
        self.page_acts = PageActs(self, gallery, acting, self.chosen)
        self._connect()
        parts.marking.said.connect(self.said)
        parts.marking.marked.connect(self.marked)
        parts.marking.failed.connect(self.show_error)
        parts.albums.said.connect(self.said)
        parts.albums.failed.connect(self.show_error)
        self.page_acts.make_keys(self.viewer, self.compare)
        gallery.holds = self._rates
        self._selection_changed()
        self._show_place()
        self.browser.refresh()

    def _rates(self) -> bool:
        return self.isVisible() and self.browser.in_use

    def _build(self, theme: Theme) -> None:
        self.stack = QStackedWidget()
        # It has what is left: or else what is least of the comparison would be taken from the lines above the grid.
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.viewing = ViewerController(self.stack, self.browser, self.viewer, self.compare, self.gallery, self._images)
        messages = column(self.error, self.importing, self.notice, margins=(Space.XL, 0, Space.XL, 0), gap=Space.S)
        pictures = QWidget()
        column(messages, filling(self.stack), of=pictures)
        self.arrangement = Arrangement(self, self.list, self.filters, pictures, self.beside, theme)
        self.gathering.arrangement = self.arrangement

    def _connect(self) -> None:
        self._connect_library()
        grid, bar, inspector, acts = self.grid, self.bar, self.beside.inspector, self.acts_on
        grid.selection_changed.connect(self._selection_changed)
        grid.opened.connect(self.page_acts.open)
        grid.menu_wanted.connect(self.page_acts.show_menu)
        self.browser.emptied.connect(self.beside.show_whether_empty)
        bar.tag_wanted.connect(self.beside.tag)
        bar.album_wanted.connect(partial(self.gathering.choose_album, bar.album_button))
        bar.labels.chosen.connect(self.marks.label)
        grid.stack_wanted.connect(self.gallery.toggle_stack)
        self.list.import_wanted.connect(self.importing.choose_folder)
        self.list.trash_wanted.connect(self.gathering.throw_away)
        self.list.left.connect(self._enter_grid_soon)
        self.marks.advanced.connect(self._advance)
        self.beside.opened.connect(self.arrangement.show_details)
        self.arrangement.changed.connect(self.browser.show_marks)
        inspector.labels.chosen.connect(self.marks.label)
        inspector.stack_wanted.connect(self.marks.stack)
        inspector.compare_wanted.connect(self.page_acts.open_compare)
        bar.compare_wanted.connect(self.page_acts.open_compare)
        bar.export_wanted.connect(self.beside.open_export)
        bar.trash_wanted.connect(self.marks.to_trash)
        bar.restore_wanted.connect(self.marks.restore)
        bar.erase_wanted.connect(self.marks.ask_to_erase)
        bar.stars.rated.connect(self.marks.rate)
        bar.reject_wanted.connect(self.marks.reject)
        inspector.stars.rated.connect(self.marks.rate)
        inspector.reject_button.clicked.connect(self.marks.reject)
        inspector.tags.added.connect(self.marks.add_tags)
        inspector.tags.removed.connect(self.marks.remove_tag)
        inspector.settings_wanted.connect(acts.use_settings)
        inspector.vary_wanted.connect(acts.vary)
        inspector.repeat_wanted.connect(acts.repeat)
        inspector.copy_wanted.connect(acts.copy)
        inspector.save_wanted.connect(acts.save_as)
        inspector.folder_wanted.connect(acts.show_in_folder)
        inspector.find_wanted.connect(acts.find)
        acts.said.connect(self.said)
        acts.failed.connect(self.show_error)
        acts.recipe_wanted.connect(self._use_recipe)
        acts.folder_found.connect(self.importing.start)
        viewer, compare = self.viewer, self.compare
        for one in (inspector, viewer, compare):
            one.models_wanted.connect(self._show_models)
        viewer.view.find_wanted.connect(acts.find)
        viewer.view.canvas.menu_wanted.connect(self.page_acts.show_menu)
        self.viewing.changed.connect(self._in_view_changed)
        self.viewing.left.connect(self._back_at_grid)
        for one in (viewer, compare):
            one.rated.connect(self.marks.rate)
            one.labelled.connect(self.marks.label)
            one.reject_wanted.connect(self.marks.reject)
            one.trash_wanted.connect(self.marks.to_trash)
        self.empty.create_wanted.connect(self.create_wanted)
        self.empty.import_wanted.connect(self.importing.choose_folder)
        self.empty.clear_wanted.connect(self.gallery.clear_filters)
        self.empty.pictures_wanted.connect(self.show_pictures)
        self.filters.entered.connect(self.browser.enter)
        self.filters.empty_wanted.connect(self.marks.ask_to_empty)
        self.notice.left.connect(self._enter)
        self.importing.failed.connect(self.show_error)
        self.importing.ended.connect(self._imported)
        self.beside.left.connect(self._enter)
        self.beside.exporting.said.connect(self.said)

    def _connect_library(self) -> None:
        gallery = self.gallery
        gallery.view_changed.connect(self._selection_changed)
        gallery.view_changed.connect(self._show_place)
        gallery.choices_changed.connect(self._show_place)
        for signal in (gallery.searched, gallery.model.filled, gallery.model.rowsInserted, gallery.model.rowsRemoved):
            signal.connect(self._pictures_changed)
        gallery.searched.connect(self._offer_copies)
        gallery.model.came.connect(self._rows_came)
        gallery.failed.connect(self.show_error)
        gallery.library.failed.connect(self.show_error)
        if gallery.library.error is not None:
            self.show_error(gallery.library.error)

    def _show_models(self) -> None:
        self.viewing.leave_full_screen()
        self.models_wanted.emit()

    def acts(self) -> Mapping[str, Act]:
        return self.page_acts.table()

    # ---- What is in view

    def shown(self) -> None:
        self.gallery.catch_up()
        self._enter()

    def _enter(self) -> None:
        """Brings the focus to what is in view."""
        if self.viewing.at_grid:
            self.browser.enter()
        else:
            self.viewing.focus()

    def show_pictures(self) -> None:
        """All pictures that are not in the trash."""
        self.gallery.set_view(place="pictures")

    def show_album(self, name: str) -> None:
        """All pictures of an album."""
        self.gallery.clear_filters()
        self.gallery.set_view(place="album", album=name)

    def show_words(self, text: str) -> None:
        """All pictures with some words."""
        self.gallery.clear_filters()
        self.gallery.set_view(place="pictures", text=text)

    def show_found(self, text: str, number: int) -> None:
        """All pictures with some words, one of them chosen as soon as it is there."""
        self.viewing.back_to_grid()
        self.show_words(text)
        self.browser.choose_when_listed(number)

    def show_person(self, uid: str) -> None:
        """All pictures of one person."""
        self.gallery.clear_filters()
        self.gallery.set_view(place="pictures", person=uid)

    def show_error(self, error: FastFaceError | None) -> None:
        if error is None:
            self.error.clear()
        else:
            self.error.show_error(error)

    def _pictures_changed(self) -> None:
        self.browser.refresh()
        self.browser.choose_awaited()
        self.viewing.follow()

    # ---- What is chosen

    def chosen(self) -> list[int]:
        """The pictures that an act is for."""
        if not self.viewing.at_grid:
            return self.viewing.chosen()
        return self.grid.selected_ids()

    def _selection_changed(self) -> None:
        self.browser.selection_changed()
        self.beside.follow()

    def _rows_came(self) -> None:
        self.browser.show_marks()
        self.viewing.refresh()

    def _details_beside(self) -> bool:
        return not self.arrangement.one_column and self.gallery.view.inspector

    def _advance(self) -> None:
        """After a rating: the next picture is the current one."""
        if self.viewing.at_grid:
            self.grid.walk(1)
        elif self.viewing.views:
            self.viewing.walk(1)

    def _show_place(self) -> None:
        self.filters.say_place(self.list.place_name())

    def _enter_grid_soon(self) -> None:
        # The pictures of another place are still asked for.
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_copies(self) -> None:
        if self.gallery.view.place == "duplicates" and self.gallery.copies:
            self.notice.say(
                self.tr("The oldest of each comes first, its copies after it."),
                (self.tr("Choose the copies"), self.tr("All but the oldest of each"), self._choose_copies),
            )

    def _choose_copies(self) -> None:
        self.grid.choose(self.gallery.copies)

    # ---- Viewer and comparison

    def _in_view_changed(self) -> None:
        self.filters.setVisible(self.viewing.at_grid)
        self._selection_changed()

    def _back_at_grid(self, number: int) -> None:
        if self.gallery.model.place_of(number) >= 0:
            self.grid.choose([number], number)
            self.grid.scrollTo(self.grid.currentIndex())
        self.browser.enter()

    # ---- Out and in

    def _imported(self) -> None:
        for number in self.chosen():
            self._images.forget(number)
        self.gallery.refresh()
        self.beside.follow()

    def takes(self, dropped: QMimeData) -> bool:
        return bool(folders_in(dropped))

    def take(self, dropped: QMimeData) -> None:
        if folders := folders_in(dropped):
            self.importing.start(folders[0])

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        # Pictures that are dragged out and come back over their own window are not for another page.
        if _is_own(event) or self.takes(event.mimeData()):
            self.set_over(not _is_own(event))
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent, /) -> None:
        event.acceptProposedAction()

    def drop_words(self) -> str:
        return self.tr("Let go to add the pictures of this folder")

    def dropEvent(self, event: QDropEvent, /) -> None:
        self.set_over(False)
        if not _is_own(event) and self.takes(event.mimeData()):
            event.acceptProposedAction()
            self.take(event.mimeData())

    def _use_recipe(self, recipe: object, other_seed: bool) -> None:
        self.viewing.leave_full_screen()
        self.recipe_wanted.emit(recipe, other_seed)


def _is_own(event: QDropEvent) -> bool:
    """Whether it is dragged from this program; Qt's description forgets that there may be no source."""
    source = cast("QObject | None", event.source())
    return source is not None
