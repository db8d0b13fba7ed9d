"""Fields that are typed into: what was typed is kept, and what is wrong with it is shown there."""

from collections.abc import Sequence
from itertools import count

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from fastface_desktop.ui.widgets.basic import label, restyle

_gestures = count()


class NotAllowed(ValueError):
    """Why a text is no value, as a sentence."""


class CheckedEdit(QLineEdit):
    """A field for a value that has a text. Who inherits says how one becomes the other."""

    edited = Signal(object, str)
    """A value, and the gesture it belongs to: what is typed in one visit is undone together."""
    problem_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._value: object = None
        # A window that is not in front gives its fields no focus, but takes what a program types into them.
        self._gesture = f"type-{next(_gestures)}"
        self.problem = ""
        """What is wrong with the text; empty where nothing is."""
        self.textEdited.connect(self._typed)

    def read(self, text: str) -> object:
        """The value of a text.

        Raises:
            NotAllowed: it has none.
        """
        raise NotImplementedError

    def text_of(self, value: object) -> str:
        raise NotImplementedError

    @property
    def value(self) -> object:
        """The last one that was allowed."""
        return self._value

    def set(self, value: object) -> None:
        """Shows a value without telling of it. Text with a problem stays as long as the value is the one before, and
        what is being typed as long as it means the value."""
        if value == self._value and (self.problem or self.text() == self.text_of(value)):
            return
        self._value = value
        if not (self.hasFocus() and self._means(value)):
            self.setText(self.text_of(value))
        self._say("")

    def give_up(self) -> None:
        """Shows the value again, where the text has none."""
        if self.problem:
            self.setText(self.text_of(self._value))
            self._say("")

    def put_back(self, text: str) -> None:
        """What was typed before, as if it were typed again."""
        self.setText(text)
        self._typed(text)

    def take(self, value: object, gesture: str = "") -> None:
        """Another value, which `changed` reports."""
        self._say("")
        if value != self._value:
            self._value = value
            self.edited.emit(value, gesture)

    def event(self, event: QEvent, /) -> bool:
        # Undo and redo are the page's: what is typed counts at once, and is taken back as a whole.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and _is_undo(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if _is_undo(event):
            event.ignore()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        self._gesture = f"type-{next(_gestures)}"
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent, /) -> None:
        super().focusOutEvent(event)
        if not self.problem:
            self.setText(self.text_of(self._value))

    def _means(self, value: object) -> bool:
        try:
            return self.read(self.text()) == value
        except NotAllowed:
            return False

    def _typed(self, text: str) -> None:
        try:
            value = self.read(text)
        except NotAllowed as error:
            self._say(str(error))
        else:
            self.take(value, self._gesture)

    def _say(self, problem: str) -> None:
        if problem != self.problem:
            self.problem = problem
            restyle(self, "tone", "bad" if problem else "")
            self.setAccessibleDescription(problem)
            self.problem_changed.emit()


def _is_undo(event: QKeyEvent) -> bool:
    return event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


class Problems(QWidget):
    """Says under some fields what is wrong in one of them; takes no room while nothing is."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: list[CheckedEdit] = []
        self.text = label(role="bad", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)
        self.hide()

    def watch(self, fields: Sequence[CheckedEdit]) -> None:
        """From now on these, and no others."""
        self._fields = list(fields)
        for field in fields:
            field.problem_changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        wrong = next((field for field in self._fields if field.problem), None)
        self.text.setText(f"{wrong.accessibleName()}: {wrong.problem}" if wrong is not None else "")
        self.setVisible(wrong is not None)
