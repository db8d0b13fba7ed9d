"""The rules that conftest.py lays on every test do hold."""

import socket
import urllib.request
from pathlib import Path

import pytest

from fastface_core import paths


def test_nothing_outside_this_machine_can_be_reached() -> None:
    with pytest.raises(RuntimeError, match="look-up of example"):
        urllib.request.urlopen("http://example.org/")
    with socket.socket() as tcp, pytest.raises(RuntimeError, match="connect to"):
        tcp.connect(("192.0.2.1", 80))
    with socket.socket(type=socket.SOCK_DGRAM) as udp, pytest.raises(RuntimeError, match="sendto to"):
        udp.sendto(b"", ("192.0.2.1", 53))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_all_folders_lie_below_the_home_of_the_test(home: Path) -> None:
    folders = (paths.data_folder(), paths.pictures_folder())
    for folder in (*folders, paths.models_folder(), paths.presets_folder()):
        assert folder.is_relative_to(home)
