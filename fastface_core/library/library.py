"""The library as one object: database, gallery, people and trash, opened together, and put in order after a crash."""

import logging
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from fastface_core import paths
from fastface_core.errors import StorageError
from fastface_core.files import make_folder, make_private
from fastface_core.library import switching
from fastface_core.library.album_names import AlbumNames
from fastface_core.library.albums import Albums
from fastface_core.library.changes import ChangeLog
from fastface_core.library.database import Database, set_aside
from fastface_core.library.gallery import TRASH, Gallery
from fastface_core.library.marks import Marker
from fastface_core.library.people.forgetting import Forgetting
from fastface_core.library.people.people import People
from fastface_core.library.people.store import PersonStore
from fastface_core.library.recording import Recorder
from fastface_core.library.roots import Roots
from fastface_core.library.scanning import Scan, Scanner, below
from fastface_core.library.sessions import Session, folders_of, forget_crash
from fastface_core.library.thumbnails import Thumbnails
from fastface_core.library.trash import Trash
from fastface_core.progress import CancelToken, Report, silent
from fastface_core.scraps import sweep, sweep_scratch

logger = logging.getLogger(__name__)

_DATABASE = "library.db"


@dataclass(frozen=True, slots=True)
class Condition:
    """What `check` found; nothing was changed.

    Attributes:
        database: what is wrong inside the database, in SQLite's words.
        without_file: pictures of the library whose file is not there.
        without_row: picture files of this program that the library does not know.
        pending: files that do not say yet what their rows say.
        changed: files that another program changed since they were last read.
    """

    database: tuple[str, ...]
    without_file: tuple[Path, ...]
    without_row: tuple[Path, ...]
    pending: int
    changed: tuple[Path, ...] = ()

    @property
    def good(self) -> bool:
        return not (self.database or self.without_file or self.without_row)


