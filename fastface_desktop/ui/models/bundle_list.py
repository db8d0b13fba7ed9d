"""Bundles as cards, each told what concerns it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import ModelFiles
from fastface_desktop.state.models.views import BundleSeen
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space


def _all(bundle: BundleSeen) -> bool:
    return True


class BundleList(QWidget):
    opened = Signal(object)
    """A card asks something, and should be in view."""
    filled = Signal()
    """The cards show what was seen."""

    def __init__(
        self, downloads: Downloads, files: ModelFiles, theme: Theme, wanted: Callable[[BundleSeen], bool] = _all
    ) -> None:
        """`wanted`: which bundles it shows."""
        super().__init__()
        self._downloads, self._files, self._theme, self._wanted = downloads, files, theme, wanted
        self.cards: dict[str, BundleCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.M)
        downloads.seen.connect(self._show_models)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        downloads.removal_planned.connect(self._ask_removal)
        if downloads.models is not None:
            self._show_models()

    def focus_first(self) -> bool:
        """Sets the focus on the first thing that can be done, where there is one."""
        usable = next((card.action for card in self.cards.values() if card.action.isEnabled()), None)
        if usable is not None:
            usable.setFocus(Qt.FocusReason.OtherFocusReason)
        return usable is not None

    def _show_models(self) -> None:
        models = self._downloads.models
        assert models is not None
        for bundle in models.bundles:
            if bundle.name in self.cards:
                if self.cards[bundle.name].bundle != bundle:
                    self.cards[bundle.name].show_bundle(bundle)
            elif self._wanted(bundle):
                card = BundleCard(bundle, self._downloads, self._theme)
                card.opened.connect(self._opened)
                card.export_wanted.connect(self._export)
                self.cards[bundle.name] = card
                self._column.addWidget(card)
        self.filled.emit()

    def _opened(self) -> None:
        self.opened.emit(self.sender())

    def _show_work(self, key: str) -> None:
        if key in self.cards:
            self.cards[key].show_work()

    def _show_error(self, key: str, error: FastFaceError) -> None:
        if key in self.cards:
            self.cards[key].show_error(error)

    def _ask_removal(self, key: str, removal: Removal) -> None:
        models = self._downloads.models
        if models is not None and key in self.cards and self.cards[key].isVisible():
            titles = {one.name: translated(one.title) for one in models.bundles}
            self.cards[key].ask_removal(removal, titles)

    def _export(self) -> None:
        card = self.sender()
        if isinstance(card, BundleCard):
            name = card.bundle.name
            chosen, _ = QFileDialog.getSaveFileName(
                self, self.tr("Where to write the pack"), f"{name}.pack", self.tr("Packs (*.pack)")
            )
            if chosen:
                self._files.export(name, Path(chosen))
