"""What a restart interrupted is offered; a download is seen wherever one is; everything that is worked on is listed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fastface_core.compare.axes import NumberAxis
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import NetworkError
from fastface_core.presets.files import find
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.other_work import Entry
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.values import JobOrder, JobStatus, JobStep
from tests.core.downloads import online as online
from tests.desktop.conftest import PATIENCE
from tests.desktop.models_hub import hub as hub
from tests.desktop.models_hub import repositories as repositories
from tests.hub import Hub
from tests.hub_faults import Stall

HYPER = "hyper-4"


def order(count: int, person: str | None = None) -> JobOrder:
    request = PortraitRequest(prompt="a forest", preset=find("baseline"), seed=1, count=count)
    photos = () if person else (PhotoChoice(Path("nobody.jpg")),)
    return JobOrder(request, photos, "starter", person)


@pytest.fixture
def restarted(build: Callable[[], Desktop], qtbot: QtBot) -> Desktop:
    """The second start: the first was closed while it made 100 pictures, and two waited."""
    before = build()
    before.queue.add(order(100))
    before.queue.add(order(2))
    assert before.saver.flush()
    again = build()
    again.window.show()
    qtbot.waitExposed(again.window)
    return again


def create(desktop: Desktop) -> CreatePage:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    return page


def test_what_was_interrupted_is_offered_where_people_look(restarted: Desktop, qtbot: QtBot) -> None:
    line = create(restarted).pictures.head.unfinished
    assert line.isVisible()
    assert line.text.text() == "102 pictures were not finished"
    # Nothing is being made, and the status bar says so.
    assert restarted.window.status.queue_button.text() == "Not finished"
    restarted.window.drawer.open_drawer()
    first, second = restarted.window.drawer.rows()
    assert first.prompt.text() == "100 pictures were not finished"
    assert "closed at picture 1 of 100" in first.state.text()
    assert first.continue_button.isVisible()
    assert not first.cancel_button.isVisible()

    qtbot.mouseClick(line.continue_button, Qt.MouseButton.LeftButton)
    assert [job.status for job in restarted.queue.jobs()] == [JobStatus.running, JobStatus.waiting]
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=PATIENCE)
    assert not first.offer.isVisible()
    assert second.state.text().startswith("Waiting: 2 pictures")


def test_what_was_interrupted_can_be_dropped_and_called_back(restarted: Desktop, qtbot: QtBot) -> None:
    line = create(restarted).pictures.head.unfinished
    qtbot.mouseClick(line.drop_button, Qt.MouseButton.LeftButton)
    assert restarted.queue.jobs() == ()
    qtbot.waitUntil(lambda: not line.isVisible(), timeout=PATIENCE)
    assert restarted.window.toasts.undo_last()
    qtbot.waitUntil(line.isVisible, timeout=PATIENCE)
    # It is offered again, and not simply begun.
    assert [job.status for job in restarted.queue.jobs()] == [JobStatus.paused, JobStatus.paused]


def test_locked_people_are_unlocked_first_and_then_it_goes_on(
    idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = True
    monkeypatch.setattr(type(idle.people), "locked", property(lambda self: locked))
    idle.queue.add(order(3, person="ab" * 16))
    job = idle.queue.jobs()[0]
    monkeypatch.setattr(idle.queue, "unfinished", lambda: (job,) if job.id not in continued else ())
    continued: list[str] = []
    monkeypatch.setattr(idle.queue, "retry", continued.append)
    idle.queue.changed.emit(job.id)
    qtbot.waitUntil(lambda: idle.unfinished.jobs == (job,), timeout=PATIENCE)
    idle.unfinished.go_on()
    assert continued == []
    assert idle.window.page is idle.window.pages["people"]
    locked = False
    idle.people.changed.emit()
    assert continued == [job.id]


@pytest.mark.usefixtures("online")
def test_a_download_is_seen_from_every_page_and_its_end_is_told(
    hub: Hub, build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = build()
    window = desktop.window
    window.show()
    models, line = desktop.downloads, window.status.download
    models.look()
    qtbot.waitUntil(lambda: models.models is not None, timeout=PATIENCE)
    assert models.models is not None
    (bundle,) = [one for one in models.models.bundles if one.name == HYPER]
    hub.misbehave(Stall(50_000), times=None)
    models.download(HYPER, bundle.open_terms)
    for page in ("create", "gallery", "first-run"):
        window.show_page(page)
        qtbot.waitUntil(lambda: line.isVisible() and bundle.title in line.text.text(), timeout=PATIENCE)
    # The first run has no rail, and yet its status bar as long as something is fetched.
    assert not window.rail.isVisible()
    window.show_page("create")
    hub.behave()
    hub.release()
    qtbot.waitUntil(lambda: bool(window.toasts.shown()), timeout=PATIENCE)
    assert window.toasts.shown()[-1].text == f"{bundle.title} is ready."
    assert not line.isVisible()
    dot = window.rail.buttons["models"]
    assert dot.accessibleDescription() == "There is news"
    window.show_page("models")
    assert dot.accessibleDescription() == ""


def test_a_download_that_fails_is_told_until_somebody_looks(idle: Desktop, qtbot: QtBot) -> None:
    window, downloads = idle.window, idle.downloads
    downloads._wanted.add(HYPER)  # as `download` does
    downloads.failed.emit(HYPER, NetworkError("There is no network.", "Connect, then try again."))
    line = window.status.download
    assert line.isVisible()
    assert line.text.property("tone") == "bad"
    assert line.again_button.isVisible()
    assert "There is no network." in line.text.toolTip()
    window.show_page("first-run")
    assert line.isVisible()
    window.show_page("models")
    assert not line.isVisible()
    qtbot.waitUntil(lambda: downloads.models is not None, timeout=PATIENCE)


def test_comparisons_and_trials_are_in_the_queue_and_what_runs_comes_first(
    idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawer = idle.window.drawer
    drawer.open_drawer()
    for _ in range(2):
        idle.queue.add(order(2))
    axis = NumberAxis(setting="identity_weight", values=(0.5, 1.0))
    entries = (
        Entry("comparison", (axis,), 3, 4, 1, 4, False, QImage()),
        Entry("trial", (), 2, 2, 0, 0, True, QImage()),
    )
    monkeypatch.setattr(idle.other, "entries", lambda: entries)
    idle.other.changed.emit()
    running, waiting = drawer.rows()
    rows = [running, *drawer.other_rows(), waiting]
    qtbot.waitUntil(lambda: [row.y() for row in rows] == sorted(row.y() for row in rows), timeout=PATIENCE)
    comparison, trial = drawer.other_rows()
    assert comparison.state.text() == "Comparison · 1 of 4 cells"
    assert trial.state.text() == "Trial · goes in after this picture"
    assert idle.window.status.queue_button.text() == "4 jobs"
    monkeypatch.setattr(idle.other, "entries", lambda: ())
    idle.other.changed.emit()
    assert drawer.other_rows() == []


def test_done_jobs_are_folded_and_the_running_one_has_its_picture(idle: Desktop, qtbot: QtBot) -> None:
    idle.queue.add(order(1))
    (row,) = idle.window.drawer.rows()
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    idle.thread_of_engine.job_event.emit(row.job, JobStep((0,), 1, 4, (image,)))
    idle.window.drawer.open_drawer()
    assert row.picture.grab().toImage().pixelColor(24, 32).red() > 200
