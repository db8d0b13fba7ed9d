"""Settings, Folders: where pictures, models and data lie."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from fastface_core import paths
from fastface_core.errors import FastFaceError
from fastface_desktop.state.care import LibraryCare
from fastface_desktop.ui.preferences.care_line import CareLine
from fastface_desktop.ui.preferences.fields import Group, Setting
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.files import open_folder
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, row


class _Folder(Setting):
    """A folder, where it is, and what can be done with it."""

    def __init__(self, title: str, meaning: str) -> None:
        super().__init__(title, meaning)
        self.folder = Path()
        self.path = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.show_button = button(self.tr("Show folder"), self.tr("Open it in the file manager"))
        self.show_button.setAccessibleName(self.tr("Show folder: {name}").format(name=title))
        self.show_button.clicked.connect(self._open)
        self.buttons = column(self.show_button, gap=Space.S)
        self.row.addLayout(self.buttons)
        self.words.insertWidget(1, self.path)
        self.words.addStretch()

    def show_folder(self, folder: Path) -> None:
        self.folder = folder
        self.path.setText(str(folder))
        self.show_button.setEnabled(folder.is_dir())

    def _open(self) -> None:
        open_folder(self.folder)


class Folders(Section):
    models_wanted = Signal()
    """The page Models, where the models are moved."""

    def __init__(self, care: LibraryCare, theme: Theme) -> None:
        super().__init__(self.tr("Folders"))
        self._care = care
        self._wanted = Path()
        self.pictures = _Folder(
            self.tr("Pictures"), self.tr("Finished pictures, a folder a month. Each file holds its whole recipe.")
        )
        self.change_button = button(self.tr("Another folder…"), self.tr("Keep the pictures in another folder"))
        self.change_button.clicked.connect(self.choose_folder)
        self.pictures.buttons.addWidget(self.change_button)
        self.question = self._build_question()
        self.line = CareLine(care, ("move",))
        self.error = InlineError(theme)
        self.models = _Folder(self.tr("Models"), self.tr("What was downloaded or imported, the largest of all."))
        self.models_button = button(self.tr("Move…"), self.tr("Go to the page Models, where they are moved"))
        self.models_button.clicked.connect(self.models_wanted)
        self.models.buttons.addWidget(self.models_button)
        self.data = _Folder(
            self.tr("Data"), self.tr("People, presets, the database and what was set. It stays where the system wants.")
        )
        self.add(Group(self.pictures, self.question, self.line, self.error), Group(self.models), Group(self.data))
        care.changed.connect(self._show)
        care.moved.connect(self._moved)
        care.failed.connect(self._failed)
        self._show()

    def _build_question(self) -> QWidget:
        question = QWidget()
        self.asked = label(wrap=True)
        self.move_button = button(
            self.tr("Move them there"), self.tr("Move all pictures, then use the folder from then on"), "primary"
        )
        self.move_button.clicked.connect(self._move)
        self.new_button = button(
            self.tr("Only new pictures"), self.tr("Those that are there stay where they are, and in the gallery")
        )
        self.new_button.clicked.connect(self._use)
        self.stay_button = button(self.tr("Change nothing"), self.tr("Keep the folder as it is"), "quiet")
        self.stay_button.clicked.connect(question.hide)
        column(
            self.asked,
            row(self.move_button, self.new_button, self.stay_button, REST, gap=Space.S),
            gap=Space.S,
            of=question,
        )
        question.hide()
        return question

    def shown(self) -> None:
        self._show()

    def choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Where the pictures are to lie"), str(Path.home()))
        if folder:
            self.ask(Path(folder))

    def ask(self, folder: Path) -> None:
        """Asks what is to be done with the pictures that are there."""
        self.error.clear()
        self.pictures.say("")
        if folder.absolute() == paths.pictures_folder().absolute():
            self.question.hide()
            self.pictures.say(self.tr("This is the pictures folder already."))
            return
        self._wanted = folder
        self.asked.setText(
            self.tr("New pictures go into {folder}. What about those that are there?").format(folder=folder)
        )
        self.question.show()
        self.stay_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self) -> None:
        self.question.hide()
        self._care.move_pictures(self._wanted)

    def _use(self) -> None:
        self.question.hide()
        self._use_folder(self._wanted)

    def _use_folder(self, folder: Path) -> None:
        self._care.use_folder(self, folder, partial(self._used, paths.pictures_folder()), self._not_used)

    def _used(self, before: Path, _: None) -> None:
        self.said.emit(self.tr("New pictures go into the new folder."), partial(self._use_folder, before))
        self._show()

    def _not_used(self, error: FastFaceError) -> None:
        self.error.show_error(error)
        self._show()

    def _moved(self, count: int) -> None:
        self.said.emit(self.tr("The pictures lie in the new folder: {count} files.").format(count=count), None)
        self._show()

    def _failed(self, kind: str, error: FastFaceError) -> None:
        if kind == "move":
            self.error.show_error(error)

    def _show(self) -> None:
        self.pictures.show_folder(paths.pictures_folder())
        self.models.show_folder(paths.models_folder())
        self.data.show_folder(paths.data_folder())
        self.change_button.setEnabled(self._care.ready)
        if not self._care.ready:
            self.question.hide()
