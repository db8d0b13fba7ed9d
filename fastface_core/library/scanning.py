"""Making the database agree with the folders: new, moved and vanished files, and what a crash left half done.

Where the two differ the files are right. A picture is known again by its pixels, wherever it went.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from fastface_core.errors import FastFaceError, PhotoError, SettingsError
from fastface_core.library import seen
from fastface_core.library.database import Database
from fastface_core.library.database_errors import damaged
from fastface_core.library.gallery import TRASH
from fastface_core.library.marks import is_pending, mark_pending, take_marks
from fastface_core.library.metadata import (
    PICTURE_SUFFIXES,
    FileContent,
    Marks,
    named,
    read,
    read_marks,
    with_sidecars,
)
from fastface_core.library.moments import milliseconds
from fastface_core.library.recording import check_name, folder_id, insert, update_from_file
from fastface_core.library.sidecars import Folders, Stamp, stamp_of
from fastface_core.progress import CancelToken, Report, Stage, silent

logger = logging.getLogger(__name__)

_AT_ONCE = 200
"""Pictures whose marks are written into the database together."""


@dataclass(slots=True)
class Scan:
    """What a scan did.

    Attributes:
        recorded: pictures that are new in the library.
        relinked: pictures that were found in another place or under another name.
        found_again: pictures that had been missing.
        missing: pictures whose file is not there.
        moved: pictures whose row did not say that they are in the trash, or said so wrongly.
        changed: pictures of the library that another program changed, in their marks or otherwise.
        passed_over: files without a recipe.
        problems: sentences by path, of files that cannot be read.
    """

    recorded: list[Path] = field(default_factory=list)
    relinked: list[Path] = field(default_factory=list)
    found_again: list[Path] = field(default_factory=list)
    missing: list[Path] = field(default_factory=list)
    moved: list[Path] = field(default_factory=list)
    changed: list[Path] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)
    problems: dict[Path, str] = field(default_factory=dict)

    def add(self, earlier: "Scan") -> None:
        """What an earlier scan did, as if this one had done it; what it passed over, or missed, is left out."""
        for own, other in (
            (self.recorded, earlier.recorded),
            (self.relinked, earlier.relinked),
            (self.found_again, earlier.found_again),
            (self.moved, earlier.moved),
            (self.changed, earlier.changed),
        ):
            own[:] = dict.fromkeys([*other, *own])
        self.problems = {**earlier.problems, **self.problems}


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    folder: Path
    name: str
    in_trash: bool
    missing: bool

    @property
    def path(self) -> Path:
        return self.folder / TRASH / self.name if self.in_trash else self.folder / self.name


class Scanner:
    """Scans folders and updates the rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def known_folders(self) -> list[Path]:
        """The folders that pictures of the library lie in."""
        with self._database.reading() as connection:
            return [_place(path) for (path,) in connection.execute("SELECT path FROM folders ORDER BY path")]

    def rows(self) -> dict[Path, int]:
        """Every row's path, with its number."""
        return {row.path: row.id for row in self._rows()}

    def own_files(self, folders: Iterable[Path], known: set[Path]) -> list[Path]:
        """The picture files of this program in these folders, without those in `known`."""
        found: list[Path] = []
        for folder in folders:
            for path in (*_files(folder), *_files(folder / TRASH)):
                if path not in known:
                    content = _content(path)
                    if not isinstance(content, FastFaceError) and (content.recipe or content.note):
                        found.append(path)
        return found

    def scan(
        self,
        folders: Iterable[Path],
        *,
        foreign: bool = False,
        again: bool = False,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> Scan:
        """Brings the rows of these folders up to date (not of those below them; see `below`).

        Args:
            foreign: records pictures without a recipe too.
            again: reads every file, not only those without a row, and takes its marks over.

        Raises:
            StorageError: the database's disk is full.
            Cancelled: between two files; what is done is good.
        """
        cancel = cancel or CancelToken()
        result = Scan()
        wanted = list(dict.fromkeys(folder.absolute() for folder in folders))
        rows = {row.path: row for row in self._rows()}
        listed: dict[Path, None] = {}
        for folder in wanted:
            cancel.check()
            for path in (*_files(folder), *_files(folder / TRASH)):
                try:
                    check_name(path)
                    listed[path] = None
                except SettingsError as error:
                    result.problems[path] = error.message
        self._settle(rows, listed, set(wanted), result, cancel)
        rows = {row.path: row for row in self._rows()}
        changed = {} if again else self._changed(rows, listed, result, cancel)
        to_read = [path for path in listed if again or path not in rows or path in changed]
        for done, (path, content) in enumerate(self._read(to_read, result, cancel), start=1):
            if done % 50 == 0:
                report(Stage(f"Reading pictures: {done} of {len(to_read)}", done / len(to_read)))
            if (known := rows.get(path)) is not None:
                self._update(known, content)
                if changed.get(path):
                    result.changed.append(path)
            elif content.recipe is None and content.note is None and not foreign:
                result.passed_over.append(path)
            else:
                self._take_in(path, content, result)
        return result

    def _rows(self) -> list[_Row]:
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT p.id, f.path, p.name, p.in_trash, p.missing FROM pictures AS p"
                " JOIN folders AS f ON f.id = p.folder_id"
            )
            return [_Row(row[0], _place(row[1]), str(row[2]), bool(row[3]), bool(row[4])) for row in found]

    def _settle(
        self,
        rows: dict[Path, _Row],
        listed: dict[Path, None],
        folders: set[Path],
        result: Scan,
        cancel: CancelToken,
    ) -> None:
        """Rows that do not say where their file is: in the trash, out of it, gone, or there again."""
        now = milliseconds(datetime.now(UTC))
        for path, row in rows.items():
            if row.folder not in folders:
                continue
            # On a drive that is away every picture takes a moment.
            cancel.check()
            # Names that differ in case alone, and suffixes of others; where it cannot be asked, it is not there.
            there = path in listed or os.path.exists(path)  # noqa: PTH110
            if there != row.missing:
                continue
            other = row.folder / row.name if row.in_trash else row.folder / TRASH / row.name
            with self._database.change() as connection:
                if there:
                    connection.execute("UPDATE pictures SET missing = 0 WHERE id = ?", (row.id,))
                    result.found_again.append(path)
                elif other in listed and other not in rows:
                    connection.execute(
                        "UPDATE pictures SET in_trash = ?, trashed = ? WHERE id = ?",
                        (int(not row.in_trash), None if row.in_trash else now, row.id),
                    )
                    result.moved.append(other)
                elif row.in_trash and row.folder.is_dir():
                    # It was being deleted for good. With its folder away, the drive may only be unplugged.
                    connection.execute("DELETE FROM pictures WHERE id = ?", (row.id,))
                else:
                    connection.execute("UPDATE pictures SET missing = 1 WHERE id = ?", (row.id,))
                    result.missing.append(path)

    def changed_files(self) -> list[Path]:
        """Pictures whose file another program changed since it was last read; their rows do not say so yet."""
        rows = {row.path: row for row in self._rows()}
        with self._database.reading() as connection:
            stamps = seen.all_stamps(connection)
        found: list[Path] = []
        beside = Folders()
        for path, row in rows.items():
            known = stamps.get(row.id)
            if known is None or row.missing:
                continue
            if (stamp := stamp_of(path, beside.found(path))) is not None and stamp != known:
                found.append(path)
        return found

    def take_over(self, cancel: CancelToken | None = None) -> list[Path]:
        """Brings the rows of pictures up to date whose file another program changed.

        A file that was not changed costs asking for its size and time.

        Returns:
            The files that were changed.

        Raises:
            StorageError: the database's disk is full.
            Cancelled: between two files; what is done is good.
        """
        cancel = cancel or CancelToken()
        result = Scan()
        rows = {row.path: row for row in self._rows() if not row.missing}
        changed = self._changed(rows, rows, result, cancel)
        for path, content in self._read(list(changed), result, cancel):
            self._update(rows[path], content)
            if changed[path]:
                result.changed.append(path)
        return result.changed

    def _update(self, row: _Row, content: FileContent) -> None:
        with self._database.change() as connection:
            if stamp_of(row.path) != content.stamp:
                return  # changed, moved or erased since it was read: the next look reads it again
            content = replace(content, marks=with_sidecars(row.path, content.marks, follow=True))
            waits = is_pending(connection, row.id)
            if not waits:
                seen.put(connection, row.id, content.stamp, content.marks)
            if update_from_file(connection, row.id, content) and not waits:
                mark_pending(connection, [row.id])

    def _changed(
        self, rows: dict[Path, _Row], listed: Iterable[Path], result: Scan, cancel: CancelToken
    ) -> dict[Path, bool]:
        """Pictures whose file has to be read again, and whether it was changed.

        Where nothing but marks can be new, they are taken over at once.
        """
        found: dict[Path, bool] = {}
        with self._database.reading() as connection:
            stamps = seen.all_stamps(connection)
            foreign = {
                int(number) for (number,) in connection.execute("SELECT picture_id FROM details WHERE recipe IS NULL")
            }
        unknown: list[_Row] = []
        beside = Folders()
        for path in listed:
            row = rows.get(path)
            if row is None or (stamp := stamp_of(path, beside.found(path))) is None or stamps.get(row.id) == stamp:
                continue
            # What earlier versions recorded has no stamp, and they read some pictures of others wrongly.
            if row.id in stamps or row.id in foreign:
                found[path] = row.id in stamps
            else:
                unknown.append(row)
        for start in range(0, len(unknown), _AT_ONCE):
            cancel.check()
            self._take_marks(unknown[start : start + _AT_ONCE], result)
        return found

    def _take_marks(self, rows: list[_Row], result: Scan) -> None:
        """Takes over the marks of pictures of this program, without decoding them."""
        found: list[tuple[_Row, Marks, Stamp]] = []
        for row in rows:
            try:
                found.append((row, *read_marks(row.path)))
            except Exception as error:
                result.problems[row.path] = problem_with(row.path, error).message
        with self._database.change() as connection:
            for row, marks, stamp in found:
                if not is_pending(connection, row.id) and stamp_of(row.path) == stamp:
                    seen.put(connection, row.id, stamp, marks)
                    if take_marks(connection, row.id, marks):
                        result.changed.append(row.path)

    def _read(self, files: list[Path], result: Scan, cancel: CancelToken) -> Iterator[tuple[Path, FileContent]]:
        """Decoding takes the time, and several cores can share it."""
        workers = min(os.cpu_count() or 1, 8)
        with ThreadPoolExecutor(workers) as pool:
            # In pieces, so that only some decoded contents wait to be recorded.
            for start in range(0, len(files), 100):
                some = files[start : start + 100]
                for path, content in zip(some, pool.map(_content, some), strict=True):
                    cancel.check()
                    if isinstance(content, FastFaceError):
                        result.problems[path] = content.message
                    else:
                        yield path, content

    def _take_in(self, path: Path, content: FileContent, result: Scan) -> None:
        in_trash = path.parent.name == TRASH
        folder = path.parent.parent if in_trash else path.parent
        with self._database.change() as connection:
            if stamp_of(path) != content.stamp:
                return
            lost = connection.execute(
                "SELECT id FROM pictures WHERE pixels = ? AND missing = 1 ORDER BY name = ? DESC, id LIMIT 1",
                (content.pixels, path.name),
            ).fetchone()
            if lost is None:
                number = insert(connection, path, content)
                seen.put(connection, number, content.stamp, content.marks)
                result.recorded.append(path)
                return
            connection.execute(
                "UPDATE pictures SET folder_id = ?, name = ?, in_trash = ?, trashed = ?, missing = 0 WHERE id = ?",
                (
                    folder_id(connection, folder),
                    path.name,
                    int(in_trash),
                    milliseconds(datetime.now(UTC)) if in_trash else None,
                    lost[0],
                ),
            )
            result.relinked.append(path)


