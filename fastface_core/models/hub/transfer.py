"""One file from the hub to its place on the disk, whatever happens on the way.

The bytes go into a `.part` file as they come, each at its own place, so that a cut connection, a killed process or a
restart loses at most what was under way. The file is verified before it takes its name.
"""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

import httpx2

from fastface_core.errors import FastFaceError
from fastface_core.files import make_folder, storage_error
from fastface_core.models.hub import errors as faults
from fastface_core.models.hub.client import FILE, Client
from fastface_core.models.hub.errors import Place, TransientError
from fastface_core.models.hub.retry import RetryPolicy, RetryState
from fastface_core.progress import Cancelled, CancelToken

_BLOCK = 1 << 20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")

State = Literal["waiting", "checking", "fetching", "retrying", "ready"]


@dataclass(frozen=True, slots=True)
class Digest:
    """What the content is known by: its sha256, or the id of git's blob, which the hub gives for small files."""

    kind: Literal["sha256", "git"]
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch.

    Attributes:
        path: where it belongs.
        part: the file's path until it is complete and verified.
    """

    url: str
    place: Place
    size: int
    digest: Digest
    path: Path
    part: Path


class Transfer:
    """Fetches one file. `run` belongs to one thread; `done` and `state` may be read from others.

    Attributes:
        done: bytes that are on the disk.
        fetched: bytes of the file that came over the network.
    """

    def __init__(
        self,
        wanted: Wanted,
        client: Client,
        cancel: CancelToken,
        notice: Callable[[str], None],
        patience: RetryPolicy | None = None,
    ) -> None:
        """`notice` takes sentences about what did not go well and is tried again."""
        self.wanted = wanted
        self.done = 0
        self.fetched = 0
        self.state: State = "waiting"
        self._client, self._cancel, self._notice = client, cancel, notice
        self._patience = patience or RetryPolicy()
        self._tries = RetryState(self._patience, cancel, notice)
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(usedforsecurity=False)
        self._from_start = False

    def run(self) -> str:
        """Fetches what is missing, verifies it, and gives it its name; returns its sha256.

        Raises:
            NetworkError: the hub or the way to it fails for too long, or refuses.
            ModelError: the content is not what it should be.
            StorageError: the disk is full or the folder cannot be written to.
            Cancelled: `cancel` was set. Whatever is raised, what has arrived stays in the part file.
        """
        try:
            if self._there():
                self.state = "ready"
                return self._sha256.hexdigest()
            for last in (False, True):
                self._fetch()
                if self._as_expected():
                    break
                self.wanted.part.unlink(missing_ok=True)
                self.done = 0
                if last:
                    raise faults.damaged(self.wanted.place)
                self._notice(f"{self.wanted.place.what} arrived damaged and is fetched once more.")
            # What was cancelled may have been started again by now.
            self._cancel.check()
            self.wanted.part.replace(self.wanted.path)
        except OSError as error:
            raise storage_error(error, self.wanted.path.parent) from error
        self.state = "ready"
        return self._sha256.hexdigest()

    def _fetch(self) -> None:
        make_folder(self.wanted.part.parent)
        # Unbuffered: what has arrived is the system's, and outlives this process.
        with self._open_part() as file:
            if os.fstat(file.fileno()).st_size > self.wanted.size:
                # It is the beginning of some other file.
                file.truncate(0)
            self._check(file)
            self._tries = RetryState(self._patience, self._cancel, self._notice)
            while self.done < self.wanted.size:
                try:
                    self._try(file)
                except TransientError as fault:
                    self.state = "retrying"
                    self._tries.wait_after(fault)
                except Cancelled:
                    raise
                except FastFaceError:
                    # An interrupted connection looks like a broken one.
                    self._cancel.check()
                    raise
            self._cancel.check()
            os.fsync(file.fileno())

    def _there(self) -> bool:
        """Whether the finished file lies at its place, and is right. It stays there until a right one replaces it."""
        try:
            if self.wanted.path.stat().st_size != self.wanted.size:
                return False
        except FileNotFoundError:
            return False
        with self.wanted.path.open("rb") as file:
            self._check(file)
        if self._as_expected():
            return True
        self._notice(f"{self.wanted.place.what} is damaged and is fetched again.")
        return False

    def _open_part(self) -> BinaryIO:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        return cast(BinaryIO, open(os.open(self.wanted.part, flags, 0o666), "r+b", buffering=0))  # noqa: PTH123

    def _check(self, file: BinaryIO) -> None:
        """Takes up the digests of what is there already."""
        self.state = "checking"
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % self.wanted.size, usedforsecurity=False)
        self.done = 0
        while piece := file.read(_BLOCK):
            self._cancel.check()
            self._digest(piece)
            self.done += len(piece)

    def _digest(self, piece: bytes | memoryview) -> None:
        self._sha256.update(piece)
        if self.wanted.digest.kind == "git":
            self._git.update(piece)

    def _as_expected(self) -> bool:
        digest = self._git if self.wanted.digest.kind == "git" else self._sha256
        return digest.hexdigest() == self.wanted.digest.value

    def _try(self, file: BinaryIO) -> None:
        """One connection: goes on where the part ends, as far as it comes."""
        wanted, patience = self.wanted, self._patience
        self.state = "fetching"
        left = self._tries.left
        headers = {"Accept-Encoding": "identity"}
        if self.done and not self._from_start:
            headers["Range"] = f"bytes={self.done}-"
        if wanted.place.with_token and self._client.network.token:
            headers["Authorization"] = f"Bearer {self._client.network.token}"
        timeout = httpx2.Timeout(min(patience.read, left), connect=min(patience.connect, left), pool=None)
        try:
            with self._client.stream(
                "GET", wanted.url, headers=headers, timeout=timeout, extensions={FILE: True}
            ) as response:
                self._take(response, file, self._start_of(response))
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            self._cancel.check()
            fault = faults.error_from_exception(error, wanted.place, self._tries.silence)
            raise fault from error

    def _start_of(self, response: httpx2.Response) -> int:
        """Where in the file the answer begins."""
        wanted = self.wanted
        if response.status_code not in (200, 206):
            if response.status_code == 416:
                # From the start, then; what is there already is passed over.
                self._from_start = True
            raise faults.error_from_response(response, wanted.place)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            # No model is a page.
            raise faults.not_understood(wanted.place)
        for one in (*response.history, response):
            told = one.headers.get("X-Linked-ETag", "").removeprefix("W/").strip('"')
            if len(told) == 64 and wanted.digest.kind == "sha256" and told != wanted.digest.value:
                raise faults.other_content(wanted.place)
        start, total = 0, None
        if response.status_code == 206:
            match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if match is None or int(match[1]) > self.done:
                self._from_start = True
                raise TransientError(faults.wrong_length(wanted.place))
            start, total = int(match[1]), match[3]
        elif self._plain(response):
            total = response.headers.get("Content-Length")
        if total is not None and total.isdigit() and int(total) != wanted.size:
            raise TransientError(faults.wrong_length(wanted.place))
        if self.done and start == 0 and not self._from_start:
            self._from_start = True
            self._notice(
                f"{wanted.place.host} cannot go on with {wanted.place.what} in the middle. It is read from the start;"
                " what is there already stays."
            )
        return start

    def _take(self, response: httpx2.Response, file: BinaryIO, position: int) -> None:
        """Writes what comes from `position` on, beyond what is there."""
        size = self.wanted.size
        # As they come: pieces of a fixed size would be lost with the connection while they fill.
        for piece in response.iter_raw() if self._plain(response) else response.iter_bytes():
            self._cancel.check()
            self._tries.arrived(new=False)
            if position + len(piece) > size:
                raise TransientError(faults.wrong_length(self.wanted.place))
            new = memoryview(piece)[max(0, self.done - position) :]
            position += len(piece)
            if new:
                file.seek(self.done)
                written = 0
                while written < len(new):
                    written += file.write(new[written:])
                self._digest(new)
                self.done += len(new)
                self.fetched += len(new)
                self._tries.arrived(new=True)
        if self.done < size:
            raise TransientError(faults.wrong_length(self.wanted.place))

    @staticmethod
    def _plain(response: httpx2.Response) -> bool:
        return response.headers.get("Content-Encoding", "identity").lower() == "identity"
