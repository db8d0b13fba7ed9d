"""The page Gallery: its parts put together, what is in view, and for which pictures an act is."""

from collections.abc import Mapping
from functools import partial
from typing import cast

from PySide6.QtCore import QElapsedTimer, QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.library.labels import LABELS, Label
from fastface_desktop.state.gallery.parts import GalleryParts
from fastface_desktop.state.gallery.view import LARGEST, SMALLEST, STEP
from fastface_desktop.ui.gallery.arrangement import Arrangement
from fastface_desktop.ui.gallery.beside import SidePanel
from fastface_desktop.ui.gallery.compare import Compare
from fastface_desktop.ui.gallery.empty import EmptyGallery
from fastface_desktop.ui.gallery.filters import FilterBar
from fastface_desktop.ui.gallery.gathering import GatherActs
from fastface_desktop.ui.gallery.grid import PictureGrid
from fastface_desktop.ui.gallery.import_strip import ImportStrip, folders_in
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.gallery.mark_acts import MarkActs
from fastface_desktop.ui.gallery.notice import Notice
from fastface_desktop.ui.gallery.picture_acts import Entry, PictureActs, show_menu
from fastface_desktop.ui.gallery.picture_delegate import GAP
from fastface_desktop.ui.gallery.places import PlacesPanel
from fastface_desktop.ui.gallery.selection_bar import SelectionBar
from fastface_desktop.ui.gallery.viewer import Viewer
from fastface_desktop.ui.gallery.viewing import ViewerController
from fastface_desktop.ui.shell.actions import Act
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.inline_error import InlineError

_MARKS_READ = 500
"""Pictures whose stars are compared for the bar."""

_DEBOUNCE = 10_000
"""Milliseconds after the last key or click in which pictures stand still."""


