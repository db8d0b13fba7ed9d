"""The library as one object: database, gallery and people, opened together."""

from pathlib import Path
from types import TracebackType

from fastface_core import paths
from fastface_core.library.database import Database
from fastface_core.library.forgetting import Forgetting
from fastface_core.library.gallery import Gallery
from fastface_core.library.marks import Marker
from fastface_core.library.people import People
from fastface_core.library.person_store import PersonStore
from fastface_core.library.recording import Recorder


class Library:
    """Everything that is kept. Usable from any thread, and by several programs at once."""

    def __init__(self, folder: Path | None = None, people_folder: Path | None = None) -> None:
        """Opens the library, and makes it where there is none.

        Args:
            folder: of the database; None takes the user's.
            people_folder: of the people's folders; None takes the user's.

        Raises:
            DamagedLibraryError: the database cannot be read.
            StorageError: the disk is full, a folder cannot be written to, or a newer version made the library.
        """
        self.folder = folder or paths.library_folder()
        self.database = Database(self.folder / "library.db")
        self.people = People(self.database, PersonStore(people_folder or paths.people_folder()))
        self.gallery = Gallery(self.database, self.people.begin_with)
        self.recorder = Recorder(self.database)
        self.marks = Marker(self.database)
        self._forgetting = Forgetting(self.database, self.people.store, self.marks, lambda pixels: None)
        self._forgetting.resume()
        self.people.reconcile()

    def forget(self, uid: str, *, pictures: bool) -> int:
        """Erases every trace of a person; returns how many pictures were erased. See `forgetting`."""
        return self._forgetting.forget(uid, pictures=pictures)

    def close(self) -> None:
        """Closes the files. No other thread may be using the library any more."""
        self.database.close()

    def __enter__(self) -> "Library":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
