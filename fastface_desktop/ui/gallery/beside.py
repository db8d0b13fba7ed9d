"""Right of the pictures: what is known of those that are chosen, or their export."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fastface_core.library.gallery import PictureDetails
from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.gallery.exporting import Exporter
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.gallery.reference import Reference, ReferencePhotos
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.gallery.export_panel import ExportPanel
from fastface_desktop.ui.gallery.inspector import Inspector
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.layout import row

_UNBOUNDED = (1 << 24) - 1
"""Qt's largest width of a widget."""
_SUMMED = 500
"""Chosen pictures that are summed up."""
_DEBOUNCE = 40
"""Milliseconds that a selection rests before its details are read."""


class SidePanel(QWidget):
    """Follows what is chosen, and takes no room where neither is wanted."""

    left = Signal()
    """What had the focus here is gone."""
    opened = Signal()
    """Something of it was asked for."""

    def __init__(
        self,
        gallery: Gallery,
        exporter: Exporter,
        references: ReferencePhotos,
        theme: Theme,
        chosen: Callable[[], list[int]],
    ) -> None:
        """`chosen`: the numbers of the pictures that are meant."""
        super().__init__()
        self._theme = theme
        self._gallery, self._references, self._chosen = gallery, references, chosen
        self._one_column = False
        self._wanted = self._allowed = True
        self.inspector = Inspector(gallery, theme)
        self.exporting = ExportPanel(exporter, theme)
        self.exporting.hide()
        row(self.inspector, self.exporting, of=self)
        self._debounce = Debounce(_DEBOUNCE, self._look, self)
        self.exporting.closed.connect(self.close_export)
        key("Escape", self.close_export, self.exporting, children=True)
        key("Escape", self.left.emit, self.inspector, children=True)
        gallery.view_changed.connect(self._show_view)
        gallery.changed.connect(self._pictures_changed)
        gallery.choices_changed.connect(self._offer_tags)
        self._offer_tags()
        self._show_view()

    def follow(self) -> None:
        """Shows what is chosen now, as soon as that rests."""
        self._debounce.start()

    def show_whether_empty(self, nothing: bool) -> None:
        """`nothing`: no picture is in view. Those that are only filtered out may be back at the next letter."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self.inspector.invite(not nothing)
        self._wanted = not nothing or self._gallery.view.filtered
        self._show_where_allowed()
        if had_focus and self.isHidden():
            self.left.emit()

    def set_one_column(self, alone: bool) -> None:
        """Whether it has the page to itself while it is in view."""
        if alone != self._one_column:
            self._one_column = alone
            self.inspector.set_one_column(alone)
            width = self._theme.px(Size.CONTROLS)
            self.exporting.setMinimumWidth(0 if alone else width)
            self.exporting.setMaximumWidth(_UNBOUNDED if alone else width)
            self._show_view()
            self._show_where_allowed()

    def allow(self, allowed: bool) -> None:
        """Whether it has a place now: pictures and details may be in view in turn."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self._allowed = allowed
        self._show_where_allowed()
        if had_focus and self.isHidden():
            self.left.emit()

    def _show_where_allowed(self) -> None:
        # Alone it keeps its place, though there is nothing to say: else the page would be empty.
        self.setVisible(self._allowed and (self._wanted or self._one_column))

    # ---- The details

    def toggle_details(self) -> None:
        self.close_export()
        self._gallery.set_view(inspector=not self._gallery.view.inspector)

    def tag(self) -> None:
        """Brings the focus to the field of tags."""
        if self._chosen() and not self._gallery.view.in_trash:
            self.close_export()
            self._gallery.set_view(inspector=True)
            self.opened.emit()
            self.inspector.tags.show()
            self.inspector.tags.focus()

    def _show_view(self) -> None:
        wanted = self._one_column or self._gallery.view.inspector
        had_focus = self._inspector_has_focus()
        self.inspector.setVisible(wanted and not self.exports)
        if had_focus and not wanted:
            self.left.emit()

    def _look(self) -> None:
        ids = self._chosen()
        if not ids:
            had_focus = self._inspector_has_focus()
            self.inspector.show_nothing()
            if had_focus:
                self.left.emit()
        elif len(ids) > 1:
            model = self._gallery.model
            rows = [row for number in ids[:_SUMMED] if (row := model.row_of(number)) is not None]
            self.inspector.show_many(len(ids), rows, trash=self._gallery.view.in_trash)
        elif self._gallery.library.library is not None:
            self._gallery.details(self, ids[0], self._looked, ignore)
        if self.exports:
            self.exporting.offer(ids)

    def _looked(self, details: PictureDetails) -> None:
        if self._chosen() == [details.row.id]:
            self.inspector.show_details(details)
            self._references.look(self, details, self._photo_came)

    def _photo_came(self, number: int, photo: Reference) -> None:
        if self._chosen() == [number]:
            self.inspector.seen.show_photo(photo)

    def _pictures_changed(self, numbers: frozenset[int] | None) -> None:
        if numbers is None or not numbers.isdisjoint(self._chosen()):
            self.follow()

    def _offer_tags(self) -> None:
        self.inspector.tags.offer(self._gallery.choices.tags)

    def _inspector_has_focus(self) -> bool:
        return self.inspector.isAncestorOf(self.window().focusWidget() or self)

    # ---- The export

    @property
    def exports(self) -> bool:
        return not self.exporting.isHidden()

    def open_export(self) -> None:
        ids = self._chosen()
        if ids and not self._gallery.view.in_trash:
            self.opened.emit()
            self.inspector.hide()
            self.exporting.show()
            self.exporting.offer(ids)
            self.exporting.focus()

    def close_export(self) -> None:
        if self.exports:
            self.exporting.hide()
            self.inspector.setVisible(self._one_column or self._gallery.view.inspector)
            self.left.emit()
