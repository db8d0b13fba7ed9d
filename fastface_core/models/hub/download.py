"""Fetching components from the hub into the store: what is missing, several files at once, and nothing twice."""

import contextlib
import queue
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx2

from fastface_core.errors import FastFaceError
from fastface_core.models.catalogue import Component, RemoteFile
from fastface_core.models.hub import errors as faults
from fastface_core.models.hub.client import Client, Network, because, client, hub_api, hub_url
from fastface_core.models.hub.errors import Place
from fastface_core.models.hub.retry import RetryPolicy, RetryState
from fastface_core.models.hub.transfer import Digest, State, Transfer, Wanted
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, Notice, Report, Stage, silent

_T = TypeVar("_T")
_TICK = 0.1
"""Seconds between two checks of the transfers: Cancel takes effect within two of them."""
_SPEED_OVER = 5.0
"""Seconds over which the speed is measured."""


@dataclass(frozen=True, slots=True)
class FileProgress:
    """One file on its way.

    Attributes:
        component: its name.
        file: its path in the repository.
        done, total: bytes on the disk, and of the whole file.
    """

    component: str
    file: str
    done: int
    total: int
    state: State


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is.

    Attributes:
        done, total: bytes of all files that this download fetches; what lay there before counts as done.
        speed: bytes a second over the last seconds; 0 before the first byte.
        seconds_left: None while the speed is not known.
        files: those that are neither waiting nor finished.
        files_done, files_total: how many are finished, and how many there are.
    """

    done: int
    total: int
    speed: float
    seconds_left: float | None
    files: tuple[FileProgress, ...]
    files_done: int
    files_total: int


@dataclass(frozen=True, slots=True)
class FileReady:
    """A file is verified and in its place."""

    component: str
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class _Item:
    component: Component
    file: RemoteFile
    wanted: Wanted


_Happened = queue.SimpleQueue[tuple[_Item, str | BaseException] | Notice]


def download(
    components: Sequence[Component],
    store: Store,
    report: Report = silent,
    cancel: CancelToken | None = None,
    *,
    why: str,
    network: Network | None = None,
    at_once: int = 3,
    patience: RetryPolicy | None = None,
) -> None:
    """Fetches what is missing of `components` and verifies it.

    To pause is to cancel: what has arrived stays, and the next call goes on from there. Events are reported in the
    calling thread: `Stage`, `DownloadProgress`, `FileReady`, `Notice`.

    Args:
        why: what the download is for, in the list of requests.
        network: the user's, where none is given.
        at_once: files that are fetched at the same time, at least 1.

    Raises:
        NetworkError: the hub cannot be reached or refuses, or the network is switched off.
        ModelError: what the hub has is not what it should be.
        StorageError: too little space, a folder that cannot be written to, or another process that works in it.
        Cancelled: within a second, also while a connection stalls.
    """
    cancel = cancel or CancelToken()
    with store.lock():
        missing = [(component, file) for component in components for file in _open_files(component, store)]
        if not missing:
            return
        network = network or Network.of_user()
        with _Downloader(network, store, report, cancel, patience or RetryPolicy(), at_once, why) as downloader:
            downloader.run(missing)


def _open_files(component: Component, store: Store) -> list[RemoteFile]:
    """The missing ones, and those that are there and not verified: a file is not downloaded for that."""
    record = store.record(component)
    states = {file.path: store.file_state(component, file, record) for file in component.files}
    return [
        file
        for file in component.files
        if states[file.path] in ("absent", "partial", "damaged")
        or (states[file.path] == "unverified" and store.path(component, file).exists())
    ]


class _Downloader:
    """The threads of one download. They end with it; one that is stuck in a look-up of a name ends later, unheard."""

    def __init__(
        self,
        network: Network,
        store: Store,
        report: Report,
        cancel: CancelToken,
        patience: RetryPolicy,
        at_once: int,
        why: str,
    ) -> None:
        self._network, self._store, self._report, self._cancel = network, store, report, cancel
        self._patience, self._at_once, self._why = patience, max(1, at_once), why
        self._client: Client = client(network)
        # The transfers' own token: set when the download is cancelled, and when one of the transfers has failed.
        self._stop = CancelToken()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> "_Downloader":
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._client.close()

    def _end(self) -> None:
        self._stop.cancel()
        self._client.interrupt()
        deadline = time.monotonic() + 0.5
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self._threads.clear()

    def run(self, missing: Sequence[tuple[Component, RemoteFile]]) -> None:
        self._report(Stage(f"Asking {httpx2.URL(self._network.endpoint).host} for the files"))
        items = self._in_background(lambda: self._resolve(missing))
        self._store.check_space(sum(item.wanted.size - _length(item.wanted) + _made(item) for item in items))
        happened: _Happened = queue.SimpleQueue()
        transfers = [
            Transfer(item.wanted, self._client, self._stop, lambda text: happened.put(Notice(text)), self._patience)
            for item in items
        ]
        waiting: queue.SimpleQueue[tuple[_Item, Transfer]] = queue.SimpleQueue()
        for item, transfer in zip(items, transfers, strict=True):
            waiting.put((item, transfer))

        def work() -> None:
            with because(self._why), contextlib.suppress(queue.Empty):
                while not self._stop.cancelled:
                    item, transfer = waiting.get_nowait()
                    try:
                        happened.put((item, transfer.run()))
                    except BaseException as error:
                        happened.put((item, error))
                        # Only after it was said: what the others raise then is not what is wrong.
                        self._stop.cancel()

        meter = _Meter()
        self._report(_progress(items, transfers, meter))
        for _ in range(min(self._at_once, len(items))):
            self._start(work)
        try:
            self._follow(items, transfers, happened, meter)
        finally:
            # What was finished in the meantime counts, however the download ends.
            self._end()
            while not happened.empty():
                event = happened.get()
                if not isinstance(event, Notice) and isinstance(event[1], str):
                    self._store.record_verified(event[0].component, event[0].file, event[1])

    def _follow(
        self, items: Sequence[_Item], transfers: Sequence[Transfer], happened: _Happened, meter: "_Meter"
    ) -> None:
        """Reports, records what is finished, and ends with the last file, the first error, or Cancel."""
        open_items = len(items)
        while open_items:
            self._cancel.check()
            try:
                event = happened.get(timeout=_TICK)
            except queue.Empty:
                event = None
            if isinstance(event, Notice):
                self._report(event)
            elif event is not None:
                item, outcome = event
                if isinstance(outcome, BaseException):
                    raise outcome
                self._store.record_verified(item.component, item.file, outcome)
                open_items -= 1
                self._report(FileReady(item.component.name, item.file.path, outcome))
            if event is None or not open_items:
                self._report(_progress(items, transfers, meter))

    def _resolve(self, missing: Sequence[tuple[Component, RemoteFile]]) -> list[_Item]:
        """The exact files to download: sizes and digests that the catalogue does not know come from the hub."""
        api = hub_api(self._network)
        asked: dict[tuple[str, str], Any] = {}
        items: list[_Item] = []
        for component, file in missing:
            place = self._place(component.repo, file.path)
            digest, size, revision = self._known(component, file), file.size, component.revision
            if digest is None or not file.exact:
                repo = component.repo, component.revision
                if repo not in asked:
                    asked[repo] = self._ask_about(api, *repo)
                info = asked[repo]
                told = next((one for one in info.siblings or () if one.rfilename == file.path), None)
                if told is None or told.size is None or not (told.lfs or told.blob_id):
                    raise faults.not_there(place)
                if not _possible(info, told):
                    raise faults.not_understood(place)
                revision = info.sha or revision
                sha256 = told.lfs.sha256 if told.lfs else None
                if (digest and sha256 and sha256 != digest.value) or (file.exact and told.size != size):
                    raise faults.other_content(place)
                size = told.size
                digest = digest or (Digest("sha256", sha256) if sha256 else Digest("git", told.blob_id))
            items.append(
                _Item(
                    component,
                    file,
                    Wanted(
                        url=hub_url(self._network, component.repo, revision, file.path),
                        place=place,
                        size=size,
                        digest=digest,
                        path=self._store.path(component, file),
                        part=self._store.part_path(component, file),
                    ),
                )
            )
        return items

    def _known(self, component: Component, file: RemoteFile) -> Digest | None:
        """From the catalogue, or from the first time it was fetched."""
        if file.sha256:
            return Digest("sha256", file.sha256)
        record = self._store.record(component)
        known = record.files.get(file.path) if record.revision == component.revision else None
        return Digest("sha256", known.sha256) if known else None

    def _place(self, repo: str, file: str) -> Place:
        network = self._network
        return Place(
            repo=repo,
            file=file,
            endpoint=network.endpoint,
            proxy=network.proxy_for(httpx2.URL(network.endpoint)),
            with_token=network.token is not None,
        )

    def _ask_about(self, api: Any, repo: str, revision: str) -> Any:
        """The hub's `ModelInfo` of a repository with its files."""
        from huggingface_hub.errors import HfHubHTTPError

        place = self._place(repo, "")
        tries = RetryState(self._patience, self._stop, lambda _: None)
        while True:
            try:
                timeout = min(self._patience.read, tries.left)
                return api.model_info(repo, revision=revision, files_metadata=True, timeout=timeout)
            except HfHubHTTPError as error:
                fault = faults.error_from_response(error.response, place)
            except httpx2.RequestError as error:
                fault = faults.error_from_exception(error, place, tries.silence)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                raise faults.not_understood(place) from error
            if isinstance(fault, FastFaceError):
                raise fault
            tries.wait_after(fault)

    def _in_background(self, work: Callable[[], _T]) -> _T:
        """What `work` returns or raises; Cancel does not wait for it."""
        outcome: queue.SimpleQueue[_T | _Failed] = queue.SimpleQueue()

        def run() -> None:
            try:
                with because(self._why):
                    outcome.put(work())
            except BaseException as error:
                outcome.put(_Failed(error))

        self._start(run)
        while True:
            self._cancel.check()
            with contextlib.suppress(queue.Empty):
                result = outcome.get(timeout=_TICK)
                if isinstance(result, _Failed):
                    raise result.error
                return result

    def _start(self, work: Callable[[], None]) -> None:
        # A daemon: the end of the program does not wait for a look-up of a name either.
        thread = threading.Thread(target=work, name="download", daemon=True)
        self._threads.append(thread)
        thread.start()


