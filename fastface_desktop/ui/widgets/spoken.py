"""What screen readers get of buttons that are on or off, and what their Toggle does.

Qt's own interface of such a button answers Toggle by changing the state without a click: a page of the rail or a style
would look chosen, and nothing would happen. Here Toggle is a click. The factory is asked only while a screen reader, or
a test, looks at the window.
"""

import re

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QAccessibleWidget, QButtonGroup, QRadioButton

_MARK = re.compile("&(.)")


class SpokenButton(QAccessibleWidget):
    """A button that can be on or off: one of several, or by itself."""

    def __init__(self, button: QAbstractButton) -> None:
        super().__init__(button)

    @property
    def _button(self) -> QAbstractButton | None:
        widget = self.widget()
        return widget if isinstance(widget, QAbstractButton) else None

    def role(self) -> QAccessible.Role:
        button = self._button
        # It may come into a group after a reader saw it. Qt's stubs say that there always is one.
        group: QButtonGroup | None = button.group() if button is not None else None
        one_of_several = isinstance(button, QRadioButton) or bool(group and group.exclusive())
        return QAccessible.Role.RadioButton if one_of_several else QAccessible.Role.CheckBox

    def text(self, t: QAccessible.Text, /) -> str:
        """A button without a name of its own is called by the words on it, without the mark of its key."""
        button = self._button
        if t is QAccessible.Text.Name and button is not None:
            return button.accessibleName() or _MARK.sub(r"\1", button.text())
        return super().text(t)

    def state(self) -> QAccessible.State:
        state = super().state()
        if (button := self._button) is not None:
            state.checkable = True  # pyright: ignore[reportAttributeAccessIssue]
            state.checked = button.isChecked()  # pyright: ignore[reportAttributeAccessIssue]
            state.pressed = button.isDown()  # pyright: ignore[reportAttributeAccessIssue]
        return state

    def actionNames(self) -> list[str]:
        button = self._button
        usable = button is not None and button.isEnabled()
        return [self.toggleAction(), self.pressAction(), self.setFocusAction()] if usable else []

    def doAction(self, actionName: str, /) -> None:
        button = self._button
        if button is not None and actionName in (self.toggleAction(), self.pressAction()):
            # As Qt's own Press: whoever asked is answered before a page is built.
            QTimer.singleShot(0, button, button.click)
        else:
            super().doAction(actionName)


def _interface(key: str, thing: object) -> SpokenButton | None:
    if isinstance(thing, QAbstractButton) and thing.isCheckable():
        return SpokenButton(thing)
    return None


class _Installed:
    once = False


def install() -> None:
    """From now on Toggle is a click; a second call changes nothing."""
    if not _Installed.once:
        _Installed.once = True
        QAccessible.installFactory(_interface)
