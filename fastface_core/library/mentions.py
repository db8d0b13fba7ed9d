"""Where a person is named outside the library: the files in which the programs keep what they were last about.

Jobs, photos that were chosen, answers about the permission, filters: each a JSON file directly in the data folder. A
window that is open takes out of its memory what it has there; this is for the files of one that is not, or was killed.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import cast

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.erasing import erase
from fastface_core.files import atomic_write
from fastface_core.library.recipe_photos import content_hash

_COPIES = ("pasted", "pasted-people")
"""Folders, in the data folder, of pictures that came from the clipboard."""
_NOT_THESE = frozenset({"models-folder.json", "pictures-folder.json"})
_LARGEST = 64 << 20
_GONE = object()


def erase_mentions(uid: str, hashes: Collection[str], name: str | None = None) -> None:
    """Erases copies of a person's photos that came from the clipboard, and every entry that names person or photo.

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


def erase_copies(hashes: Collection[str]) -> None:
    """Erases copies of photos that came from the clipboard.

    Args:
        hashes: of the photos' content.

    Raises:
        StorageError: a file cannot be removed.
    """
    for folder in _COPIES:
        for file in _files(paths.data_folder() / folder):
            if content_hash(file) in hashes:
                erase(file)


def _files(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.iterdir()) if file.is_file()] if folder.is_dir() else []


class _Named:
    """Tells whether a text names the person: by name, number, a photo's hash, or the path of one's file."""

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
