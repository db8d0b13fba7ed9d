"""The chosen cell: what it is, how near it came, and what can be done with it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from fastface_core.compare.grid import Place
from fastface_core.errors import FastFaceError
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.compare.opened import worth_of
from fastface_desktop.translation import translated
from fastface_desktop.ui.compare.cell_pair import CellPair
from fastface_desktop.ui.shared.comparison_words import cell_title, labels
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.drawn_note import DrawnNote
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError

_LONGEST_TITLE = 80


class CellPanel(Card):
    open_wanted = Signal()
    create_wanted = Signal()
    """The cell's settings are to be used on Create."""
    folder_wanted = Signal()
    models_wanted = Signal()

    def __init__(self, comparisons: Comparisons, theme: Theme) -> None:
        super().__init__(kind="plain", margin=0)
        self._comparisons = comparisons
        self.place: Place | None = None
        self.pair = CellPair(theme)
        self.title = label(role="strong", wrap=True)
        self.words = label(role="secondary", wrap=True)
        self.note = DrawnNote(theme, narrow=True, with_match=True)
        self.note.models_wanted.connect(self.models_wanted)
        self.open_button = button(self.tr("See it large"), self.tr("Show the picture as large as fits (Enter)"))
        self.create_button = button(self.tr("Use on Create"), self.tr("Fill Create with what made this picture"))
        self.folder_button = IconButton("folder", self.tr("Show in its folder"), theme)
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_TITLE)
        self.name.setAccessibleName(self.tr("Name of the new preset"))
        self.name.setToolTip(self.tr("What the preset is to be called; 1 to 80 characters"))
        self.save_button = button(
            self.tr("Save as preset"), self.tr("A preset that makes this cell's pictures, with its size and checkpoint")
        )
        self.error = InlineError(theme)
        self._build()
        self.open_button.clicked.connect(self.open_wanted)
        self.create_button.clicked.connect(self.create_wanted)
        self.folder_button.clicked.connect(self.folder_wanted)
        self.save_button.clicked.connect(self.save)
        self.name.returnPressed.connect(self.save)
        comparisons.came.connect(self._came)
        self.show_place(None)

    def _build(self) -> None:
        self.column.addWidget(self.pair)
        self.column.addWidget(self.title)
        self.column.addWidget(self.words)
        self.column.addWidget(self.note)
        acts = flexible(QWidget())
        flow = FlowLayout(acts, Space.S)
        for one in (self.open_button, self.create_button, self.folder_button):
            flow.addWidget(one)
        self.column.addWidget(acts)
        self.column.addWidget(self.name)
        self.column.addWidget(self.save_button)
        self.column.addWidget(self.error)

    def show_place(self, place: Place | None) -> None:
        """The cell with its first picture, or None for nothing."""
        opened = self._comparisons.current
        changed = place != self.place
        self.place = place
        self.setVisible(place is not None and opened is not None)
        if place is None or opened is None:
            return
        column, row, _ = place
        title_of = self._comparisons.plan.title_of
        self.title.setText(cell_title(opened.grid, column, row, title_of))
        made = opened.made.get(place)
        self.pair.show_cell(self._comparisons.image(place) if made is not None else None)
        for one in (self.open_button, self.create_button, self.folder_button):
            one.setEnabled(made is not None)
        self.words.setText(self._words(place))
        self.words.setVisible(bool(self.words.text()))
        self.note.show_worth(worth_of(made) if made is not None else None)
        if changed:
            self.error.clear()
            values = [labels(opened.grid.columns, title_of)[column]]
            if opened.grid.rows is not None:
                values.append(labels(opened.grid.rows, title_of)[row])
            # Where presets are compared, its title is the value.
            words = dict.fromkeys((translated(opened.shot(place).request.preset.title), *values))
            title = ", ".join(words)
            self.name.setText(" ".join(title.split())[:_LONGEST_TITLE])
            self.name.setCursorPosition(0)

    def save(self) -> None:
        """Makes a preset of the cell."""
        self.error.clear()
        if self.place is None:
            return
        try:
            self._comparisons.save_preset(self.place, self.name.text(), self.title.text())
        except FastFaceError as error:
            self.error.show_error(error, copyable=False)

    def _words(self, place: Place) -> str:
        opened = self._comparisons.current
        assert opened is not None
        cell = [opened.made.get((place[0], place[1], seed)) for seed in range(len(opened.grid.seeds))]
        made = [worth_of(one) if one is not None else None for one in cell]
        found = [one for one in made if one is not None]
        if not found:
            return self.tr("Not made yet")
        if len(made) == 1:
            one = found[0]
            if one.drawn:
                return ""  # the note says it
            return translated(one.reason or "") if one.likeness is None else likeness.named(one.likeness, drawn=False)
        words: list[str] = []
        for seed, one in zip(opened.grid.seeds, made, strict=True):
            if one is not None:
                if one.drawn:
                    number = likeness.badge(one)
                else:
                    number = self.tr("no likeness") if one.likeness is None else likeness.number(one.likeness)
                words.append(self.tr("seed {seed}: {number}").format(seed=seed, number=number))
        return ", ".join(words)

    def _came(self, place: Place) -> None:
        if self.place is not None and place[:2] == self.place[:2]:
            self.show_place(self.place)
