"""One bundle: what it is good for, what it costs in bytes and terms, and the next thing to do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_core.models.upkeep import Removal
from fastface_desktop.state.downloads import BundleSeen, Downloads, WorkSeen
from fastface_desktop.translation import translated
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.models.licence_panel import LicencePanel
from fastface_desktop.ui.models.storage_bar import size_text
from fastface_desktop.ui.status_bar import clock
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, button, label, restyle
from fastface_desktop.ui.widgets.section import Section

_BAR = 1000


class BundleCard(Card):
    """Follows the work on one bundle; the page hands it the bundle as it lies on the disk."""

    opened = Signal()

    def __init__(self, bundle: BundleSeen, downloads: Downloads, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self.bundle = bundle
        self._downloads = downloads
        self._removal: Removal | None = None
        self._files: tuple[object, ...] = ()
        self.title = label(translated(bundle.title), "lead", wrap=True)
        self.purpose = label(translated(bundle.purpose), "secondary", wrap=True)
        self.needed = label()
        self.badge = label()
        self.action = button("", "")
        self.action.clicked.connect(self._act)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of {name}").format(name=self.title.text()))
        self.state = ElidedLabel(role="secondary")
        self.error = InlineError(theme)
        self.licence = LicencePanel()
        self.licence.accepted.connect(self._accepted)
        self._build(theme)
        self.setAccessibleName(self.title.text())
        self.show_bundle(bundle)

    def _build(self, theme: Theme) -> None:
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        head.addWidget(self.title, 1)
        facts = QHBoxLayout()
        facts.setSpacing(Space.L)
        facts.addWidget(self.needed)
        facts.addWidget(self.badge)
        facts.addStretch()
        words = QVBoxLayout()
        words.setSpacing(Space.XS)
        words.addLayout(head)
        words.addWidget(self.purpose)
        words.addLayout(facts)
        top = QHBoxLayout()
        top.setSpacing(Space.L)
        top.addLayout(words, 1)
        top.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
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
        self.remove_button = button(self.tr("Remove…"), self.tr("Say first what removing it means"))
        self.remove_button.clicked.connect(self._plan_removal)
        buttons = QHBoxLayout()
        buttons.setSpacing(Space.S)
        buttons.addWidget(self.verify_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch()
        self.section.column.addLayout(self._grid)
        self.section.column.addLayout(buttons)
        self.section.toggled.connect(self._fill_files)
        self._build_question()
        for widget in (self.progress, self.state, self.licence, self.question, self.error):
            widget.hide()
        self.column.addLayout(top)
        for widget in (self.progress, self.state, self.licence, self.question, self.error, self.section):
            self.column.addWidget(widget)

    def _build_question(self) -> None:
        self.question = QWidget()
        self.meaning = label(wrap=True)
        self.yes = button(self.tr("Remove"), self.tr("Delete these files"))
        self.yes.clicked.connect(self._remove)
        self.no = button(self.tr("Keep"), self.tr("Delete nothing"), "quiet")
        self.no.clicked.connect(self.question.hide)
        answers = QHBoxLayout()
        answers.setSpacing(Space.S)
        answers.addWidget(self.yes)
        answers.addWidget(self.no)
        answers.addStretch()
        column = QVBoxLayout(self.question)
        column.setContentsMargins(0, Space.S, 0, 0)
        column.setSpacing(Space.S)
        column.addWidget(self.meaning)
        column.addLayout(answers)

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
        elif bundle.state in ("ready", "unverified"):
            size = self.tr("{size} on this computer").format(size=whole)
        elif bundle.missing < bundle.size:
            size = self.tr("{missing} of {size} still to fetch").format(missing=size_text(bundle.missing), size=whole)
        else:
            size = self.tr("{size} to fetch").format(size=whole)
        self.needed.setText(self.tr("Recommended · {size}").format(size=size) if bundle.recommended else size)

    def show_work(self) -> None:
        """What is being done with it, and the next thing to do."""
        work = self._downloads.work(self.bundle.name)
        self._say_size(work)
        self.progress.setVisible(work is not None)
        self.state.setVisible(work is not None)
        if work is not None:
            self.progress.setRange(0, _BAR if work.total else int(not work.running))
            self.progress.setValue(round(work.done / work.total * _BAR) if work.total else 0)
            self.state.setText(self._words(work))
            self.state.setAccessibleName(self.state.text())
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

    def _words(self, work: WorkSeen) -> str:
        if work.stopping:
            return self.tr("Stopping…")
        if not work.running:
            return self.tr("Waits for what runs now")
        if work.text or not work.total:
            return translated(work.text) if work.text else self.tr("Beginning…")
        parts = [self.tr("{done} of {total}").format(done=size_text(work.done), total=size_text(work.total))]
        if work.speed:
            parts.append(self.tr("{size} a second").format(size=size_text(round(work.speed))))
        if work.seconds_left is not None:
            parts.append(self.tr("{time} left").format(time=clock(work.seconds_left)))
        return " · ".join(parts)

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

    def show_verified(self, looked_at: int, wrong: int) -> str:
        """What a look at all files found, as a sentence for a toast."""
        name = self.title.text()
        if wrong:
            return self.tr("{name}: files that are damaged or missing: {wrong} of {count}.").format(
                name=name, wrong=wrong, count=looked_at
            )
        return self.tr("{name}: all files are as they should be.").format(name=name)

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
        self.meaning.setText(" ".join(text))
        self.question.setAccessibleName(self.meaning.text())
        self.question.show()
        self.opened.emit()
        self.no.setFocus(Qt.FocusReason.OtherFocusReason)

    def _remove(self) -> None:
        self.question.hide()
        if self._removal is not None:
            self._downloads.remove(self.bundle.name, self._removal)
