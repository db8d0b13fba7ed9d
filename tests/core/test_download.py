"""Downloads from the local hub: resumed, stopped, verified, and every fault with its sentence and what was there."""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from fastface_core.errors import FastFaceError, ModelError, NetworkError, StorageError
from fastface_core.models.download import DownloadProgress
from fastface_core.models.network import Network
from fastface_core.models.network_log import NetworkLog
from fastface_core.models.patience import Patience
from fastface_core.progress import Cancelled, CancelToken
from tests.core.downloads import REPO, SOON, Place, noise
from tests.core.downloads import online as online
from tests.hub import (
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
    running,
)

SIZE = 1_500_000
WEIGHTS = noise(SIZE)
FILES = {"config.json": b'{"a": 1}', "unet/config.json": b"{}", "unet/model.safetensors": WEIGHTS}
NAME = "unet/model.safetensors"

pytestmark = pytest.mark.usefixtures("online")


@pytest.fixture
def place(tmp_path: Path) -> Generator[Place]:
    with running() as hub:
        place = Place(hub, tmp_path / "models")
        place.serve(FILES)
        yield place


def test_fetches_and_verifies_everything(place: Place) -> None:
    place.fetch()
    place.assert_whole()
    assert sorted(place.finished) == sorted(FILES)
    assert place.notices == []
    last = place.progress[-1]
    assert last.done == last.total == sum(map(len, FILES.values()))
    assert last.files_done == last.files_total == 3
    assert last.seconds_left == 0
    assert place.hub.sent() == last.total


def test_nothing_is_asked_with_everything_there(place: Place) -> None:
    place.fetch()
    place.hub.asked.clear()
    place.fetch()
    assert place.hub.asked == []
    assert place.events == []


def test_known_files_need_no_information_from_the_hub(place: Place) -> None:
    place.fetch()
    assert not [asked for asked in place.hub.asked if asked.path.startswith("/api/models")]


def test_sizes_and_hashes_come_from_the_hub_where_the_catalogue_has_none(place: Place) -> None:
    one = place.serve(FILES, known=False)
    place.fetch()
    place.assert_whole()
    record = place.store.record(one)
    assert record.files[NAME].sha256 == hashlib.sha256(WEIGHTS).hexdigest()
    assert record.files["config.json"].sha256 == hashlib.sha256(FILES["config.json"]).hexdigest()
    assert len([asked for asked in place.hub.asked if asked.path.startswith("/api/models")]) == 1


def test_small_files_are_verified_by_what_the_hub_says_of_them(place: Place) -> None:
    place.serve(FILES, known=False)
    place.hub.misbehave(Flip(1), "config.json")
    place.fetch()
    place.assert_whole()
    assert len(place.notices) == 1


def test_an_empty_file(place: Place) -> None:
    place.serve({"empty.txt": b"", "config.json": b"{}"})
    place.fetch()
    place.assert_whole()


@pytest.mark.parametrize("hard", [False, True])
@pytest.mark.parametrize("at", [1, 65_536, 1_000_001, SIZE - 1])
def test_a_cut_connection_goes_on_where_it_was(place: Place, at: int, hard: bool) -> None:
    place.hub.misbehave(Cut(at, hard), NAME)
    place.fetch()
    place.assert_whole()
    first, second = place.hub.contents(NAME)[1::2]
    assert first.first == 0
    # A reset may take what was still under way with it, a plain end may not.
    assert second.first == at or (hard and 0 <= second.first <= at)


def test_many_cuts(place: Place) -> None:
    for at in range(0, SIZE, 100_000):
        place.hub.misbehave(Cut(at), NAME)
    place.fetch()
    place.assert_whole()
    assert place.hub.sent(NAME) == SIZE


def test_a_part_of_another_day_is_gone_on_with(place: Place) -> None:
    place.begin(NAME, 900_000)
    place.fetch()
    place.assert_whole()
    assert place.hub.sent(NAME) == SIZE - 900_000
    assert place.progress[0].done == 900_000


