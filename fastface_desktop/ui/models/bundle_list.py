"""Bundles as cards, each told what concerns it."""

import math
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import ModelFiles
from fastface_desktop.state.models.fit import Group
from fastface_desktop.state.models.fitting import Fitting
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.models.starter_card import StarterCard
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.files import documents_folder
from fastface_desktop.ui.widgets.fold import Fold
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.sizes import size_text

_MOST, _CARD = 3, 300
"""Cards in a row, and pixels of one at least."""
_STRETCH = 100


def _seconds(card: BundleCard) -> float:
    seconds = card.fit.seconds if card.fit is not None else None
    return seconds if seconds is not None else math.inf


class _Rows(QWidget):
    """A group of models in a line each; takes no room where there is none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.column = column(label(title, "heading"), margins=(0, Space.M, 0, 0), of=self)

    def hold(self, cards: Sequence[BundleCard]) -> None:
        """These, in this order."""
        for card in cards:
            card.set_in_row(True)
            self.column.removeWidget(card)
            self.column.addWidget(card)
            card.show()
        self.setVisible(bool(cards))


class BundleList(QWidget):
    """What fits this computer first, as cards; the rest as rows; what does not fit folded, with its reason."""

    opened = Signal(BundleCard)
    """A card asks something, and should be in view."""
    filled = Signal()
    """The cards were updated."""
    arranged = Signal()
    """The cards were reordered."""

    def __init__(self, downloads: Downloads, files: ModelFiles, fitting: Fitting, theme: Theme) -> None:
        super().__init__()
        self._downloads, self._files, self._fitting, self._theme = downloads, files, fitting, theme
        self.cards: dict[str, BundleCard] = {}
        self.starter = StarterCard(downloads, theme)
        self._places: object = None
        self.fits = QWidget()
        self._cards = QGridLayout(self.fits)
        self._cards.setContentsMargins(0, 0, 0, 0)
        self._cards.setSpacing(Space.FIELD)
        self.slow, self.beside = _Rows(self.tr("Works, but slowly here")), _Rows(self.tr("Beside the models"))
        self.more = _Rows(self.tr("More that fit"))
        self.no = Fold(self.tr("Does not fit here"), self.tr("Models that need more than this computer has"), theme)
        column(
            label(self.tr("Fits this computer"), "heading"),
            self.fits,
            self.more,
            self.slow,
            self.no,
            self.beside,
            gap=Space.M,
            of=self,
        )
        downloads.seen.connect(self._show_models)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        downloads.removal_planned.connect(self._ask_removal)
        fitting.changed.connect(self._show_fits)
        theme.changed.connect(self._show_fits)
        if downloads.models is not None:
            self._show_models()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show_fits(self) -> None:
        graphics = self._fitting.means.graphics
        for card in self.cards.values():
            card.show_fit(self._fitting.of(card.bundle), graphics=graphics)
        self.starter.show_fit(self._fitting.starter(), graphics=False)
        self._arrange()

    def _arrange(self) -> None:
        """Each in its group; in a window where there are fewer columns, in fewer."""
        groups: dict[Group, list[BundleCard]] = {"fits": [], "slow": [], "no": [], "beside": []}
        for card in self.cards.values():
            groups[card.fit.group if card.fit is not None else "slow"].append(card)
        # One for each use; that which is there comes first.
        first = [card for card in groups["fits"] if card.bundle.recommended or card.bundle.usable]
        first += [card for card in groups["fits"] if card.bundle.commercial_use and card not in first][:1]
        shown = [*first[:_MOST], self.starter]
        rest = [card for card in groups["fits"] if card not in shown]
        columns = max(min(self.width() // self._theme.px(_CARD), _MOST), 1)
        slow = sorted(groups["slow"], key=_seconds)
        places = (columns, *(tuple(id(one) for one in some) for some in (shown, rest, slow, groups["no"])))
        if places == self._places:
            return
        self._places = places
        while self._cards.count():
            self._cards.takeAt(0)
        for number, card in enumerate(shown):
            card.set_in_row(False)
            self._cards.addWidget(card, number // columns, number % columns)
            card.show()
        for place in range(_MOST):
            self._cards.setColumnStretch(place, _STRETCH if place < columns else 0)
        self._cards.setColumnStretch(_MOST, 1)  # what no card takes is at the right
        for rows, cards in ((self.more, rest), (self.slow, slow), (self.beside, groups["beside"])):
            rows.hold(cards)
        self._fold(groups["no"])
        self.arranged.emit()

    def _fold(self, cards: list[BundleCard]) -> None:
        for card in cards:
            card.set_in_row(True)
            self.no.column.addWidget(card)
            card.show()
        self.no.setVisible(bool(cards))
        if not cards:
            return
        most = max((card.fit.needs for card in cards if card.fit is not None), default=0)
        disk = all(card.fit is not None and card.fit.lacks == "disk" for card in cards)
        reason = (
            self.tr("{count} models; there is too little room on the drive")
            if disk
            else self.tr("{count} models; they need up to {size} of memory")
        )
        self.no.set_state(reason.format(count=self.locale().toString(len(cards)), size=size_text(most)))

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
            else:
                card = BundleCard(bundle, self._downloads, self._theme)
                card.opened.connect(self._opened)
                card.export_wanted.connect(self._export)
                self.cards[bundle.name] = card
        self._show_fits()
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
                self, self.tr("Where to write the pack"), f"{documents_folder()}/{name}.pack", self.tr("Packs (*.pack)")
            )
            if chosen:
                self._files.export(name, Path(chosen))
