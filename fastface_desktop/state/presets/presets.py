"""The presets of the window: the built-in ones and the user's own, which are files.

A change is written first, in the background, and signalled then: a receiver of a signal finds it on the disk.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from fastface_core.domain.presets import Preset
from fastface_core.errors import FastFaceError, SettingsError
from fastface_core.pictures.names import GALLERY_SUFFIXES
from fastface_core.presets import files as preset_files
from fastface_desktop.state.session import Session
from fastface_desktop.state.settings import Settings
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo

T = TypeVar("T")


class Presets(QObject):
    """The list; the session follows when the preset it uses is renamed or deleted."""

    changed = Signal()
    """A preset was added, removed or edited, or another one is the default."""
    added = Signal(tuple)
    """The names of presets that were copied, imported, or restored."""
    renamed = Signal(str, str, str)
    """The old name, the new name, and the old title."""
    removed = Signal(str, Undo)
    """A preset's title, and a function that restores it."""
    saved = Signal(str)
    exported = Signal(str)
    """The name of the file."""
    failed = Signal(FastFaceError)
    """An operation failed."""

    def __init__(self, settings: Settings, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._session = settings, session
        # One thread: what is asked for first is written first.
        self._work = Tasks(self, threads=1)
        self._built_in: dict[str, Preset] | None = None
        self._own: dict[str, Preset] | None = None
        self._renaming: dict[str, list[Callable[[str], None]]] = {}

    # ---- The list

    def built_in(self) -> dict[str, Preset]:
        """Those that come with the program, by name."""
        if self._built_in is None:
            self._built_in = preset_files.built_in()
        return self._built_in

    def own(self) -> dict[str, Preset]:
        """The user's, by name."""
        if self._own is None:
            self._own = preset_files.own()
        return self._own

    def find(self, name: str) -> Preset | None:
        return self.own().get(name) or self.built_in().get(name)

    def is_own(self, name: str) -> bool:
        return name in self.own()

    @property
    def default(self) -> str:
        """The preset that new pictures begin with."""
        chosen = self._settings.values.preset
        return chosen if self.find(chosen) is not None else preset_files.DEFAULT_PRESET

    @property
    def used(self) -> str | None:
        """The preset that Create uses; None where it has one of a picture that is not here."""
        values = self._session.values
        return None if values.own_preset is not None else values.preset

    # ---- Operations

    def copy(self, preset: Preset, title: str, description: str) -> None:
        """Adds a preset of the user's own with these values; `added` gives its name."""
        words = {"title": title[:80], "description": description[:500]}
        new = preset_files.changed(preset, {"name": preset_files.name_for(title, self.own()), **words})
        self._run(lambda: _save_new(new), self._added)

    def save(self, preset: Preset) -> None:
        """Replaces a preset of the user's own."""
        self._under_its_name(preset.name, partial(self._save, preset))

    def _save(self, preset: Preset, name: str) -> None:
        known = self.find(name)
        words = {"name": name, "title": known.title if known is not None else preset.title}
        self._run(lambda: _save(preset_files.changed(preset, words)), self._saved)

    def rename(self, name: str, title: str) -> None:
        self._under_its_name(name, partial(self._rename, title))

    def _rename(self, title: str, name: str) -> None:
        waiting = self._renaming[name] = list[Callable[[str], None]]()

        def go_on(now: str) -> None:
            for act in waiting:
                self._under_its_name(now, act)

        def done(preset: Preset) -> None:
            del self._renaming[name]
            self._renamed(name, preset)
            go_on(preset.name)

        def failed(error: FastFaceError) -> None:
            del self._renaming[name]
            self.failed.emit(error)
            go_on(name)

        self._work.run(self, lambda: preset_files.rename_own(name, title), done, failed)

    def _under_its_name(self, name: str, act: Callable[[str], None]) -> None:
        """Does it once the preset has the name that it is being given."""
        if name in self._renaming:
            self._renaming[name].append(act)
        else:
            act(name)

    def delete(self, name: str) -> None:
        """Removes a preset of the user's own; `removed` gives a function that restores it."""
        self._under_its_name(name, self._delete)

    def _delete(self, name: str) -> None:
        self._run(lambda: preset_files.discard_own(name), partial(self._removed, name))

    def take_over(self, files: list[Path]) -> None:
        """Imports presets from files: this program's, the authors' configurations, or pictures with their recipe."""

        def done(result: tuple[list[Preset], dict[str, FastFaceError]]) -> None:
            found, refused = result
            if found:
                self._added(*found)
            if len(refused) == 1:
                self.failed.emit(*refused.values())
            elif refused:
                self.failed.emit(
                    SettingsError(
                        f"{len(refused)} of these files were not taken over: {', '.join(refused)}.",
                        "Import one of them alone to see why.",
                    )
                )

        self._run(lambda: _take_over(files), done)

    def export(self, preset: Preset, file: Path) -> None:
        """Writes a preset to a file, replacing an existing one: the file dialog has asked."""
        self._run(lambda: _export(preset, file), self._exported)

    def make_default(self, name: str) -> Callable[[], None]:
        """New pictures begin with this preset, those on Create from now on too.

        Returns:
            a function that undoes it.
        """
        before = self._settings.values.preset
        put_back_use = self.use(name)
        self._settings.change(preset=name)
        self.changed.emit()

        def put_back() -> None:
            put_back_use()
            self._settings.change(preset=before)
            self.changed.emit()

        return put_back

    def use(self, name: str) -> Callable[[], None]:
        """Has Create use a preset, with its size where it has one.

        Returns:
            a function that undoes it.
        """
        before = self._session.values
        self._session.use_preset(name)
        names = ("preset", "own_preset", "face", "text", "aspect", "width", "height", "steps", "scheduler")
        values = {one: getattr(before, one) for one in (*names, "adapter_strength", "lora_strength")}

        def put_back() -> None:
            self._session.change(**values)

        return put_back

    def close(self) -> None:
        """Waits until what was asked for is written."""
        self._work.finish()

    # ---- Results

    def _run(self, work: Callable[[], T], done: Callable[[T], object]) -> None:
        self._work.run(self, work, done, self.failed.emit)

    def _added(self, *presets: Preset) -> None:
        found = {preset.name: preset for preset in presets}
        self.own().update(found)
        self._sort()
        self.changed.emit()
        self.added.emit(tuple(found))

    def _saved(self, preset: Preset) -> None:
        self.own()[preset.name] = preset
        self.saved.emit(preset.name)
        self.changed.emit()
        if self.used == preset.name:
            # The same name means other values: what Create expects of a picture is another time.
            self._session.changed.emit("preset")

    def _renamed(self, before: str, preset: Preset) -> None:
        was = self.own().pop(before)
        self.own()[preset.name] = preset
        self._sort()
        # First what shows the preset, then what only names it.
        self.renamed.emit(before, preset.name, was.title)
        if self._settings.values.preset == before:
            self._settings.change(preset=preset.name)
        if self.used == before and before != preset.name:
            self._session.change(preset=preset.name)
        self.changed.emit()

    def _removed(self, name: str, place: Path) -> None:
        was = self.own().pop(name)
        was_default, was_used = self._settings.values.preset == name, self.used == name
        self.changed.emit()
        if was_used:
            self._session.change(preset=self.default)

        def put_back() -> None:
            def back(preset: Preset) -> None:
                self._added(preset)
                if was_default:
                    self._settings.change(preset=preset.name)
                if was_used:
                    self._session.change(preset=preset.name)
                self.changed.emit()

            self._run(lambda: preset_files.put_back(place), back)

        self.removed.emit(was.title, put_back)

    def _exported(self, file: Path) -> None:
        self.exported.emit(file.name)

    def _sort(self) -> None:
        self._own = dict(sorted(self.own().items(), key=lambda item: item[1].title.casefold()))


def _save(preset: Preset) -> Preset:
    preset_files.save_own(preset, replace=True)
    return preset


def _save_new(preset: Preset) -> Preset:
    """Adds it to the existing ones: a name that is taken gets a number."""
    there = preset_files.own()
    if preset.name in there or preset_files.is_built_in(preset.name):
        preset = preset_files.renamed(preset, preset_files.name_for(preset.title, there))
    preset_files.save_own(preset)
    return preset


def _take_over(files: list[Path]) -> tuple[list[Preset], dict[str, FastFaceError]]:
    """What came of files, and by their names why nothing came of the others."""
    found: list[Preset] = []
    refused: dict[str, FastFaceError] = {}
    for file in files:
        try:
            found.append(_save_new(_read(file)))
        except FastFaceError as error:
            refused[file.name] = error
    return found, refused


def _read(file: Path) -> Preset:
    """Raises:
    FastFaceError: it is none of these files, or has a value that is not allowed.
    """
    if file.suffix.lower() not in GALLERY_SUFFIXES:
        return preset_files.load_file(file)
    from fastface_core.library.metadata import read_recipe  # Pillow, for which the window need not wait

    return read_recipe(file).preset


def _export(preset: Preset, file: Path) -> Path:
    preset_files.export(preset, file, replace=True)
    return file
