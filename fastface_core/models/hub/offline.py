"""The switch that keeps this process off the network: not by asking each library, but below all of them.

While it is on, the interpreter itself refuses every connection and every look-up of a name that leaves this computer,
no matter which library asks for it. Connections within the computer stay possible, since parts of a program talk to one
another by them (event loops on Windows do); that no library sneaks out through a proxy on this computer, NO_PROXY sees
to.
"""

import ipaddress
import os
import sys
import threading
from typing import cast

from fastface_core.errors import NetworkError

# Read by this program, or by the libraries beneath it.
_VARIABLES = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "NO_PROXY": "*",
    "no_proxy": "*",
}
# The place of the address among an audit event's arguments.
_EVENTS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
_YES = ("1", "on", "yes", "true")


def offline_error() -> NetworkError:
    if (name := asked_by_environment()) is not None:
        return NetworkError(f"The network is switched off by the variable {name}.", f"To allow it, unset {name}.")
    return NetworkError(
        "The network is switched off for FastFace.",
        "To allow it, switch Offline off in Settings, or run: fastface network offline off.",
    )


def asked_by_environment() -> str | None:
    """The variable that asks for no network, or None. What this module has set itself does not count."""
    before = _guard.before
    for name in ("FASTFACE_OFFLINE", "HF_HUB_OFFLINE"):
        value = before.get(name) if name in before else os.environ.get(name)
        if (value or "").lower() in _YES:
            return name
    return None


def is_on() -> bool:
    """Whether the switch is in effect in this process."""
    return _guard.on


def put_into_effect(on: bool) -> None:
    """Forbids the network to the whole process, or allows it again. Connections that are open are refused their next
    request, and the app's own downloads end at their next byte."""
    _guard.switch(on)


class _Guard:
    """One for the process, as the interpreter's audit hooks are: they cannot be taken out again."""

    def __init__(self) -> None:
        self.on = False
        self.before: dict[str, str | None] = {}
        self._hooked = False
        self._lock = threading.Lock()

    def switch(self, on: bool) -> None:
        with self._lock:
            if on == self.on:
                return
            if on:
                self.before = {name: os.environ.get(name) for name in _VARIABLES}
                os.environ.update(_VARIABLES)
                if not self._hooked:
                    sys.addaudithook(self._look)
                    self._hooked = True
            else:
                for name, value in self.before.items():
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value
                self.before = {}
            self.on = on
            _tell_the_hub_library(on)

    def _look(self, event: str, arguments: tuple[object, ...]) -> None:
        if self.on and event in _EVENTS and not _stays_here(arguments[_EVENTS[event]]):
            raise offline_error()


def _tell_the_hub_library(on: bool) -> None:
    """It reads HF_HUB_OFFLINE only when it is imported."""
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None:
        constants.HF_HUB_OFFLINE = on or asked_by_environment() == "HF_HUB_OFFLINE"  # type: ignore[attr-defined]


def _stays_here(address: object) -> bool:
    # A tuple is an address of the network; a plain path is a socket in the file system, and a name is looked up.
    if isinstance(address, tuple):
        address = cast(tuple[object, ...], address)[0] if address else ""
    elif isinstance(address, str) and address.startswith(("/", "\0")):
        return True
    if isinstance(address, (bytes, bytearray)):
        address = address.decode(errors="replace")
        if address.startswith(("/", "\0")):
            return True
    if address in (None, "", "localhost"):
        return True
    if not isinstance(address, str):
        return False
    try:
        return ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


_guard = _Guard()
