"""The first run: three steps in a column, each of which can be passed over."""

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.state.background import Background
from fastface_desktop.state.computer import Computer
from fastface_desktop.state.consent import Consents
from fastface_desktop.state.downloads import Downloads
from fastface_desktop.state.jobs import JobQueue
from fastface_desktop.state.model_files import ModelFiles
from fastface_desktop.state.photos import PhotoInspector
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.first_run.computer_step import ComputerStep
from fastface_desktop.ui.first_run.models_step import ModelsStep
from fastface_desktop.ui.first_run.try_step import TryStep
from fastface_desktop.ui.models.work_line import WorkLine
from fastface_desktop.ui.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets import drops
from fastface_desktop.ui.widgets.basic import Chip, button, label, restyle
from fastface_desktop.ui.widgets.scrolling import centred, keep_in_line, scroller


class FirstRunPage(Page):
    finished = Signal()
    """The user goes on to Create."""
    models_wanted = Signal()

    def __init__(
        self,
        *,
        theme: Theme,
        computer: Computer,
        downloads: Downloads,
        files: ModelFiles,
        session: Session,
        queue: JobQueue,
        inspector: PhotoInspector,
        consents: Consents,
        background: Background,
    ) -> None:
        super().__init__()
        self._theme, self._downloads = theme, downloads
        self.computer = ComputerStep(computer, theme)
        self.models = ModelsStep(downloads, files, theme)
        self.trying = TryStep(
            theme=theme,
            session=session,
            queue=queue,
            inspector=inspector,
            consents=consents,
            background=background,
        )
        self.steps = (self.computer, self.models, self.trying)
        self._step = 0
        self.download = WorkLine(self.tr("Progress of the download"), can_stop=False)
        self._build()
        self.models.more_wanted.connect(self.models_wanted)
        self.trying.models_wanted.connect(self._choose_models)
        self.models.list.opened.connect(self._make_seen)
        self.trying.made.connect(self._made)
        downloads.work_changed.connect(self._show_download)
        self._show_step()

    @property
    def step(self) -> int:
        """The one in view: 0, 1 or 2."""
        return self._step

    def _build(self) -> None:
        titles = (self.tr("This computer"), self.tr("Models"), self.tr("Try it"))
        self.chips: list[Chip] = []
        group = QButtonGroup(self)
        chips = QHBoxLayout()
        chips.setSpacing(Space.S)
        for number, title in enumerate(titles):
            chip = Chip(f"{number + 1}  {title}", self.tr("Go to this step: {title}").format(title=title))
            group.addButton(chip, number)
            chips.addWidget(chip)
            self.chips.append(chip)
        chips.addStretch()
        group.idClicked.connect(self.go_to)
        self.skip_button = button(
            self.tr("Skip"), self.tr("Go to Create now. All of this is under More and on the page Models too."), "quiet"
        )
        self.skip_button.clicked.connect(self.finished)
        self.back_button = button(self.tr("Back"), self.tr("To the step before"))
        self.back_button.clicked.connect(self._back)
        self.next_button = button(self.tr("Continue"), self.tr("To the next step"), "primary")
        self.next_button.clicked.connect(self._next)
        column_of = QWidget()
        column_of.setMaximumWidth(self._theme.px(Size.COLUMN) + 2 * Space.XL)
        column = QVBoxLayout(column_of)
        column.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.XL)
        column.setSpacing(Space.L)
        column.addWidget(label(self.tr("Welcome to FastFace"), "display", wrap=True))
        column.addLayout(chips)
        for step in self.steps:
            column.addWidget(step)
        column.addStretch()
        content = centred(column_of)
        self.scroller = scroller(content)
        if (around := content.layout()) is not None:
            keep_in_line(self.scroller, around, centred=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.scroller, 1)
        layout.addWidget(self._build_foot())

    def _build_foot(self) -> QWidget:
        """Always in view: the download, and the way on."""
        foot = QFrame()
        foot.setProperty("kind", "foot")
        inner = QWidget()
        inner.setMaximumWidth(self._theme.px(Size.COLUMN) + 2 * Space.XL)
        answers = QHBoxLayout()
        answers.setSpacing(Space.S)
        answers.addWidget(self.skip_button)
        answers.addStretch()
        answers.addWidget(self.back_button)
        answers.addWidget(self.next_button)
        column = QVBoxLayout(inner)
        column.setContentsMargins(Space.XL, Space.M, Space.XL, Space.M)
        column.setSpacing(Space.M)
        column.addWidget(self.download)
        column.addLayout(answers)
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch()
        row.addWidget(inner, 100)
        row.addStretch()
        return foot

    # ---- Steps

    def shown(self) -> None:
        self._downloads.look()
        self._show_step()
        if self._step < len(self.steps) - 1:
            self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to(self, step: int) -> None:
        """Brings a step into view."""
        self._step = step
        self._show_step()
        self.scroller.verticalScrollBar().setValue(0)

    def _show_step(self) -> None:
        for number, step in enumerate(self.steps):
            step.setVisible(number == self._step)
            self.chips[number].setChecked(number == self._step)
        last = self._step == len(self.steps) - 1
        self.back_button.setEnabled(self._step > 0)
        self.skip_button.setVisible(not last)
        self.next_button.setText(self.tr("Go to Create") if last else self.tr("Continue"))
        self.next_button.setToolTip(self.tr("Where pictures are made") if last else self.tr("To the next step"))
        self.next_button.setAccessibleName(self.next_button.text())
        if self.isVisible():
            self.steps[self._step].shown()
        self._show_download()

    def _next(self) -> None:
        if self._step == len(self.steps) - 1:
            self.finished.emit()
        else:
            self.go_to(self._step + 1)

    def _back(self) -> None:
        self.go_to(self._step - 1)

    def _choose_models(self) -> None:
        self.go_to(1)

    def _made(self) -> None:
        self._make_seen(self.trying.note)
        self._show_download()
        self.next_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make_seen(self, widget: QWidget) -> None:
        QTimer.singleShot(0, widget, lambda: self.scroller.ensureWidgetVisible(widget))

    # ---- The download goes on through all steps

    def _show_download(self, key: str = "") -> None:
        work = next((one for one in self._downloads.works() if one.kind in ("download", "repair")), None)
        models = self._downloads.models
        titles = {bundle.name: bundle.title for bundle in models.bundles} if models is not None else {}
        # On its own step, its card says the same.
        shown = work if self._step != 1 else None
        self.download.show_work(shown, translated(titles.get(work.key, work.key)) if work is not None else "")
        # One thing to do next: on a step that has its own, going on is not it before that is done.
        begun = work is not None or (models is not None and any(bundle.usable for bundle in models.bundles))
        done = (True, begun, self.trying.words.isVisibleTo(self.trying))[self._step]
        restyle(self.next_button, "kind", "primary" if done else "")

    # ---- Photos may be dropped at any step

    def takes(self, dropped: QMimeData) -> bool:
        return any(url.isLocalFile() for url in dropped.urls())

    def take(self, dropped: QMimeData) -> None:
        found = drops.read(dropped, 1)
        self.go_to(len(self.steps) - 1)
        if found.files:
            self.trying.take(found.files[0])
