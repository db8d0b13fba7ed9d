"""The offline switch, the settings of the network, and the list of requests."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from fastface_core.errors import NetworkError, SettingsError
from fastface_core.models.hub import offline
from fastface_core.models.hub import settings as network_settings
from fastface_core.models.hub.client import HUB, Network, because, client, hub_api
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.hub.settings import change_settings, read_settings
from tests.core.downloads import Place, noise
from tests.core.downloads import online as online
from tests.hub import running
from tests.hub_faults import Status

pytestmark = pytest.mark.usefixtures("online")


def run(code: str, **variables: str) -> str:
    """What a process of its own prints, without the tests' guard."""
    environment = {key: value for key, value in os.environ.items() if "offline" not in key.lower()} | variables
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    return done.stdout + done.stderr


def test_off_means_that_the_interpreter_refuses() -> None:
    told = run("""
import socket
from fastface_core.models.hub import offline
offline.put_into_effect(True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for attempt in (
    lambda: socket.create_connection(("192.0.2.1", 80), timeout=1),
    lambda: socket.socket().connect(("192.0.2.1", 80)),
    lambda: socket.socket().connect_ex(("192.0.2.1", 80)),
    lambda: socket.getaddrinfo("example.com", 443),
    lambda: socket.gethostbyname("example.com"),
    lambda: udp.sendto(b"", ("192.0.2.1", 53)),
    lambda: udp.sendmsg([b""], [], 0, ("192.0.2.1", 53)),
):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__)
""")
    assert told.split() == ["NetworkError"] * 7


@pytest.mark.parametrize("library", ["urllib", "requests", "httpx2", "huggingface_hub"])
def test_no_library_comes_through(library: str) -> None:
    """In a process of its own, without the tests' own guard; a proxy on this computer is no way out either."""
    with running() as hub:
        code = f"""
import os
from fastface_core.models.hub import offline
offline.put_into_effect(True)
try:
    if {library!r} == "urllib":
        import urllib.request; urllib.request.urlopen("http://example.com", timeout=2)
    elif {library!r} == "requests":
        import requests; requests.get("http://example.com", timeout=2)
    elif {library!r} == "httpx2":
        import httpx2; httpx2.get("http://example.com", timeout=2)
    else:
        import huggingface_hub; huggingface_hub.HfApi().model_info("org/model")
except Exception as error:
    print(type(error).__name__, error)
"""
        told = run(code, http_proxy=hub.endpoint, https_proxy=hub.endpoint)
        assert "switched off" in told or "offline mode is enabled" in told
        assert hub.asked == []


def test_what_stays_on_this_computer_goes_on() -> None:
    offline.put_into_effect(True)
    with running() as hub:
        host, port = hub.endpoint.removeprefix("http://").split(":")
        socket.create_connection((host, int(port)), timeout=5).close()
    if hasattr(socket, "AF_UNIX"):
        one, other = socket.socketpair()
        one.close()
        other.close()


def test_the_switch_goes_both_ways_and_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "intranet")
    before = dict(os.environ)
    offline.put_into_effect(True)
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert offline.is_on()
    assert offline.asked_by_environment() is None
    offline.put_into_effect(False)
    assert dict(os.environ) == before
    with pytest.raises(OSError, match=r"."):
        # The tests' guard, not ours, would stop what goes further than this computer.
        socket.create_connection(("127.0.0.1", 1), timeout=1)


def test_the_app_asks_nobody_when_it_is_off(tmp_path: Path) -> None:
    with running() as hub:
        place = Place(hub, tmp_path / "models")
        place.serve({"config.json": b"{}"}, known=False)
        change_settings(offline=True)
        with pytest.raises(NetworkError, match="switched off"):
            Network.of_user()
        with pytest.raises(NetworkError, match="switched off"):
            place.fetch()
        with pytest.raises(NetworkError, match="switched off"):
            hub_api(Network(endpoint=hub.endpoint)).model_info("org/model")
        assert hub.asked == []
        assert NetworkLog().read() == ()
        change_settings(offline=False)
        place.fetch()
        place.assert_whole()


def test_switching_off_ends_what_is_under_way(tmp_path: Path) -> None:
    with running(speed=400_000) as hub:
        place = Place(hub, tmp_path / "models")
        place.serve({"model.safetensors": noise(2_000_000)})

        def switch_when_begun(event: object) -> None:
            place.events.append(event)
            if place.progress and place.progress[-1].done > 100_000:
                offline.put_into_effect(True)

        from fastface_core.models.hub.download import download

        with pytest.raises(NetworkError, match="switched off"):
            download(
                place.components,
                place.store,
                switch_when_begun,
                why="A test",
                network=Network(endpoint=hub.endpoint),
            )
        assert 100_000 < place.part("model.safetensors").stat().st_size < 1_500_000


