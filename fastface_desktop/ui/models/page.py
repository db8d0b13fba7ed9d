"""The page Models: the drive, the switch that keeps everything offline, and a card for each bundle."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.upkeep import Removal
from fastface_desktop.state.downloads import Downloads
from fastface_desktop.translation import translated
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.models.storage_bar import StorageBar
from fastface_desktop.ui.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label


class ModelsPage(Page):
    said = Signal(str, object)
    """A short message for a toast, and what takes it back or None."""

    def __init__(self, *, theme: Theme, downloads: Downloads) -> None:
        super().__init__()
        self._theme, self._downloads = theme, downloads
        self.cards: dict[str, BundleCard] = {}
        self._focus_waits = False
        self.storage = StorageBar()
        self.error = InlineError(theme)
        self.offline = QCheckBox(self.tr("Offline"))
        self.offline.setAccessibleName(self.offline.text())
        self.offline.clicked.connect(downloads.set_offline)
        self._explain_offline(None)
        self._build()
        downloads.seen.connect(self._show_models)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        downloads.verified.connect(self._say_verified)
        downloads.removal_planned.connect(self._ask_removal)
        downloads.installed.connect(self._say_installed)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.M)
        head.addWidget(label(self.tr("Models"), "title"), 1)
        head.addWidget(self.offline)
        self.lead = label(
            self.tr("The starter model is there from the start: make pictures with it while others are fetched."),
            "secondary",
            wrap=True,
        )
        self._cards = QVBoxLayout()
        self._cards.setSpacing(Space.M)
        column_of = QWidget()
        column_of.setMaximumWidth(self._theme.px(Size.COLUMN + Size.CONTROLS))
        column = QVBoxLayout(column_of)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.M)
        column.addLayout(head)
        column.addWidget(self.lead)
        column.addWidget(self.storage)
        column.addWidget(self.error)
        column.addLayout(self._cards)
        column.addStretch()
        content = QWidget()
        content.setProperty("kind", "scrolled")
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(column_of, 100)
        row.addStretch()
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroller.setWidget(content)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.scroller)

    def shown(self) -> None:
        self._downloads.look()
        self._focus_waits = True
        self._set_focus()

    def _set_focus(self) -> None:
        """To the first thing that can be done, once it is known."""
        usable = next((card.action for card in self.cards.values() if card.action.isEnabled()), None)
        if self._focus_waits and usable is not None:
            self._focus_waits = False
            usable.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- What is going on

    def _show_models(self) -> None:
        models = self._downloads.models
        assert models is not None
        self.storage.show_models(models)
        self.offline.setChecked(models.offline)
        self.offline.setEnabled(models.offline_forced is None)
        self._explain_offline(models.offline_forced)
        for bundle in models.bundles:
            if bundle.name in self.cards:
                self.cards[bundle.name].show_bundle(bundle)
            else:
                card = BundleCard(bundle, self._downloads, self._theme)
                card.opened.connect(self._make_seen)
                self.cards[bundle.name] = card
                self._cards.addWidget(card)
        self._set_focus()

    def _explain_offline(self, forced: str | None) -> None:
        """`forced`: the variable that keeps the program offline."""
        self.offline.setToolTip(
            self.tr("The variable {name} keeps FastFace offline").format(name=forced)
            if forced
            else self.tr("FastFace then uses no network at all; downloads wait until it is off again")
        )

    def _make_seen(self) -> None:
        """Scrolls to the card that asks something, once it has its new height."""
        card = self.sender()
        if isinstance(card, BundleCard):
            QTimer.singleShot(0, card, lambda: self.scroller.ensureWidgetVisible(card))

    def _show_work(self, bundle: str) -> None:
        if bundle in self.cards:
            self.cards[bundle].show_work()

    def _show_error(self, bundle: str, error: FastFaceError) -> None:
        if bundle in self.cards:
            self.cards[bundle].show_error(error)
        else:
            self.error.show_error(error)

    def _say_verified(self, bundle: str, looked_at: int, wrong: int) -> None:
        if bundle in self.cards:
            self.said.emit(self.cards[bundle].show_verified(looked_at, wrong), None)

    def _ask_removal(self, bundle: str, removal: Removal) -> None:
        models = self._downloads.models
        if models is not None and bundle in self.cards:
            titles = {one.name: translated(one.title) for one in models.bundles}
            self.cards[bundle].ask_removal(removal, titles)

    def _say_installed(self, bundle: str) -> None:
        card = self.cards[bundle]
        if card.bundle.checkpoint:
            self.said.emit(self.tr("{name} is ready to make pictures.").format(name=card.title.text()), None)
        else:
            self.said.emit(self.tr("{name} is ready.").format(name=card.title.text()), None)
