"""The page Models: the drive, the switch that keeps everything offline, a card for each bundle, and what comes from
this computer."""

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import EVERYTHING, Downloads
from fastface_desktop.state.models.files import ModelFiles
from fastface_desktop.state.models.fitting import Fitting
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.models import import_card
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.models.bundle_list import BundleList
from fastface_desktop.ui.models.import_card import ImportCard
from fastface_desktop.ui.models.own_card import OwnCard
from fastface_desktop.ui.models.request_log import RequestLog
from fastface_desktop.ui.models.storage_bar import StorageBar
from fastface_desktop.ui.models.words import verified_words
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.reading_order import reading_order, set_tab_order
from fastface_desktop.ui.widgets.scrolling import keep_in_line, scroller
from fastface_desktop.ui.widgets.section import Section
from fastface_desktop.ui.widgets.sizes import size_text

_GB = 1_000_000_000


class ModelsPage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    first_run_wanted = Signal()

    def __init__(
        self, *, theme: Theme, downloads: Downloads, files: ModelFiles, network: NetworkState, fitting: Fitting
    ) -> None:
        super().__init__()
        self._theme, self._downloads, self._files, self._fitting = theme, downloads, files, fitting
        self.own_cards: dict[str, OwnCard] = {}
        self._focus_waits = False
        self.storage = StorageBar(downloads, files, theme)
        self.error = InlineError(theme)
        self.offline = QCheckBox(self.tr("Work offline"))
        self.offline.setAccessibleName(self.offline.text())
        self.offline.clicked.connect(downloads.set_offline)
        self.verify_button = button(
            self.tr("Verify all"), self.tr("Read every file that is here and compare it with its checksum"), "quiet"
        )
        self.verify_button.clicked.connect(self._verify_all)
        self.first_run_button = button(
            self.tr("This computer"), self.tr("What this computer can do, and the first steps once more"), "quiet"
        )
        self.first_run_button.clicked.connect(self.first_run_wanted)
        self.work = WorkLine(self.tr("Progress of the verification"))
        self.work.stop_wanted.connect(self._stop_verifying)
        self.list = BundleList(downloads, files, fitting, theme)
        self.importing = ImportCard(downloads, files, theme)
        self.log = RequestLog(network, theme)
        self.log.said.connect(self.said)
        self._explain_offline(None)
        self._build()
        self.list.opened.connect(self._make_seen)
        self.list.arranged.connect(self._order)
        self.importing.opened.connect(self._show_import)
        fitting.changed.connect(self._say_computer)
        downloads.seen.connect(self._show_models)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        downloads.verified.connect(self._say_verified)
        downloads.removal_planned.connect(self._ask_removal)
        downloads.installed.connect(self._say_installed)
        files.exported.connect(self._say_exported)
        network.failed.connect(self._show_network_error)
        if downloads.models is not None:
            self._show_models()

    @property
    def cards(self) -> dict[str, BundleCard]:
        """Of the bundles, by their names."""
        return self.list.cards

    def _build(self) -> None:
        self.head = PageHead(self.tr("Models"), self._theme)
        self.add_button = button(
            self.tr("Add from a folder…"), self.tr("Look through a folder or a hub cache for files that FastFace knows")
        )
        self.add_button.clicked.connect(self.importing.choose_folder)
        self.tools = flexible(QWidget())
        tools = FlowLayout(self.tools, Space.S)
        for part in (self.offline, self.first_run_button, self.verify_button, self.add_button):
            tools.addWidget(part)
        self._own = QVBoxLayout()
        self._own.setSpacing(Space.M)
        self.requests = Section(
            self.tr("What was asked of the network"), self.tr("Every request that FastFace ever sent"), self._theme
        )
        self.requests.column.addWidget(self.log)
        self.requests.toggled.connect(self._log_opened)
        column_of = QWidget()
        whole = column(
            self.work,
            self.error,
            self.list,
            self._own,
            self.importing,
            self.storage,
            self.requests,
            REST,
            margins=(Space.XL, Space.XS, Space.XL, Space.XL),
            gap=Space.M,
            of=column_of,
        )
        column_of.setProperty("kind", "scrolled")
        self.scroller = scroller(column_of)
        keep_in_line(self.scroller, whole)
        layout = column(self.head, of=self)
        self._below_head = QVBoxLayout()
        self._below_head.setContentsMargins(Space.XL, 0, Space.XL, Space.S)
        layout.addLayout(self._below_head)
        layout.addWidget(self.scroller, 1)
        self._theme.changed.connect(self._fit)
        self._fit()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The buttons are in the head, and below it where they have no room there."""
        wanted = sum(
            one.sizeHint().width() + Space.S
            for one in (self.offline, self.first_run_button, self.verify_button, self.add_button)
        )
        wanted -= Space.S  # none after the last
        room = self.width() - wanted - self.head.title.sizeHint().width() - 2 * Space.XL - Space.L - Space.S
        beside = room >= 0
        self.head.state.setVisible(room >= self.head.state.sizeHint().width())
        self.tools.setMinimumWidth(wanted if beside else 0)
        if beside and self.head.row.indexOf(self.tools) < 0:
            self._below_head.removeWidget(self.tools)
            self.head.row.addWidget(self.tools, 0, Qt.AlignmentFlag.AlignVCenter)
        elif not beside and self._below_head.indexOf(self.tools) < 0:
            self.head.row.removeWidget(self.tools)
            self._below_head.addWidget(self.tools)
        else:
            return
        set_tab_order(reading_order(self))

    def _order(self) -> None:
        set_tab_order(reading_order(self))
        # Painted once all layouts have their heights: the cards would be seen squeezed into what was there before.
        self.scroller.setUpdatesEnabled(False)
        QTimer.singleShot(0, self, self._let_paint)

    def _let_paint(self) -> None:
        self.scroller.setUpdatesEnabled(True)

    def _say_computer(self) -> None:
        """What decides which model fits, in one line."""
        means = self._fitting.means
        size = self.locale().toString
        if means.graphics and means.graphics_memory:
            graphics = self.tr("graphics card with {size} GB").format(size=size(round(means.graphics_memory / _GB)))
        else:
            graphics = self.tr("with a graphics card") if means.graphics else self.tr("no graphics card")
        self.head.say(
            self.tr("This computer: {graphics}, {memory} GB memory, {free} free").format(
                graphics=graphics, memory=size(round(means.memory / _GB)), free=size_text(means.free)
            )
        )
        self._fit()

    def shown(self) -> None:
        self._downloads.look()
        self._fitting.look()
        if self.requests.open:
            self.log.look()
        self._focus_waits = True
        self._set_focus()

    def _set_focus(self) -> None:
        """To the first thing that can be done, once it is known."""
        if self._focus_waits and self.list.focus_first():
            self._focus_waits = False

    # ---- What is dropped

    def takes(self, dropped: QMimeData) -> bool:
        return import_card.takes(dropped)

    def take(self, dropped: QMimeData) -> None:
        path = import_card.dropped_path(dropped)
        if path is not None:
            self.importing.look_into(path)

    # ---- What is going on

    def _show_models(self) -> None:
        models = self._downloads.models
        assert models is not None
        self._say_computer()
        self.offline.setChecked(models.offline)
        self.offline.setEnabled(models.offline_forced is None)
        self._explain_offline(models.offline_forced)
        there = {base.name: base for base in models.own}
        for name in [name for name in self.own_cards if name not in there]:
            card = self.own_cards.pop(name)
            self._own.removeWidget(card)
            card.hide()
            card.deleteLater()
        for name, base in there.items():
            if name in self.own_cards:
                self.own_cards[name].show_base(base)
            else:
                card = OwnCard(base, self._downloads, self._theme)
                card.opened.connect(self._own_opened)
                self.own_cards[name] = card
                self._own.addWidget(card)
        self._set_focus()

    def _explain_offline(self, forced: str | None) -> None:
        """`forced`: the variable that keeps the program offline."""
        self.offline.setToolTip(
            self.tr("The variable {name} keeps FastFace offline").format(name=forced)
            if forced
            else self.tr("FastFace then uses no network at all; downloads wait until it is off again")
        )

    def _make_seen(self, card: QWidget) -> None:
        """Scrolls to the card that asks something, once it has its new height."""
        QTimer.singleShot(0, card, lambda: self.scroller.ensureWidgetVisible(card))

    def _own_opened(self) -> None:
        card = self.sender()
        if isinstance(card, OwnCard):
            self._make_seen(card)

    def _show_import(self) -> None:
        self._make_seen(self.importing)

    def _log_opened(self, opened: bool) -> None:
        if opened:
            self.log.look()
            self._make_seen(self.requests)

    def _show_work(self, key: str) -> None:
        if key in self.own_cards:
            self.own_cards[key].show_work()
        elif key == EVERYTHING:
            work = self._downloads.work(EVERYTHING)
            self.work.show_work(work)
            self.verify_button.setEnabled(work is None)

    def _show_error(self, key: str, error: FastFaceError) -> None:
        if key in self.own_cards:
            self.own_cards[key].show_error(error)
        elif key in ("", EVERYTHING):
            self.error.show_error(error)

    def _show_network_error(self, field: str, error: FastFaceError) -> None:
        if not field:
            self.log.show_error(error)

    def _say_verified(self, key: str, looked_at: int, wrong: int) -> None:
        name = self.tr("Models") if key == EVERYTHING else self._title(key)
        self.said.emit(verified_words(name, looked_at, wrong), None)

    def _ask_removal(self, key: str, removal: Removal) -> None:
        if key in self.own_cards:
            self.own_cards[key].ask_removal(removal)

    def _title(self, name: str) -> str:
        models = self._downloads.models
        found = [one.title for one in (*models.bundles, *models.own) if one.name == name] if models else []
        return translated(found[0]) if found else name

    def _say_installed(self, name: str) -> None:
        models = self._downloads.models
        assert models is not None
        draws = all(bundle.checkpoint for bundle in models.bundles if bundle.name == name)
        text = self.tr("{name} is ready to make pictures.") if draws else self.tr("{name} is ready.")
        self.said.emit(text.format(name=self._title(name)), None)

    def _say_exported(self, bundle: str, path: object, size: int) -> None:
        text = self.tr("{name} is in the pack {file}, {size}. On the other computer, drop it on this page.")
        self.said.emit(
            text.format(name=self._title(bundle), file=getattr(path, "name", ""), size=size_text(size)), None
        )

    # ---- What the user does

    def _verify_all(self) -> None:
        self.error.clear()
        self._downloads.verify_all()

    def _stop_verifying(self) -> None:
        self._downloads.stop(EVERYTHING)
