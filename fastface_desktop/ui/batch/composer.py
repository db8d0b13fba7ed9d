"""Putting a batch together: people and looks, what is the same for all pictures, and the sum."""

from pathlib import Path

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QLabel, QStackedWidget, QVBoxLayout, QWidget

from fastface_core.domain.plan import ASPECTS, Aspect
from fastface_core.errors import FastFaceError
from fastface_core.models.installed import STARTER
from fastface_core.presets import files as preset_files
from fastface_desktop.state.batch.draft import TRIES, Draft, DraftLook
from fastface_desktop.state.compare.cell_images import CellImages
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.translation import translated
from fastface_desktop.ui.batch.add_look import AddLook
from fastface_desktop.ui.batch.add_people import AddPeople
from fastface_desktop.ui.batch.matrix import Matrix
from fastface_desktop.ui.shared.preset_names import plain_name
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.ui.widgets.files import documents_folder, pictures_of_the_user
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.scrolling import Scrolled, scroller
from fastface_desktop.ui.widgets.segments import Segments


class Composer(QWidget):
    note_wanted = Signal(str)
    """The permission of a person (uid) is to be noted."""
    files_chosen = Signal(list)
    """Paths of a table, or of folders, to be looked at as a batch of their own."""
    failed = Signal(FastFaceError)

    def __init__(self, draft: Draft, people: PeopleState, images: CellImages, theme: Theme) -> None:
        super().__init__()
        self._draft = draft
        self.matrix = Matrix(draft, people, images, theme)
        self.matrix.note_wanted.connect(self.note_wanted)
        self.add_people = AddPeople(people, theme)
        self.add_look = AddLook(theme)
        self.people_button = button(self.tr("Add people…"), self.tr("Choose who is in the batch"))
        self.look_button = button(self.tr("Add a look…"), self.tr("Choose a style and what the picture shows"))
        self.table_button = button(
            self.tr("Open a table…"), self.tr("A table with a row for each person, as CSV, JSON or YAML"), "quiet"
        )
        for made in (self.people_button, self.look_button):
            icons.bind(made, "plus", theme, size=Size.ICON_TEXT)
        self.hint = label(self.tr("or drop folders, one for each person"), "secondary")
        self.empty = label(
            self.tr("Add people and looks: each cell between them says how many pictures are made."), "lead", wrap=True
        )
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        adding = flexible(QWidget())
        flow = FlowLayout(adding, Space.M)
        for part in (self.people_button, self.look_button, self.table_button, self.hint):
            flow.addWidget(part)
        column = QVBoxLayout()
        whole = Scrolled(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.L)
        column.addWidget(self.matrix, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(adding)
        column.addWidget(self._each(theme))
        self.places = QStackedWidget()
        for place in (scroller(whole), self.add_people, self.add_look):
            self.places.addWidget(place)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.addWidget(self.places)
        self.people_button.clicked.connect(self.open_people)
        self.look_button.clicked.connect(self.open_looks)
        self.table_button.clicked.connect(self._choose_table)
        self.add_people.chosen.connect(self._take_people)
        self.add_people.folders_wanted.connect(self._choose_folder)
        self.add_look.chosen.connect(self._take_look)
        for panel in (self.add_people, self.add_look):
            panel.closed.connect(self.back)
        draft.changed.connect(self._show)
        people.changed.connect(self._show)
        self._show()

    def _each(self, theme: Theme) -> QWidget:
        self.preset = CalmCombo()
        self.preset.setAccessibleName(self.tr("Preset"))
        self.preset.setToolTip(self.tr("How face and text are guided (preset)"))
        self.preset.activated.connect(self._preset_chosen)
        texts = {
            "portrait": ("3:4", self.tr("Portrait: higher than wide")),
            "square": ("1:1", self.tr("Square: as wide as high")),
            "landscape": ("4:3", self.tr("Landscape: wider than high")),
        }
        self.aspect = Segments([(one, "", *texts[one]) for one in ASPECTS], self.tr("Shape"), theme, wide=False)
        self.aspect.chosen.connect(self._aspect_chosen)
        self.good = QCheckBox()
        self.good.setToolTip(self.tr("Pictures that are less alike are made once more, with another seed"))
        self.good.toggled.connect(self._good_toggled)
        self.caption: QLabel = label(self.tr("Each picture"), "secondary")
        each = flexible(QWidget())
        row = FlowLayout(each, Space.L)
        for part in (self.caption, self.preset, self.aspect, self.good):
            row.addWidget(part)
        return each

    @property
    def adding(self) -> bool:
        """Whether somebody or a look is being chosen."""
        return self.places.currentIndex() > 0

    def back(self) -> None:
        """Closes what is being chosen."""
        opened = self.people_button if self.places.currentWidget() is self.add_people else self.look_button
        self.places.setCurrentIndex(0)
        opened.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_people(self) -> None:
        self.places.setCurrentWidget(self.add_people)
        self.add_people.open()

    def open_looks(self) -> None:
        try:
            plain = self._draft.checkpoint.name == STARTER
        except FastFaceError as error:
            self.failed.emit(error)
            return
        self.places.setCurrentWidget(self.add_look)
        self.add_look.open(plain=plain)

    def take_folders(self, folders: list[Path]) -> None:
        """Folders, or photos, of one person each."""
        try:
            self._draft.add_folders(folders)
        except FastFaceError as error:
            self.failed.emit(error)

    def save_table(self) -> None:
        """Asks where, and writes the batch as a table."""
        name, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the batch as a table"), f"{documents_folder()}/{self.tr('Batch')}.csv", "CSV (*.csv)"
        )
        if name:
            try:
                self._draft.save_table(Path(name))
            except FastFaceError as error:
                self.failed.emit(error)

    def _show(self) -> None:
        draft = self._draft
        something = bool(draft.people or draft.looks)
        self.matrix.setVisible(something)
        self.empty.setVisible(not something)
        try:
            checkpoint = draft.checkpoint
        except FastFaceError:
            checkpoint = None  # said when it is begun
        plain = checkpoint is not None and checkpoint.name == STARTER
        self.matrix.setProperty("plain", plain)
        self.preset.clear()
        for name, preset in (preset_files.built_in() | preset_files.own()).items():
            self.preset.addItem(plain_name(name, translated(preset.title)), name)
        self.preset.setCurrentIndex(self.preset.findData(draft.preset))
        for one, segment in self.aspect.buttons.items():
            segment.setEnabled(not plain or one == "square")
        self.aspect.choose("square" if plain else draft.aspect)
        good = draft.good
        self.good.setVisible(good is not None)
        if good is not None:
            text = self.tr("Only {score} and better, up to {count} tries")
            self.good.setText(text.format(score=QLocale().toString(good, "f", 2), count=TRIES))
        self.good.setChecked(draft.only_good and good is not None)

    def _preset_chosen(self, _: int) -> None:
        self._draft.choose(preset=self.preset.currentData())

    def _aspect_chosen(self, aspect: Aspect) -> None:
        self._draft.choose(aspect=aspect)

    def _good_toggled(self, on: bool) -> None:
        if on != self._draft.only_good and self.good.isVisible():
            self._draft.choose(only_good=on)

    def _take_people(self, uids: list[str]) -> None:
        self._draft.add_people(uids)
        self.back()

    def _take_look(self, look: DraftLook) -> None:
        self._draft.add_look(look)
        self.back()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Choose a folder with the photos of one person"), pictures_of_the_user()
        )
        if folder:
            self.back()
            self.take_folders([Path(folder)])

    def _choose_table(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Open a table of people"),
            documents_folder(),
            self.tr("Tables ({suffixes})").format(suffixes="*.csv *.tsv *.json *.yaml *.yml"),
        )
        if name:
            self.files_chosen.emit([Path(name)])
