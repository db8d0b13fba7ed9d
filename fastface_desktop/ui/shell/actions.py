"""What actions do in this window, and the keys that the user gave them.

A page announces what it can do by `Page.acts`: for each of its actions in the list, what happens and, where it may be
impossible, why. The shell makes the shortcuts. `bind_action(button, "create.generate")` ties a button to an action: its
tooltip then ends with the keys of now. `keys_of(page, "create.generate")` is for menus.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from fastface_desktop.state.settings import Settings
from fastface_desktop.ui.shell.action_list import ACTIONS, WINDOW, Action

_BY_ID = {action.id: action for action in ACTIONS}


class Refusal(Exception):
    """Keys that cannot be given to an action; `other` is the one that has them."""

    def __init__(self, sentence: str, other: Action | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.other = other


@dataclass(frozen=True, slots=True)
class Act:
    """What an action does on what is in view.

    Attributes:
        why_not: a sentence that says why it is impossible now; empty where it is possible.
    """

    slot: Callable[[], Any]
    why_not: Callable[[], str] | None = None


@dataclass(slots=True)
class _Offered:
    act: Act
    shortcut: QShortcut


class Actions(QObject):
    """The actions of this window, with the keys that the user gave them."""

    changed = Signal()
    """Keys of an action are other ones."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._actions = dict(_BY_ID)
        self._titles: dict[str, str] = {}
        self._offered: dict[str, _Offered] = {}
        self._told: list[QWidget] = []
        settings.changed.connect(self._setting_changed)

    # ---- What there is

    def set_pages(self, pages: Iterable[tuple[str, str]]) -> None:
        """The pages by name and title, in the rail's order: each can be gone to."""
        for name in self._titles:
            self._actions.pop(page_action(name), None)
        self._titles = dict(pages)
        going: dict[str, Action] = {}
        for number, name in enumerate(self._titles, 1):
            keys = (f"Ctrl+{number}",) if number < 10 else ()
            keys += ("Ctrl+,",) if name == "preferences" else ()
            going[page_action(name)] = Action(page_action(name), self._titles[name], keys)
        self._actions = going | self._actions

    def all(self) -> list[Action]:
        """The window's and those of the pages there are."""
        scopes = {WINDOW, "page", *self._titles}
        return [action for action in self._actions.values() if action.scope in scopes]

    def __getitem__(self, id: str) -> Action:
        return self._actions[id]

    def title(self, action: Action) -> str:
        """In the window's language."""
        if action.scope == "page":
            return action.title
        return QCoreApplication.translate("actions", action.title)

    def scope_title(self, action: Action) -> str:
        """The page's title; for the window's own actions their kind."""
        if action.scope == "page":
            return self.tr("Page")
        return self._titles.get(action.scope) or self.tr("Everywhere")

    # ---- Keys

    def keys(self, id: str) -> tuple[str, ...]:
        """Its keys of now, as Qt writes them for files."""
        action = self._actions[id]
        own = None if action.fixed else self._settings.values.shortcuts.get(id)
        return action.keys if own is None else tuple(key for key in own if _is_key(key))

    def shown_keys(self, id: str) -> str:
        """Its first key, as the system writes it; empty where it has none."""
        return next((key_text(key) for key in self.keys(id)), "")

    def is_own(self, id: str) -> bool:
        """Whether the user gave it other keys than the usual ones."""
        return self.keys(id) != self._actions[id].keys

    def check(self, id: str, key: str) -> None:
        """
        Raises:
            Refusal: another action has the key, or it would be in the way while writing.
        """
        found = QKeySequence(key)
        if not _is_key(key):
            raise Refusal(self.tr("Press a key together with Ctrl or Alt, or a function key."))
        if _is_written(found.toString()):
            raise Refusal(self.tr("{key} alone is for writing. Add Ctrl or Alt.").format(key=key_text(key)))
        for other in self.meeting(id, key):
            taken = self.tr("{key} is already used for: {action}.")
            raise Refusal(taken.format(key=key_text(key), action=self.title(other)), other)

    def meeting(self, id: str, key: str) -> list[Action]:
        """The other actions that have a key and count where this one does."""
        mine, found = self._actions[id], QKeySequence(key)
        return [
            other
            for other in self.all()
            if other.id != id and _meet(mine, other) and found in map(QKeySequence, self.keys(other.id))
        ]

    def set_key(self, id: str, key: str) -> None:
        """Gives an action one key instead of those it has; an empty one leaves it without.

        Raises:
            Refusal: see `check`.
        """
        if key:
            self.check(id, key)
        self._keep(id, (key,) if key else ())

    def put_back(self, id: str) -> None:
        """The usual keys again, also where the user gave them to another action in the meantime: that one goes without.

        Nothing is done where they are the usual ones already.
        """
        for key in self._actions[id].keys:
            try:
                self.check(id, key)
            except Refusal as refusal:
                if refusal.other is not None:
                    self._keep(refusal.other.id, ())
        self._keep(id, None)

    def put_all_back(self) -> None:
        self._settings.change(shortcuts={})

    def restore(self, shortcuts: Mapping[str, tuple[str, ...]]) -> None:
        """For Undo: the user's keys as they were."""
        self._settings.change(shortcuts=dict(shortcuts))

    def _keep(self, id: str, keys: tuple[str, ...] | None) -> None:
        own = dict(self._settings.values.shortcuts)
        own.pop(id, None)
        if keys is not None and keys != self._actions[id].keys:
            own[id] = keys
        self._settings.change(shortcuts=own)

    def _setting_changed(self, name: str) -> None:
        if name != "shortcuts":
            return
        for id, offered in self._offered.items():
            if not isValid(offered.shortcut) or self._actions[id].fixed:
                continue
            offered.shortcut.setKeys([QKeySequence(key) for key in self.keys(id)])
        # A page that was built again has left its old widgets here.
        self._told = [widget for widget in self._told if isValid(widget)]
        for widget in self._told:
            self._tell(widget)
        self.changed.emit()

    # ---- What they do

    def offer(self, owner: QWidget, acts: Mapping[str, Act]) -> None:
        """Makes the shortcuts of a page, or of the window; they count while `owner` is in view.

        Raises:
            KeyError: an action is not in the list.
        """
        for id, act in acts.items():
            action = self._actions[id]
            shortcut = QShortcut(owner)
            shortcut.setObjectName(id)
            if not action.fixed:
                shortcut.setKeys([QKeySequence(key) for key in self.keys(id)])
            shortcut.activated.connect(act.slot)
            self._offered[id] = _Offered(act, shortcut)

    def why_not(self, id: str) -> str:
        """Why it cannot be done now; empty where it can, or where its page is to be opened first."""
        if not self.offered(id) or (why_not := self._offered[id].act.why_not) is None:
            return ""
        return why_not()

    def run(self, id: str) -> None:
        """Does it. Its page has to be there."""
        self._offered[id].act.slot()

    def offered(self, id: str) -> bool:
        """Whether the page that does it is there."""
        return id in self._offered and isValid(self._offered[id].shortcut)

    # ---- Tooltips

    def describe(self, root: QWidget) -> None:
        """Adds the keys to the tooltips of all widgets below `root` that are bound to an action."""
        self._told = [widget for widget in self._told if isValid(widget)]
        for widget in (root, *root.findChildren(QWidget)):
            if widget.property("action"):
                self._told.append(widget)
                self._tell(widget)

    def _tell(self, widget: QWidget) -> None:
        keys = self.shown_keys(widget.property("action"))
        words, whole = widget.property("tip"), widget.property("whole_tip")
        if words is None or widget.toolTip() != whole:
            words = widget.toolTip()
        whole = self.tr("{words} ({keys})").format(words=words, keys=keys) if keys else words
        widget.setProperty("tip", words)
        widget.setProperty("whole_tip", whole)
        widget.setToolTip(whole)