def _possible(info: Any, told: Any) -> bool:
    """Whether what a hub says of a file is of the kind that it should be: the library takes it over as it comes."""
    sha256 = told.lfs.sha256 if told.lfs else None
    return (
        type(told.size) is int
        and 0 <= told.size < 1 << 50
        and all(
            one is None or (isinstance(one, str) and re.fullmatch("[0-9a-f]{40,64}", one) is not None)
            for one in (info.sha, sha256, told.blob_id)
        )
    )


@dataclass(frozen=True)
class _Failed:
    error: BaseException


class _Meter:
    """The speed over the last seconds."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def speed(self, fetched: int) -> float:
        """Bytes a second, with `fetched` bytes so far; 0 with nothing to go by."""
        now = time.monotonic()
        self._seen.append((now, fetched))
        while self._seen[0][0] < now - _SPEED_OVER:
            self._seen.popleft()
        start, before = self._seen[0]
        return (fetched - before) / (now - start) if now > start else 0.0


def _progress(items: Sequence[_Item], transfers: Sequence[Transfer], meter: _Meter) -> DownloadProgress:
    total = sum(item.wanted.size for item in items)
    # What was begun before is on the disk as well, also while it waits for its turn or is looked at.
    states: list[State] = [transfer.state for transfer in transfers]
    done = sum(
        _length(item.wanted) if state in ("waiting", "checking") else transfer.done
        for item, transfer, state in zip(items, transfers, states, strict=True)
    )
    speed = meter.speed(sum(transfer.fetched for transfer in transfers))
    return DownloadProgress(
        done=done,
        total=total,
        speed=speed,
        seconds_left=(total - done) / speed if speed > 0 else (0.0 if done >= total else None),
        files=tuple(
            FileProgress(item.component.name, item.file.path, transfer.done, item.wanted.size, state)
            for item, transfer, state in zip(items, transfers, states, strict=True)
            if state not in ("waiting", "ready")
        ),
        files_done=states.count("ready"),
        files_total=len(items),
    )


def _made(item: _Item) -> int:
    """Bytes of what is made of it afterwards: of a pickle another file of its size, of 32 bits a copy in 16."""
    match item.component.conversion:
        case "safetensors":
            return item.wanted.size
        case "fp16":
            return item.wanted.size // 2
        case None:
            return 0


def _length(wanted: Wanted) -> int:
    """Bytes of it that are on the disk."""
    for path in (wanted.path, wanted.part):
        with contextlib.suppress(OSError):
            length = path.stat().st_size
            if path == wanted.part or length == wanted.size:
                return min(wanted.size, length)
    return 0
