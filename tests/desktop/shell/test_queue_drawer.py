"""The queue's drawer: what each job shows, and what can be done with it by pointer and by keys."""

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import PhotoError
from fastface_core.presets.files import find
from fastface_core.progress import Stage
from fastface_desktop.app import Desktop
from fastface_desktop.ui.shell.job_row import JobRow, fraction
from fastface_desktop.ui.shell.queue_drawer import QueueDrawer
from fastface_desktop.values import Job, JobFinished, JobOrder, JobStatus, JobStep


def order(prompt: str, count: int = 1) -> JobOrder:
    request = PortraitRequest(prompt=prompt, preset=find("baseline"), seed=1, count=count)
    return JobOrder(request, (PhotoChoice(Path("nobody.jpg")),), "starter")


@pytest.fixture
def drawer(idle: Desktop, qtbot: QtBot) -> QueueDrawer:
    """With three jobs; the first one runs as far as the window knows, though no engine is there."""
    for prompt in ("first", "second", "third"):
        idle.queue.add(order(prompt, count=2))
    drawer = idle.window.drawer
    drawer.open_drawer()
    qtbot.waitUntil(lambda: not drawer.gliding)
    return drawer


def prompts(drawer: QueueDrawer) -> list[str]:
    return [row.prompt.text() for row in drawer.rows()]


def news(desktop: Desktop, row: JobRow, *all_news: object) -> None:
    """As the engine's thread does it."""
    for one in all_news:
        desktop.thread_of_engine.job_event.emit(row.job, one)


def test_the_status_bar_opens_it_and_escape_closes_it(idle: Desktop, qtbot: QtBot) -> None:
    drawer = idle.window.drawer
    before = idle.window.focusWidget()
    qtbot.mouseClick(idle.window.status.queue_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: drawer.isVisible() and not drawer.gliding)
    assert drawer.empty.isVisible()
    assert drawer.geometry().right() == idle.window.body.width() - 1
    assert drawer.isAncestorOf(idle.window.focusWidget())
    qtbot.keyClick(drawer, Qt.Key.Key_Escape)
    qtbot.waitUntil(drawer.isHidden)
    assert idle.window.focusWidget() in (before, idle.window.status.queue_button)


def test_it_keeps_to_the_right_when_the_window_changes(idle: Desktop, drawer: QueueDrawer, qtbot: QtBot) -> None:
    idle.window.resize(900, 640)
    qtbot.waitUntil(lambda: drawer.geometry().right() == idle.window.body.width() - 1)
    assert drawer.height() == idle.window.status.y()


