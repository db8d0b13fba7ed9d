"""The queue with the real engine: order, cancel, pause, retry, errors, and what a restart finds."""

import errno
import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QElapsedTimer

from fastface_core.domain.goal import Goal
from fastface_core.domain.likeness import DRAWN
from fastface_core.errors import PhotoError, StorageError
from fastface_core.library.library import Library
from fastface_core.library.metadata import read_recipe
from fastface_core.paths import data_folder, pictures_folder
from fastface_desktop.state.jobs.queue import JobQueue, JobStatus
from tests.desktop.engine_room import PORTRAIT, Room, order, room, thread

__all__ = ["room", "thread"]

WAITING, RUNNING, PAUSED = JobStatus.waiting, JobStatus.running, JobStatus.paused
DONE, FAILED, CANCELLED = JobStatus.done, JobStatus.failed, JobStatus.cancelled


def test_a_job_from_order_to_pictures(room: Room) -> None:
    job = room.queue.add(order(count=2, steps=2))
    assert room.job(job).status == RUNNING
    room.until_ended(job)
    done = room.job(job)
    assert (done.status, done.pictures_done, done.error) == (DONE, 2, None)
    assert [picture.seed for picture in done.pictures] == [7, 8]
    for picture in done.pictures:
        assert picture.path.parent.parent == pictures_folder()
        assert read_recipe(picture.path) == picture.recipe
        assert (picture.width, picture.height) == (64, 64)
        assert not picture.thumbnail.isNull()
        assert picture.worth.likeness is None
        assert picture.worth.reason == DRAWN
    # A preview for each step, then the picture itself.
    assert [(index, width) for _, index, width, _ in room.notes.previews] == [(0, 64)] * 3 + [(1, 64)] * 3
    assert room.notes.pictures == [job, job]
    with Library() as library:
        assert library.database.path.exists()


def test_a_job_with_a_goal_is_done_once_it_is_reached(room: Room) -> None:
    job = room.queue.add(order(count=5, steps=4, size=256, goal=Goal(pictures=2, score=-1)))
    room.until_ended(job)
    done = room.job(job)
    assert done.status == DONE
    assert done.complete
    assert len([one for one in done.scores if one is not None]) == done.pictures_done == 2


def test_the_picture_is_what_the_preview_in_full_size_showed(room: Room) -> None:
    seen = []
    room.queue.preview.connect(lambda _job, _index, image: seen.append(image))
    job = room.queue.add(order())
    room.until_ended(job)
    with Image.open(room.job(job).pictures[0].path) as picture:
        shown = seen[-1]
        assert (shown.width(), shown.height()) == picture.size
        colours = shown.pixelColor(10, 20)
        assert (colours.red(), colours.green(), colours.blue()) == picture.getpixel((10, 20))


def test_jobs_are_done_one_after_the_other_in_their_order(room: Room) -> None:
    first = room.queue.add(order(count=2))
    second, third = room.queue.add(order("second")), room.queue.add(order("third"))
    assert [job.status for job in room.queue.jobs()] == [RUNNING, WAITING, WAITING]
    room.queue.move(third, 1)
    assert [job.id for job in room.queue.jobs()] == [first, third, second]
    room.until_ended(first, second, third)
    assert room.notes.pictures == [first, first, third, second]


def test_moving_says_so_only_where_it_changes_something(room: Room) -> None:
    room.queue.pause()
    first, second = room.queue.add(order()), room.queue.add(order())
    with room.qtbot.waitSignal(room.queue.order_changed, timeout=1000):
        room.queue.move(second, 0)
    with room.qtbot.assertNotEmitted(room.queue.order_changed):
        room.queue.move(second, -3)
    room.queue.move(second, 99)
    assert [job.id for job in room.queue.jobs()] == [first, second]


def test_cancel_answers_at_once_and_stops_within_a_step(room: Room) -> None:
    job = room.queue.add(order(count=50, steps=20, size=128))
    room.until_step(job)
    clock = QElapsedTimer()
    clock.start()
    room.queue.cancel(job)
    assert room.job(job).status == CANCELLED
    assert clock.elapsed() < 200
    said = len(room.notes.steps)
    room.until_ended(job)
    # What was under way when it was cancelled may still be told: not one step more.
    assert len(room.notes.steps) <= said + 2
    after = room.queue.add(order())
    room.until_ended(after)
    assert room.job(after).status == DONE


