"""The content filter in the window: a picture that it holds back is nowhere, and the job says why."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.errors import ContentWithheldError
from fastface_core.models.catalogue import Catalogue
from fastface_core.progress import Notice
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from tests.core.tiny_filter import make_filter
from tests.desktop.engine_room import Room, order, room, thread

__all__ = ["room", "thread"]


def install(*, withholds: bool) -> Path:
    return make_filter(paths.models_folder() / Catalogue.load().component("content-filter").folder, withholds)


def pictures() -> list[Path]:
    return sorted(paths.pictures_folder().rglob("*.png"))


def test_what_is_withheld_is_not_saved_and_the_job_says_so(room: Room) -> None:
    install(withholds=True)
    job = room.queue.add(order(count=2))
    room.until_ended(job)
    found = room.job(job)
    assert found.status == JobStatus.failed
    assert isinstance(found.error, ContentWithheldError)
    assert "Settings" in found.error.hint
    assert found.pictures == ()
    assert pictures() == []
    assert room.notes.pictures == []


def test_what_is_allowed_is_as_always(room: Room) -> None:
    install(withholds=False)
    job = room.queue.add(order())
    room.until_ended(job)
    assert room.job(job).status == JobStatus.done
    assert len(pictures()) == 1


@pytest.mark.parametrize("switched_on", [True, False])
def test_the_setting_decides(switched_on: bool, room: Room) -> None:
    install(withholds=True)
    room.thread.content_filter = switched_on
    job = room.queue.add(order())
    room.until_ended(job)
    room.thread.content_filter = True
    assert room.job(job).status == (JobStatus.failed if switched_on else JobStatus.done)
    assert len(pictures()) == (0 if switched_on else 1)


def test_the_setting_reaches_the_engine_at_once(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    desktop = build()
    assert desktop.thread_of_engine.content_filter
    desktop.settings.change(content_filter=False)
    assert not desktop.thread_of_engine.content_filter
    desktop.saver.flush()
    assert not build().thread_of_engine.content_filter


def test_what_makes_pictures_quicker_reaches_the_engine_at_once(build: Callable[[], Desktop]) -> None:
    desktop = build()
    assert desktop.thread_of_engine.approximations == ()
    desktop.settings.change(small_decoder=True)
    desktop.settings.change(reuse_branch=True)
    assert desktop.thread_of_engine.approximations == ("small-decoder", "reuse-branch")
    desktop.settings.change(small_decoder=False)
    desktop.saver.flush()
    assert build().thread_of_engine.approximations == ("reuse-branch",)


def test_what_a_job_has_to_say_is_said_to_whoever_waits_for_it(idle: Desktop, qtbot: QtBot) -> None:
    job = idle.queue.add(order())
    said = ContentWithheldError.some(2)
    idle.thread_of_engine.job_event.emit(job, Notice(said))
    qtbot.waitUntil(lambda: [toast.accessibleName() for toast in idle.window.toasts.shown()] == [said])
    found = idle.queue.job(job)
    assert found is not None
    assert found.notices == (said,)
