"""What a mirror answers is a stranger's: bounded in bytes and depth, and nothing of it ends in a trace."""

import contextlib
import itertools
import json
import socket
import threading
import zlib
from collections.abc import Callable, Generator, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from fastface_core.errors import FastFaceError, NetworkError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub import client as network
from fastface_core.models.hub import errors as faults
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.connection import reach
from fastface_core.models.hub.download import download
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.models.store import Store
from tests.core.downloads import online as online

pytestmark = pytest.mark.usefixtures("online")

Answer = tuple[dict[str, str], Callable[[], Iterable[bytes]]]


@contextlib.contextmanager
def mirror(answer: Answer) -> Generator[Network]:
    """A server on this computer that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers, pieces = answer
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                for piece in pieces():
                    self.wfile.write(piece)

        do_HEAD = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield Network(endpoint=f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()


def endless() -> Iterable[bytes]:
    while True:
        yield b'{"a": "' + b"x" * 65536


def packed() -> Iterable[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    for _ in range(200):
        yield packer.compress(bytes(1 << 20))
    yield packer.flush()


def whole(content: object) -> Callable[[], Iterable[bytes]]:
    return lambda: [content if isinstance(content, bytes) else json.dumps(content).encode()]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (({}, endless), "with more than"),
        (({"Content-Encoding": "gzip"}, packed), "with more than"),
        (({"Content-Encoding": "br"}, whole({})), "with more than"),
        (({"Content-Encoding": "gzip"}, whole(b"no gzip")), ""),
        (({}, whole(b"[" * 100_000)), "is not understood"),
        (({}, whole(b"7")), "is not understood"),
        (({}, whole({"siblings": []})), None),
    ],
)
def test_answers_without_end(answer: Answer, words: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LARGEST_ANSWER", 1 << 20)
    with mirror(answer) as way:
        if words is None:
            assert reach(way).host
            return
        with pytest.raises(NetworkError) as caught:
            reach(way)
    assert words in caught.value.message


@pytest.mark.parametrize(
    "said",
    [
        {"size": "large"},
        {"size": -5},
        {"size": 10**30},
        {"size": 5, "blobId": "../../x"},
        {"size": 5, "lfs": 7},
        {"size": 5, "lfs": {"sha256": 9, "size": 5, "pointerSize": 1}},
    ],
)
def test_what_a_mirror_says_of_files_may_be_of_any_kind(said: dict[str, object], tmp_path: Path) -> None:
    component = next(one for one in Catalogue.load().components if any(not file.sha256 for file in one.files))
    siblings = [{"rfilename": file.path, "blobId": "a" * 40, **said} for file in component.files]
    info = {"id": component.repo, "modelId": component.repo, "sha": "b" * 40, "siblings": siblings}
    with mirror(({"Content-Type": "application/json"}, whole(info))) as way, pytest.raises(FastFaceError) as caught:
        download([component], Store(tmp_path), why="a test", network=way, patience=RetryPolicy(tries=1))
    assert "is not understood" in caught.value.message


def _dripping(before: bytes, drops: bytes) -> Callable[[socket.socket], None]:
    """A server that sends a beginning at once, and then one byte after the other, never silent for long."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(before)
        connection.settimeout(0.02)
        for drop in itertools.cycle(drops):
            connection.sendall(bytes([drop]))
            with contextlib.suppress(TimeoutError):
                if not connection.recv(1):
                    return  # the other side has had enough

    return serve


@contextlib.contextmanager
def bare(serve: Callable[[socket.socket], None]) -> Generator[Network]:
    """A server that does what it likes with a connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def work() -> None:
            with contextlib.suppress(OSError):
                while not ended.is_set():
                    connection, _ = server.accept()
                    with connection, contextlib.suppress(OSError):
                        serve(connection)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            yield Network(endpoint=f"http://127.0.0.1:{server.getsockname()[1]}")
        finally:
            ended.set()
            server.close()


_HEAD = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("before", "drops"),
    [
        (b"", b"H"),  # no line ever ends
        (_HEAD, b"X: y\r\n"),  # a head without end
        (_CHUNKED, b"0"),  # the length of a piece without end
        (_HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
    ],
)
def test_an_answer_byte_by_byte_ends(before: bytes, drops: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "LONGEST_ANSWER", 0.3)
    with bare(_dripping(before, drops)) as way, pytest.raises(NetworkError) as caught:
        reach(way)
    assert "takes too long to answer" in caught.value.message


@pytest.mark.parametrize(("before", "drops"), [(b"", b"H"), (_CHUNKED, b"0")])
def test_a_file_that_never_comes_ends(
    before: bytes, drops: bytes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(network, "LONGEST_SILENCE", 0.3)
    component = next(one for one in Catalogue.load().components if all(file.sha256 for file in one.files))
    with bare(_dripping(before, drops)) as way, pytest.raises(NetworkError) as caught:
        download([component], Store(tmp_path), why="a test", network=way)
    assert "takes too long to answer" in caught.value.message


def test_a_longer_file_than_was_announced_ends(tmp_path: Path) -> None:
    component = next(one for one in Catalogue.load().components if all(file.sha256 for file in one.files))
    with mirror(({}, endless)) as way, pytest.raises(NetworkError) as caught:
        download(
            [component], Store(tmp_path), why="a test", network=way, patience=RetryPolicy(tries=2, first_wait=0.01)
        )
    assert "another length" in caught.value.message
    held = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())
    assert held <= component.bytes_total + (1 << 20)


def test_a_wait_of_years_is_not_believed() -> None:
    place = faults.Place("a/b", "", "http://c")
    for told in ("1000000000", "9" * 5000, "-1", "soon"):
        fault = faults.error_from_response(httpx2.Response(429, headers={"Retry-After": told}), place)
        assert isinstance(fault, faults.TransientError)
        assert fault.wait is None
        assert "minutes" in fault.error.hint
        assert len(fault.error.hint) < 200
