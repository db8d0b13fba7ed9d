"""The one way to the network: a client that refuses when it is switched off and writes down each request.

Nothing in this program opens a connection in any other way, and what huggingface_hub asks goes the same way.
"""

import contextlib
import logging
import math
import os
import socket
import threading
import zlib
from collections.abc import Generator, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, cast

import httpx2

from fastface_core import __version__
from fastface_core.errors import SettingsError
from fastface_core.models.hub import environment, offline
from fastface_core.models.hub.errors import AnswerTooLateError, AnswerTooLongError
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.hub.settings import (
    HUB,
    access_token,
    address,
    may_carry_token,
    put_into_effect,
    read_settings,
)
from fastface_core.models.hub.watch import Watch

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Network:
    """How the network is used, from the settings and the environment together.

    Attributes:
        endpoint: the hub's address, without a slash at its end.
        proxy: for everything; None for what the system says.
        token: None where there is none.
    """

    endpoint: str = HUB
    proxy: str | None = None
    token: str | None = None

    @classmethod
    def of_user(cls) -> "Network":
        """From the environment and the settings.

        Raises:
            NetworkError: the network is switched off.
            SettingsError: a setting or HF_ENDPOINT is not possible.
        """
        put_into_effect()
        if offline.is_on():
            raise offline.offline_error()
        settings = read_settings()
        try:
            endpoint = address(os.environ.get("HF_ENDPOINT"))
        except ValueError as error:
            raise SettingsError(f"HF_ENDPOINT is not possible: {error}.", "Correct it, or unset it.") from error
        network = cls(endpoint=endpoint or settings.endpoint or HUB, proxy=settings.proxy)
        try:
            token = access_token(os.environ.get("HF_TOKEN"))
        except ValueError as error:
            raise SettingsError(f"HF_TOKEN is not possible: {error}.", "Correct it, or unset it.") from error
        # Where both variables are set, they belong together.
        home = endpoint or HUB
        if not token and settings.token:
            token, home = settings.token.get_secret_value(), settings.token_home
        if not token:
            # What `hf auth login` has kept comes last.
            _hub_library(network)
            token, home = environment.kept_token(), HUB
        if token and not may_carry_token(network.endpoint, home):
            logger.warning(
                "The access token is not sent to %s: it goes to %s alone, and only over https.", network.endpoint, home
            )
            token = None
        return replace(network, token=token)

    def proxy_for(self, url: httpx2.URL) -> str | None:
        """The proxy that a request goes through; raises as `environment.proxy_for`."""
        return self.proxy or environment.proxy_for(url)


_why: ContextVar[str] = ContextVar("why", default="Not said")


@contextlib.contextmanager
def because(why: str) -> Generator[None]:
    """What the requests of this thread are for, in the list of requests."""
    before = _why.set(why)
    try:
        yield
    finally:
        _why.reset(before)


def client(network: Network, log: NetworkLog | None = None) -> "Client":
    """A client for requests of this program's own; close it after use."""
    return Client(network, log or NetworkLog())


def hub_api(network: Network) -> Any:
    """huggingface_hub's HfApi, with its requests going through this module.

    `Any`, because a part of its types is unknown.
    """
    return _hub_library(network).HfApi(endpoint=network.endpoint, token=network.token or False, library_name="fastface")


def hub_url(network: Network, repo: str, revision: str, path: str) -> str:
    """Where a file is asked for."""
    return _hub_library(network).hf_hub_url(repo, path, revision=revision, endpoint=network.endpoint)


def _hub_library(network: Network) -> Any:
    """huggingface_hub, told to report nothing to anybody and to ask through this module alone."""
    library = environment.hub_library()
    library.set_client_factory(lambda: client(network))
    return library


LARGEST_ANSWER = 32 << 20
"""The largest response that is read at once, in bytes, compressed or not."""
LONGEST_ANSWER = 60.0
"""Seconds that it may take to come, from the request to its last byte."""
LONGEST_SILENCE = 30.0
"""Seconds until the head of a file's answer is there, and between two pieces of the file."""
FILE = "fastface_file"
"""An extension of requests whose answer is a file of models: it is read piece by piece, and its length is known."""


class Client(httpx2.Client):
    """Refuses when the network is switched off, writes down each request, and can be interrupted from any thread."""

    def __init__(self, network: Network, log: NetworkLog) -> None:
        self._guarded = _Transport(network, log)
        super().__init__(
            transport=self._guarded,
            follow_redirects=True,
            max_redirects=5,
            headers={"User-Agent": f"FastFace/{__version__}", "Accept-Encoding": "gzip"},
            timeout=httpx2.Timeout(10, pool=None),
        )
        self.network = network

    def interrupt(self) -> None:
        """Ends what is under way: a read or write that waits, in whichever thread, fails at once."""
        self._guarded.interrupt()