class Library:
    """Everything that is kept. Usable from any thread, and by several programs at once."""

    def __init__(self, folder: Path | None = None, *, recover: bool = True) -> None:
        """Opens the library, and makes it where there is none.

        Args:
            folder: of the database; None takes the user's.
            recover: puts in order what a crash left, which takes a moment for each thousand pictures. False leaves
                that to `recover`, which a window calls in the background.

        Raises:
            DamagedLibraryError: the database cannot be read; see `start_empty`.
            StorageError: the disk is full, a folder cannot be written to, or a newer version made the library.
        """
        self.folder = folder or paths.library_folder()
        self.notices: list[StorageError] = []
        """What was put in order and has to be said."""
        self._finish_restore()
        make_folder(self.folder)
        for own in (paths.data_folder(), self.folder, paths.people_folder(), paths.cache_folder()):
            make_private(own)
        self._session = Session(self.folder / "open")
        try:
            # A restore that began just now looks for sessions after it has written its note.
            self._finish_restore()
            self.database = Database(self.folder / _DATABASE)
            self.people = People(self.database, PersonStore(paths.people_folder(), lock=self.database.change))
            self.thumbnails = Thumbnails(paths.cache_folder() / "thumbnails")
            self.gallery = Gallery(self.database, self.people.begin_with)
            self.recorder = Recorder(self.database, self._session.leave_behind)
            names = AlbumNames(self.folder / "albums.json")
            self.marks = Marker(self.database, names)
            self.albums = Albums(self.database, self.marks, names)
            self.changes = ChangeLog(self.database)
            self.scanner = Scanner(self.database)
            self.trash = Trash(self.database, self.thumbnails.drop, self.folder / "trash-looked")
            self._roots = Roots(self.folder / "folders.json")
            self._forgetting = Forgetting(self.database, self.people.store, self.marks, self.thumbnails.drop)
            self._folders_seen = -1
            self._keep_roots()
            self.database.listen(self._keep_roots)
            if self.crashed:
                self.people.store.settle()
            sweep_scratch(paths.data_folder())
            sweep_scratch(self.folder)
            try:
                self._forgetting.resume()
            except StorageError as error:
                self._tell(error)  # and tried again at the next start
            self.people.reconcile()
            if recover and self.crashed:
                self.recover()
        except BaseException:
            self.close()
            raise

    @classmethod
    def start_empty(cls, folder: Path | None = None) -> None:
        """Moves a damaged database aside. The next opening makes a new one, and `rebuild` fills it."""
        set_aside((folder or paths.library_folder()) / _DATABASE)

    @property
    def crashed(self) -> bool:
        """Whether a program that had the library open did not end well."""
        return bool(self._session.crashed())

    @property
    def in_use(self) -> bool:
        """Whether another program has the library open."""
        return self._session.others()

    def recover(self, report: Report = silent, cancel: CancelToken | None = None) -> Scan:
        """Puts in order what a crash left: finished pictures are recorded, half-moved ones settled, scraps removed.

        Raises:
            StorageError: the disk is full.
            Cancelled: what is done is good, and the rest is done next time.
        """
        crashed = self._session.crashed()
        scan = self.scanner.scan(self._own_folders(), report=report, cancel=cancel)
        self._sweep()
        sweep(folder for file in crashed for folder in folders_of(file))
        if crashed:
            self.people.store.sweep_copies()
            with self.database.change():
                put_aside = self.people.store.sweep()
            for old, new in put_aside.items():
                notice = StorageError(
                    f"The folder {old.name} of the people is nobody's, and was put aside.",
                    f"It lies in {new}. Delete it, or put it back with the file person.json that it lacks.",
                )
                self._tell(notice)
                scan.problems[new] = notice.message
        self.marks.write_pending()
        if crashed:
            self.check_mark.touch(0o600)
        forget_crash(crashed)
        return scan

    def writes_to(self, folder: Path) -> None:
        """To be called before something is written into a folder of the user's: what a crash leaves there is swept."""
        self._session.writes_to(folder)

    def _finish_restore(self) -> None:
        if self.folder == paths.library_folder() and (notice := switching.finish()) is not None:
            self._tell(notice)

    def _tell(self, notice: StorageError) -> None:
        self.notices.append(notice)
        logger.warning("%s %s", notice.message, notice.hint)

    def verify(self) -> tuple[str, ...]:
        """Checks the database for damage, quickly, or thoroughly after a crash; for the background.

        Returns:
            What is wrong, in SQLite's words; empty where nothing is.
        """
        problems = self.database.problems(full=self.check_mark.exists())
        if not problems:
            self.check_mark.unlink(missing_ok=True)
        return problems

    def maintain(self) -> None:
        """Regular maintenance, in the background: trash, thumbnails, files that lack their marks."""
        self.trash.tend()
        self.marks.write_pending()
        self.changes.prune()
        self.thumbnails.trim()

    def check(self) -> Condition:
        """Compares rows and files, and checks the database thoroughly."""
        rows = self.scanner.rows()
        files = self.scanner.own_files(self._own_folders(), set(rows))
        return Condition(
            database=self.database.problems(full=True),
            without_file=tuple(sorted(path for path in rows if not path.is_file())),
            without_row=tuple(files),
            pending=self.marks.pending(),
            changed=tuple(sorted(self.scanner.changed_files())),
        )

    def rebuild(self, report: Report = silent, cancel: CancelToken | None = None) -> Scan:
        """Makes the database say what the files say: pictures, recipes, ratings, labels, tags, albums and people.

        Raises:
            StorageError: the disk is full.
            Cancelled: what is done is good.
        """
        self.people.reconcile()
        self.albums.take_up_names()
        self.marks.write_pending()
        return self.scanner.scan(self._own_folders(), again=True, report=report, cancel=cancel)

    def move_folders(self, old: Path, new: Path, *, always: bool) -> None:
        """After the pictures folder moved: rows of pictures below `old` say that they lie below `new`.

        Args:
            always: also where the old folder is still there.
        """
        if old == new:
            return
        with self.database.change() as connection:
            for folder in self.scanner.known_folders():
                if not folder.is_relative_to(old) or (folder.is_dir() and not always):
                    continue
                there = str(new / folder.relative_to(old))
                taken = connection.execute("SELECT id FROM folders WHERE path = ?", (there,)).fetchone()
                if taken is None:
                    connection.execute("UPDATE folders SET path = ? WHERE path = ?", (there, str(folder)))
        known = set(self.scanner.known_folders())
        self._roots.put([root for root in self._roots.all() if root in known or not root.is_relative_to(old)])

    def keep_folders(self) -> None:
        """Call it before the pictures folder is changed: a rebuild then scans this one too."""
        folders = list(dict.fromkeys([*self._roots.all(), *self.scanner.known_folders()]))
        self._roots.put(folders)

    def clean(self) -> int:
        """Takes pictures without a file out of the library, removes scraps, and erases what was deleted.

        Returns:
            How many pictures were taken out.
        """
        self.scanner.scan(self._own_folders())
        with self.database.change() as connection:
            gone = connection.execute("DELETE FROM pictures WHERE missing = 1").rowcount
            connection.execute("DELETE FROM folders WHERE id NOT IN (SELECT folder_id FROM pictures)")
        self._sweep()
        self.thumbnails.trim()
        self.database.erase_free_space()
        return gone

    def forget(self, uid: str, *, pictures: bool) -> int:
        """Erases every trace of a person; returns how many pictures were erased. See `forgetting`."""
        return self._forgetting.forget(uid, pictures=pictures)

    def close(self) -> None:
        """Closes the files. No other thread may be using the library any more."""
        if hasattr(self, "database"):
            self.database.close()
        self._session.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def check_mark(self) -> Path:
        """Exists while the database needs a thorough check."""
        return self.folder / "check-thoroughly"

    def _own_folders(self) -> list[Path]:
        """Everywhere that pictures of the library may lie."""
        found = [*below(paths.pictures_folder().absolute()), *self._roots.all(), *self.scanner.known_folders()]
        return list(dict.fromkeys(found))

    def _keep_roots(self) -> None:
        """After a change: keeps the list of folders outside the pictures folder."""
        with self.database.reading() as connection:
            (seen,) = connection.execute("SELECT ifnull(max(id), 0) FROM folders").fetchone()
        if seen == self._folders_seen:
            return
        inside = paths.pictures_folder().absolute()
        outside = [folder for folder in self.scanner.known_folders() if not folder.is_relative_to(inside)]
        known = self._roots.all()
        if new := [folder for folder in outside if folder not in known]:
            self._roots.put([*known, *new])
        self._folders_seen = seen

    def _sweep(self) -> None:
        folders = self._own_folders()
        own = [paths.data_folder(), self.folder, self.database.backups, *below(self.people.store.folder)]
        sweep([*folders, *(folder / TRASH for folder in folders), *own])
