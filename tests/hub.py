"""A model hub on loopback that speaks the real one's protocol, and misbehaves when told to.

It answers what huggingface_hub asks for a download: repository information, the tree, `resolve` with its headers, and
the content, with ranges. As on the real hub, large files are answered with a redirect to a second address that has the
bytes and knows nothing of tokens, and small ones with a redirect to another path of the same address.

`python -m tests.hub FOLDER [--speed BYTES]` serves FOLDER/ORGANISATION/NAME in a process of its own.
"""

import argparse
import contextlib
import hashlib
import json
import socket
import struct
import sys
import threading
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

from tests.hub_faults import Compress, Cut, Fault, Flip, IgnoreRange, Length, Page, ShiftRange, Stall, Status

LARGE = (".safetensors", ".bin", ".onnx", ".pth")
LARGE_SIZE = 1 << 20
_PIECE = 1 << 16


@dataclass
class _Trouble:
    fault: Fault
    name: str
    times: int | None


@dataclass
class Asked:
    """A request that came.

    Attributes:
        address: "hub", or "content" for the second address.
        name: the file's name, or "" where it was about a repository.
        sent: bytes of content that were handed to the connection.
    """

    address: str
    proxied: bool
    method: str
    path: str
    name: str
    first: int
    ranged: bool
    token: str | None
    headers: dict[str, str]
    status: int = 0
    sent: int = 0


@dataclass(frozen=True)
class _File:
    size: int
    sha256: str
    blob: str
    content: bytes | Path

    @property
    def large(self) -> bool:
        return self.size >= LARGE_SIZE

    def read(self, first: int, count: int) -> bytes:
        if isinstance(self.content, bytes):
            return self.content[first : first + count]
        with self.content.open("rb") as file:
            file.seek(first)
            return file.read(count)


def _file(content: bytes | Path) -> _File:
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    sha256, blob = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % size)
    if isinstance(content, bytes):
        sha256.update(content)
        blob.update(content)
    else:
        with content.open("rb") as file:
            while piece := file.read(1 << 20):
                sha256.update(piece)
                blob.update(piece)
    return _File(size, sha256.hexdigest(), blob.hexdigest(), content)


