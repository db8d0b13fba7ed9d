"""One binding of a field to what edits it: the field's value is shown, and an edit changes the field.

bound = Bound(session, self)
bound.field("count", self.count)
bound.field("steps", self.steps, shown=lambda steps: steps or 0, kept=lambda steps: steps or None)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import ValidationError
from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from fastface_desktop.ui.widgets.calm_combo import CalmCombo

Ends = tuple[SignalInstance, Callable[[Any], object]]
"""Of an editor: its signal for an edit, with the value, and its method that shows a value."""
Editor = QAbstractButton | QAbstractSlider | QDoubleSpinBox | QSpinBox | QLineEdit | CalmCombo | Ends


class State(Protocol):
    """What keeps values and signals when one of them changes: the settings, the session, the choices of an export."""

    changed: Any
    """A signal; PySide's types know signals of classes of Qt alone."""

    @property
    def values(self) -> object: ...

    def change(self, **values: Any) -> None: ...


@dataclass(slots=True)
class _Field:
    show: Callable[[Any], object]
    value: object
    """What the editor stands for."""
    showing: bool = False


class Bound(QObject):
    """Keeps fields of a state and their editors the same, both ways: what is shown is not taken for an edit, and what
    was typed is not written again while it means the same value."""

    def __init__(self, state: State, parent: QWidget) -> None:
        super().__init__(parent)
        self._state = state
        self._fields: dict[str, _Field] = {}
        state.changed.connect(self._refresh)

    def field(
        self,
        name: str,
        editor: Editor,
        *,
        shown: Callable[[Any], Any] = lambda value: value,
        kept: Callable[[Any], Any] = lambda value: value,
        refused: Callable[[ValidationError | None], object] | None = None,
    ) -> None:
        """Shows the field in the editor, from now on.

        Args:
            shown: of a value of the field, what the editor shows.
            kept: of what the editor says, the value of the field.
            refused: gets why an edit was not allowed, or None once there is nothing wrong; without it, the error is
                raised.
        """
        edited, show = editor if isinstance(editor, tuple) else _ends(editor)

        def show_value(value: Any) -> None:
            show(shown(value))
            if refused is not None:
                refused(None)

        field = self._fields[name] = _Field(show_value, None)

        def keep(said: Any) -> None:
            if field.showing:
                return
            before, field.value = field.value, kept(said)
            try:
                self._state.change(**{name: field.value})
            except Exception as error:
                field.value = before
                if refused is None or not isinstance(error, ValidationError):
                    raise
                refused(error)
            else:
                if refused is not None:
                    refused(None)

        edited.connect(keep)
        self.show_field(name)

    def show_field(self, name: str) -> None:
        """Shows a field again, after its editor offers something else."""
        field = self._fields[name]
        field.value, field.showing = getattr(self._state.values, name), True
        field.show(field.value)
        field.showing = False

    def _refresh(self) -> None:
        for name, field in self._fields.items():
            if getattr(self._state.values, name) != field.value:
                self.show_field(name)


def _ends(editor: QAbstractButton | QAbstractSlider | QDoubleSpinBox | QSpinBox | QLineEdit | CalmCombo) -> Ends:
    match editor:
        case QAbstractButton():
            return editor.clicked, editor.setChecked
        case QLineEdit():
            return editor.textEdited, editor.setText
        case CalmCombo():
            return editor.picked, editor.choose
        case _:
            return editor.valueChanged, editor.setValue
