"""What is to be searched: what varies, on whom, and how much of it is tried."""

from pathlib import Path
from typing import get_args

from pydantic import ValidationError
from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QFileDialog, QSpinBox, QWidget

from fastface_core.compare.axes import Axis, NumberSetting, Setting
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.evaluation import drawn_set
from fastface_core.evaluation.asking import BASE, Ask
from fastface_core.evaluation.plan import Contender
from fastface_core.models import installed
from fastface_core.validation import settings_error
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.translation import translated
from fastface_desktop.ui.compare.axis_editor import AxisEditor
from fastface_desktop.ui.compare.search_words import combinations
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button, label
from fastface_desktop.ui.widgets.files import pictures_of_the_user
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.segments import Segments

_TUNED: tuple[Setting, ...] = (*get_args(NumberSetting), "preset")
_PEOPLE, _VERIFY, _TRIES, _MOST = 10, 20, 24, 500
_FIRST: tuple[float, ...] = (1, 1.5, 2)


class SearchForm(QWidget):
    edited = Signal()

    def __init__(self, session: Session, presets: Presets, theme: Theme) -> None:
        super().__init__()
        self._session, self._presets = session, presets
        self.folder: Path | None = None
        """Of the photos, where no drawn people are searched on."""
        self.columns = AxisEditor(
            self.tr("What varies"), theme, optional=False, setting="identity_weight", settings=_TUNED
        )
        self.rows = AxisEditor(self.tr("And with it"), theme, optional=True, setting="text_weight", settings=_TUNED)
        self.columns.choose("identity_weight", _FIRST)
        self.rows.choose("text_weight", _FIRST)
        self.who = Segments(
            [
                ("drawn", "", self.tr("Drawn people"), self.tr("The starter's own, of whom nobody has to be asked")),
                ("photos", "", self.tr("A folder of photos"), self.tr("A photo or a folder for each person")),
            ],
            self.tr("People"),
            theme,
        )
        self.folder_button = button(self.tr("Choose…"), self.tr("Choose the folder with the photos"))
        self.folder_name = ElidedLabel(role="secondary")
        self.people = _number(self.tr("Search on"), self.tr("People that settings are tried on"), _PEOPLE)
        self.verify = _number(self.tr("Verify on"), self.tr("Others, on whom the best settings are verified"), _VERIFY)
        self.verify.setMinimum(2)
        self.tries = _number(self.tr("Settings at most"), self.tr("Combinations that are tried, by lot"), _TRIES)
        self.base = ElidedLabel(role="secondary")
        self.sum = label(role="secondary", wrap=True)
        self._build()
        for editor in (self.columns, self.rows):
            editor.edited.connect(self._edited)
        for box in (self.people, self.verify, self.tries):
            box.valueChanged.connect(self._edited)
        self.who.chosen.connect(self._edited)
        self.folder_button.clicked.connect(self._choose_folder)
        self.who.choose("drawn")
        self._edited()

    def _build(self) -> None:
        def field(box: QSpinBox, unit: str) -> QWidget:
            part = QWidget()
            name = label(box.accessibleName(), "strong")
            column(name, row(box, label(unit, "secondary"), REST, gap=Space.S), gap=Space.XS, of=part)
            return part

        self._photos = QWidget()
        row(self.folder_button, filling(self.folder_name), gap=Space.S, of=self._photos)
        lead = label(
            self.tr(
                "Every combination makes pictures of the same people. Those that none beats in both are verified on"
                " people that the search did not see."
            ),
            "secondary",
            wrap=True,
        )
        left = column(lead, Space.S, self.columns, Space.M, self.rows, REST, gap=Space.S)
        right = column(
            label(self.tr("People"), "strong"),
            self.who,
            self._photos,
            Space.M,
            row(field(self.people, self.tr("people")), field(self.verify, self.tr("others")), REST, gap=Space.L),
            Space.S,
            field(self.tries, self.tr("combinations")),
            Space.M,
            label(self.tr("All else as on Create"), "strong"),
            self.base,
            Space.S,
            self.sum,
            REST,
            gap=Space.S,
        )
        row(filling(left), filling(right), gap=Space.XXL, of=self)

    def offer(self) -> None:
        """What there is to choose from, and what does not vary, as they are now."""
        presets = [*self._presets.built_in().values(), *self._presets.own().values()]
        try:
            preset = self._session.preset()
            words = [translated(preset.title), translated(installed.find(self._checkpoint()).title)]
            steps = preset.steps
        except FastFaceError as error:
            words, steps = [translated(error.message)], 1
        self.base.setText(" · ".join(words))
        for editor in (self.columns, self.rows):
            editor.offer(presets, (), steps)
        self._edited()

    def ask(self) -> Ask:
        """What is chosen.

        Raises:
            FastFaceError: something is missing or makes no sense.
        """
        axes = self._axes()
        if len({(axis.setting, getattr(axis, "part", None), getattr(axis, "step", None)) for axis in axes}) < len(axes):
            raise SettingsError("The same setting varies twice.", "Choose another one, or nothing.")
        drawn = self.who.value() == "drawn"
        if not drawn and self.folder is None:
            raise SettingsError(
                "No folder of photos is chosen.", "Choose one with a photo or a folder for each person."
            )
        if drawn and self.people.value() + self.verify.value() > len(drawn_set.twins()):
            raise SettingsError(
                f"There are {len(drawn_set.twins())} drawn people.", "Search and verify on fewer, together."
            )
        width, height = self._session.size()
        try:
            base = Contender(
                name=BASE,
                preset=self._session.preset(),
                checkpoint=self._checkpoint(),
                steps=self._session.values.steps,
                width=width,
                height=height,
            )
            return Ask(
                base=base,
                axes=axes,
                data=None if drawn else self.folder,
                people=self.people.value(),
                verify=self.verify.value(),
                tries=self.tries.value(),
            )
        except ValidationError as error:
            raise settings_error(error, "The search") from error

    def _axes(self) -> tuple[Axis, ...]:
        return tuple(axis for editor in (self.columns, self.rows) if (axis := editor.axis()) is not None)

    def _checkpoint(self) -> str:
        return self._session.checkpoint or installed.best().name

    def choose_folder(self, folder: Path) -> None:
        self.folder = folder
        self.folder_name.setText(folder.name)
        self.folder_name.setToolTip(str(folder))
        self.who.choose("photos")
        self._edited()

    def _choose_folder(self) -> None:
        if chosen := QFileDialog.getExistingDirectory(self, self.tr("Photos of people"), pictures_of_the_user()):
            self.choose_folder(Path(chosen))

    def _edited(self, *_: object) -> None:
        self._photos.setVisible(self.who.value() == "photos")
        try:
            tried = min(combinations(self._axes()), self.tries.value()) + 1
        except FastFaceError as error:
            self.sum.setText(translated(error.message))
        else:
            count = QLocale().toString(tried * self.people.value())
            self.sum.setText(
                self.tr(
                    "{tried} settings on {people} people: {count} pictures for each prompt, and then the others."
                ).format(tried=tried, people=self.people.value(), count=count)
            )
        self.edited.emit()


def _number(name: str, tooltip: str, value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(1, _MOST)
    box.setValue(value)
    box.setAccessibleName(name)
    box.setToolTip(tooltip)
    box.lineEdit().setTextMargins(Space.S, 0, 0, 0)
    return box
