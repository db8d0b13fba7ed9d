"""Where a version of the program lies beside others, which one is started, and how a new one is taken or taken back.

    ROOT/current          the version in use, one line
    ROOT/next             a new version that has not drawn its window yet
    ROOT/next.started/    made by the launcher when it starts that one for the first time; holds its process id
    ROOT/next.failed      a new version that was started and did not draw its window
    ROOT/versions/0.2.0/  a bundle; 0.2.0.part while it is unpacked, 0.2.0.gone while it is removed
    ROOT/downloads/       what is being fetched

The launcher, a few lines of shell, starts `next` once; when that did not draw its window, it goes back to `current`.
"""

import contextlib
import re
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

from fastface_core.bounded import read_bytes
from fastface_core.errors import StorageError
from fastface_core.files import atomic_write, exclusive, storage_error

RELEASE = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}")


def number(release: str) -> tuple[int, ...]:
    """A release for comparing: 0.10.0 is newer than 0.9.1."""
    return tuple(int(part) for part in release.split("."))


class Place:
    """A folder with one or more versions of the program."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def of_program(cls) -> "Place | None":
        """The one that this program was started from; None where it was installed in another way."""
        if not getattr(sys, "frozen", False):
            return None
        version = Path(sys.executable).resolve().parent
        root = version.parent.parent
        return cls(root) if version.parent.name == "versions" and (root / "current").is_file() else None

    @property
    def versions(self) -> Path:
        return self.root / "versions"

    @property
    def downloads(self) -> Path:
        return self.root / "downloads"

    def version(self, release: str) -> Path:
        return self.versions / release

    @property
    def current(self) -> str:
        """The version in use; empty where this cannot be read."""
        return self._read("current")

    @property
    def next(self) -> str:
        """A new version that is tried at the next start; empty where there is none."""
        return self._read("next")

    @property
    def failed(self) -> str:
        """The new version that did not draw its window; empty where there is none."""
        return self._read("next.failed")

    def _read(self, name: str) -> str:
        try:
            text = read_bytes(self.root / name, 100).decode("ascii").strip()
        except (OSError, ValueError):
            return ""
        return text if RELEASE.fullmatch(text) else ""

    def _write(self, name: str, release: str) -> None:
        with atomic_write(self.root / name, private=False) as file:
            file.write(f"{release}\n".encode())

    @contextlib.contextmanager
    def lock(self) -> Generator[None]:
        """Keeps other processes from installing, and removes what one that was killed left.

        Raises:
            StorageError: somebody else holds it, or the folder cannot be written to.
        """
        with exclusive(self.root / "lock", "Another FastFace is installing an update at this moment."):
            self._sweep()
            yield

    def _sweep(self) -> None:
        for path in self.versions.glob("*"):
            if path.suffix in (".part", ".gone"):
                shutil.rmtree(path, ignore_errors=True)

    def stage(self, release: str) -> None:
        """From now on this version is tried at the next start of the window. Call it with the lock.

        Raises:
            StorageError: this cannot be written down.
        """
        try:
            self._forget_start()
            (self.root / "next.failed").unlink(missing_ok=True)
        except OSError as error:
            raise storage_error(error, self.root) from error
        self._write("next", release)

    def _forget_start(self) -> None:
        started = self.root / "next.started"
        (started / "pid").unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            started.rmdir()

    def not_tried(self) -> None:
        """The window was started and handed its files to one that is open: that says nothing about a new version."""
        with contextlib.suppress(OSError):
            self._forget_start()

    def drawn(self, release: str) -> None:
        """This version has drawn its window: it is the one in use, and at its next start the others are removed.

        Never raises: where the folder cannot be written to, the next start does it.
        """
        with contextlib.suppress(OSError, StorageError):
            if self.current == release and not self.next:
                self.remove_others(release)
            if release in (self.next, self.failed):
                self._write("current", release)
                for name in ("next", "next.failed"):
                    if self._read(name) == release:
                        (self.root / name).unlink(missing_ok=True)
                self._forget_start()

    def remove_others(self, release: str) -> None:
        """Removes every version but one. Whole versions get another name first: half of one is none."""
        for path in self.versions.glob("*"):
            if path.name != release and path.is_dir():
                gone = path if path.suffix in (".part", ".gone") else path.with_name(f"{path.name}.gone")
                with contextlib.suppress(OSError):
                    if gone != path:
                        path.replace(gone)
                    shutil.rmtree(gone, ignore_errors=True)


def window_is_drawn() -> None:
    """What the window says once it is there; does nothing where the program was installed in another way."""
    place = Place.of_program()
    if place is not None:
        place.drawn(Path(sys.executable).resolve().parent.name)


def window_is_handed_over() -> None:
    """What a start of the window says that has found another one open."""
    place = Place.of_program()
    if place is not None:
        place.not_tried()