def test_a_waiting_job_that_is_cancelled_never_runs_and_can_be_taken_up_again(room: Room) -> None:
    first, second = room.queue.add(order()), room.queue.add(order("second"))
    room.queue.cancel(second)
    room.until_ended(first)
    assert room.job(second).status == CANCELLED
    assert room.notes.pictures == [first]
    room.queue.retry(second)
    room.until_ended(second)
    assert room.job(second).status == DONE


def test_finished_pictures_of_a_cancelled_job_are_kept_and_not_made_again(room: Room) -> None:
    job = room.queue.add(order(count=3, steps=4))
    room.qtbot.waitUntil(lambda: room.job(job).pictures_done == 1, timeout=60_000)
    room.queue.cancel(job)
    room.until_ended(job)
    kept = room.job(job).pictures
    assert 1 <= len(kept) < 3
    room.queue.retry(job)
    room.until_ended(job)
    done = room.job(job)
    assert done.status == DONE
    assert done.pictures[: len(kept)] == kept
    assert [picture.seed for picture in done.pictures] == [7, 8, 9]
    assert len(list(pictures_folder().rglob("*.png"))) == 3
    # The same as without the interruption.
    whole = room.queue.add(order(count=3, steps=4))
    room.until_ended(whole)
    for one, other in zip(done.pictures, room.job(whole).pictures, strict=True):
        assert Image.open(one.path).tobytes() == Image.open(other.path).tobytes()


def test_pause_holds_after_the_step_and_resume_goes_on_where_it_was(room: Room) -> None:
    job, other = room.queue.add(order(steps=30, size=128)), room.queue.add(order())
    room.until_step(job)
    with room.qtbot.waitSignal(room.queue.paused_changed, check_params_cb=lambda paused: paused, timeout=1000):
        room.queue.pause()
    assert [one.status for one in room.queue.jobs()] == [PAUSED, WAITING]
    # The thread is held: it looks at photos, and goes no step further. The first one it may see before it is held.
    steps: list[int] = []
    for _ in range(2):
        with room.qtbot.waitSignal(room.inspector.inspected, timeout=60_000):
            room.inspector.inspect_all([PORTRAIT])
        steps.append(room.job(job).step)
    assert 0 < steps[0] == steps[1] < 30
    room.queue.resume()
    assert room.job(job).status == RUNNING
    room.until_ended(job, other)
    # Every step was made once; the last is told again with the picture.
    assert [step for one, _, step in room.notes.steps if one == job and step] == [*range(1, 31), 30]


def test_a_held_job_can_be_cancelled(room: Room) -> None:
    job = room.queue.add(order(count=9, steps=20, size=128))
    room.until_step(job)
    room.queue.pause()
    room.queue.cancel(job)
    room.until_ended(job)
    room.queue.resume()
    assert room.job(job).status == CANCELLED


def test_while_paused_nothing_starts(room: Room) -> None:
    room.queue.pause()
    job = room.queue.add(order())
    assert room.job(job).status == WAITING
    room.queue.resume()
    room.until_ended(job)
    assert room.job(job).status == DONE


def test_remove_cancels_and_put_back_undoes_it(room: Room) -> None:
    first, second = room.queue.add(order(count=40, steps=10)), room.queue.add(order("second"))
    room.until_step(first)
    with room.qtbot.waitSignal(room.queue.removed, timeout=1000):
        was = room.queue.remove(first)
    assert room.queue.job(first) is None
    room.until_ended(second)
    room.queue.put_back(was, 0)
    assert [job.id for job in room.queue.jobs()] == [first, second]
    assert room.job(first).status == RUNNING
    room.queue.cancel(first)


def test_a_removed_job_that_is_put_back_at_once_goes_on(room: Room) -> None:
    job = room.queue.add(order(count=2, steps=8, size=128))
    room.until_step(job)
    room.queue.put_back(room.queue.remove(job), 0)
    room.until_ended(job)
    assert (room.job(job).status, room.job(job).pictures_done) == (DONE, 2)


def test_a_bad_photo_fails_its_job_and_the_next_goes_on(room: Room, tmp_path: Path) -> None:
    empty = tmp_path / "wall.png"
    Image.new("RGB", (300, 300), (120, 130, 140)).save(empty)
    bad, good = room.queue.add(order(photos=(empty,))), room.queue.add(order())
    room.until_ended(bad, good)
    failed = room.job(bad)
    assert failed.status == FAILED
    assert isinstance(failed.error, PhotoError)
    assert failed.error.message == 'No face was found in "wall.png".'
    assert room.job(good).status == DONE


