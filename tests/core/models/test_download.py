"""Downloads from the local hub: resumed, stopped, verified, and every fault with its sentence and what was there."""

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fastface_core.models.hub.client import Network
from fastface_core.models.hub.download import DownloadProgress
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.progress import Cancelled, CancelToken
from tests.core.downloads import FETCH, FILES, NAME, REPO, SIZE, SOON, Place, noise, size_and_sha256
from tests.core.downloads import online as online
from tests.core.downloads import place as place
from tests.hub_faults import (
    Cut,
    Flip,
    Stall,
)

WEIGHTS = FILES[NAME]

pytestmark = pytest.mark.usefixtures("online")


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
        place.fetch(stopper.token, patience=RetryPolicy(), network=network)
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
        [sys.executable, "-c", FETCH, place.hub.endpoint, str(place.folder), size_and_sha256(WEIGHTS, NAME)],
        cwd=Path(__file__).parents[3],
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


def test_events_come_in_the_calling_thread(place: Place) -> None:
    from fastface_core.models.hub.download import download

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