def test_jobs_move_by_buttons_and_by_keys(drawer: QueueDrawer, qtbot: QtBot) -> None:
    first, second, third = drawer.rows()
    assert not first.up.isVisible()
    assert not second.up.isEnabled()
    third.up.click()
    assert prompts(drawer) == ["first", "third", "second"]
    qtbot.keyClick(third, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert prompts(drawer) == ["first", "second", "third"]
    # The last one stays the last.
    qtbot.keyClick(third, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert prompts(drawer) == ["first", "second", "third"]
    places = [drawer.rows()[place].y() for place in range(3)]
    assert places == sorted(places)


def test_a_waiting_job_is_dragged_to_another_place(idle: Desktop, drawer: QueueDrawer, qtbot: QtBot) -> None:
    first, second, third = drawer.rows()
    qtbot.waitUntil(lambda: third.y() > second.y() > first.y())
    grip = QPoint(30, third.height() - 3)
    up = QPoint(30, second.y() - third.y() + 2)
    qtbot.mousePress(third, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(third, grip + QPoint(0, -QApplication.startDragDistance() - 1))
    qtbot.mouseMove(third, up)
    assert prompts(drawer) == ["first", "third", "second"]
    assert third.cursor().shape() is Qt.CursorShape.ClosedHandCursor
    qtbot.mouseRelease(third, Qt.MouseButton.LeftButton)
    assert third.cursor().shape() is Qt.CursorShape.ArrowCursor

    news(idle, first, Stage("Loading", None))
    assert not idle.queue.jobs()[0].movable
    qtbot.mousePress(first, Qt.MouseButton.LeftButton, pos=QPoint(30, 5))
    qtbot.mouseMove(first, QPoint(30, 500))
    qtbot.mouseRelease(first, Qt.MouseButton.LeftButton)
    assert prompts(drawer) == ["first", "third", "second"]


def test_a_waiting_job_is_cancelled_and_called_back(idle: Desktop, drawer: QueueDrawer, qtbot: QtBot) -> None:
    second = drawer.rows()[1]
    qtbot.keyClick(second, Qt.Key.Key_Delete)
    assert second.state.text() == "Cancelled, 0 of 2 done"
    assert second.retry.isVisible()
    assert idle.window.toasts.undo_last()
    assert second.state.text() == "Waiting: 2 pictures"


def test_a_job_taken_off_the_list_comes_back_in_its_place(idle: Desktop, drawer: QueueDrawer, qtbot: QtBot) -> None:
    second = drawer.rows()[1]
    second.cancel_button.click()
    second.remove_button.click()
    assert prompts(drawer) == ["first", "third"]
    # The newest message is about that.
    assert idle.window.toasts.undo_last()
    assert prompts(drawer) == ["first", "second", "third"]


def test_the_running_job_shows_where_it_is(idle: Desktop, drawer: QueueDrawer) -> None:
    first = drawer.rows()[0]
    assert first.progress.isVisible()
    news(idle, first, Stage("Loading the UNet", 0.5))
    assert first.state.text() == "Loading the UNet · 0 of 2 done"
    news(idle, first, JobStep((0,), 1, 4, ()))
    assert first.state.text() == "Step 1 of 4 · 0 of 2 done"
    assert first.progress.value() == pytest.approx(first.progress.maximum() / 8, abs=1)
    assert first.accessibleName() == "first: Step 1 of 4 · 0 of 2 done"
    first.cancel_button.click()
    assert first.state.text() == "Stopping"
    news(idle, first, JobFinished(JobStatus.cancelled))
    assert first.state.text() == "Cancelled, 0 of 2 done"
    # The next one has begun.
    assert drawer.rows()[1].progress.isVisible()


def test_a_failed_job_says_why_and_can_be_tried_again(idle: Desktop, drawer: QueueDrawer) -> None:
    first = drawer.rows()[0]
    error = PhotoError("No face was found in a.jpg.", "Choose another photo.")
    news(idle, first, JobFinished(JobStatus.failed, error=error))
    assert first.state.text() == "No face was found in a.jpg. Choose another photo."
    assert first.state.property("tone") == "bad"
    first.copy_button.click()
    assert "PhotoError: No face was found in a.jpg." in QApplication.clipboard().text()
    first.retry.click()
    assert first.state.text().startswith("Waiting")
    assert not first.copy_button.isVisible()


def test_the_queue_is_held_and_goes_on(idle: Desktop, drawer: QueueDrawer) -> None:
    drawer.pause_button.click()
    assert idle.queue.paused
    assert drawer.pause_button.accessibleName() == "Go on with the queue"
    assert idle.window.status.queue_button.text() == "3 jobs · paused"
    drawer.pause_button.click()
    assert not idle.queue.paused
    assert idle.window.status.queue_button.text().startswith("3 jobs")


@pytest.mark.parametrize(
    ("count", "step", "steps", "expected"), [(1, 0, 0, 0.0), (1, 2, 4, 0.5), (4, 2, 4, 0.125), (4, 0, 0, 0.0)]
)
def test_a_job_is_measured_in_steps(count: int, step: int, steps: int, expected: float) -> None:
    job = Job("one", order("x", count), datetime(2026, 1, 1), status=JobStatus.running, step=step, steps=steps)
    assert fraction(job) == pytest.approx(expected)


def test_a_prompt_of_many_lines_is_one_line_and_whole_in_its_tooltip(idle: Desktop, qtbot: QtBot) -> None:
    idle.queue.add(order("a person\nin a forest\n" + "far away " * 20))
    idle.window.drawer.open_drawer()
    (row,) = idle.window.drawer.rows()
    qtbot.waitUntil(lambda: bool(row.prompt.toolTip()))
    assert "\n" not in row.prompt.text()
    assert row.prompt.toolTip().startswith("a person in a forest far away")