@pytest.mark.parametrize("left", ["all of it", "more than it", "something else"])
def test_a_part_that_is_whole_or_wrong(place: Place, left: str) -> None:
    place.begin(NAME, 10)
    content = {"all of it": WEIGHTS, "more than it": WEIGHTS + b"x", "something else": noise(700_000, seed=9)}[left]
    place.part(NAME).write_bytes(content)
    place.fetch()
    place.assert_whole()
    fetched = {"all of it": 0, "more than it": SIZE, "something else": SIZE - 700_000 + SIZE}
    assert place.hub.sent(NAME) == fetched[left]
    assert len(place.notices) == (1 if left == "something else" else 0)


def test_a_wrong_byte_costs_its_own_file_alone(place: Place) -> None:
    place.hub.misbehave(Flip(777_777), NAME)
    place.fetch()
    place.assert_whole()
    assert place.notices == [f"{NAME} of {REPO} arrived damaged and is fetched once more."]
    assert place.hub.sent(NAME) == 2 * SIZE
    assert place.hub.sent("config.json") == len(FILES["config.json"]) + len(FILES["unet/config.json"])


def test_a_wrong_byte_on_the_disk_is_repaired(place: Place) -> None:
    place.fetch()
    place.path(NAME).write_bytes(WEIGHTS[:-1] + b"\0")
    place.hub.asked.clear()
    place.fetch()
    place.assert_whole()
    assert place.notices == [f"{NAME} of {REPO} is damaged and is fetched again."]
    assert {asked.name for asked in place.hub.contents()} == {NAME}


def test_files_put_there_by_hand_are_looked_at_not_fetched(place: Place) -> None:
    for name, content in FILES.items():
        place.path(name).parent.mkdir(parents=True, exist_ok=True)
        place.path(name).write_bytes(content)
    (one,) = place.components
    assert place.store.state(one) == "unverified"
    place.fetch()
    place.assert_whole()
    assert place.hub.asked == []


def test_files_at_once_are_limited(place: Place) -> None:
    place.serve({f"{number}.bin": noise(200_000, number) for number in range(8)})
    place.hub.speed = 3_000_000
    at_most = 0
    for limit in (1, 3):
        for path in place.folder.rglob("*.bin"):
            path.unlink()
        place.fetch(at_once=limit)
        place.assert_whole()
        at_most = max(len(event.files) for event in place.progress)
        assert at_most <= limit
    assert at_most > 1


def test_progress_speed_and_time_left(place: Place) -> None:
    place.hub.speed = 1_500_000
    place.fetch()
    progress = place.progress
    assert [event.done for event in progress] == sorted(event.done for event in progress)
    middle = [event for event in progress if 0.3 * event.total < event.done < 0.9 * event.total]
    assert middle
    for event in middle:
        assert event.speed == pytest.approx(1_500_000, rel=0.5)
        assert event.seconds_left == pytest.approx((event.total - event.done) / event.speed)
    assert {file.state for event in progress for file in event.files} >= {"fetching"}


# Stopping


class Stopper(threading.Thread):
    """Cancels as soon as a condition holds, and remembers when that was."""

    def __init__(self, condition: Callable[[], bool]) -> None:
        super().__init__()
        self.token = CancelToken()
        self.at = 0.0
        self._condition = condition
        self.start()

    def run(self) -> None:
        deadline = time.monotonic() + 20
        while not self._condition() and time.monotonic() < deadline:
            threading.Event().wait(0.005)
        self.at = time.monotonic()
        self.token.cancel()


def arrived(place: Place, count: int) -> Callable[[], bool]:
    """Whether so many bytes lie on the disk."""

    def look() -> bool:
        try:
            return place.part(NAME).stat().st_size >= count
        except OSError:
            return False

    return look


def assert_cancelled(place: Place, condition: Callable[[], bool], network: Network | None = None) -> None:
    stopper = Stopper(condition)
    with pytest.raises(Cancelled):
        # With the ordinary patience: a read waits for ten seconds.
        place.fetch(stopper.token, patience=Patience(), network=network)
    assert time.monotonic() - stopper.at < 1
    stopper.join()


