"""What SQLite says of the library's file, in sentences."""

import contextlib
import re
import sqlite3
from collections.abc import Generator, Mapping
from pathlib import Path

from fastface_core.bounded import shortened
from fastface_core.errors import SettingsError, StorageError
from fastface_core.library.schema import connect, form_after, form_of, version_of


class DamagedLibraryError(StorageError):
    """The database cannot be read. Pictures and people are files and are not touched by it."""


class NewerLibraryError(StorageError):
    """A newer version of the program made the database."""


class BusyLibraryError(StorageError):
    """Another program holds the database."""


@contextlib.contextmanager
def said(path: Path, scripts: Mapping[int, str]) -> Generator[None]:
    """What SQLite raises over disk and file, as sentences; everything else is a bug and passes.

    Raises:
        SettingsError: what is to be kept, or looked for, is no text in UTF-8.
    """
    try:
        yield
    except UnicodeEncodeError as error:
        shown = error.object.encode("utf-8", "backslashreplace").decode()
        raise SettingsError(f'"{shortened(shown, 100)}" is no text in UTF-8.', "Write it in other letters.") from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        # The latter is the driver's own, over what SQLite says of a table whose text is none.
        known = _known_error(error, path) or _other_form(error, path, scripts)
        if known is None:
            raise
        raise known from error


def _other_form(error: Exception, path: Path, scripts: Mapping[int, str]) -> StorageError | None:
    """What an error means that comes of tables which are not those of the migrations; None where they are."""
    try:
        with contextlib.closing(connect(path)) as found:
            form = form_of(found)
            if form != form_after(scripts, version_of(found)):
                return damaged()
    except UnicodeDecodeError:
        return damaged()
    except sqlite3.DatabaseError as other:
        return _known_error(other, path)
    # After the VACUUM of another program a connection may believe that there are no tables.
    missed = re.match(r"no such (?:table|index): (?:main\.)?(\w+)$", str(error))
    if missed and missed[1] in {name for _, name, _ in form}:
        return _busy()
    return damaged() if _OF_ANOTHER_FORM.search(str(error)) else None


def damaged() -> DamagedLibraryError:
    """What is said of a database in which something is that cannot be."""
    return DamagedLibraryError(
        "The library's database is damaged; pictures and people are files and are not affected.",
        "Run `fastface library rebuild`, which makes it again from them.",
    )


def _busy() -> BusyLibraryError:
    return BusyLibraryError(
        "Another program is changing the library.", "Wait until it is done, or close it, and try again."
    )


# Something was taken out of the database, or put in.
_OF_ANOTHER_FORM = re.compile(
    r"^no such (table|column|index|module)|has no column named|duplicate column|already exists"
)


def _known_error(error: Exception, path: Path) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(code, int):
        # Python's own, over a text in a column that is none.
        return damaged() if "decode" in str(error) else None
    match code & 0xFF:
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return damaged()
        case sqlite3.SQLITE_FULL:
            return StorageError(f"The disk that holds {path.parent} is full.", "Free some space and try again.")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return _busy()
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return StorageError(
                f"The folder {path.parent} cannot be written to.", "Allow writing to it, or choose another one."
            )
        case sqlite3.SQLITE_IOERR:
            return StorageError(
                f"Reading or writing in {path.parent} failed.", "Check the drive and its free space, and try again."
            )
        case _:
            return None
