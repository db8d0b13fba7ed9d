"""Begins and ends what `fastface serve` serves with."""

import secrets
import signal
import sys
from pathlib import Path
from types import FrameType

import typer

from fastface_core import paths
from fastface_core.cli.output import print_json, say
from fastface_core.errors import SettingsError
from fastface_core.files import writable
from fastface_core.library.library import Library
from fastface_core.serving.desk import Desk
from fastface_core.serving.server import Server
from fastface_core.studio.make import Studio, filter_as_set
from fastface_core.studio.resident import ResidentEngine

_SHORTEST = 16
"""Letters of a token that somebody chose."""


def run(port: int, out: Path | None, device: str, content_filter: bool, token: str | None, as_json: bool) -> None:
    """Serves until SIGINT or SIGTERM; what is being made then ends after its step.

    Raises:
        SettingsError: the token is too short, or the port is taken.
        StorageError: the folder cannot be written to.
    """
    if token is not None and len(token) < _SHORTEST:
        raise SettingsError(f"The token has fewer than {_SHORTEST} letters.", "Leave it out, and one is made.")
    own = token is not None
    token = token or secrets.token_urlsafe(32)
    folder = (out or paths.pictures_folder() / "Orders").absolute()
    writable(folder)
    with Library() as library:
        desk = Desk(
            Studio(ResidentEngine(device), lambda: library, lambda: content_filter and filter_as_set()), library, folder
        )
        try:
            _serve(desk, token, own, port, as_json)
        finally:
            desk.close()


def _serve(desk: Desk, token: str, own: bool, port: int, as_json: bool) -> None:
    """`own`: the token is the user's, and need not be told."""
    try:
        server = Server(desk, token, port)
    except OSError as error:
        raise SettingsError(f"Port {port} cannot be used: {error.strerror}.", "Choose another --port.") from error
    with server:
        before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            if as_json:
                print_json({"url": server.url, "token": token})
            else:
                typer.echo(server.url)
                sys.stdout.flush()
                say("Token: the one in FASTFACE_TOKEN." if own else f"Token: {token}")
                say(f"Taking orders from programs of this computer; {server.url}/openapi.json says how.")
                say("Ctrl-C ends it.")
            server.serve_forever()
        except KeyboardInterrupt:
            running = any(state.status == "running" for state in desk.states())
            say("Stopping after this step." if running else "Stopped.")
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