def test_a_checkpoint_that_is_not_there_fails_its_job(room: Room) -> None:
    job = room.queue.add(order(checkpoint="hyper-4"))
    room.until_ended(job)
    error = room.job(job).error
    assert error is not None
    assert "hyper-4 is not installed" in error.message


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the system for the names of open files")
def test_a_full_disk_fails_the_job_and_a_retry_makes_the_picture(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def full(descriptor: int) -> None:
        if str(Path(f"/proc/self/fd/{descriptor}").readlink()).startswith(str(pictures_folder())):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    job = room.queue.add(order())
    room.until_ended(job)
    error = room.job(job).error
    assert isinstance(error, StorageError)
    assert "is full" in error.message
    assert list(pictures_folder().rglob("*.p*")) == []
    monkeypatch.setattr(os, "fsync", real)
    room.queue.retry(job)
    room.until_ended(job)
    assert (room.job(job).status, room.job(job).pictures_done) == (DONE, 1)


def test_a_file_of_an_earlier_start_is_offered_and_gone_on_with(room: Room) -> None:
    job = room.queue.add(order(count=3, steps=2))
    waiting = room.queue.add(order("waiting"))
    room.qtbot.waitUntil(lambda: room.job(job).pictures_done == 1, timeout=60_000)
    assert room.saver.flush()
    # What a crash leaves: the file as it is now.
    kept = (data_folder() / "queue.json").read_bytes()
    room.queue.cancel(job)
    room.queue.cancel(waiting)
    room.until_ended(job, waiting)
    more = len(room.job(job).pictures)
    assert room.saver.flush()
    (data_folder() / "queue.json").write_bytes(kept)

    again = JobQueue(room.thread, room.saver)
    offered = again.unfinished()
    assert [one.id for one in offered] == [job, waiting]
    assert all(one.status == PAUSED for one in offered)
    assert offered[0].pictures_done == 1
    assert offered[0].order == order(count=3, steps=2)
    room.qtbot.waitUntil(lambda: not again.jobs()[0].pictures[0].thumbnail.isNull(), timeout=60_000)
    again.remove(waiting)
    again.retry(job)
    room.qtbot.waitUntil(lambda: again.jobs()[0].ended, timeout=60_000)
    done = again.jobs()[0]
    assert done.status == DONE
    assert [picture.seed for picture in done.pictures] == [7, 8, 9]
    # Also what was saved after the file was written is taken, and not made again.
    assert more >= 1
    assert len(list(pictures_folder().rglob("*.png"))) == 3
    assert len({picture.path for picture in done.pictures}) == 3


def test_what_is_done_or_taken_back_is_not_kept(room: Room) -> None:
    done, taken_back = room.queue.add(order()), room.queue.add(order())
    room.queue.cancel(taken_back)
    room.until_ended(done)
    assert room.saver.flush()
    assert json.loads((data_folder() / "queue.json").read_text())["jobs"] == []


def test_the_expected_time_is_learned_and_kept(room: Room) -> None:
    assert room.queue.expected_seconds(order()) is None
    assert room.queue.seconds_left() == 0.0
    started = time.perf_counter()
    job = room.queue.add(order(count=3, steps=4, size=128))
    room.until_ended(job)
    took = time.perf_counter() - started
    expected = room.queue.expected_seconds(order(count=3, steps=4, size=128))
    assert expected is not None
    assert 0.2 * took < expected < 1.5 * took
    # Of another size and preset in proportion, here and after a restart.
    larger = room.queue.expected_seconds(order(count=3, steps=4, size=256, preset="fastface-scale-power"))
    assert larger is not None
    assert larger > 4 * expected
    assert room.saver.flush()
    assert JobQueue(room.thread, room.saver).expected_seconds(order(count=3, steps=4, size=128)) is not None
    room.queue.pause()
    room.queue.add(order(count=3, steps=4, size=128))
    assert room.queue.seconds_left() == pytest.approx(expected)


def test_jobs_remember_when_they_were_asked_for(room: Room) -> None:
    job = room.queue.add(order())
    assert abs((datetime.now(UTC) - room.job(job).since).total_seconds()) < 60
