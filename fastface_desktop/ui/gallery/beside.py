"""Right of the pictures: what is known of those that are chosen, or their export."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fastface_core.library.gallery import PictureDetails
from fastface_desktop.state.gallery.exporting import Exporter
from fastface_desktop.state.gallery.gallery import Gallery
from fastface_desktop.state.tasks import ignore
from fastface_desktop.ui.gallery.export_panel import ExportPanel
from fastface_desktop.ui.gallery.inspector import Inspector
from fastface_desktop.ui.gallery.keys import key
from fastface_desktop.ui.theme.theme import Theme

_CALM = 40
"""Milliseconds that a selection rests before its details are read."""


class Beside(QWidget):
    """Follows what is chosen, and takes no room where neither is wanted."""

    left = Signal()
    """What had the focus here is gone."""

    def __init__(self, gallery: Gallery, exporter: Exporter, theme: Theme, chosen: Callable[[], list[int]]) -> None:
        """`chosen`: the numbers of the pictures that are meant."""
        super().__init__()
        self._gallery, self._chosen = gallery, chosen
        self.inspector = Inspector(gallery, theme)
        self.exporting = ExportPanel(exporter, theme)
        self.exporting.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.inspector)
        row.addWidget(self.exporting)
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM)
        self._calm.timeout.connect(self._look)
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
        self._calm.start()

    def show_whether_empty(self, nothing: bool) -> None:
        """`nothing`: no picture is in view. Those that are only filtered out may be back at the next letter."""
        had_focus = self.isAncestorOf(self.window().focusWidget() or self)
        self.inspector.invite(not nothing)
        self.setVisible(not nothing or self._gallery.view.filtered)
        if had_focus and self.isHidden():
            self.left.emit()

    # ---- The details

    def toggle_details(self) -> None:
        self.close_export()
        self._gallery.set_view(inspector=not self._gallery.view.inspector)

    def tag(self) -> None:
        """Brings the focus to the field of tags."""
        if self._chosen() and not self._gallery.view.in_trash:
            self.close_export()
            self._gallery.set_view(inspector=True)
            self.inspector.tags.show()
            self.inspector.tags.focus()

    def _show_view(self) -> None:
        wanted = self._gallery.view.inspector
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
            self.inspector.show_many(len(ids), trash=self._gallery.view.in_trash)
        elif self._gallery.library.library is not None:
            self._gallery.details(self, ids[0], self._looked, ignore)
        if self.exports:
            self.exporting.offer(ids)

    def _looked(self, details: PictureDetails) -> None:
        if self._chosen() == [details.row.id]:
            self.inspector.show_details(details)

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
            self.inspector.hide()
            self.exporting.show()
            self.exporting.offer(ids)
            self.exporting.focus()

    def close_export(self) -> None:
        if self.exports:
            self.exporting.hide()
            self.inspector.setVisible(self._gallery.view.inspector)
            self.left.emit()
