"""The HTTP side: standard library alone, since few programs of one computer ask few things.

Only the loopback is listened on, each request has to bring the token, and the name that it was sent to has to be the
loopback's: a page in a browser that had its own name point here would otherwise be let in.
"""

import hmac
import json
import re
import socket
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

from fastface_core.bounded import parsed
from fastface_core.errors import FastFaceError, PermissionMissingError
from fastface_core.serving.desk import Desk, FullError, State
from fastface_core.serving.schema import openapi

LARGEST = 64 << 10
"""Bytes of a request's body."""
MOST_AT_ONCE = 32
"""Connections; more are closed at once."""
_SILENT_SECONDS = 30
"""After so long without a byte a connection is closed."""
_Request = socket.socket | tuple[bytes, socket.socket]
_Address = tuple[str, int] | str
_ORDER = re.compile(r"/orders/([0-9a-f]{32})(/events|/pictures/(\d{1,4}))?")


class Server(ThreadingHTTPServer):
    """Answers until `shutdown`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, desk: Desk, token: str, port: int) -> None:
        """`port`: 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        super().__init__(("127.0.0.1", port), _Handler)
        self.desk = desk
        self.token = token
        self._room = threading.BoundedSemaphore(MOST_AT_ONCE)

    def process_request(self, request: _Request, client_address: _Address) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: _Request, client_address: _Address) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENT_SECONDS
    server_version = "FastFace"
    sys_version = ""

    def do_GET(self) -> None:
        if self._refused():
            return
        desk = self._served.desk
        if self.path == "/openapi.json":
            self._answer(HTTPStatus.OK, openapi())
        elif self.path == "/orders":
            self._answer(HTTPStatus.OK, [_plain(state) for state in desk.states()])
        elif (found := self._order()) is not None:
            state, rest, number = found
            if rest is None:
                self._answer(HTTPStatus.OK, _plain(state))
            elif number is None:
                self._follow(state.id)
            else:
                self._picture(state, number)

    def do_POST(self) -> None:
        if self._refused():
            return
        if self.path != "/orders":
            self._problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.", "See /openapi.json.")
            return
        values = self._body()
        if values is None:
            return
        try:
            self._answer(HTTPStatus.ACCEPTED, _plain(self._served.desk.put(values)))
        except FullError as error:
            self._problem(HTTPStatus.SERVICE_UNAVAILABLE, error.message, error.hint)
        except PermissionMissingError as error:
            self._problem(HTTPStatus.FORBIDDEN, error.message, error.hint)
        except FastFaceError as error:
            self._problem(HTTPStatus.BAD_REQUEST, error.message, error.hint)

    def do_DELETE(self) -> None:
        if self._refused():
            return
        found = self._order()
        if found is not None and found[1] is None:
            state = self._served.desk.cancel(found[0].id)
            self._answer(HTTPStatus.OK, _plain(state or found[0]))
        elif found is not None:
            self._problem(HTTPStatus.NOT_FOUND, "There is nothing to stop at this address.", "See /openapi.json.")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what is asked for is private."""

    @property
    def _served(self) -> Server:
        return cast(Server, self.server)

    def _refused(self) -> bool:
        """Whether the request may not be answered; says so."""
        port = self._served.server_port
        if self.headers.get("Host") not in (f"127.0.0.1:{port}", f"localhost:{port}"):
            self._problem(HTTPStatus.FORBIDDEN, "This address is another one's.", f"Use {self._served.url}.")
            return True
        given = self.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {self._served.token}".encode()):
            hint = "Send the header Authorization: Bearer TOKEN, with the token that `fastface serve` printed."
            self._problem(HTTPStatus.UNAUTHORIZED, "The token is missing or wrong.", hint)
            return True
        return False

    def _order(self) -> tuple[State, str | None, int | None] | None:
        """The order that the path names, and what of it; says so where there is none."""
        match = _ORDER.fullmatch(self.path)
        state = self._served.desk.state(match[1]) if match else None
        if match is None or state is None:
            self._problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.", "See /openapi.json.")
            return None
        return state, match[2], int(match[3]) if match[3] else None

    def _body(self) -> dict[str, object] | None:
        """The object that was sent; says so where there is none."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or len(length) > 9 or int(length) > LARGEST:
            self._problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"An order has at most {LARGEST} bytes.", "Say how many it has."
            )
            return None
        try:
            found = parsed(self.rfile.read(int(length)))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self._problem(HTTPStatus.BAD_REQUEST, "An order is an object in JSON.", "See /openapi.json.")
            return None
        return cast("dict[str, object]", found)

    def _follow(self, order: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for state in self._served.desk.follow(order):
                text = ": still there\n\n" if state is None else f"event: state\ndata: {json.dumps(_plain(state))}\n\n"
                self.wfile.write(text.encode())
                self.wfile.flush()
        except OSError:
            return  # the client is gone

    def _picture(self, state: State, number: int) -> None:
        try:
            data = (self._served.desk.out / state.pictures[number].path).read_bytes()
        except (IndexError, OSError):
            self._problem(HTTPStatus.NOT_FOUND, "This picture is not there.", "Wait for the order's end.")
            return
        self._send(HTTPStatus.OK, "image/png", data)

    def _problem(self, code: HTTPStatus, error: str, hint: str) -> None:
        # What was not read of the request would be taken for the next one.
        self.close_connection = True
        self._answer(code, {"error": error, "hint": hint})

    def _answer(self, code: HTTPStatus, content: object) -> None:
        self._send(code, "application/json", json.dumps(content).encode())

    def _send(self, code: HTTPStatus, kind: str, data: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


def _plain(state: State) -> object:
    return state.model_dump(mode="json")