class Hub:
    """The two servers, what they hold, what was asked of them, and how they misbehave.

    Attributes:
        endpoint: for HF_ENDPOINT.
        speed: bytes of content a second, over all connections; None for as fast as it goes.
        token: what repositories in `closed` ask for.
        silent: what is asked about repositories gets no answer.
        asked: every request, in the order of arrival.
    """

    def __init__(self, speed: float | None = None) -> None:
        self.speed = speed
        self.token = "hf_local"
        self.closed: set[str] = set()
        self.silent = False
        self.asked: list[Asked] = []
        self.files: dict[tuple[str, str], dict[str, _File]] = {}
        self.names: dict[tuple[str, str], str] = {}
        self._troubles: list[_Trouble] = []
        self._lock = threading.Lock()
        self._released = threading.Event()
        self._next_send = 0.0
        self._servers = [_Server(self, "hub"), _Server(self, "content")]
        self.endpoint, self.content = (f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers)
        self._threads = [
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True) for server in self._servers
        ]
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self.release()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join()

    # What is served

    def add(self, repo: str, files: Mapping[str, bytes | Path], revision: str | None = None) -> str:
        """A commit of a repository, which becomes its `main`; returns the commit's id."""
        held = {name: _file(content) for name, content in files.items()}
        commit = (
            revision or hashlib.sha1(json.dumps(sorted((n, f.sha256) for n, f in held.items())).encode()).hexdigest()
        )
        self.files[repo, commit] = held
        self.names[repo, "main"] = commit
        return commit

    def add_folder(self, repo: str, folder: Path, revision: str | None = None) -> str:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return self.add(repo, {path.relative_to(folder).as_posix(): path for path in files}, revision)

    def change(self, repo: str, name: str, content: bytes, revision: str | None = None) -> None:
        """Replaces a file under the same commit, which the real hub never does; a broken mirror may."""
        commit = revision or self.names[repo, "main"]
        self.files[repo, commit][name] = _file(content)

    def sha256(self, repo: str, name: str) -> str:
        return self.files[repo, self.names[repo, "main"]][name].sha256

    # How it misbehaves

    def misbehave(self, fault: Fault, name: str = "", times: int | None = 1) -> None:
        """The next `times` requests for files whose path ends in `name` get this; None for all that come."""
        self._troubles.append(_Trouble(fault, name, times))

    def behave(self) -> None:
        self._troubles.clear()

    def release(self) -> None:
        """Ends every stall."""
        self._released.set()

    def trouble(self, name: str, kinds: tuple[type, ...], *, hub: bool = False) -> Fault | None:
        with self._lock:
            for trouble in self._troubles:
                if not name or not name.endswith(trouble.name) or not isinstance(trouble.fault, kinds):
                    continue
                if isinstance(trouble.fault, Status) and trouble.fault.at_hub is not hub:
                    continue
                if trouble.times is not None:
                    trouble.times -= 1
                    if trouble.times == 0:
                        self._troubles.remove(trouble)
                return trouble.fault
        return None

    # What came of it

    def contents(self, name: str = "") -> list[Asked]:
        """The requests for files' content."""
        return [asked for asked in self.asked if asked.method == "GET" and asked.name and asked.name.endswith(name)]

    def sent(self, name: str = "") -> int:
        return sum(asked.sent for asked in self.contents(name))

    def wait_turn(self, count: int) -> None:
        if self.speed is None:
            return
        with self._lock:
            now = time.monotonic()
            start = max(now, self._next_send)
            self._next_send = start + count / self.speed
        # Late by at most one piece: the average is what counts.
        if start > now:
            time.sleep(start - now)

    def stall(self, connection: socket.socket) -> None:
        """Until the client has gone or the stall is ended."""
        connection.settimeout(0.05)
        while not self._released.is_set():
            with contextlib.suppress(TimeoutError):
                try:
                    if not connection.recv(1, socket.MSG_PEEK):
                        return
                except ConnectionError:
                    return
                # The client has sent something and waits as well.
                self._released.wait(0.05)


