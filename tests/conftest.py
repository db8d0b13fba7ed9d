"""What holds for every test: no network, no screen, nothing of the user's folders, the same numbers everywhere.

The variables are set when this file is read, because Qt, torch and huggingface_hub look at them only when they start.
"""

import ipaddress
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The tests' models are tiny: a second thread gains nothing, and makes two processes on two cores wait for one another.
TORCH_THREADS = 1

os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["OMP_NUM_THREADS"] = str(TORCH_THREADS)
# Threads that wait for one another by turning on the spot slow a busy machine down twentyfold.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

# Started in the background of a script, the tests would ignore Ctrl-C, and so would every program that they start.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples in every run. Slowness on a busy machine is no counterexample.
settings.register_profile("fastface", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fastface")


class NetworkForbidden(RuntimeError):
    """A test reached out. Not an OSError, so that no code takes it for a network that is down."""


def _is_local(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections and look-ups of names are possible on this machine alone."""
    inet = (socket.AF_INET, socket.AF_INET6)
    look_up = socket.getaddrinfo

    def guarded(name: str) -> Any:
        method = getattr(socket.socket, name)

        def call(self: socket.socket, *arguments: Any) -> Any:
            # The address comes last: connect(address), sendto(data, flags, address).
            if self.family in inet and not _is_local(arguments[-1]):
                raise NetworkForbidden(f"{name} to {arguments[-1]}")
            return method(self, *arguments)

        return call

    def guarded_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        if not _is_local(host):
            raise NetworkForbidden(f"look-up of {host}")
        return look_up(host, *arguments, **options)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name), raising=True)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


@pytest.fixture(scope="session", autouse=True)
def session_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For fixtures that live longer than a test; each test then has a home of its own."""
    home = tmp_path_factory.mktemp("home")
    os.environ["FASTFACE_HOME"] = str(home)
    os.environ.pop("FASTFACE_MODELS", None)
    return home


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session_home: Path) -> Path:
    """The folder below which all of the app's data, settings, caches and pictures lie during a test."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("FASTFACE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def pinned_threads() -> None:
    """Sums depend on the number of threads: a test that changed it must not change the next one's numbers."""
    torch = sys.modules.get("torch")
    if torch is not None and torch.get_num_threads() != TORCH_THREADS:
        torch.set_num_threads(TORCH_THREADS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    marked = [item for item in items if item.get_closest_marker("gpu")]
    if marked:
        import torch

        if not torch.cuda.is_available():
            for item in marked:
                item.add_marker(pytest.mark.skip(reason="there is no CUDA device"))