@pytest.mark.parametrize("name", ["FASTFACE_OFFLINE", "HF_HUB_OFFLINE"])
def test_the_environment_can_ask_for_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "1")
    change_settings(offline=False)
    assert offline.is_on()
    assert offline.asked_by_environment() == name
    with pytest.raises(NetworkError):
        Network.of_user()


# Settings


def test_settings_are_kept_and_private(monkeypatch: pytest.MonkeyPatch) -> None:
    change_settings(endpoint="https://mirror.example/hub/", token=" hf_abc\n", proxy="http://user:word@proxy:3128")
    settings = read_settings()
    assert settings.endpoint == "https://mirror.example/hub"
    assert "hf_abc" not in repr(settings)
    network = Network.of_user()
    assert (network.endpoint, network.token, network.proxy) == (
        "https://mirror.example/hub",
        "hf_abc",
        "http://user:word@proxy:3128",
    )
    file = network_settings.settings_file()
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("HF_ENDPOINT", "https://other.example/")
    monkeypatch.setenv("HF_TOKEN", "hf_env")
    assert Network.of_user().endpoint == "https://other.example"
    assert Network.of_user().token == "hf_env"
    change_settings(endpoint=None, token="", proxy="")
    assert read_settings() == network_settings.NetworkSettings()
    monkeypatch.delenv("HF_ENDPOINT")
    assert Network.of_user().endpoint == HUB


def test_changes_at_the_same_time_are_all_kept() -> None:
    wanted = {"endpoint": "https://mirror.example", "proxy": "http://proxy:3128", "offline": True}
    for _ in range(10):
        change_settings(endpoint=None, proxy=None, offline=False)
        together = threading.Barrier(len(wanted))

        def change(name: str, value: object, together: threading.Barrier = together) -> None:
            together.wait()
            change_settings(**{name: value})

        threads = [threading.Thread(target=change, args=one) for one in wanted.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert read_settings() == network_settings.NetworkSettings.model_validate(wanted)
        assert offline.is_on()
    change_settings(offline=False)


@pytest.mark.parametrize(
    ("given_at", "asked", "sent"),
    [
        (None, None, True),
        (None, "https://huggingface.co/", True),
        (None, "https://mirror.example", False),
        (None, "http://huggingface.co", False),
        (None, "https://huggingface.co:8443", False),
        (None, "https://huggingface.co.evil.example", False),
        ("https://mirror.example", "https://mirror.example", True),
        ("https://mirror.example", None, False),
        ("http://mirror.example", "http://mirror.example", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("http://[::1]:8080", "http://[::1]:8080", True),
        ("http://localhost:8080", "http://localhost:8080", True),
        ("http://127.0.0.1.evil.example", "http://127.0.0.1.evil.example", False),
    ],
)
def test_a_token_goes_to_its_hub_alone_and_where_nobody_listens(
    given_at: str | None, asked: str | None, sent: bool, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    change_settings(endpoint=given_at, token="hf_abc")
    change_settings(endpoint=asked)
    network = Network.of_user()
    assert network.token == ("hf_abc" if sent else None)
    assert ("is not sent to" in caplog.text) is not sent
    # And so with an address in the environment.
    change_settings(endpoint=given_at)
    if asked is not None:
        monkeypatch.setenv("HF_ENDPOINT", asked)
        assert Network.of_user().token == ("hf_abc" if sent else None)


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "mirror.example"},
        {"endpoint": "ftp://mirror.example"},
        {"endpoint": "https://"},
        {"endpoint": "https://a b"},
        {"endpoint": "https://host:99999"},
        {"endpoint": "https://host?x=1"},
        {"proxy": "socks5://proxy:1080"},
        {"token": "hf abc"},
        {"token": "hf_ä"},
    ],
    ids=str,
)
def test_settings_that_are_not_possible(changes: dict[str, str]) -> None:
    change_settings(endpoint="https://mirror.example")
    with pytest.raises(SettingsError, match=f"The {next(iter(changes))} is not possible"):
        change_settings(**changes)
    assert read_settings().endpoint == "https://mirror.example"


