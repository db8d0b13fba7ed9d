"""One bundle: what it is good for, what it costs in bytes and terms, and the next thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.views import BundleSeen
from fastface_desktop.state.works import WorkSeen
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.card_head import card_head
from fastface_desktop.ui.models.licence_panel import LicencePanel
from fastface_desktop.ui.shared.question import Question
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, button, label, restyle
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.section import Section
from fastface_desktop.ui.widgets.sizes import size_text


class BundleCard(Card):
    """Follows the work on one bundle; whoever holds it hands it the bundle as it lies on the disk."""

    opened = Signal()
    export_wanted = Signal()

    def __init__(self, bundle: BundleSeen, downloads: Downloads, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self.bundle = bundle
        self._downloads = downloads
        self._removal: Removal | None = None
        self._doing: object = None
        self._files: tuple[object, ...] = ()
        self.title = label(translated(bundle.title), "heading", wrap=True)
        self.purpose = label(translated(bundle.purpose), "secondary", wrap=True)
        self.needed = label()
        self.badge = label()
        self.action = button("", "")
        self.action.clicked.connect(self._act)
        self.work = WorkLine(self.tr("Progress of {name}").format(name=self.title.text()), can_stop=False)
        self.error = InlineError(theme)
        self.licence = LicencePanel()
        self.licence.accepted.connect(self._accepted)
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
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        for one in (self.verify_button, self.export_button, self.remove_button):
            buttons.addWidget(one)
        buttons.addStretch()
        self.section.column.addLayout(self._grid)
        self.section.column.addLayout(buttons)
        self.section.toggled.connect(self._fill_files)
        self.licence.hide()
        self.error.hide()
        self.column.addLayout(card_head(self.title, self.purpose, (self.needed, self.badge), self.action))
        for widget in (self.work, self.licence, self.question, self.error, self.section):
            self.column.addWidget(widget)

    # ---- What it shows

    def show_bundle(self, bundle: BundleSeen) -> None:
        """How the bundle lies on the disk now."""
        self.bundle = bundle
        self.badge.setText(self.tr("Commercial use: yes") if bundle.commercial_use else self.tr("Commercial use: no"))
        self.badge.setToolTip(", ".join(translated(one.title) for one in bundle.terms))
        restyle(self.badge, "role", "good" if bundle.commercial_use else "warn")
        self._fill_files()
        self.show_work()

    def _say_size(self, work: WorkSeen | None) -> None:
        bundle, whole = self.bundle, size_text(self.bundle.size)
        if work is not None and work.kind == "download":
            size = whole  # what is missing of it stands below
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
        # Progress changes nothing else.
        doing = (self.bundle, work and (work.kind, work.running, work.stopping))
        if doing == self._doing:
            return
        self._doing = doing
        self._say_size(work)
        word, tooltip, usable = self._next(work)
        self.action.setText(word)
        self.action.setToolTip(tooltip)
        self.action.setAccessibleName(self.tr("{word}: {name}").format(word=word, name=self.title.text()))
        self.action.setEnabled(usable)
        wanted = self.bundle.recommended and work is None and self.bundle.state != "ready"
        restyle(self.action, "kind", "primary" if wanted else "")
        there = self.bundle.state != "absent" and work is None
        self.verify_button.setVisible(there)
        self.remove_button.setVisible(there)
        self.export_button.setVisible(there and self.bundle.usable)

    def _next(self, work: WorkSeen | None) -> tuple[str, str, bool]:
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
                self.opened.emit()
            else:
                self._fetch()

    def _fetch(self) -> None:
        if self.bundle.state == "damaged":
            self._downloads.repair(self.bundle.name, self.licence.terms)
        else:
            self._downloads.download(self.bundle.name, self.licence.terms)

    def _accepted(self) -> None:
        self._fetch()
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