class _Transport(httpx2.BaseTransport):
    def __init__(self, network: Network, log: NetworkLog) -> None:
        self._network, self._log = network, log
        self._inner: dict[str | None, httpx2.HTTPTransport] = {}
        self._sockets: set[socket.socket] = set()
        self._lock = threading.Lock()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if offline.is_on():
            raise offline.offline_error()
        inner = self._transport(self._network.proxy_for(request.url))
        host = request.url.netloc.decode("ascii")
        key = self._log.begin(request.method, host, request.url.path, _why.get())
        request.extensions = {**request.extensions, "trace": self._trace}
        is_file = FILE in request.extensions
        # Whatever else is under way is cut with it, and goes on: which socket is whose is not told.
        watch = Watch(LONGEST_SILENCE if is_file else LONGEST_ANSWER, self.interrupt)
        try:
            with _in_time(watch, request):
                response = inner.handle_request(request)
        except BaseException:
            watch.stop()
            self._log.end(key, None, 0)
            raise
        # What leads elsewhere is read as a whole too.
        is_file = is_file and not response.is_redirect
        headers = response.headers
        stream: httpx2.SyncByteStream = _Watched(
            cast(httpx2.SyncByteStream, response.stream), watch, request, LONGEST_SILENCE if is_file else None
        )
        stream = _Counted(stream, self._log, key, response.status_code)
        if not is_file:
            stream = _Small(stream, headers.pop("Content-Encoding", "identity").strip().lower(), request)
        return httpx2.Response(
            status_code=response.status_code, headers=headers, stream=stream, extensions=response.extensions
        )

    def interrupt(self) -> None:
        with self._lock:
            sockets = list(self._sockets)
        for one in sockets:
            # Not an SSL socket's own shutdown: it takes the session away from under the thread that reads.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(one, socket.SHUT_RDWR)

    def close(self) -> None:
        for inner in self._inner.values():
            inner.close()

    def _transport(self, proxy: str | None) -> httpx2.HTTPTransport:
        with self._lock:
            if proxy not in self._inner:
                self._inner[proxy] = environment.transport(proxy)
            return self._inner[proxy]

    def _trace(self, event: str, details: dict[str, Any]) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            found = details["return_value"].get_extra_info("socket")
            with self._lock:
                self._sockets = {one for one in self._sockets if one.fileno() != -1}
                if found is not None:
                    self._sockets.add(found)


@contextlib.contextmanager
def _in_time(watch: Watch, request: httpx2.Request) -> Generator[None]:
    """What a connection raises that was cut because its time was over."""
    try:
        yield
    except httpx2.RequestError as error:
        if not watch.over:
            raise
        raise AnswerTooLateError("an answer that does not come", request=request) from error


class _Watched(httpx2.SyncByteStream):
    """An answer's content as long as it comes in time."""

    def __init__(
        self, stream: httpx2.SyncByteStream, watch: Watch, request: httpx2.Request, silence: float | None
    ) -> None:
        """`silence` are the seconds that there may be between two pieces; None where there are no more for all."""
        self._stream, self._watch, self._request, self._silence = stream, watch, request, silence

    def __iter__(self) -> Iterator[bytes]:
        with _in_time(self._watch, self._request):
            for piece in self._stream:
                if self._watch.over:
                    raise AnswerTooLateError("an answer that does not come", request=self._request)
                if self._silence is not None:
                    self._watch.extend(math.inf)  # a disk may be slower than any server
                yield piece
                if self._silence is not None:
                    self._watch.extend(self._silence)

    def close(self) -> None:
        self._watch.stop()
        self._stream.close()


class _Counted(httpx2.SyncByteStream):
    """The content of a streamed response; writes to the log when it ends."""

    def __init__(self, stream: httpx2.SyncByteStream, log: NetworkLog, key: str, status: int) -> None:
        self._stream, self._log, self._key, self._status = stream, log, key, status
        self._received = 0
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            self._received += len(piece)
            if offline.is_on():
                raise offline.offline_error()
            yield piece

    def close(self) -> None:
        self._stream.close()
        if self._open:
            self._open = False
            self._log.end(self._key, self._status, self._received)


class _Small(httpx2.SyncByteStream):
    """A response that is read at once, decompressed here: few bytes may become many."""

    def __init__(self, stream: httpx2.SyncByteStream, encoding: str, request: httpx2.Request) -> None:
        self._stream, self._encoding, self._request = stream, encoding, request

    def __iter__(self) -> Iterator[bytes]:
        if self._encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
            raise self._refused()
        packed = self._encoding not in ("identity", "")
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)  # gzip or zlib, as its head says
        left = LARGEST_ANSWER
        for piece in self._stream:
            try:
                piece = unpacker.decompress(piece, left + 1) if packed else piece
            except zlib.error as error:
                raise httpx2.DecodingError("a damaged answer", request=self._request) from error
            left -= len(piece)
            if left < 0:
                raise self._refused()
            yield piece

    def close(self) -> None:
        self._stream.close()

    def _refused(self) -> AnswerTooLongError:
        return AnswerTooLongError("an answer without end", request=self._request)