def page_action(name: str) -> str:
    """The action that goes to a page."""
    return f"page.{name}"


def bind_action(widget: QWidget, id: str) -> None:
    """Says which action a widget does, before its page is handed to the shell."""
    widget.setProperty("action", id)


def keys_of(owner: QWidget, id: str) -> str:
    """The first key of an action, for menus that do the same; empty where it has none.

    Args:
        owner: the page whose action it is, or a widget in it.
    """
    if _BY_ID[id].fixed:
        return _BY_ID[id].keys[0]
    at: QWidget | None = owner
    while at is not None:
        found = at.findChild(QShortcut, id, Qt.FindChildOption.FindDirectChildrenOnly)
        if found is not None:
            return found.key().toString()
        at = at.parentWidget()
    return ""


def key_text(key: str) -> str:
    """As the system writes it, in the window's language."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _is_key(key: str) -> bool:
    """Whether it is one key with its modifiers, that Qt knows."""
    found = QKeySequence(key)
    return found.count() == 1 and bool(found.toString())


def _is_written(key: str) -> bool:
    """Whether a key is needed to write or to walk through a page."""
    return not re.search(r"(Ctrl|Alt|Meta)\+", key) and not re.fullmatch(r"(Shift\+)?F\d+", key)


def _meet(one: Action, other: Action) -> bool:
    """Whether the keys of both count at the same time."""
    everywhere = {WINDOW, "page"}
    return one.scope == other.scope or one.scope in everywhere or other.scope in everywhere
