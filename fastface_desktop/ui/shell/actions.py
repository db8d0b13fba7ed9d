"""Every action there is, said once: what it is called, its usual keys, and where it counts.

Shortcuts, tooltips, the palette, the help page and the editor of shortcuts all read this list. A page announces what
it can do by `Page.acts`: for each of its actions here, what happens and, where it may be impossible, why. The shell
makes the shortcuts. `bind_action(button, "create.generate")` ties a button to an action: its tooltip then ends with the
keys of now.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from fastface_desktop.state.settings import Settings

if TYPE_CHECKING:  # what it gives back has no type in Qt's own stubs

    def QT_TRANSLATE_NOOP(context: str, text: str) -> str: ...
else:
    from PySide6.QtCore import QT_TRANSLATE_NOOP

WINDOW = "window"
_KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done.

    Attributes:
        id: never shown; "create.generate" is part of the page "create".
        title: in English; `Actions.title` gives it in the window's language.
        keys: the usual ones, as Qt writes them for files.
        fixed: the keys belong to a list or a picture that has the focus, and cannot be changed; the action is shown in
            the help alone.
    """

    id: str
    title: str
    keys: tuple[str, ...] = ()
    fixed: bool = False

    @property
    def scope(self) -> str:
        """`WINDOW`, or the name of the page in which it counts."""
        return self.id.partition(".")[0]


