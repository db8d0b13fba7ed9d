"""Faults between the hub and the disk: each has its sentence and its next step, and what was there stays there."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core.errors import FastFaceError, ModelError, NetworkError, StorageError
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.hub.retry import RetryPolicy
from tests.core.downloads import FETCH, FILES, NAME, REPO, SIZE, Place, noise, size_and_sha256
from tests.core.downloads import online as online
from tests.core.downloads import place as place
from tests.hub import running
from tests.hub_faults import (
    BAD_TOKEN,
    GATED,
    NO_TOKEN,
    NOT_THERE,
    Compress,
    Cut,
    Fault,
    Flip,
    IgnoreRange,
    Length,
    Page,
    ShiftRange,
    Stall,
    Status,
)

WEIGHTS = FILES[NAME]

pytestmark = pytest.mark.usefixtures("online")


def failing(place: Place, kind: type[FastFaceError], sentence: str, *, network: Network | None = None) -> FastFaceError:
    """Fetches with 600,000 bytes there before, and checks that they still are."""
    before = place.begin(NAME, 600_000)
    with pytest.raises(kind, match=sentence) as raised:
        place.fetch(network=network)
    assert raised.value.message.endswith(".")
    assert raised.value.hint.endswith(".")
    assert place.part(NAME).read_bytes()[: len(before)] == before
    assert not place.path(NAME).exists()
    assert place.store.state(place.components[0]) == "partial"
    return raised.value


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (NO_TOKEN, "is open only to those who have an access token"),
        (GATED, "is open only to accounts that have accepted its terms"),
        (Status(403, at_hub=True), "does not allow the download"),
        (NOT_THERE, r"does not have unet/model.safetensors of org/model"),
        (Status(416), "cannot go on with unet/model.safetensors"),
        (Status(429), "has had too many requests from here"),
        (Status(429, {"Retry-After": "3600"}), "has had too many requests from here"),
        (Status(500), "is out of order at the moment"),
        (Status(503, at_hub=True), "is out of order at the moment"),
        (Status(418), "is not understood"),
        (Page(), "is not understood"),
        (Stall(600_000), "has sent nothing for 1 second"),
        (Stall(None), "has sent nothing for 1 second"),
        (Cut(0), "breaks again and again"),
        (Cut(0, hard=True), "breaks again and again"),
        (Length(-5), "in another length than it should"),
        (ShiftRange(5), "in another length than it should"),
    ],
    ids=str,
)
def test_faults_that_stay(place: Place, fault: Fault, sentence: str) -> None:
    place.hub.misbehave(fault, NAME, times=None)
    if isinstance(fault, Length):
        # A part of another length cannot be lied about for long: the rest comes with the next request.
        place.hub.misbehave(IgnoreRange(), NAME, times=None)
    failing(place, NetworkError, sentence)
    place.hub.behave()
    place.fetch()
    place.assert_whole()


def test_what_is_refused_before_its_first_byte_was_not_begun(place: Place) -> None:
    place.hub.misbehave(NOT_THERE, times=None)
    with pytest.raises(NetworkError, match="does not have"):
        place.fetch()
    (component,) = place.components
    assert place.store.state(component) == "absent"
    assert not place.store.began(component)


@pytest.mark.parametrize(
    "fault",
    [
        Status(416),
        Status(429),
        Status(429, {"Retry-After": "0"}),
        Status(500),
        Status(502, at_hub=True),
        Stall(900_000),
        Stall(None),
        Cut(600_000, hard=True),
        Length(7),
        Length(-7),
        ShiftRange(-5000),
        IgnoreRange(),
        Compress(),
    ],
    ids=str,
)
def test_faults_that_pass(place: Place, fault: Fault) -> None:
    place.begin(NAME, 600_000)
    place.hub.misbehave(fault, NAME)
    place.fetch()
    place.assert_whole()


def test_a_server_that_ignores_ranges(place: Place) -> None:
    place.begin(NAME, 600_000)
    place.hub.misbehave(IgnoreRange(), NAME, times=None)
    # Cut before there is anything new: what was there must not shrink.
    place.hub.misbehave(Cut(400_000), NAME)
    place.fetch()
    place.assert_whole()
    assert len(place.notices) == 1
    assert "cannot go on with" in place.notices[0]
    assert place.hub.sent(NAME) == 400_000 + SIZE


def test_a_file_that_changed_on_the_hub(place: Place) -> None:
    place.hub.change(REPO, NAME, noise(SIZE, seed=5))
    place.hub.speed = 1_000_000
    error = failing(place, ModelError, "is another file at 127.0.0.1")
    assert "newer version" in error.hint
    # It is known before it comes, but for what was on its way.
    assert place.hub.sent(NAME) < SIZE / 2


def test_a_file_that_changes_while_it_comes(place: Place) -> None:
    """The second address has another file than the hub has told of."""
    place.begin(NAME, 600_000)
    place.hub.misbehave(Flip(1_400_000), NAME, times=None)
    with pytest.raises(ModelError, match="arrived damaged twice"):
        place.fetch()
    assert not place.path(NAME).exists()
    assert not place.part(NAME).exists()
    assert place.store.state(place.components[0]) == "partial"


def test_a_refused_connection_ends_with_its_sentence(place: Place) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
        failing(place, NetworkError, "There is no connection to 127.0.0.1", network=Network(endpoint=endpoint))


def test_patience_is_over_within_thirty_seconds() -> None:
    """The waits between refused connections, with the patience that users get."""
    patience, waited = RetryPolicy(), 0.0
    for failure in range(patience.tries - 1):
        waited += min(patience.longest_wait, patience.first_wait * 2**failure)
    assert waited < 28
    assert patience.silence <= 30


def test_a_host_that_does_not_exist(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    failing(
        place, NetworkError, "The address of hub.invalid is not found", network=Network(endpoint="http://hub.invalid")
    )


def test_a_token_that_is_not_accepted(place: Place) -> None:
    place.hub.misbehave(BAD_TOKEN, NAME)
    network = Network(endpoint=place.hub.endpoint, token="hf_old")
    error = failing(place, NetworkError, "The access token is not accepted", network=network)
    assert "hf_old" not in error.message + error.hint


def test_a_token_opens_what_is_closed_and_stays_with_the_hub(place: Place) -> None:
    place.hub.closed.add(REPO)
    failing(place, NetworkError, "is open only to those who have an access token")
    place.fetch(network=Network(endpoint=place.hub.endpoint, token=place.hub.token))
    place.assert_whole()
    assert {asked.token for asked in place.hub.asked if asked.address == "content"} == {None}


def test_a_name_and_a_password_in_the_endpoint_are_not_told(place: Place) -> None:
    place.hub.misbehave(GATED, NAME)
    endpoint = place.hub.endpoint.replace("http://", "http://somebody:secret@")
    error = failing(place, NetworkError, "have accepted its terms", network=Network(endpoint))
    assert "secret" not in error.message + error.hint
    assert f"https://huggingface.co/{REPO}" in error.hint


def test_a_closed_repository_without_known_hashes(place: Place) -> None:
    place.serve(FILES, known=False)
    place.hub.closed.add(REPO)
    failing(place, NetworkError, "is open only to")
    place.hub.closed.clear()
    place.fetch()
    place.assert_whole()


def test_a_page_instead_of_the_hub(place: Place) -> None:
    """A network that wants a log-in first answers everything with a page of its own."""
    place.serve(FILES, known=False)
    with running() as portal:
        portal.add("log/in", {"page": b"<html>"})
        network = Network(endpoint=f"{portal.content}/log/in/{portal.names['log/in', 'main']}")
        failing(place, NetworkError, "does not have|is not understood", network=network)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit of a process's files, and a disk cannot be filled")
def test_a_full_disk(place: Place, tmp_path: Path) -> None:
    """The limit of a process's files is what a full disk looks like from within."""
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\n{FETCH}"
    code = code.replace("download(", "from fastface_core.errors import StorageError\ntry:\n  download(") + (
        "except StorageError as error:\n  print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, place.hub.endpoint, str(place.folder), size_and_sha256(WEIGHTS, NAME)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "FASTFACE_HOME": str(tmp_path / "other")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("The disk that holds"), done.stderr
    assert place.part(NAME).read_bytes() == WEIGHTS[:700_000]
    place.fetch()
    place.assert_whole()
    assert place.hub.contents(NAME)[-1].first == 700_000


def test_too_little_space_is_said_before_anything_is_asked(place: Place) -> None:
    (one,) = place.components
    size = shutil.disk_usage(place.folder.parent).free + 10**9
    place.components = (one.model_copy(update={"files": (one.file(NAME).model_copy(update={"size": size}),)}),)
    with pytest.raises(StorageError, match="too little space"):
        place.fetch()
    assert place.hub.asked == []


def test_a_folder_that_cannot_be_written_to(place: Place) -> None:
    place.folder.mkdir()
    # Also for an administrator, whom rights do not stop.
    (place.folder / "org").write_bytes(b"")
    with pytest.raises(StorageError):
        place.fetch()
    (place.folder / "org").unlink()
    place.fetch()
    place.assert_whole()


def test_two_at_a_time_do_not_fight(place: Place) -> None:
    with place.store.lock(), pytest.raises(StorageError, match="Another FastFace"):
        place.fetch()
    place.fetch()
    place.assert_whole()


def test_the_first_error_ends_the_others_and_loses_nothing(place: Place) -> None:
    place.serve({f"{number}.bin": noise(400_000, number) for number in range(4)})
    place.hub.speed = 2_000_000
    place.hub.misbehave(NOT_THERE, "2.bin")
    with pytest.raises(NetworkError, match=r"does not have 2\.bin"):
        place.fetch(at_once=3)
    kept = {path.name: path.stat().st_size for path in place.folder.rglob("*.bin*")}
    place.hub.asked.clear()
    place.fetch()
    place.assert_whole()
    assert place.hub.sent() == 4 * 400_000 - sum(kept.values())


def test_every_request_is_in_the_list(place: Place) -> None:
    place.serve(FILES, known=False)
    place.fetch()
    requests = NetworkLog().read()
    assert len(requests) == len(place.hub.asked)
    assert {request.why for request in requests} == {"A test"}
    assert sorted(request.path for request in requests) == sorted(asked.path for asked in place.hub.asked)
    assert sum(request.received or 0 for request in requests if "/resolve" not in request.path) > SIZE
    assert not any("secret" in line for line in NetworkLog().file.read_text().splitlines())


@pytest.mark.parametrize("from_system", [False, True])
def test_a_proxy_is_used(place: Place, monkeypatch: pytest.MonkeyPatch, from_system: bool) -> None:
    """The hub serves as the proxy: it is asked for whole addresses, and the name of the hub need not exist."""
    network = Network(endpoint="http://hub.example", proxy=None if from_system else place.hub.endpoint)
    if from_system:
        monkeypatch.setenv("http_proxy", place.hub.endpoint)
    place.serve(FILES, known=False)
    place.fetch(network=network)
    place.assert_whole()
    assert place.hub.asked
    assert all(asked.proxied for asked in place.hub.asked)


def test_a_proxy_that_is_not_there(place: Place) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        proxy = f"http://somebody:secret@127.0.0.1:{closed.getsockname()[1]}"
        network = Network(endpoint="http://hub.example", proxy=proxy)
        error = failing(place, NetworkError, "There is no connection to the proxy 127.0.0.1", network=network)
        assert "secret" not in error.message + error.hint
