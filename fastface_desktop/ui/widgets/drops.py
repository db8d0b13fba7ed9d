"""What was dropped on the window: photos, folders of them, a picture with its recipe, or text. Never takes long."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QMimeData
from PySide6.QtGui import QImage

from fastface_core.domain.request import MAX_PROMPT
from fastface_core.pictures.names import PHOTO_SUFFIXES

TABLE_SUFFIXES = (".csv", ".tsv", ".yaml", ".yml")
"""Of batches; JSON is a preset's."""
MOST_PHOTOS = 24
"""A person is known well from a handful; more only take time."""
_MOST_ENTRIES = 2000
"""How much of a folder is looked at: a dropped drive must not stop the window."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What can be used of it.

    Attributes:
        files: photos, or what might be some; at most `room`.
        text: for the prompt; empty where files were dropped.
        image: pixels without a file, as from a web page or the clipboard; null where there are none.
        remark: a sentence on what was left out; empty where nothing was.
    """

    files: tuple[Path, ...] = ()
    text: str = ""
    image: QImage = field(default_factory=QImage, compare=False)
    remark: str = ""


def can_read(content: QMimeData) -> bool:
    return content.hasUrls() or content.hasImage() or content.hasText()


def is_preset(content: QMimeData) -> bool:
    """Whether it is files for the page Presets, which no other page can use."""
    urls = content.urls()
    return bool(urls) and all(url.isLocalFile() and url.toLocalFile().lower().endswith(".json") for url in urls)


def paths_of(content: QMimeData) -> list[Path]:
    """The files and folders of this computer that were dropped."""
    return [Path(url.toLocalFile()) for url in content.urls() if url.isLocalFile()]


def is_table(content: QMimeData) -> bool:
    """Whether it is one table, which is a batch of people."""
    paths = paths_of(content)
    return len(paths) == 1 and paths[0].suffix.lower() in TABLE_SUFFIXES


def read(content: QMimeData, room: int = MOST_PHOTOS) -> Dropped:
    """Takes at most `room` photos of what was dropped, from folders too."""
    local = [url for url in content.urls() if url.isLocalFile()]
    if not local and content.hasImage():
        image = content.imageData()
        return Dropped(image=image if isinstance(image, QImage) else QImage())
    if not content.hasUrls():
        return Dropped(text=" ".join(content.text().split())[:MAX_PROMPT])
    if not local:
        return Dropped(
            remark=QCoreApplication.translate(
                "dropped", "That is an address on the web. Save the photo on this computer and drop the file here."
            )
        )
    return gather([Path(url.toLocalFile()) for url in local], room)


def gather(places: list[Path], room: int = MOST_PHOTOS) -> Dropped:
    """The photos among files and folders; files that are named are kept even if they do not look like photos."""
    found: list[Path] = []
    more = 0
    empty: Path | None = None
    for number, place in enumerate(places):
        if len(found) >= room:
            more += len(places) - number
            break
        if not place.is_dir():
            found.append(place)
            continue
        inside, looked_at_all = _photos_in(place, room - len(found) + 1)
        if not inside:
            empty = empty or place
        more += max(0, len(found) + len(inside) - room) or (0 if looked_at_all else 1)
        found += inside[: room - len(found)]
    unique = tuple(dict.fromkeys(found))
    return Dropped(unique, remark=_remark(len(unique), len(places), more, empty))


def _photos_in(folder: Path, wanted: int) -> tuple[list[Path], bool]:
    """Up to `wanted` photos below `folder`, the nearest first, and whether all of it was looked at."""
    found: list[Path] = []
    for number, entry in enumerate(_walk(folder)):
        if number >= _MOST_ENTRIES or len(found) >= wanted:
            return found, False
        if Path(entry.name).suffix.lower() in PHOTO_SUFFIXES and not entry.name.startswith("."):
            found.append(Path(entry.path))
    return found, True


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    waiting = deque([os.fspath(folder)])
    while waiting:
        try:
            with os.scandir(waiting.popleft()) as entries:
                for entry in _sorted(entries):
                    yield entry
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
        except OSError:
            continue  # a folder that may not be read holds nothing for us


def _sorted(entries: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    taken: list[os.DirEntry[str]] = []
    for entry in entries:
        taken.append(entry)
        if len(taken) >= _MOST_ENTRIES:
            break
    return sorted(taken, key=lambda entry: entry.name)


def _remark(taken: int, dropped: int, more: int, empty: Path | None) -> str:
    if more and dropped > taken:
        text = QCoreApplication.translate(
            "dropped", "{dropped} files were dropped; {taken} are taken. A handful of good photos is enough."
        )
        return text.format(dropped=QLocale().toString(dropped), taken=taken)
    if more:
        text = QCoreApplication.translate(
            "dropped", "There are more photos; {taken} are taken. A handful of good ones is enough."
        )
        return text.format(taken=taken)
    if empty is not None and not taken:
        return QCoreApplication.translate("dropped", "There are no photos in the folder {name}.").format(
            name=empty.name
        )
    return ""