ACTIONS: tuple[Action, ...] = (
    Action("window.palette", QT_TRANSLATE_NOOP("actions", "Find an action"), ("Ctrl+K",)),
    Action("window.help", QT_TRANSLATE_NOOP("actions", "Help"), ("F1",)),
    Action("window.queue", QT_TRANSLATE_NOOP("actions", "Show or hide the queue"), ("Ctrl+J",)),
    Action("window.batch", QT_TRANSLATE_NOOP("actions", "Batch: many people, many looks"), ("Ctrl+Shift+B",)),
    Action("window.pause", QT_TRANSLATE_NOOP("actions", "Pause the queue, or go on")),
    Action("window.undo", QT_TRANSLATE_NOOP("actions", "Undo the last change"), ("Ctrl+Z",)),
    Action("window.theme", QT_TRANSLATE_NOOP("actions", "Light or dark")),
    Action("window.larger", QT_TRANSLATE_NOOP("actions", "Larger text"), ("Ctrl+Shift++", "Ctrl+Shift+=")),
    Action("window.smaller", QT_TRANSLATE_NOOP("actions", "Smaller text"), ("Ctrl+Shift+-", "Ctrl+Shift+_")),
    Action("window.menu", QT_TRANSLATE_NOOP("actions", "Open the menu"), ("F10",)),
    Action("window.diagnostics", QT_TRANSLATE_NOOP("actions", "Diagnostics")),
    Action("window.quit", QT_TRANSLATE_NOOP("actions", "Quit"), ("Ctrl+Q", "Ctrl+W")),
    Action("create.generate", QT_TRANSLATE_NOOP("actions", "Make the pictures"), ("Ctrl+Enter", "Ctrl+Return")),
    Action("create.cancel", QT_TRANSLATE_NOOP("actions", "Stop what is being made"), ("Escape",)),
    Action("create.choose_photos", QT_TRANSLATE_NOOP("actions", "Choose photos"), ("Ctrl+O",)),
    Action("create.paste", QT_TRANSLATE_NOOP("actions", "Paste a photo, a picture or a prompt"), ("Ctrl+V",)),
    Action("create.repeat", QT_TRANSLATE_NOOP("actions", "The same with another seed"), ("Ctrl+R",)),
    Action("create.trash", QT_TRANSLATE_NOOP("actions", "Put the picture into the trash")),
    Action("create.use_settings", QT_TRANSLATE_NOOP("actions", "Use the settings of this picture"), ("Ctrl+U",)),
    Action("create.save_as", QT_TRANSLATE_NOOP("actions", "Save a copy of the picture"), ("Ctrl+S",)),
    Action("create.show_in_folder", QT_TRANSLATE_NOOP("actions", "Show the picture in its folder"), ("Ctrl+E",)),
    Action("create.copy", QT_TRANSLATE_NOOP("actions", "Copy the picture"), ("Ctrl+C",), fixed=True),
    Action("create.walk", QT_TRANSLATE_NOOP("actions", "The picture before, the next one"), ("Left", "Right"), True),
    Action("create.zoom", QT_TRANSLATE_NOOP("actions", "Larger, smaller, fit"), ("+", "-", "0"), fixed=True),
    Action("presets.save", QT_TRANSLATE_NOOP("actions", "Save the preset"), ("Ctrl+S",)),
    Action("presets.revert", QT_TRANSLATE_NOOP("actions", "Discard the changes of the preset")),
    Action("presets.redo", QT_TRANSLATE_NOOP("actions", "Redo the change of the preset"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    Action("presets.copy", QT_TRANSLATE_NOOP("actions", "Make a copy of the preset"), ("Ctrl+D",)),
    Action("presets.use", QT_TRANSLATE_NOOP("actions", "Use the preset on Create"), ("Ctrl+U",)),
    Action("presets.make_default", QT_TRANSLATE_NOOP("actions", "Begin new pictures with the preset")),
    Action("presets.rename", QT_TRANSLATE_NOOP("actions", "Rename the preset"), ("F2",)),
    Action("presets.import", QT_TRANSLATE_NOOP("actions", "Take a preset over from a file"), ("Ctrl+O",)),
    Action("presets.export", QT_TRANSLATE_NOOP("actions", "Export the preset"), ("Ctrl+E",)),
    Action("presets.effect", QT_TRANSLATE_NOOP("actions", "Show before and after"), ("Ctrl+B",)),
    Action("presets.delete", QT_TRANSLATE_NOOP("actions", "Delete the preset"), ("Delete",), fixed=True),
    Action("people.new", QT_TRANSLATE_NOOP("actions", "New person"), ("Ctrl+N",)),
    Action("people.add_photos", QT_TRANSLATE_NOOP("actions", "Add photos of a person"), ("Ctrl+O",)),
    Action("people.paste", QT_TRANSLATE_NOOP("actions", "Paste a photo of a person"), ("Ctrl+V",)),
    Action("people.search", QT_TRANSLATE_NOOP("actions", "Search names"), ("Ctrl+F",)),
    Action("people.back", QT_TRANSLATE_NOOP("actions", "Close what is open"), ("Escape",)),
    Action("people.lock", QT_TRANSLATE_NOOP("actions", "Lock the people"), ("Ctrl+L",)),
    Action(
        "compare.begin", QT_TRANSLATE_NOOP("actions", "Begin the comparison, or go on"), ("Ctrl+Enter", "Ctrl+Return")
    ),
    Action("compare.stop", QT_TRANSLATE_NOOP("actions", "Stop the comparison, or back to its grid"), ("Escape",)),
    Action("compare.new", QT_TRANSLATE_NOOP("actions", "New comparison"), ("Ctrl+N",)),
    Action("compare.export", QT_TRANSLATE_NOOP("actions", "Save the grid as a picture"), ("Ctrl+Shift+E",)),
    Action("compare.open", QT_TRANSLATE_NOOP("actions", "See the cell large"), ("Enter", "Space"), fixed=True),
    Action("gallery.search", QT_TRANSLATE_NOOP("actions", "Search the gallery"), ("Ctrl+F",)),
    Action("gallery.details", QT_TRANSLATE_NOOP("actions", "Show or hide the details"), ("Ctrl+I",)),
    Action("gallery.larger", QT_TRANSLATE_NOOP("actions", "Larger pictures"), ("Ctrl++", "Ctrl+=")),
    Action("gallery.smaller", QT_TRANSLATE_NOOP("actions", "Smaller pictures"), ("Ctrl+-",)),
    Action("gallery.import", QT_TRANSLATE_NOOP("actions", "Import the pictures of a folder"), ("Ctrl+O",)),
    Action("gallery.export", QT_TRANSLATE_NOOP("actions", "Export the chosen pictures"), ("Ctrl+Shift+E",)),
    Action("gallery.empty_trash", QT_TRANSLATE_NOOP("actions", "Empty the trash"), ()),
    Action("gallery.use_settings", QT_TRANSLATE_NOOP("actions", "Use the settings of the chosen picture"), ("Ctrl+U",)),
    Action(
        "gallery.repeat", QT_TRANSLATE_NOOP("actions", "Make the chosen picture again with another seed"), ("Ctrl+R",)
    ),
    Action("gallery.save_as", QT_TRANSLATE_NOOP("actions", "Save a copy of the chosen picture"), ("Ctrl+S",)),
    Action(
        "gallery.show_in_folder", QT_TRANSLATE_NOOP("actions", "Show the chosen picture in its folder"), ("Ctrl+E",)
    ),
    Action("gallery.copy", QT_TRANSLATE_NOOP("actions", "Copy the chosen pictures"), ("Ctrl+C",), fixed=True),
    Action("gallery.select_all", QT_TRANSLATE_NOOP("actions", "Choose all pictures"), ("Ctrl+A",), fixed=True),
    Action("gallery.open", QT_TRANSLATE_NOOP("actions", "See the picture large"), ("Space", "Enter"), fixed=True),
    Action("gallery.full_screen", QT_TRANSLATE_NOOP("actions", "The picture on the whole screen"), ("F",), fixed=True),
    Action("gallery.compare", QT_TRANSLATE_NOOP("actions", "Compare the chosen pictures"), ("C",), fixed=True),
    Action(
        "gallery.rate", QT_TRANSLATE_NOOP("actions", "Give stars, or none"), ("1", "2", "3", "4", "5", "0"), fixed=True
    ),
    Action("gallery.reject", QT_TRANSLATE_NOOP("actions", "Reject, or take that back"), ("X",), fixed=True),
    Action("gallery.label", QT_TRANSLATE_NOOP("actions", "Give a colour label"), ("6", "7", "8", "9"), fixed=True),
    Action("gallery.take_back", QT_TRANSLATE_NOOP("actions", "No longer rejected"), ("U",), fixed=True),
    Action("gallery.tag", QT_TRANSLATE_NOOP("actions", "Add a tag"), ("T",), fixed=True),
    Action("gallery.album", QT_TRANSLATE_NOOP("actions", "Put into an album"), ("B",), fixed=True),
    Action("gallery.new_album", QT_TRANSLATE_NOOP("actions", "New album")),
    Action("gallery.stack", QT_TRANSLATE_NOOP("actions", "Unfold or fold the stack"), ("S",), fixed=True),
    Action("gallery.stack_together", QT_TRANSLATE_NOOP("actions", "Make a stack of the chosen pictures"), ("Ctrl+G",)),
    Action("gallery.unstack", QT_TRANSLATE_NOOP("actions", "Take the stack apart"), ("Ctrl+Shift+G",)),
    Action("gallery.stacks", QT_TRANSLATE_NOOP("actions", "Stack the pictures of one request, or not")),
    Action("gallery.advance", QT_TRANSLATE_NOOP("actions", "Go on to the next picture after a rating, or stay")),
    Action("gallery.photo", QT_TRANSLATE_NOOP("actions", "The photo beside the large picture"), ("P",), fixed=True),
    Action(
        "gallery.vary",
        QT_TRANSLATE_NOOP("actions", "The same settings on Create, with another seed"),
        ("V",),
        fixed=True,
    ),
    Action("gallery.trash", QT_TRANSLATE_NOOP("actions", "Into the trash"), ("Delete",), fixed=True),
    Action("gallery.restore", QT_TRANSLATE_NOOP("actions", "Out of the trash"), ("R",), fixed=True),
)


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
        self._actions = {action.id: action for action in ACTIONS}
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
        """Adds the keys to the tooltips of all widgets below `root` that stand for an action."""
        self._told = [widget for widget in self._told if isValid(widget)]
        for widget in (root, *root.findChildren(QWidget)):
            if widget.property("action"):
                self._told.append(widget)
                self._tell(widget)

    def _tell(self, widget: QWidget) -> None:
        keys = self.shown_keys(widget.property("action"))
        widget.setProperty(_KEYS, next(iter(self.keys(widget.property("action"))), ""))
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


def keys_of(widget: QWidget) -> QKeySequence:
    """The key of the action that a widget stands for, once the shell has described it: for menus that do the same."""
    return QKeySequence(widget.property(_KEYS) or "")


def key_text(key: str) -> str:
    """As the system writes it, in the window's language."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _is_key(key: str) -> bool:
    """Whether it is one key with what is held beside it, that Qt knows."""
    found = QKeySequence(key)
    return found.count() == 1 and bool(found.toString())


def _is_written(key: str) -> bool:
    """Whether a key is needed to write or to walk through a page."""
    return not re.search(r"(Ctrl|Alt|Meta)\+", key) and not re.fullmatch(r"(Shift\+)?F\d+", key)


def _meet(one: Action, other: Action) -> bool:
    """Whether the keys of both count at the same time."""
    everywhere = {WINDOW, "page"}
    return one.scope == other.scope or one.scope in everywhere or other.scope in everywhere
