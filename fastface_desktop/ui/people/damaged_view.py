"""A person whose file cannot be read: what is still known, what can be done about it, and forgetting."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fastface_desktop.state.people.eraser import PersonEraser
from fastface_desktop.state.people.people import DamagedInfo
from fastface_desktop.ui.people.forget_panel import ForgetPanel, ToForget
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, IconButton, label
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column, filling, row
from fastface_desktop.ui.widgets.round_face import RoundFace
from fastface_desktop.ui.widgets.scrolling import Scrolled, scroller

_FACE = 72


class DamagedView(QWidget):
    back_wanted = Signal()
    gone = Signal(str, int)
    """The person shown is forgotten: the name, and how many pictures were erased."""

    def __init__(self, traces: PersonEraser, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.back_button = IconButton("chevron-left", self.tr("Back to everyone"), theme)
        bind_action(self.back_button, "people.back")
        self.back_button.clicked.connect(self.back_wanted)
        self.name = ElidedLabel(role="title")
        self.face = RoundFace(_FACE, theme)
        self.left = label(wrap=True)
        self.error = InlineError(theme)
        self.error.close_button.hide()  # it is the state of the person, and stays
        self.forget_panel = ForgetPanel(traces, theme)
        self.forget_panel.gone.connect(self.gone)
        self._build()
        theme.changed.connect(self._fit)
        self._fit()

    def _build(self) -> None:
        head = row(self.back_button, filling(self.name), margins=(Space.L, Space.M, Space.XL, Space.M), gap=Space.S)
        known = Card(margin=Space.L)
        known.column.addLayout(row(self.face, filling(self.left), gap=Space.L))
        self._column = QWidget()
        column(self.error, known, self.forget_panel, gap=Space.M, of=self._column)
        body = Scrolled()
        around = QHBoxLayout(body)
        around.setContentsMargins(Space.XL, Space.M, Space.XL, Space.XL)
        around.addWidget(self._column, 100, Qt.AlignmentFlag.AlignTop)
        around.addStretch()
        column(head, filling(scroller(body)), of=self)

    def _fit(self) -> None:
        self._column.setMaximumWidth(self._theme.px(Size.COLUMN))

    def show_person(self, person: DamagedInfo) -> None:
        """What is still known of a person."""
        self.name.setText(words.name(person))
        self.face.show_face(person.cover)
        left = [
            self.tr("Photos in the folder: {count}").format(count=person.photos),
            self.tr("Pictures that were made: {count}").format(count=person.pictures),
        ]
        self.left.setText("\n".join(left))
        self.error.show_error(person.problem)
        self.forget_panel.show_person(ToForget(person.uid, person.name, person.photos, person.pictures))

    def escape(self) -> None:
        """Closes the question, else leaves."""
        if self.forget_panel.forgetting:
            return
        if self.forget_panel.question.isVisible():
            self.forget_panel.no.click()
        else:
            self.back_wanted.emit()