class GalleryPage(Page):
    marked = Signal(str, object)
    """What is seen where it was done, and what takes it back."""
    said = Signal(str, object)
    """A short message for a toast, and what takes it back or None."""
    create_wanted = Signal()
    """The page Create."""
    recipe_wanted = Signal(object, bool)
    """Create filled with this `Recipe`; True with another seed."""
    models_wanted = Signal()

    def __init__(self, *, theme: Theme, parts: GalleryParts) -> None:
        super().__init__()
        gallery, images = parts.gallery, parts.images
        self._gallery, self._images = gallery, images
        self.filters = FilterBar(gallery, theme)
        self.grid = PictureGrid(gallery, theme)
        self.empty = EmptyGallery(theme)
        self.bar = SelectionBar(theme)
        self.error = InlineError(theme)
        self.notice = Notice(theme)
        self.viewer = Viewer(gallery, images, parts.references, theme)
        self.compare = Compare(gallery, images, parts.references, theme)
        self.beside = SidePanel(gallery, parts.exporter, parts.references, theme, self.chosen)
        self.list = PlacesPanel(gallery, parts.albums, self.filters.count, theme)
        self.importing = ImportStrip(gallery.library, parts.importing, self.notice, theme)
        self.marks = MarkActs(self, gallery, parts.marking, self.notice, self.chosen)
        self.gathering = GatherActs(self, gallery, parts.albums, self.marks, self.grid, self.list, self.chosen)
        self._left_out = 0
        self._wanted: int | None = None
        """A picture that is to be chosen once it is shown."""
        self.acts_on = PictureActs(self, gallery, parts.repeating, parts.background, self.chosen)
        self.setAcceptDrops(True)
        self._build(theme)
        self._connect()
        parts.marking.said.connect(self.said)
        parts.marking.marked.connect(self.marked)
        parts.marking.failed.connect(self.show_error)
        parts.albums.said.connect(self.said)
        parts.albums.failed.connect(self.show_error)
        self._keys()
        self._used = QElapsedTimer()
        self._used.start()
        self._touched = False
        gallery.holds = self._rates
        self.grid.installEventFilter(self)
        self.grid.viewport().installEventFilter(self)
        self._selection_changed()
        self._show_place()
        self._show_whether_empty()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            self._touched = True
            self._used.restart()
        return False

    def _rates(self) -> bool:
        """Whether somebody works with the pictures, so that none may move: one is chosen, or a key was just used."""
        if not self.isVisible():
            return False
        return self.grid.selected_count() > 0 or (self._touched and self._used.elapsed() < _DEBOUNCE)

    def _build(self, theme: Theme) -> None:
        self.places = QStackedWidget()
        self.places.addWidget(self.grid)
        self.places.addWidget(self.empty)
        self.browse = QWidget()
        column = QVBoxLayout(self.browse)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        around = QVBoxLayout()
        # Half of a gap belongs to each picture, and the scroll bar lies in the margin.
        around.setContentsMargins(Space.XL - GAP // 2, 0, Space.XL - GAP // 2 - Space.M, 0)
        around.addWidget(self.places)
        column.addLayout(around, 1)
        column.addWidget(self.bar)
        self.stack = QStackedWidget()
        # It has what is left: or else what is least of the comparison would be taken from the lines above the grid.
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self.viewing = ViewerController(self.stack, self.browse, self.viewer, self.compare, self._gallery, self._images)
        messages = QVBoxLayout()
        messages.setContentsMargins(Space.XL, 0, Space.XL, 0)
        messages.setSpacing(Space.S)
        for one in (self.error, self.importing, self.notice):
            messages.addWidget(one)
        pictures = QWidget()
        column = QVBoxLayout(pictures)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(messages)
        column.addWidget(self.stack, 1)
        self.arrangement = Arrangement(self, self.list, self.filters, pictures, self.beside, theme)
        self.gathering.arrangement = self.arrangement

    def _connect(self) -> None:
        self._connect_library()
        grid, bar, inspector, acts = self.grid, self.bar, self.beside.inspector, self.acts_on
        grid.selection_changed.connect(self._selection_changed)
        grid.size_wanted.connect(self._resize)
        grid.opened.connect(self.open)
        grid.menu_wanted.connect(self.show_menu)
        bar.clear_wanted.connect(grid.clearSelection)
        bar.tag_wanted.connect(self.beside.tag)
        bar.album_wanted.connect(partial(self.gathering.choose_album, bar.album_button))
        bar.labels.chosen.connect(self.marks.label)
        grid.stack_wanted.connect(self._gallery.toggle_stack)
        grid.rejected_left_out.connect(self._say_left_out)
        self.list.import_wanted.connect(self.importing.choose_folder)
        self.list.trash_wanted.connect(self.gathering.throw_away)
        self.list.left.connect(self._enter_grid_soon)
        self.marks.advanced.connect(self._advance)
        self.beside.opened.connect(self.arrangement.show_details)
        self.arrangement.changed.connect(self._show_marks)
        inspector.labels.chosen.connect(self.marks.label)
        inspector.stack_wanted.connect(self.marks.stack)
        inspector.compare_wanted.connect(self.open_compare)
        bar.compare_wanted.connect(self.open_compare)
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
        viewer.view.canvas.menu_wanted.connect(self.show_menu)
        self.viewing.changed.connect(self._in_view_changed)
        self.viewing.left.connect(self._back_at_grid)
        for one in (viewer, compare):
            one.rated.connect(self.marks.rate)
            one.labelled.connect(self.marks.label)
            one.reject_wanted.connect(self.marks.reject)
            one.trash_wanted.connect(self.marks.to_trash)
        self.empty.create_wanted.connect(self.create_wanted)
        self.empty.import_wanted.connect(self.importing.choose_folder)
        self.empty.clear_wanted.connect(self._gallery.clear_filters)
        self.empty.pictures_wanted.connect(self.show_pictures)
        self.filters.entered.connect(self._enter_grid)
        self.filters.empty_wanted.connect(self.marks.ask_to_empty)
        self.notice.left.connect(self._enter)
        self.importing.failed.connect(self.show_error)
        self.importing.ended.connect(self._imported)
        self.beside.left.connect(self._enter)
        self.beside.exporting.said.connect(self.said)

    def _connect_library(self) -> None:
        gallery = self._gallery
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

    def _keys(self) -> None:
        """Letters and digits act in the grid alone: in a text they are text."""
        for number in range(6):
            key(str(number), partial(self.marks.rate, number), self.grid)
        for place, name in enumerate(LABELS[:4]):
            key(str(place + 6), partial(self.marks.toggle_label, name), self.grid)
        for keys, act in (
            ("X", self.marks.reject),
            ("U", self.marks.take_back),
            ("S", self.gathering.toggle_stack),
            ("B", self.gathering.choose_album),
            ("T", self.beside.tag),
            ("R", self.marks.restore),
            ("C", self.open_compare),
            ("V", self.acts_on.vary),
            ("F", self.open_full_screen),
            ("Space", self.open),
            ("Return", self.open),
            ("Enter", self.open),
            ("Delete", self.marks.to_trash),
            ("Backspace", self.marks.to_trash),
            ("Escape", self._let_go),
        ):
            key(keys, act, self.grid)
        for widget in (self.grid, self.viewer, self.compare):
            key("Ctrl+C", self.acts_on.copy, widget, children=True)
        key("Escape", self._enter_grid, self.filters, children=True)

    def _show_models(self) -> None:
        self.viewing.leave_full_screen()
        self.models_wanted.emit()

    def acts(self) -> Mapping[str, Act]:
        acts, one, some = self.acts_on, self._why_not_one, self._why_not_some
        return {
            "gallery.search": Act(self._search),
            "gallery.details": Act(self.beside.toggle_details),
            "gallery.larger": Act(partial(self._resize, 1)),
            "gallery.smaller": Act(partial(self._resize, -1)),
            "gallery.import": Act(self.importing.choose_folder),
            "gallery.export": Act(self.beside.open_export, some),
            "gallery.empty_trash": Act(self.marks.ask_to_empty, self._why_not_empty),
            "gallery.use_settings": Act(acts.use_settings, one),
            "gallery.repeat": Act(acts.repeat, one),
            "gallery.vary": Act(acts.vary, one),
            "gallery.save_as": Act(acts.save_as, one),
            "gallery.show_in_folder": Act(acts.show_in_folder, some),
            "gallery.compare": Act(self.open_compare, some),
            "gallery.new_album": Act(self.gathering.make_album),
            "gallery.stack_together": Act(self.marks.stack, self._why_not_several),
            "gallery.unstack": Act(self.marks.unstack, some),
            "gallery.advance": Act(self._toggle_advance),
            "gallery.stacks": Act(self.gathering.toggle_stacks),
        }

    def _why_not_one(self) -> str:
        return "" if len(self.chosen()) == 1 else self.tr("Choose one picture first.")

    def _why_not_some(self) -> str:
        return "" if self.chosen() else self.tr("Choose pictures first.")

    def _why_not_several(self) -> str:
        return "" if len(self.chosen()) > 1 else self.tr("Choose several pictures first.")

    def _why_not_empty(self) -> str:
        return "" if self._gallery.choices.trashed else self.tr("The trash is empty.")

    # ---- What is in view

    def shown(self) -> None:
        self._gallery.catch_up()
        self._enter()

    def _enter(self) -> None:
        """Brings the focus to what is in view."""
        if self.viewing.at_grid:
            self._enter_grid()
        else:
            self.viewing.focus()

    def _enter_grid(self) -> None:
        if not self._gallery.model.rowCount():
            self.filters.search.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.grid.currentIndex().isValid():
            flag = self.grid.selectionModel().SelectionFlag.NoUpdate
            self.grid.selectionModel().setCurrentIndex(self._gallery.model.index(0), flag)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_pictures(self) -> None:
        """All pictures that are not in the trash."""
        self._gallery.set_view(place="pictures")

    def show_album(self, name: str) -> None:
        """All pictures of an album."""
        self._gallery.clear_filters()
        self._gallery.set_view(place="album", album=name)

    def show_words(self, text: str) -> None:
        """All pictures with some words."""
        self._gallery.clear_filters()
        self._gallery.set_view(place="pictures", text=text)

    def show_found(self, text: str, number: int) -> None:
        """All pictures with some words, one of them chosen as soon as it is there."""
        self.viewing.back_to_grid()
        self.show_words(text)
        self._wanted = number
        self._choose_wanted()

    def _choose_wanted(self) -> None:
        if self._wanted is not None and self._gallery.model.place_of(self._wanted) >= 0:
            self.grid.choose([self._wanted], self._wanted)
            self._wanted = None

    def show_person(self, uid: str) -> None:
        """All pictures of one person."""
        self._gallery.clear_filters()
        self._gallery.set_view(place="pictures", person=uid)

    def show_error(self, error: FastFaceError | None) -> None:
        if error is None:
            self.error.clear()
        else:
            self.error.show_error(error)

    def _pictures_changed(self) -> None:
        self._show_whether_empty()
        self._choose_wanted()
        self.viewing.follow()

    def _show_whether_empty(self) -> None:
        gallery = self._gallery
        nothing = gallery.known and not gallery.model.rowCount() and not gallery.searching
        if nothing:
            self.empty.explain(gallery.view)
            if self.grid.hasFocus():
                # What is hidden cannot keep it.
                self.filters.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.places.setCurrentWidget(self.empty if nothing else self.grid)
        self.beside.show_whether_empty(nothing)
        waits = self.filters.search.hasFocus() and not self.filters.search.text()
        if gallery.model.rowCount() and waits and not self.grid.currentIndex().isValid():
            self._enter_grid()

    def _search(self) -> None:
        self.viewing.back_to_grid()
        self.filters.focus_search()

    def _resize(self, step: int) -> None:
        size = min(max(self._gallery.view.size + step * STEP, SMALLEST), LARGEST)
        self._gallery.set_view(size=size)

    # ---- What is chosen

    def chosen(self) -> list[int]:
        """The pictures that an act is for."""
        if not self.viewing.at_grid:
            return self.viewing.chosen()
        return self.grid.selected_ids()

    def _selection_changed(self) -> None:
        self._left_out = 0
        self._show_marks()
        self.beside.follow()

    def _rows_came(self) -> None:
        self._show_marks()
        self.viewing.refresh()

    def _show_marks(self) -> None:
        """On the bar: what all chosen pictures have."""
        model = self._gallery.model
        some = self.grid.selected_ids()[:_MARKS_READ]
        rows = [row for number in some if (row := model.row_of(number)) is not None]
        stars = {row.rating for row in rows}
        labels: set[Label | None] = {row.label for row in rows}
        # One picture has its stars beside it, or else here: in one place at a time.
        count = self.grid.selected_count()
        beside = count == 1 and not self.arrangement.one_column and self._gallery.view.inspector
        self.bar.show_selection(
            0 if beside and not self._gallery.view.in_trash else count,
            stars.pop() if len(stars) == 1 else None,
            trash=self._gallery.view.in_trash,
            label=labels.pop() if len(labels) == 1 else None,
            left_out=self._left_out,
        )

    def _say_left_out(self, count: int) -> None:
        self._left_out = count
        self._show_marks()

    def _advance(self) -> None:
        """After a rating: the next picture is the current one."""
        if self.viewing.at_grid:
            self.grid.walk(1)
        elif self.viewing.views:
            self.viewing.walk(1)

    def _toggle_advance(self) -> None:
        self._gallery.set_view(advance=not self._gallery.view.advance)

    def _show_place(self) -> None:
        self.filters.say_place(self.list.place_name())

    def _enter_grid_soon(self) -> None:
        # The pictures of another place are still asked for.
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_copies(self) -> None:
        if self._gallery.view.place == "duplicates" and self._gallery.copies:
            self.notice.say(
                self.tr("The oldest of each stands first, its copies after it."),
                (self.tr("Choose the copies"), self.tr("All but the oldest of each"), self._choose_copies),
            )

    def _choose_copies(self) -> None:
        self.grid.choose(self._gallery.copies)

    # ---- Viewer and comparison

    def open(self) -> None:
        """The current picture, as large as fits."""
        self.viewing.open(self.grid.current_id())

    def open_full_screen(self) -> None:
        self.viewing.open(self.grid.current_id(), full_screen=True)

    def open_compare(self) -> None:
        """The chosen pictures beside each other; a single one beside the next."""
        if ids := self.chosen():
            self.beside.close_export()
            self.viewing.open_compare(ids)

    def _in_view_changed(self) -> None:
        self.filters.setVisible(self.viewing.at_grid)
        self._selection_changed()

    def _back_at_grid(self, number: int) -> None:
        if self._gallery.model.place_of(number) >= 0:
            self.grid.choose([number], number)
            self.grid.scrollTo(self.grid.currentIndex())
        self._enter_grid()

    def _let_go(self) -> None:
        if self.beside.exports:
            self.beside.close_export()
        else:
            self.grid.clearSelection()

    # ---- Out and in

    def _imported(self) -> None:
        for number in self.chosen():
            self._images.forget(number)
        self._gallery.refresh()
        self.beside.follow()

    def takes(self, dropped: QMimeData) -> bool:
        return bool(folders_in(dropped))

    def take(self, dropped: QMimeData) -> None:
        if folders := folders_in(dropped):
            self.importing.start(folders[0])

    def dragEnterEvent(self, event: QDragEnterEvent, /) -> None:
        # Pictures that are dragged out and come back over their own window are not for another page.
        if _is_own(event) or self.takes(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent, /) -> None:
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent, /) -> None:
        if not _is_own(event) and self.takes(event.mimeData()):
            event.acceptProposedAction()
            self.take(event.mimeData())

    def _use_recipe(self, recipe: object, other_seed: bool) -> None:
        self.viewing.leave_full_screen()
        self.recipe_wanted.emit(recipe, other_seed)

    def menu_entries(self) -> list[Entry | None]:
        """A text, the key that does the same, and what it does; None is a line."""
        acts, marks, one = self.acts_on, self.marks, len(self.chosen()) == 1
        if self._gallery.view.in_trash:
            return [(self.tr("Put back"), "R", marks.restore), (self.tr("Delete for good"), "", marks.ask_to_erase)]
        return [
            *(acts.entries() if one else ()),
            (self.tr("Copy"), "Ctrl+C", acts.copy),
            (self.tr("Show in its folder"), "Ctrl+E", acts.show_in_folder),
            (self.tr("Compare"), "C", self.open_compare),
            (self.tr("Export"), "Ctrl+Shift+E", self.beside.open_export),
            None,
            *self.gathering.entries(),
            None,
            (self.tr("Reject, or take that back"), "X", marks.reject),
            (self.tr("Into the trash"), "Del", marks.to_trash),
        ]

    def show_menu(self, point: QPoint) -> None:
        """What can be done with the chosen pictures, at a global point."""
        show_menu(self, point, self.menu_entries())


def _is_own(event: QDropEvent) -> bool:
    """Whether it is dragged from this program; Qt's description forgets that there may be no source."""
    source = cast("QObject | None", event.source())
    return source is not None
