"""Settings, Shortcuts: every action with its keys, to be given others."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from fastface_desktop.state.settings import Settings
from fastface_desktop.state.undo import Undo
from fastface_desktop.ui.preferences.fields import Group
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.shell.action_list import Action
from fastface_desktop.ui.shell.actions import Actions, Refusal, key_text
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, button, label
from fastface_desktop.ui.widgets.layout import column, filling, row

_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class KeyField(QLineEdit):
    """Takes the next keys that are pressed. Tab goes on, Escape leaves it as it was, Backspace empties it."""

    pressed = Signal(str)
    """Keys, as Qt writes them for files; empty for none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setToolTip(self.tr("Press the new keys; Backspace leaves the action without, Esc as it is"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)

    def event(self, event: object, /) -> bool:
        # Before any shortcut of the window gets it.
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)  # type: ignore[arg-type]

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        key = Qt.Key(event.key())
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and key == Qt.Key.Key_Escape:
            self.clearFocus()
        elif plain and key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.pressed.emit("")
        elif key not in _MODIFIERS and key != Qt.Key.Key_unknown:
            self.pressed.emit(QKeySequence(event.keyCombination()).toString())


class _Row(QWidget):
    said = Signal(str, Undo)

    def __init__(self, action: Action, actions: Actions, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.action = action
        self._actions, self._settings = actions, settings
        title = actions.title(action)
        self.words = title.casefold()
        self.field = KeyField(self.tr("Keys of: {action}").format(action=title))
        self.field.pressed.connect(self.take)
        self.usual = IconButton("undo", self.tr("The usual keys again: {action}").format(action=title), theme)
        self.usual.clicked.connect(self.put_back)
        policy = self.usual.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.usual.setSizePolicy(policy)
        self.problem = label(role="bad", wrap=True)
        self.problem.hide()
        column(
            row(filling(label(title, wrap=True)), filling(self.field), self.usual, gap=Space.S),
            self.problem,
            gap=Space.XS,
            of=self,
        )
        self.show_keys()

    def show_keys(self) -> None:
        keys = ", ".join(dict.fromkeys(key_text(key) for key in self._actions.keys(self.action.id)))
        self.field.setText(keys)
        self.field.setCursorPosition(0)
        self.field.setPlaceholderText(self.tr("none"))
        self.usual.setVisible(self._actions.is_own(self.action.id))
        self._say("")

    def plain_keys(self) -> str:
        """As they are called in English, for those who look for "Ctrl" where the system says otherwise."""
        return ", ".join(self._actions.keys(self.action.id)).casefold()

    def take(self, key: str) -> None:
        """Gives the action these keys, or says why not."""
        before = self._settings.values.shortcuts
        try:
            self._actions.set_key(self.action.id, key)
        except Refusal as refusal:
            self._say(refusal.sentence)
            return
        if self._settings.values.shortcuts != before:
            self._said(self.tr("{action}: {keys}"), before)

    def put_back(self) -> None:
        before = self._settings.values.shortcuts
        self._actions.put_back(self.action.id)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self._said(self.tr("{action}: {keys}"), before)

    def _said(self, words: str, before: dict[str, tuple[str, ...]]) -> None:
        text = words.format(action=self._actions.title(self.action), keys=self.field.text() or self.tr("none"))
        self.said.emit(text, partial(self._actions.restore, before))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))


class Shortcuts(Section):
    def __init__(self, actions: Actions, settings: Settings, theme: Theme) -> None:
        super().__init__(self.tr("Shortcuts"), self.tr("Click into a field and press the new keys."))
        self._actions, self._settings = actions, settings
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the shortcuts"))
        self.search.setToolTip(self.tr("Shows the actions whose name or keys have this in them"))
        self.search.textChanged.connect(self._find)
        self.usual_button = button(self.tr("All as usual"), self.tr("Give every action its usual keys again"))
        self.usual_button.clicked.connect(self._put_all_back)
        head = row(self.search, gap=Space.S)
        head.addWidget(self.usual_button)
        self.column.addLayout(head)
        self.rows: dict[str, _Row] = {}
        self._groups: list[tuple[QWidget, list[_Row]]] = []
        by_place: dict[str, list[_Row]] = {}
        for action in actions.all():
            if not action.fixed:
                made = _Row(action, actions, settings, theme)
                made.said.connect(self.said)
                self.rows[action.id] = made
                by_place.setdefault(actions.scope_title(action), []).append(made)
        for place, rows in by_place.items():
            group = Group(label(place, "strong"), *rows)
            group.column.setSpacing(Space.S)
            self._groups.append((group, rows))
            self.add(group)
        actions.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        for one in self.rows.values():
            one.show_keys()
        self.usual_button.setEnabled(bool(self._settings.values.shortcuts))

    def _find(self, wanted: str) -> None:
        wanted = wanted.strip().casefold()
        for group, rows in self._groups:
            shown = 0
            for one in rows:
                fits = any(wanted in text for text in (one.words, one.field.text().casefold(), one.plain_keys()))
                one.setVisible(fits)
                shown += fits
            group.setVisible(shown > 0)

    def _put_all_back(self) -> None:
        before = self._settings.values.shortcuts
        self._actions.put_all_back()
        self.said.emit(self.tr("All shortcuts are the usual ones."), partial(self._actions.restore, before))
