"""Files by address, size and hash, from anywhere: what a download from the hub is, without the hub and the catalogue.

Each goes through `Transfer`, so that what has arrived outlives a cut connection and a killed process.
"""

import queue
import threading
import time
from collections.abc import Sequence

import httpx2

from fastface_core.models.hub.client import Network, because, client
from fastface_core.models.hub.download import DownloadProgress, FileProgress, FileReady
from fastface_core.models.hub.errors import Place
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.models.hub.transfer import Transfer, Wanted
from fastface_core.progress import CancelToken, Notice, Report, silent

_TICK = 0.1
_END = 0.5
"""Seconds that the thread has to end in; one that is stuck in a look-up of a name ends later, unheard."""


def place_of(url: str, what: str, whose: str, network: Network) -> Place:
    """A file at an address, for the sentences about it: "`what` of `whose`"; no token of the hub goes there."""
    address = httpx2.URL(url)
    origin = f"{address.scheme}://{address.netloc.decode('ascii')}"
    return Place(repo=whose, file=what, endpoint=origin, proxy=network.proxy_for(address))


def fetch(
    wanted: Sequence[Wanted],
    network: Network,
    report: Report = silent,
    cancel: CancelToken | None = None,
    *,
    why: str,
    patience: RetryPolicy | None = None,
) -> None:
    """Fetches what is not there of `wanted`, one file after the other, and verifies all of it.

    Events are reported in the calling thread: `DownloadProgress`, `FileReady`, `Notice`.

    Args:
        why: what the download is for, in the list of requests.

    Raises:
        NetworkError: a server cannot be reached or refuses, or the network is switched off.
        ModelError: what the server has is not what it should be.
        StorageError: the disk is full or the folder cannot be written to.
        Cancelled: within a second, also while a connection stalls. What was received is kept, whatever is raised.
    """
    cancel = cancel or CancelToken()
    stop = CancelToken()
    happened: queue.SimpleQueue[Notice | FileReady | BaseException | None] = queue.SimpleQueue()
    connections = client(network)
    transfers = [
        Transfer(one, connections, stop, lambda text: happened.put(Notice(text)), patience or RetryPolicy())
        for one in wanted
    ]

    def work() -> None:
        with because(why):
            for transfer in transfers:
                try:
                    digest = transfer.run()
                except BaseException as error:
                    happened.put(error)
                    return
                place = transfer.wanted.place
                happened.put(FileReady(place.repo, place.file, digest))
        happened.put(None)

    thread = threading.Thread(target=work, name="fetch", daemon=True)
    started = time.monotonic()
    thread.start()
    try:
        while True:
            cancel.check()
            report(_progress(transfers, time.monotonic() - started))
            try:
                event = happened.get(timeout=_TICK)
            except queue.Empty:
                continue
            if event is None:
                report(_progress(transfers, time.monotonic() - started))
                return
            if isinstance(event, BaseException):
                raise event
            report(event)
    finally:
        stop.cancel()
        connections.interrupt()
        thread.join(_END)
        connections.close()


def _progress(transfers: Sequence[Transfer], seconds: float) -> DownloadProgress:
    done = sum(transfer.done for transfer in transfers)
    total = sum(transfer.wanted.size for transfer in transfers)
    fetched = sum(transfer.fetched for transfer in transfers)
    speed = fetched / seconds if seconds > 0 else 0.0
    return DownloadProgress(
        done=done,
        total=total,
        speed=speed,
        seconds_left=(total - done) / speed if speed > 0 else None,
        files=tuple(
            FileProgress(one.wanted.place.repo, one.wanted.place.file, one.done, one.wanted.size, one.state)
            for one in transfers
            if one.state not in ("waiting", "ready")
        ),
        files_done=sum(one.state == "ready" for one in transfers),
        files_total=len(transfers),
    )
