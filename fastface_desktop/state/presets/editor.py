"""The preset that is being edited: its draft and the saved version, with undo for each step.

Drafts that are not saved yet are kept in a file of their own, from one start of the program to the next.
"""

import json
from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from fastface_core.bounded import read_object
from fastface_core.domain.presets import Preset
from fastface_core.paths import data_folder
from fastface_core.presets import files as preset_files
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.saver import Saver

_MERGES = 1


class _Edit(QUndoCommand):
    """From one draft to the next; edits with the same gesture become one."""

    def __init__(self, editor: "PresetEditor", text: str, after: Preset, gesture: str) -> None:
        super().__init__(text)
        self._editor, self._gesture = editor, gesture
        self._before, self._after = editor.draft, after

    def id(self) -> int:
        return _MERGES if self._gesture else -1

    def mergeWith(self, other: QUndoCommand, /) -> bool:
        if not isinstance(other, _Edit) or other._gesture != self._gesture:
            return False
        self._after = other._after
        return True

    def redo(self) -> None:
        self._editor.show_draft(self._after)

    def undo(self) -> None:
        self._editor.show_draft(self._before)


class PresetEditor(QObject):
    """One preset is open at a time; the drafts and the undo steps of the others wait until they are opened again."""

    opened = Signal()
    """Another preset is open, or the same under another name."""
    changed = Signal()
    """The draft has other values, or what is saved has."""

    def __init__(
        self, presets: Presets, saver: Saver, parent: QObject | None = None, *, file: Path | None = None
    ) -> None:
        super().__init__(parent)
        self._presets, self._saver = presets, saver
        self._file = file or data_folder() / "preset-drafts.json"
        self._drafts = read_drafts(self._file)
        self._stacks: dict[str, QUndoStack] = {}
        self._name = self._first()
        presets.renamed.connect(self._renamed)
        presets.changed.connect(self._presets_changed)

    @property
    def name(self) -> str:
        return self._name

    @property
    def saved(self) -> Preset:
        """As the file has it."""
        found = self._presets.find(self._name)
        assert found is not None
        return found

    @property
    def draft(self) -> Preset:
        return self.draft_of(self._name) or self.saved

    @property
    def own(self) -> bool:
        """Whether it can be changed."""
        return self._presets.is_own(self._name)

    @property
    def dirty(self) -> bool:
        """Whether there is something to save."""
        return self.draft != self.saved

    @property
    def stack(self) -> QUndoStack:
        if self._name not in self._stacks:
            stack = QUndoStack(self)
            # A command runs before the stack knows that it can be undone.
            stack.indexChanged.connect(self._index_changed)
            self._stacks[self._name] = stack
        return self._stacks[self._name]

    def draft_of(self, name: str) -> Preset | None:
        """What is not saved yet of a preset; None where there is nothing."""
        return self._drafts.get(name) if self._presets.is_own(name) else None

    def open(self, name: str) -> None:
        if name != self._name and self._presets.find(name) is not None:
            self._name = name
            self.opened.emit()
            self.changed.emit()

    def change(self, draft: Preset, text: str, gesture: str = "") -> None:
        """Takes another draft, as one step that can be undone.

        Args:
            text: what was done, for people.
            gesture: several changes of one drag have the same, and are undone together.
        """
        if self.own and draft != self.draft:
            self.stack.push(_Edit(self, text, draft, gesture))

    def show_draft(self, draft: Preset) -> None:
        """For the undo steps: what is edited now. A step from before a renaming leaves the name as it is."""
        saved = self.saved
        draft = preset_files.changed(draft, {"name": saved.name, "title": saved.title})
        if draft == self.saved:
            self._drafts.pop(self._name, None)
        else:
            self._drafts[self._name] = draft
        self._keep()

    def save(self) -> None:
        """Writes the draft to the preset's file; `Presets.saved` or `Presets.failed` follows."""
        if self.own and self.dirty:
            self._presets.save(self.draft)

    def revert(self, text: str) -> None:
        """Back to what is saved, which can be undone too."""
        self.change(self.saved, text)

    def _index_changed(self, index: int) -> None:
        self.changed.emit()

    def _first(self) -> str:
        """The preset that Create uses, as long as it is there."""
        used = self._presets.used
        return used if used is not None and self._presets.find(used) is not None else self._presets.default

    def _presets_changed(self) -> None:
        for name, draft in list(self._drafts.items()):
            if draft == self._presets.find(name):
                del self._drafts[name]
                self._keep()
        if self._presets.find(self._name) is None:
            self._name = self._first()
            self.opened.emit()
        self.changed.emit()

    def _renamed(self, before: str, name: str, title: str) -> None:
        new = self._presets.find(name)
        assert new is not None
        if (draft := self._drafts.pop(before, None)) is not None:
            self._drafts[name] = preset_files.changed(draft, {"name": new.name, "title": new.title})
            self._keep()
        if (stack := self._stacks.pop(before, None)) is not None:
            self._stacks[name] = stack
        if self._name == before:
            self._name = name
            self.opened.emit()

    def _keep(self) -> None:
        content = {name: draft.model_dump(mode="json") for name, draft in self._drafts.items()}
        self._saver.put(self._file, json.dumps(content, indent=1).encode())


def read_drafts(file: Path) -> dict[str, Preset]:
    """The drafts in a file; one that cannot be understood is left out."""
    try:
        found = read_object(file)
    except (OSError, ValueError):
        return {}
    drafts: dict[str, Preset] = {}
    for name, content in found.items():
        try:
            drafts[name] = Preset.model_validate(content)
        except ValidationError:
            continue
    return drafts