@contextlib.contextmanager
def running(speed: float | None = None) -> Generator[Hub]:
    hub = Hub(speed)
    try:
        yield hub
    finally:
        hub.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, hub: Hub, address: str) -> None:
        self.hub, self.address = hub, address
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that leaves in the middle is what the tests are about.
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Gone(Exception):
    """Nothing more is to be said on this connection."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def hub(self) -> Hub:
        return cast(_Server, self.server).hub

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer()

    def _answer(self) -> None:
        address = urlsplit(self.path)
        wanted = self.headers.get("Range", "")
        token = self.headers.get("Authorization", "").removeprefix("Bearer ") or None
        # As a proxy it is asked for whole addresses, its own second one among them; every other name is the hub.
        proxied = "content" if f"http://{address.netloc}" == self.hub.content else "hub"
        self.asked = Asked(
            address=proxied if address.netloc else cast(_Server, self.server).address,
            proxied=bool(address.netloc),
            method=self.command,
            path=address.path,
            name="",
            first=int(wanted.removeprefix("bytes=").split("-")[0] or 0),
            ranged=bool(wanted),
            token=token,
            headers={key.lower(): value for key, value in self.headers.items()},
        )
        self.hub.asked.append(self.asked)
        try:
            parts = [unquote(part) for part in address.path.strip("/").split("/")]
            if self.asked.address == "content" or parts[:2] == ["api", "resolve-cache"]:
                self._content(parts)
            elif parts[:2] == ["api", "models"]:
                self._about(parts[2:], parse_qs(address.query))
            elif "resolve" in parts:
                self._resolve(parts)
            else:
                self._plain(404)
        except _Gone:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    # The hub's own answers

    def _plain(self, code: int, headers: Mapping[str, str] | None = None, body: bytes = b"") -> None:
        self.asked.status = code
        self.send_response(code)
        for key, value in (headers or {}).items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _error(self, code: int, error: str, message: str) -> None:
        body = json.dumps({"error": message}).encode()
        self._plain(code, {"X-Error-Code": error, "X-Error-Message": message, "Content-Type": "application/json"}, body)

    def _commit(self, repo: str, revision: str) -> str | None:
        """The commit, or None after the error was sent."""
        if repo in self.hub.closed and self.asked.token != self.hub.token:
            if self.asked.token is None:
                self._error(401, "GatedRepo", f"Access to model {repo} is restricted.")
            else:
                self._error(403, "GatedRepo", f"Access to model {repo} is restricted.")
            return None
        if not any(key[0] == repo for key in self.hub.files):
            self._error(401 if self.asked.token is None else 404, "RepoNotFound", "Repository not found")
            return None
        commit = self.hub.names.get((repo, revision), revision)
        if (repo, commit) not in self.hub.files:
            self._error(404, "RevisionNotFound", f"Invalid rev id: {revision}")
            return None
        return commit

    def _about(self, parts: list[str], query: Mapping[str, list[str]]) -> None:
        if self.hub.silent:
            self.hub.stall(self.connection)
            raise _Gone
        repo, rest = "/".join(parts[:2]), parts[2:]
        revision = rest[1] if len(rest) > 1 else "main"
        commit = self._commit(repo, revision)
        if commit is None:
            return
        files = self.hub.files[repo, commit]
        if rest[:1] == ["tree"]:
            listed: object = [
                {"type": "file", "path": name, "size": file.size, "oid": file.blob}
                | ({"lfs": {"oid": file.sha256, "size": file.size, "pointerSize": 134}} if _is_lfs(name, file) else {})
                for name, file in sorted(files.items())
            ]
        else:
            siblings: list[dict[str, object]] = []
            for name, file in sorted(files.items()):
                entry: dict[str, object] = {"rfilename": name}
                if "blobs" in query:
                    entry |= {"size": file.size, "blobId": file.blob}
                    if _is_lfs(name, file):
                        entry["lfs"] = {"sha256": file.sha256, "size": file.size, "pointerSize": 134}
                siblings.append(entry)
            listed = {"_id": "0", "id": repo, "modelId": repo, "sha": commit, "private": False, "siblings": siblings}
        self._plain(200, {"Content-Type": "application/json"}, json.dumps(listed).encode())

    def _resolve(self, parts: list[str]) -> None:
        place = parts.index("resolve")
        repo, revision, name = "/".join(parts[:place]), parts[place + 1], "/".join(parts[place + 2 :])
        self.asked.name = name
        fault = self.hub.trouble(name, (Status,), hub=True)
        if isinstance(fault, Status):
            self._plain(fault.code, fault.headers)
            return
        commit = self._commit(repo, revision)
        if commit is None:
            return
        file = self.hub.files[repo, commit].get(name)
        if file is None:
            self._error(404, "EntryNotFound", "Entry not found")
            return
        headers = {"X-Repo-Commit": commit, "Accept-Ranges": "bytes", "X-Linked-Size": str(file.size)}
        path = f"{repo}/{commit}/{quote(name)}"
        if _is_lfs(name, file):
            # The real one's address is signed and holds the content's hash; neither may be relied upon.
            headers |= {
                "X-Linked-ETag": f'"{file.sha256}"',
                "Location": f"{self.hub.content}/{path}?X-Amz-Signature=secret",
            }
            self._plain(302, headers)
        else:
            headers |= {"ETag": f'"{file.blob}"', "Location": f"/api/resolve-cache/models/{path}"}
            self._plain(307, headers)

    # The content

    def _content(self, parts: list[str]) -> None:
        parts = parts[3:] if parts[:1] == ["api"] else parts
        repo, commit, name = "/".join(parts[:2]), parts[2], "/".join(parts[3:])
        self.asked.name = name
        file = self.hub.files.get((repo, commit), {}).get(name)
        if file is None:
            self._error(404, "EntryNotFound", "Entry not found")
            return
        fault = self.hub.trouble(name, (Status, Stall)) if self.command == "GET" else None
        if isinstance(fault, Status):
            self._plain(fault.code, fault.headers)
            return
        if isinstance(fault, Stall) and fault.at is None:
            self.hub.stall(self.connection)
            raise _Gone
        shape = (
            self.hub.trouble(name, (IgnoreRange, ShiftRange, Length, Compress, Page)) if self.command == "GET" else None
        )
        if isinstance(shape, Page):
            self._plain(200, {"Content-Type": "text/html; charset=utf-8"}, b"<html>Log in</html>")
            return
        first = 0 if isinstance(shape, (IgnoreRange, Compress)) else self.asked.first
        if isinstance(shape, ShiftRange):
            first = max(0, first + shape.by)
        if first >= file.size > 0:
            self._plain(416, {"Content-Range": f"bytes */{file.size}"})
            return
        headers = {"ETag": f'"{file.blob}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        if not _is_lfs(name, file):
            headers["X-Repo-Commit"] = commit
        if isinstance(shape, Compress):
            import gzip

            self._plain(200, headers | {"Content-Encoding": "gzip"}, gzip.compress(file.read(0, file.size)))
            return
        ranged = self.asked.ranged and not isinstance(shape, IgnoreRange)
        if ranged:
            headers["Content-Range"] = f"bytes {first}-{file.size - 1}/{file.size}"
        more = shape.more if isinstance(shape, Length) else 0
        self.asked.status = 206 if ranged else 200
        self.send_response(self.asked.status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(file.size - first + more))
        self.end_headers()
        if self.command == "HEAD":
            return
        ending = fault or self.hub.trouble(name, (Cut,))
        flip = self.hub.trouble(name, (Flip,))
        self._send(file, first, ending, flip.at if isinstance(flip, Flip) else None)
        if more:
            raise _Gone

    def _send(self, file: _File, first: int, ending: Fault | None, flipped: int | None) -> None:
        last = file.size
        if isinstance(ending, (Cut, Stall)) and ending.at is not None:
            last = min(last, max(first, ending.at))
        while first < last:
            piece = file.read(first, min(_PIECE, last - first))
            if flipped is not None and first <= flipped < first + len(piece):
                place = flipped - first
                piece = piece[:place] + bytes([piece[place] ^ 1]) + piece[place + 1 :]
            self.hub.wait_turn(len(piece))
            self._hand_over(piece)
            first += len(piece)
        if last == file.size:
            return
        if isinstance(ending, Stall):
            self.hub.stall(self.connection)
        if isinstance(ending, Cut) and ending.hard:
            # With no time to linger the close is a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        raise _Gone

    def _hand_over(self, piece: bytes) -> None:
        view = memoryview(piece)
        while view:
            # Counted beforehand: who has received the last byte may ask at once how many there were.
            self.asked.sent += len(view)
            count = 0
            try:
                count = self.connection.send(view)
            finally:
                self.asked.sent -= len(view) - count
            view = view[count:]


def _is_lfs(name: str, file: _File) -> bool:
    return name.endswith(LARGE) or file.large


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve a folder of repositories as a model hub on loopback.")
    parser.add_argument("folder", type=Path, help="holds ORGANISATION/NAME/files")
    parser.add_argument("--speed", type=float, help="bytes a second")
    options = parser.parse_args()
    hub = Hub(options.speed)
    for folder in sorted(options.folder.glob("*/*")):
        hub.add_folder(f"{folder.parent.name}/{folder.name}", folder)
    print(hub.endpoint, flush=True)
    # Until whoever started it closes its input.
    sys.stdin.read()
    hub.close()


if __name__ == "__main__":
    main()