@pytest.mark.parametrize("stalled", [False, True])
def test_cancel_within_a_second_and_resume(place: Place, stalled: bool) -> None:
    if stalled:
        place.hub.misbehave(Stall(700_000), NAME)
    else:
        place.hub.speed = 1_000_000
    assert_cancelled(place, arrived(place, 700_000))
    length = place.part(NAME).stat().st_size
    assert 700_000 <= length < SIZE
    assert place.part(NAME).read_bytes() == WEIGHTS[:length]
    place.hub.speed = None
    place.fetch()
    place.assert_whole()
    assert place.hub.contents(NAME)[-1].first == length


@pytest.mark.parametrize("known", [True, False])
def test_cancel_while_no_answer_comes(place: Place, known: bool) -> None:
    place.serve(FILES, known=known)
    place.hub.misbehave(Stall(None), NAME, times=None)
    place.hub.silent = not known
    assert_cancelled(place, lambda: any(known or "api" in asked.path for asked in place.hub.asked))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses, which is another test")
def test_cancel_while_a_connection_comes_about(place: Place) -> None:
    """A server whose queue is full neither accepts nor refuses."""
    with contextlib.ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = full.getsockname()
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(address)
        start = time.monotonic()
        network = Network(endpoint=f"http://127.0.0.1:{address[1]}")
        assert_cancelled(place, lambda: time.monotonic() > start + 0.7, network)


def test_cancel_while_a_name_is_looked_up(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing ends a look-up; nobody waits for it either."""
    asked, over = threading.Event(), threading.Event()

    def look_up(*_: object, **__: object) -> None:
        asked.set()
        over.wait(20)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", look_up)
        assert_cancelled(place, asked.is_set, Network(endpoint="http://hub.invalid"))
        over.set()
        deadline = time.monotonic() + 5
        while any(thread.name == "download" for thread in threading.enumerate()) and time.monotonic() < deadline:
            threading.Event().wait(0.005)
    place.fetch()
    place.assert_whole()


def test_a_killed_process_goes_on_where_it_was(place: Place, tmp_path: Path) -> None:
    place.hub.speed = 2_000_000
    process = subprocess.Popen(
        [sys.executable, "-c", _FETCH, place.hub.endpoint, str(place.folder), _size_and_sha256()],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "FASTFACE_HOME": str(tmp_path / "other")},
    )
    Stopper(arrived(place, 600_000)).join()
    process.kill()
    process.wait()
    length = place.part(NAME).stat().st_size
    assert 600_000 <= length < SIZE
    place.hub.speed = None
    place.fetch()
    place.assert_whole()
    assert place.hub.contents(NAME)[-1].first == length


def _size_and_sha256() -> str:
    return f"{NAME}:{SIZE}:{hashlib.sha256(WEIGHTS).hexdigest()}"


_FETCH = """
import sys
from pathlib import Path
from fastface_core.models.catalogue import Component, RemoteFile
from fastface_core.models.download import download
from fastface_core.models.network import Network
from fastface_core.models.store import Store
path, size, sha256 = sys.argv[3].split(":")
one = Component(name="model", title="model", role="base", repo="org/model", revision="main", place="org/model",
                licence="free", files=(RemoteFile(path=path, size=int(size), sha256=sha256),))
download([one], Store(Path(sys.argv[2])), why="A test", network=Network(endpoint=sys.argv[1]))
"""


# Faults: each has its sentence, and what was there stays


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
    patience, waited = Patience(), 0.0
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
    assert f"{place.hub.endpoint}/{REPO}" in error.hint


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
    code = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (700_000, 700_000))\n{_FETCH}"
    code = code.replace("download(", "from fastface_core.errors import StorageError\ntry:\n  download(") + (
        "except StorageError as error:\n  print(error.message)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, place.hub.endpoint, str(place.folder), _size_and_sha256()],
        cwd=Path(__file__).parents[2],
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


def test_events_come_in_the_calling_thread(place: Place) -> None:
    from fastface_core.models.download import download

    threads: set[int] = set()
    download(
        place.components,
        place.store,
        lambda _: threads.add(threading.get_ident()),
        why="A test",
        network=Network(endpoint=place.hub.endpoint),
        patience=SOON,
    )
    assert threads == {threading.get_ident()}


def test_progress_is_a_frozen_value(place: Place) -> None:
    place.fetch()
    with pytest.raises(AttributeError):
        place.progress[-1].done = 0  # type: ignore[misc]
    assert isinstance(place.progress[-1], DownloadProgress)
