"""Where a person is named outside the library: the files in which the programs keep what they were last about.

Jobs, photos that were chosen, answers about the permission, filters: each a JSON file directly in the data folder. A
window that is open takes out of its memory what it has there; this is for the files of one that is not, or was killed.
"""

import json
import os
import re
from collections.abc import Collection
from pathlib import Path
from typing import cast

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.files import atomic_write
from fastface_core.library import aside
from fastface_core.library.recipe_photos import content_hash
from fastface_core.scraps import is_held

_FROM_CLIPBOARD = ("pasted", "pasted-people")
"""Folders, in the data folder, of pictures that came from there."""
_PERSON = re.compile("[0-9a-f]{32}")
"""The name of a person's own folder."""
_NOT_THESE = frozenset({"models-folder.json", "pictures-folder.json"})
_LARGEST = 64 << 20
_GONE = object()


def erase_mentions(uid: str, hashes: Collection[str], name: str | None = None) -> None:
    """Erases copies of a person's photos, and every entry that names person or photo.

    Args:
        hashes: of the content of the person's photos.
        name: where it is known; texts that say just that name the person, as rows of a batch do.

    Raises:
        StorageError: a file cannot be written or removed.
    """
    data = paths.data_folder()
    erase_copies(hashes)
    for file in _files(data):
        if file.suffix == ".json" and file.name not in _NOT_THESE:
            _take_out(file, _Named(uid, hashes, name))


def erase_copies(hashes: Collection[str], *, everywhere: bool = True) -> None:
    """Erases readable copies of photos wherever they lie in the data folder, but for the people's own folders: those
    from the clipboard, and what an interrupted write, another version or another program has left.

    Args:
        hashes: of the photos' content.
        everywhere: False looks only where copies from the clipboard are.

    Raises:
        StorageError: a file cannot be removed.
    """
    if not hashes:
        return
    data = paths.data_folder().absolute()
    elsewhere = {paths.models_folder(), paths.runtime_folder(), paths.pictures_folder(), *aside.libraries()}
    elsewhere = {folder.absolute() for folder in elsewhere}
    for top in (data,) if everywhere else (data / name for name in _FROM_CLIPBOARD):
        for parent, names, files in os.walk(top):
            folder = Path(parent)
            names[:] = [name for name in names if folder / name not in elsewhere and not _is_own(folder / name)]
            for file in (folder / name for name in files):
                if not file.is_symlink() and content_hash(file) in hashes:
                    erase(file)


def _is_own(folder: Path) -> bool:
    """Whether it is a person's, or somebody works in it."""
    return bool(_PERSON.fullmatch(folder.name) and folder.parent.name == paths.people_folder().name) or is_held(folder)


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.iterdir()) if file.is_file()] if folder.is_dir() else []


class _Named:
    """Whether a text names the person: by name, number, a photo's hash, or the path of one's file."""

    def __init__(self, uid: str, hashes: Collection[str], name: str | None) -> None:
        self._name = name.casefold() if name else None
        self._words = (uid, *hashes)
        self._hashes = frozenset(hashes)

    def in_bytes(self, content: bytes) -> bool:
        return any(word.encode() in content for word in self._words)

    def __call__(self, text: str) -> bool:
        if any(word in text for word in self._words) or text.casefold() == self._name:
            return True
        return Path(text).is_absolute() and len(text) < 4096 and content_hash(Path(text)) in self._hashes


def _take_out(file: Path, named: _Named) -> None:
    try:
        content = read_bytes(file, _LARGEST)
        before: object = json.loads(content)
        after = _without(before, named)
    except (OSError, ValueError, RecursionError):
        if file.exists() and named.in_bytes(_beginning(file)):
            erase(file)
        return
    if after is _GONE:
        erase(file)
    elif after != before:
        with atomic_write(file) as out:
            out.write(json.dumps(after, indent=1).encode())


def _beginning(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_LARGEST)
    except OSError:
        return b""


def _without(value: object, named: _Named) -> object:
    """A JSON value without what names the person; of a list, whole entries go."""
    if isinstance(value, str):
        return _GONE if named(value) else value
    if isinstance(value, list):
        return [one for one in cast("list[object]", value) if _without(one, named) == one]
    if isinstance(value, dict):
        pairs = [(key, _without(one, named)) for key, one in cast("dict[str, object]", value).items()]
        return {key: one for key, one in pairs if one is not _GONE and not named(key)}
    return value