def test_an_endpoint_in_the_environment_that_is_not_possible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "mirror.example")
    with pytest.raises(SettingsError, match="HF_ENDPOINT is not possible"):
        Network.of_user()


@pytest.mark.parametrize("token", ["hf a", "hf_ä", "hf\x01"])
def test_a_token_in_the_environment_that_is_not_possible(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("HF_TOKEN", " hf_abc\n")
    assert Network.of_user().token == "hf_abc"
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(SettingsError, match="HF_TOKEN is not possible"):
        Network.of_user()


def test_settings_that_cannot_be_read_keep_the_network_off() -> None:
    file = network_settings.settings_file()
    file.parent.mkdir(parents=True)
    file.write_text('{"offline": tru')
    with pytest.raises(SettingsError, match="cannot be read"):
        network_settings.put_into_effect()
    assert offline.is_on()


# The list of requests


def test_the_list_has_every_request(home: Path) -> None:
    with running() as hub:
        hub.add("org/model", {"config.json": b'{"a": 1}'})
        hub.misbehave(Status(500, at_hub=True), "config.json")
        network = Network(endpoint=hub.endpoint)
        with client(network) as asking, because("A look"):
            asking.get(f"{hub.endpoint}/org/model/resolve/main/config.json?signature=secret")
            asking.get(f"{hub.endpoint}/org/model/resolve/main/config.json")
        host = hub.endpoint.removeprefix("http://")
    found = NetworkLog().read()
    assert [(one.method, one.host, one.status, one.received, one.why) for one in found] == [
        ("GET", host, 500, 0, "A look"),
        ("GET", host, 307, 0, "A look"),
        ("GET", host, 200, 8, "A look"),
    ]
    assert found[0].path == "/org/model/resolve/main/config.json"
    assert found[0].time < found[1].time < found[2].time
    assert "secret" not in NetworkLog().file.read_text()
    assert NetworkLog().read(1) == found[-1:]
    assert NetworkLog().file.is_relative_to(home)


def test_a_request_without_an_answer_is_in_the_list() -> None:
    import httpx2

    with client(Network()) as asking, pytest.raises(httpx2.ConnectError):
        asking.get("http://127.0.0.1:1/somewhere")
    (one,) = NetworkLog().read()
    assert (one.host, one.path, one.status, one.received) == ("127.0.0.1:1", "/somewhere", None, 0)


def test_the_list_is_bounded_and_survives_damage(tmp_path: Path) -> None:
    log = NetworkLog(tmp_path, most=2000)
    for number in range(100):
        log.end(log.begin("GET", "host", f"/{number}", "why"), 200, number)
        assert sum(path.stat().st_size for path in tmp_path.glob("*.jsonl")) < 2 * 2000 + 400
    numbers = [int(one.path[1:]) for one in log.read()]
    assert numbers == list(range(numbers[0], 100))
    assert len(numbers) >= 5
    with log.file.open("ab") as file:
        file.write(
            b'{"id": "x", "time"\n\xff\xfe\n[1]\n{"id": "y", "status": 200, "received": 1}\n' + b"[" * 100_000 + b"\n"
        )
    assert [int(one.path[1:]) for one in log.read()] == numbers
    log.begin("GET", "host", "/last", "why")
    assert log.read()[-1].path == "/last"
    assert log.read()[-1].received is None


def test_several_write_at_once(tmp_path: Path) -> None:
    log = NetworkLog(tmp_path, most=1 << 20)

    def write(which: int) -> None:
        own = NetworkLog(tmp_path, most=1 << 20)
        for number in range(50):
            own.end(own.begin("GET", f"host{which}", f"/{number}", "why"), 200, number)

    threads = [threading.Thread(target=write, args=(which,)) for which in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = log.file.read_text().splitlines()
    assert len(lines) == 400
    assert all(json.loads(line) for line in lines)
    assert len(log.read()) == 200


def test_the_list_is_cleared_and_put_back_with_what_came_since(home: Path) -> None:
    log = NetworkLog(most=300)
    for number in range(6):
        log.end(log.begin("GET", "localhost", f"/{number}", "A test"), 200, number)
    before = log.read()
    assert log.older.exists()
    held = log.clear()
    assert log.read() == ()
    log.end(log.begin("GET", "localhost", "/later", "A test"), 200, 1)
    log.put_back(held)
    assert log.read()[:-1] == before
    assert log.read()[-1].path == "/later"
    # An empty one too.
    assert NetworkLog(home / "other").clear() == b""
