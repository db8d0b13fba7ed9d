"""The drive that the models lie on: what they take, what is free, where the folder is, and its move to another one."""

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QProgressBar

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.moving import Moved, MovePlan
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import MOVE, ModelFiles
from fastface_desktop.state.models.views import ModelsInfo
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, button, label, restyle
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import filling, row
from fastface_desktop.ui.widgets.question import Question
from fastface_desktop.ui.widgets.sizes import size_text

_NEARLY_FULL = 0.95
_PARTS = 1000


class StorageBar(Card):
    """Hidden until the folder was measured."""

    def __init__(self, downloads: Downloads, files: ModelFiles, theme: Theme) -> None:
        super().__init__()
        self._downloads, self._files = downloads, files
        self._plan: MovePlan | None = None
        self._path = ""
        self.words = label(role="strong", wrap=True)
        self.folder = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _PARTS)
        self.bar.setAccessibleName(self.tr("How full the drive is"))
        self.open_button = button(self.tr("Show folder"), self.tr("Open the folder of the models"), "link")
        self.open_button.clicked.connect(self._open)
        self.move_button = button(
            self.tr("Another folder…"), self.tr("Keep the models in another folder or on another drive"), "link"
        )
        self.move_button.clicked.connect(self.choose_folder)
        self.question = Question(
            self.tr("Use this folder"),
            self.tr("Move what is there, and use this folder from then on"),
            self.tr("Stay"),
            self.tr("Change nothing"),
        )
        self.question.agreed.connect(self._move)
        self.work = WorkLine(self.tr("Progress of the move"))
        self.work.stop_wanted.connect(self._stop)
        self.done = label(role="good", wrap=True)
        self.done.hide()
        self.error = InlineError(theme)
        self.column.addWidget(self.words)
        self.column.addWidget(self.bar)
        self.column.addLayout(row(filling(self.folder), self.open_button, self.move_button, gap=Space.M))
        for widget in (self.question, self.work, self.done, self.error):
            self.column.addWidget(widget)
        downloads.seen.connect(self._show_seen)
        downloads.work_changed.connect(self._show_work)
        downloads.failed.connect(self._show_error)
        files.move_planned.connect(self._ask)
        files.moved.connect(self._say_moved)
        if downloads.models is None:
            self.hide()
        else:
            self._show_seen()

    # ---- What it shows

    def _show_seen(self) -> None:
        models = self._downloads.models
        assert models is not None
        self.show_models(models)

    def show_models(self, models: ModelsInfo) -> None:
        self._path = str(models.folder)
        self.folder.setText(self._path)
        self.open_button.setVisible(models.folder.is_dir())
        if models.drive:
            full = 1 - models.free / models.drive
            self.bar.setValue(round(full * _PARTS))
            restyle(self.bar, "kind", "full" if full > _NEARLY_FULL else "calm")
            words = self.tr("Models: {used}. Free on this drive: {free} of {drive}.").format(
                used=size_text(models.used), free=size_text(models.free), drive=size_text(models.drive)
            )
        else:
            words = self.tr("The drive of this folder is not there.")
        self.words.setText(words)
        self.bar.setVisible(bool(models.drive))
        self.setAccessibleName(words)
        # What is in no window yet would become one.
        if self.parentWidget() is not None:
            self.show()

    def _show_work(self, key: str) -> None:
        if key == MOVE:
            work = self._downloads.work(MOVE)
            self.work.show_work(work)
            self.move_button.setEnabled(work is None)

    def _show_error(self, key: str, error: FastFaceError) -> None:
        if key == MOVE:
            self.error.show_error(error)

    def _say_moved(self, moved: Moved) -> None:
        text = self.tr("The models are in the new folder. Files moved: {count}.").format(
            count=QLocale().toString(moved.files)
        )
        if moved.kept:
            text += " " + self.tr("In the old folder {count} files could not be deleted.").format(
                count=QLocale().toString(len(moved.kept))
            )
        self.done.setText(text)
        self.done.show()

    # ---- What the user does

    def choose_folder(self) -> None:
        """Asks for another folder, and then says what moving there means."""
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Where the models are to be"), self._path)
        if chosen:
            self._reset()
            self._files.plan_move(Path(chosen))

    def _reset(self) -> None:
        self.error.clear()
        self.done.hide()
        self.question.hide()

    def _ask(self, plan: MovePlan) -> None:
        if not self.isVisible():
            return
        self._plan = plan
        if plan.same_drive or not plan.size:
            text = self.tr("The models are moved to {folder}. Nothing has to be copied.")
        else:
            text = self.tr(
                "{size} are copied to {folder}, where {free} are free, verified there, and then deleted here. Until "
                "then everything stays usable."
            )
        self.question.ask(text.format(size=size_text(plan.size), folder=plan.target, free=size_text(plan.free)))

    def _move(self) -> None:
        self._reset()
        if self._plan is not None:
            self._files.move(self._plan)

    def _stop(self) -> None:
        self._files.stop(MOVE)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._path))
