"""One bundle: what it is good for, what it costs in bytes and terms, and the next thing to do."""

from collections.abc import Sequence

from PySide6.QtCore import QLocale, QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.fit import Fit
from fastface_desktop.state.models.views import BundleInfo
from fastface_desktop.state.works import WorkInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.band import Band
from fastface_desktop.ui.models.figure import Figure
from fastface_desktop.ui.models.licence_panel import LicencePanel
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, button, label, restyle
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import IconLabel, InlineError
from fastface_desktop.ui.widgets.layout import REST, column, row
from fastface_desktop.ui.widgets.question import Question
from fastface_desktop.ui.widgets.section import Section
from fastface_desktop.ui.widgets.sizes import size_text

_GB = 1_000_000_000
_WIDEST, _ANY = 400, 16777215
"""Pixels of a card at most, and of a row, which Qt has no name for here."""
_LARGE = 1.5
"""With text this large the figures of a row share its width."""
_COLUMNS = (150, 110, 96)
"""Pixels of the three figures in a row of a list."""
_WORDS = 240
"""Pixels of what is said at the left of a row; with less, figures and button stand below."""


class BundleCard(Card):
    """Follows the work on one bundle; its owner gives it the bundle as it is on the disk."""

    opened = Signal()
    export_wanted = Signal()

    def __init__(self, bundle: BundleInfo, downloads: Downloads, theme: Theme, pictures: Sequence[QImage] = ()) -> None:
        """`pictures`: that this model made."""
        super().__init__(margin=0)
        self.bundle = bundle
        self._theme = theme
        self.fit: Fit | None = None
        self.in_row = self._narrow = False
        self._downloads = downloads
        self._removal: Removal | None = None
        self._doing: object = None
        self._files: tuple[object, ...] = ()
        self.title = label(translated(bundle.title), "heading", wrap=True)
        self.purpose = label(translated(bundle.purpose), "secondary", wrap=True)
        self.band = Band(pictures, theme)
        self.time, self.memory, self.room = Figure(), Figure(), Figure()
        self.needed = label(role="caption")
        self.ready = label(role="good")
        self.ready_icon = IconLabel("check-circle", "good", theme, size=Size.ICON_BUTTON)
        self.more_button = IconButton(
            "more", self.tr("{name}: files, verify, export, remove").format(name=self.title.text()), theme
        )
        self.more_button.setCheckable(True)
        self.badge = label()
        self.badge_icon = IconLabel("check", "secondary", theme, size=Size.ICON_TEXT)
        self.action = button("", "")
        self.action.clicked.connect(self._act)
        self.work = WorkLine(self.tr("Progress of {name}").format(name=self.title.text()), can_stop=False)
        self.error = InlineError(theme)
        self.licence = LicencePanel()
        self.licence.answered.connect(self._answered)
        self.licence.agreed.connect(self._fetch)
        self.question = Question(
            self.tr("Remove"), self.tr("Delete these files"), self.tr("Keep"), self.tr("Delete nothing")
        )
        self.question.agreed.connect(self._remove)
        self._build(theme)
        self.setAccessibleName(self.title.text())
        self.show_bundle(bundle)

    def _build(self, theme: Theme) -> None:
        self.section = Section(
            self.tr("Files"), self.tr("Show the files of {name}").format(name=self.title.text()), theme
        )
        self.section.header.setAccessibleName(self.tr("Files of {name}").format(name=self.title.text()))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.L)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self.verify_button = button(self.tr("Verify"), self.tr("Read every file and compare it with its checksum"))
        self.verify_button.clicked.connect(self._verify)
        self.export_button = button(
            self.tr("Export…"), self.tr("Write it into one file, for a computer without a network")
        )
        self.export_button.clicked.connect(self._export)
        self.remove_button = button(self.tr("Remove…"), self.tr("Say first what removing it means"))
        self.remove_button.clicked.connect(self._plan_removal)
        self.section.column.addLayout(self._grid)
        self.section.column.addLayout(
            row(self.verify_button, self.export_button, self.remove_button, REST, gap=Space.S)
        )
        self.section.toggled.connect(self._fill_files)
        self.section.toggled.connect(self.more_button.setChecked)
        self.section.header.hide()
        # Closed it takes no room at all.
        self.section.toggled.connect(self.section.setVisible)
        self.section.hide()
        self.more_button.toggled.connect(self.section.set_open)
        self.licence.hide()
        self.error.hide()
        self.badge_place = QWidget()
        row(self.badge_icon, self.badge, gap=Space.XS, of=self.badge_place)
        self.foot = QWidget()
        row(
            self.action,
            self.ready_icon,
            self.ready,
            self.needed,
            REST,
            self.badge_place,
            self.more_button,
            gap=Space.S,
            of=self.foot,
        )
        self._grid_of_card = QGridLayout()
        self._grid_of_card.setHorizontalSpacing(Space.M)
        self._grid_of_card.setVerticalSpacing(Space.XS)
        self._below = column(self.work, self.licence, self.question, self.error, self.section, gap=Space.S)
        self._inside = column(self._grid_of_card, self._below, gap=Space.S)
        self.column.setSpacing(0)
        self.column.addWidget(self.band)
        self.column.addLayout(self._inside)
        self._arrange()

    def set_in_row(self, in_row: bool) -> None:
        """A row of a list, where the whole card would say too much."""
        if in_row != self.in_row:
            self.in_row = in_row
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        # A row is set narrow, and then takes several lines.
        return QSize(min(hint.width(), self._theme.px(_WORDS)), hint.height()) if self.in_row else hint

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        px = self._theme.px
        wanted = self.foot.sizeHint().width() + sum(px(width + Space.M) for width in _COLUMNS) + px(_WORDS)
        narrow = self.width() < wanted + self.band.sizeHint().width()
        if self.in_row and narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        grid, in_row = self._grid_of_card, self.in_row
        while grid.count():
            grid.takeAt(0)
        self.column.removeWidget(self.band)
        figures = (self.time, self.memory, self.room)
        for part in (self.band, *figures):
            part.set_in_row(in_row)
        for at in range(grid.columnCount()):
            grid.setColumnStretch(at, 0)
            grid.setColumnMinimumWidth(at, 0)
        restyle(self, "kind", "plain" if in_row else "card")
        margin = 0 if in_row else Space.L
        self._inside.setContentsMargins(
            margin, Space.XS if in_row else Space.M, margin, Space.XS if in_row else Space.M
        )
        if in_row and self._narrow:
            grid.addWidget(self.band, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self.title, 0, 1, 1, 4)
            grid.addWidget(self.purpose, 1, 1, 1, 4)
            fits = self._theme.scale < _LARGE
            for place, (figure, width) in enumerate(zip(figures, _COLUMNS, strict=True)):
                grid.addWidget(figure, 2, 1 + place, Qt.AlignmentFlag.AlignTop)
                grid.setColumnMinimumWidth(1 + place, self._theme.px(width) if fits else 0)
                # The time is said in the most words.
                grid.setColumnStretch(1 + place, 0 if fits else 2 if place else 3)
            grid.setColumnStretch(4, 1 if fits else 0)
            grid.addWidget(self.foot, 3, 1, 1, 4, Qt.AlignmentFlag.AlignLeft)
        elif in_row:
            grid.addWidget(self.band, 0, 0, 2, 1)
            grid.addWidget(self.title, 0, 1, Qt.AlignmentFlag.AlignBottom)
            grid.addWidget(self.purpose, 1, 1, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(1, 1)
            for place, (figure, width) in enumerate(zip(figures, _COLUMNS, strict=True)):
                grid.addWidget(figure, 0, 2 + place, 2, 1, Qt.AlignmentFlag.AlignVCenter)
                grid.setColumnMinimumWidth(2 + place, self._theme.px(width))
            grid.addWidget(self.foot, 0, 5, 2, 1, Qt.AlignmentFlag.AlignVCenter)
            grid.setColumnMinimumWidth(5, self.foot.sizeHint().width())
        else:
            self.column.insertWidget(0, self.band)
            grid.addWidget(self.title, 0, 0, 1, 3)
            grid.addWidget(self.purpose, 1, 0, 1, 3)
            grid.setRowMinimumHeight(2, Space.M)
            for place, figure in enumerate(figures):
                grid.addWidget(figure, 3, place, Qt.AlignmentFlag.AlignTop)
                grid.setColumnStretch(place, 1)
            grid.setRowMinimumHeight(4, Space.M)
            grid.addWidget(self.foot, 5, 0, 1, 3)
        restyle(self.title, "role", "strong" if in_row else "heading")
        restyle(self.purpose, "role", "caption" if in_row else "secondary")
        # In a row the button ends the line, as in all rows of a list.
        foot = self.foot.layout()
        assert isinstance(foot, QHBoxLayout)
        foot.removeWidget(self.badge_place)
        foot.insertWidget(0 if in_row else foot.count() - 1, self.badge_place)
        self.setMaximumWidth(_ANY if in_row else self._theme.px(_WIDEST))
        self._show_state()

    # ---- What it shows

    def show_bundle(self, bundle: BundleInfo) -> None:
        """How the bundle lies on the disk now."""
        self.bundle = bundle
        allowed = bundle.commercial_use
        self.badge.setText(self.tr("Commercial use") if allowed else self.tr("Not commercial"))
        self.badge.setToolTip(", ".join(translated(one.title) for one in bundle.terms))
        restyle(self.badge, "role", "caption" if allowed else "warn")
        self.badge_icon.show_icon("check" if allowed else "not-for-sale", "secondary" if allowed else "warn")
        self._fill_files()
        self.show_work()

    def show_fit(self, fit: Fit, *, graphics: bool) -> None:
        """What it takes of this computer."""
        self.fit = fit
        self._graphics = graphics
        self._say_figures()
        self._doing = None
        self.show_work()

    def _say_figures(self) -> None:
        fit, bundle = self.fit, self.bundle
        whole, unit = size_text(bundle.size).split()
        there = bundle.missing < bundle.size and not bundle.usable
        line = self.tr("{size} more").format(size=size_text(bundle.missing)) if there else size_text(bundle.size)
        self.room.say(whole, unit, self.tr("on disk"), line)
        made = fit is not None and fit.group != "beside"
        self.time.setVisible(made)
        self.memory.setVisible(made)
        if fit is None or not made:
            return
        self._say_time(fit)
        self._say_memory(fit)

    def _say_time(self, fit: Fit) -> None:
        if fit.seconds is None:
            told = self.tr("not measured yet")
            self.time.say("\N{EN DASH}", "", self.tr("a picture here, not measured yet"), told)
            return
        value, unit = _parts(fit.seconds)
        how = self.tr("a picture here, measured") if fit.measured else self.tr("a picture here, estimated")
        about = self.tr("about {time} a picture").format(time=f"{value} {unit}")
        self.time.say(value, unit, how, about)

    def _say_memory(self, fit: Fit) -> None:
        number = self.locale().toString
        needs = number(fit.needs / _GB, "f", 1)
        if not fit.has:
            words = self.tr("of graphics memory") if self._graphics else self.tr("of memory")
            self.memory.say(needs, "GB", words, f"{needs} GB")
            return
        has = number(round(fit.has / _GB))
        words = self.tr("of {size} graphics memory") if self._graphics else self.tr("of {size} memory")
        line = self.tr("{needs} of {has} GB").format(needs=needs, has=has)
        self.memory.say(needs, "GB", words.format(size=f"{has} GB"), line)

    def _say_size(self, work: WorkInfo | None) -> None:
        bundle, whole = self.bundle, size_text(self.bundle.size)
        if work is not None and work.kind == "download":
            size = whole  # what is missing of it is shown below
        elif bundle.usable:
            size = self.tr("{size} on this computer").format(size=whole)
        elif bundle.missing < bundle.size:
            size = self.tr("{missing} of {size} still to fetch").format(missing=size_text(bundle.missing), size=whole)
        else:
            size = self.tr("{size} to fetch").format(size=whole)
        self.needed.setText(self.tr("Recommended · {size}").format(size=size) if bundle.recommended else size)

    def show_work(self) -> None:
        """What is being done with it, and the next thing to do."""
        work = self._downloads.work(self.bundle.name)
        self.work.show_work(work)
        asking = not self.licence.isHidden()
        # Progress changes nothing else.
        doing = (self.bundle, asking, work and (work.kind, work.running, work.stopping))
        if doing == self._doing:
            return
        self._doing = doing
        self._say_size(work)
        self._say_figures()
        word, tooltip, usable = self._next(work)
        self.action.setText(word)
        self.action.setToolTip(tooltip)
        self.action.setAccessibleName(self.tr("{word}: {name}").format(word=word, name=self.title.text()))
        self.action.setEnabled(usable and not asking)
        if asking:
            self.action.setToolTip(self.licence.accessibleName())
        self._show_state()
        # A download is never bright on a computer that it does not fit.
        fits = self.fit is None or self.fit.group == "fits"
        wanted = self.bundle.recommended and fits and work is None and self.bundle.state != "ready"
        # While the terms are asked for, what accepts them is the next thing to do.
        restyle(self.action, "kind", "primary" if wanted and not asking else "plain")
        restyle(self.licence.yes, "kind", "primary" if wanted else "plain")
        there = self.bundle.state != "absent" and work is None
        self.verify_button.setVisible(there)
        self.remove_button.setVisible(there)
        self.export_button.setVisible(there and self.bundle.usable)

    def _show_state(self) -> None:
        """What needs nothing says so in place of a button."""
        done = self.bundle.state == "ready" and self._downloads.work(self.bundle.name) is None
        self.action.setVisible(not done)
        self.ready.setVisible(done)
        self.ready_icon.setVisible(done)
        self.ready.setText(self.tr("Ready"))
        part = self.bundle.missing < self.bundle.size and not self.bundle.usable
        self.needed.setVisible(part and not self.in_row)

    def _next(self, work: WorkInfo | None) -> tuple[str, str, bool]:
        """The word of the button, its tooltip, and whether there is anything to do."""
        if work is not None:
            if work.kind == "download":
                tooltip = self.tr("Stop here; what has arrived is kept")
                return self.tr("Pause"), tooltip, not work.stopping
            return self.tr("Stop"), self.tr("Stop this"), not work.stopping and work.kind != "remove"
        match self.bundle.state:
            case "ready":
                return self.tr("Ready"), self.tr("Everything is here and verified"), False
            case "damaged":
                return self.tr("Repair"), self.tr("Fetch again what is damaged or missing, and nothing else"), True
            case "unverified":
                return self.tr("Verify"), self.verify_button.toolTip(), True
            case _ if self.bundle.begun or self._downloads.stopped(self.bundle.name):
                return self.tr("Resume"), self.tr("Go on with the download where it was stopped"), True
            case _:
                return self.tr("Download"), self.tr("Fetch it from the internet and verify it"), True

    def _fill_files(self) -> None:
        """A line for each file; made only while it is looked at."""
        if not self.section.open or self._files == self.bundle.components:
            return
        self._files = self.bundle.components
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        states = {
            "absent": self.tr("not here"),
            "partial": self.tr("begun"),
            "unverified": self.tr("not verified"),
            "ready": self.tr("verified"),
            "damaged": self.tr("damaged"),
        }
        row = 0
        for component in self.bundle.components:
            title = label(f"{translated(component.title)} ({translated(component.licence)})", "strong", wrap=True)
            self._grid.addWidget(title, row, 0, 1, 3)
            row += 1
            for file in component.files:
                role = "bad" if file.state == "damaged" else "secondary"
                self._grid.addWidget(ElidedLabel(file.path, "secondary", Qt.TextElideMode.ElideMiddle), row, 0)
                self._grid.addWidget(label(size_text(file.size), "secondary"), row, 1, Qt.AlignmentFlag.AlignRight)
                self._grid.addWidget(label(states[file.state], role), row, 2)
                row += 1

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    # ---- What the user does

    def _act(self) -> None:
        self.error.clear()
        self.question.hide()
        name = self.bundle.name
        if self._downloads.work(name) is not None:
            self._downloads.pause(name)
        elif self.bundle.state == "unverified":
            self._downloads.verify(name)
        elif self.bundle.state != "ready":
            if self.bundle.open_terms:
                self.licence.ask(self.bundle.open_terms)
                self.show_work()
                self.opened.emit()
            else:
                self._fetch()

    def _fetch(self) -> None:
        if self.bundle.state == "damaged":
            self._downloads.repair(self.bundle.name, self.licence.terms)
        else:
            self._downloads.download(self.bundle.name, self.licence.terms)

    def _answered(self) -> None:
        self.show_work()
        self.action.setFocus(Qt.FocusReason.OtherFocusReason)

    def _verify(self) -> None:
        self.error.clear()
        self._downloads.verify(self.bundle.name)

    def _export(self) -> None:
        self.error.clear()
        self.export_wanted.emit()

    def _plan_removal(self) -> None:
        self.error.clear()
        self._downloads.plan_removal(self.bundle.name)

    def ask_removal(self, removal: Removal, titles: dict[str, str]) -> None:
        """Says what removing means, and waits for the answer. `titles`: of the bundles, by their names."""
        self._removal = removal
        text = [self.tr("This frees {size}.").format(size=size_text(removal.size))]
        if removal.kept:
            others = dict.fromkeys(titles[other] for names in removal.kept.values() for other in names)
            text.append(self.tr("What others need stays: {names}.").format(names="; ".join(others)))
        if removal.needed_by:
            names = "; ".join(titles[name] for name in removal.needed_by)
            text.append(self.tr("These need it and stop working: {names}.").format(names=names))
        self.question.ask(" ".join(text))
        self.opened.emit()

    def _remove(self) -> None:
        if self._removal is not None:
            self._downloads.remove(self.bundle.name, self._removal)


def _parts(seconds: float) -> tuple[str, str]:
    """A duration as a number and its unit: below ten seconds with a tenth."""
    if seconds < 10:
        return QLocale().toString(seconds, "f", 1), "s"
    value, unit = duration(seconds).split(" ", 1)
    return value, unit