def _place(path: object) -> Path:
    """A folder as the database has it, where SQLite keeps anything."""
    if not isinstance(path, str) or "\0" in path:
        raise damaged()
    return Path(path)


def below(folder: Path) -> list[Path]:
    """A folder and all folders in it that are not hidden; a link to a folder counts where it leads elsewhere."""
    found = [folder]
    for parent, names, _ in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        found += [Path(parent) / name for name in names]
    links = {one: Path(os.path.realpath(one)) for one in found[1:] if one.is_symlink()}
    if not links:
        return found
    root, there = Path(os.path.realpath(folder)), set[Path]()
    for link, target in links.items():
        if target.is_relative_to(root) or target in there or root.is_relative_to(target):
            found.remove(link)
        there.add(target)
    return found


def _files(folder: Path) -> list[Path]:
    try:
        with os.scandir(folder) as entries:
            return sorted(
                Path(entry.path)
                for entry in entries
                if not entry.name.startswith(".")
                and os.path.splitext(entry.name)[1].lower() in PICTURE_SUFFIXES  # noqa: PTH122, a tenth of the time
                and _is_file(entry)
            )
    except OSError:
        return []


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is one, or a link to one; a link to itself is none."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _content(path: Path) -> FileContent | FastFaceError:
    try:
        return read(path)
    except Exception as error:
        return problem_with(path, error)


def problem_with(path: Path, error: Exception) -> FastFaceError:
    """What is said of a file that cannot be read. One that our readers fail at keeps nobody from the others."""
    if isinstance(error, FastFaceError):
        return error
    logger.info("%s cannot be read", named(path), exc_info=error)
    return PhotoError(f"{named(path)} cannot be read.", "Choose another picture.")
