"""The page Gallery: grid, filters and details, and what the user's acts do."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale, QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.library.gallery import PictureDetails
from fastface_desktop.state.background import Background
from fastface_desktop.state.gallery import Gallery
from fastface_desktop.state.gallery_view import LARGEST, SMALLEST, STEP
from fastface_desktop.state.marking import Marking
from fastface_desktop.ui.gallery.empty import EmptyGallery
from fastface_desktop.ui.gallery.filters import FilterBar
from fastface_desktop.ui.gallery.grid import PictureGrid
from fastface_desktop.ui.gallery.inspector import Inspector
from fastface_desktop.ui.gallery.notice import Notice
from fastface_desktop.ui.gallery.selection_bar import SelectionBar
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space

_CALM = 40
"""Milliseconds that a selection rests before its details are read."""


class GalleryPage(Page):
    said = Signal(str, object)
    """A short message for a toast, and what takes it back or None."""
    create_wanted = Signal()
    """The page Create."""
    recipe_wanted = Signal(object, bool)
    """Create filled with this `Recipe`; True with another seed."""

    def __init__(self, *, theme: Theme, gallery: Gallery, marking: Marking, background: Background) -> None:
        super().__init__()
        self._theme, self._gallery, self._marking, self._background = theme, gallery, marking, background
        self.filters = FilterBar(gallery, theme)
        self.grid = PictureGrid(gallery, theme)
        self.empty = EmptyGallery(theme)
        self.bar = SelectionBar(theme)
        self.inspector = Inspector(gallery, theme)
        self.error = InlineError(theme)
        self.notice = Notice(theme)
        self._build()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._look)
        self._connect()
        self._keys()
        self._show_view()
        self._show_whether_empty()

    def _build(self) -> None:
        self.places = QStackedWidget()
        self.places.addWidget(self.grid)
        self.places.addWidget(self.empty)
        around = QVBoxLayout()
        around.setContentsMargins(Space.M, 0, 0, 0)
        around.addWidget(self.places)
        messages = QVBoxLayout()
        messages.setContentsMargins(Space.L, 0, Space.L, 0)
        messages.setSpacing(Space.S)
        messages.addWidget(self.error)
        messages.addWidget(self.notice)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(messages)
        left.addLayout(around, 1)
        left.addWidget(self.bar)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.inspector)
        self.browse = QWidget()
        column = QVBoxLayout(self.browse)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filters)
        column.addLayout(row, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.browse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.stack)

    def _connect(self) -> None:
        gallery, grid, bar = self._gallery, self.grid, self.bar
        gallery.view_changed.connect(self._show_view)
        gallery.searched.connect(self._show_whether_empty)
        gallery.model.filled.connect(self._show_whether_empty)
        gallery.model.rowsInserted.connect(self._show_whether_empty)
        gallery.model.rowsRemoved.connect(self._show_whether_empty)
        gallery.model.came.connect(self._show_stars)
        gallery.changed.connect(self._pictures_changed)
        gallery.choices_changed.connect(self._offer_tags)
        gallery.failed.connect(self.show_error)
        gallery.library.failed.connect(self.show_error)
        self._marking.said.connect(self.said)
        self._marking.failed.connect(self.show_error)
        grid.selection_changed.connect(self._selection_changed)
        grid.size_wanted.connect(self._resize)
        bar.clear_wanted.connect(grid.clearSelection)
        bar.stars.rated.connect(self.rate)
        bar.reject_wanted.connect(self.reject)
        bar.tag_wanted.connect(self.tag)
        bar.trash_wanted.connect(self.to_trash)
        bar.restore_wanted.connect(self.restore)
        bar.erase_wanted.connect(self.ask_to_erase)
        self.inspector.stars.rated.connect(self.rate)
        self.inspector.reject_button.clicked.connect(self.reject)
        self.inspector.tags.added.connect(self._add_tags)
        self.inspector.tags.removed.connect(self._remove_tag)
        self.empty.create_wanted.connect(self.create_wanted)
        self.empty.clear_wanted.connect(gallery.clear_filters)
        self.empty.pictures_wanted.connect(self.show_pictures)
        self.filters.entered.connect(self._enter_grid)
        if gallery.library.error is not None:
            self.show_error(gallery.library.error)
        self._offer_tags()

    def _keys(self) -> None:
        """Letters and digits act in the grid alone: in a text they are text."""
        for number in range(6):
            self._key(str(number), partial(self.rate, number), self.grid)
        for keys, act in (
            ("X", self.reject),
            ("T", self.tag),
            ("R", self.restore),
            ("Delete", self.to_trash),
            ("Backspace", self.to_trash),
            ("Escape", self.grid.clearSelection),
        ):
            self._key(keys, act, self.grid)
        for keys, act in (
            ("Ctrl+F", self.filters.focus_search),
            ("Ctrl+I", self._toggle_inspector),
            ("Ctrl++", partial(self._resize, 1)),
            ("Ctrl+=", partial(self._resize, 1)),
            ("Ctrl+-", partial(self._resize, -1)),
        ):
            self._key(keys, act, self.browse, children=True)

    def _key(self, keys: str, act: Callable[[], object], widget: QWidget, *, children: bool = False) -> None:
        shortcut = QShortcut(QKeySequence(keys), widget)
        context = Qt.ShortcutContext
        shortcut.setContext(context.WidgetWithChildrenShortcut if children else context.WidgetShortcut)
        shortcut.activated.connect(act)

    # ---- What is shown

    def shown(self) -> None:
        self._enter_grid()

    def takes(self, dropped: QMimeData) -> bool:
        return False

    def _enter_grid(self) -> None:
        if self._gallery.model.rowCount():
            if not self.grid.currentIndex().isValid():
                self.grid.selectionModel().setCurrentIndex(
                    self._gallery.model.index(0), self.grid.selectionModel().SelectionFlag.NoUpdate
                )
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.filters.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_pictures(self) -> None:
        """All pictures that are not in the trash."""
        self._gallery.set_view(place="pictures")

    def show_error(self, error: FastFaceError | None) -> None:
        if error is None:
            self.error.clear()
        else:
            self.error.show_error(error)

    def _show_view(self) -> None:
        self.inspector.setVisible(self._gallery.view.inspector)
        self._selection_changed()

    def _show_whether_empty(self) -> None:
        gallery = self._gallery
        nothing = gallery.known and not gallery.model.rowCount() and not gallery.searching
        if nothing:
            self.empty.explain(gallery.view)
        self.places.setCurrentWidget(self.empty if nothing else self.grid)

    def _resize(self, step: int) -> None:
        size = min(max(self._gallery.view.size + step * STEP, SMALLEST), LARGEST)
        self._gallery.set_view(size=size)

    def _toggle_inspector(self) -> None:
        self._gallery.set_view(inspector=not self._gallery.view.inspector)

    # ---- What is chosen

    def _selection_changed(self) -> None:
        self._show_stars()
        self._calm.start()

    def _show_stars(self) -> None:
        """On the bar: what all chosen pictures have."""
        count = self.grid.selected_count()
        model = self._gallery.model
        stars = {row.rating for number in self.grid.selected_ids()[:500] if (row := model.row_of(number))}
        self.bar.show_selection(count, stars.pop() if len(stars) == 1 else None, trash=self._in_trash)

    def _look(self) -> None:
        """Reads the details of the chosen picture."""
        count = self.grid.selected_count()
        if count == 0:
            self.inspector.show_nothing()
        elif count > 1:
            self.inspector.show_many(count)
        elif self._gallery.library.library is not None:
            self._gallery.details(self.grid.selected_ids()[0], self._looked)

    def _looked(self, number: int, details: PictureDetails | FastFaceError) -> None:
        if self.grid.selected_ids() == [number] and isinstance(details, PictureDetails):
            self.inspector.show_details(details, self._gallery.scale(details.row.checkpoint))

    def _pictures_changed(self, numbers: frozenset[int] | None) -> None:
        if numbers is None or not numbers.isdisjoint(self.grid.selected_ids()):
            self._calm.start()

    def _offer_tags(self) -> None:
        self.inspector.tags.offer(self._gallery.choices.tags)

    @property
    def _in_trash(self) -> bool:
        return self._gallery.view.place == "trash"

    # ---- What is done with it

    def rate(self, stars: int) -> None:
        if not self._in_trash:
            self._marking.rate(self.grid.selected_ids(), stars)

    def reject(self) -> None:
        """Rejects all, or takes that back where all are rejected."""
        ids = self.grid.selected_ids()
        rows = [self._gallery.model.row_of(number) for number in ids]
        if not self._in_trash:
            self._marking.reject(ids, not all(row is not None and row.rejected for row in rows))

    def tag(self) -> None:
        """Brings the focus to the field of tags."""
        if self.grid.selected_count() and not self._in_trash:
            self._gallery.set_view(inspector=True)
            self.inspector.tags.focus()

    def _add_tags(self, tags: list[str]) -> None:
        self._marking.tag(self.grid.selected_ids(), add=tags)

    def _remove_tag(self, tag: str) -> None:
        self._marking.tag(self.grid.selected_ids(), remove=[tag])

    def to_trash(self) -> None:
        """Out of the trash nothing can be thrown any further without a question."""
        if self._in_trash:
            self.ask_to_erase()
        else:
            self._marking.to_trash(self.grid.selected_ids())

    def restore(self) -> None:
        if self._in_trash:
            self._marking.restore(self.grid.selected_ids())

    def ask_to_erase(self) -> None:
        """Asks whether the chosen pictures of the trash are to be deleted for good."""
        ids = self.grid.selected_ids()
        if ids and self._in_trash:
            text = (
                self.tr("Delete this picture for good? Nothing brings it back.")
                if len(ids) == 1
                else self.tr("Delete {count} pictures for good? Nothing brings them back.")
            )
            self._ask(text.format(count=QLocale().toString(len(ids))), partial(self._marking.erase, ids))

    def _ask(self, text: str, act: Callable[[], object]) -> None:
        self.notice.say(
            text,
            (self.tr("Delete for good"), self.tr("The files are deleted"), act),
            (self.tr("Keep"), self.tr("Nothing is deleted"), self._enter_grid),
            icon="warning",
        )
