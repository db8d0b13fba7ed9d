"""The first run: what it makes, whether it works here, and a first portrait in three acts: drop, check, make."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from fastface_core.domain.checks import Check
from fastface_core.domain.speed import FULL_SIZE, processor_speed
from fastface_core.health import computer as around
from fastface_core.settings import read_settings
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.first_run.computer_step import ComputerStep
from fastface_desktop.ui.first_run.page import FirstRunPage
from tests.desktop.conftest import PATIENCE
from tests.desktop.models_hub import click


def first_run(desktop: Desktop) -> FirstRunPage:
    page = desktop.window.page
    assert isinstance(page, FirstRunPage)
    return page


def opened(desktop: Desktop, qtbot: QtBot) -> FirstRunPage:
    desktop.pages.show_first_run()
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    return first_run(desktop)


def drop(desktop: Desktop, *files: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    assert desktop.window.take(dropped)


def texts(step: ComputerStep, name: str) -> list[str]:
    return [one.text() for one in step.rows[name].findChildren(QLabel) if one.text()]


def bright(page: FirstRunPage) -> list[str]:
    """The bright buttons in view."""
    return [
        one.accessibleName()
        for one in page.findChildren(QPushButton)
        if one.property("kind") in ("primary", "big") and one.isVisible()
    ]


def test_it_comes_at_the_very_first_start_and_never_again(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    desktop = build()
    desktop.pages.welcome()
    desktop.window.show()
    page = first_run(desktop)
    # It has the window to itself.
    assert not desktop.window.rail.isVisible()
    assert not desktop.window.status.isVisible()
    click(page.skip_button, qtbot)
    assert desktop.window.page is desktop.window.pages["create"]
    assert desktop.window.rail.isVisible()
    desktop.saver.flush()
    assert read_settings().first_run_seen

    again = build()
    again.pages.welcome()
    again.window.show()
    assert again.window.page is again.window.pages["create"]
    # It stays within reach: from the menu, and from the page Models.
    (entry,) = [action for action in again.window.menu_button.menu().actions() if action.text() == "First steps"]
    entry.trigger()
    first_run(again)
    again.window.show_page("models")
    again.window.page.first_run_button.click()  # type: ignore[attr-defined]
    assert isinstance(again.window.page, FirstRunPage)
    # A restart opens the page before it.
    assert again.settings.values.page == "models"


def test_one_bright_button_chooses_a_photo_and_nothing_is_downloaded(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    assert bright(page) == ["Choose a photo…"]
    assert page.field.choose_button.hasFocus()
    qtbot.waitUntil(lambda: idle.downloads.models is not None, timeout=PATIENCE)
    assert idle.downloads.works() == ()


def test_the_three_ticks_say_seconds_or_minutes_and_how_that_is_known(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    qtbot.waitUntil(lambda: "about" in page.ticks.full.fact.text(), timeout=PATIENCE)
    assert page.ticks.full.how.text().startswith("Estimated")
    qtbot.waitUntil(lambda: "free" in page.ticks.room.fact.text(), timeout=PATIENCE)
    assert "ready now" in page.ticks.drawn.fact.text()
    idle.thread_of_engine.computer_seen.emit((Check("GPU", "good", "A fast one."),))
    assert "seconds" in page.ticks.full.fact.text()
    broken = Check("One computation", "bad", "no kernel image", "Install the torch.")
    idle.thread_of_engine.computer_seen.emit((broken,))
    assert page.ticks.drawn.how.text() == "Install the torch."


def test_an_estimate_goes_with_what_a_picture_takes_and_with_the_processor() -> None:
    speed = processor_speed()
    assert speed > 1e8
    assert FULL_SIZE.seconds(2 * speed, 10) == pytest.approx(FULL_SIZE.seconds(speed, 10) / 2)
    assert FULL_SIZE.seconds(speed, 20) > FULL_SIZE.seconds(speed, 10)


def test_this_computer_is_looked_at_and_something_is_really_computed(desktop: Desktop, qtbot: QtBot) -> None:
    page = opened(desktop, qtbot)
    click(page.computer_button, qtbot)
    step = page.computer
    assert step.isVisible()
    qtbot.waitUntil(lambda: "Memory" in step.rows, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not desktop.computer.looking, timeout=PATIENCE)
    checks = {check.name: check for check in desktop.computer.checks}
    assert {"torch", "GPU", "One computation", "Memory", "Models folder", "Pictures folder"} <= checks.keys()
    assert checks["One computation"].verdict == "good"
    assert checks["Models folder"].verdict in ("good", "warn")
    # The same as the command says, but for what changes from one moment to the next.
    said = [check.name for check in around.checks()]
    assert [check.name for check in desktop.computer.checks][-len(said) :] == said
    assert set(step.rows) == set(checks) - {"torch", "Libraries"}
    for name, row in step.rows.items():
        assert checks[name].detail in row.accessibleName()
        assert checks[name].fix in row.accessibleName()
    assert step.summary.text()
    assert not step.progress.isVisible()
    step.copy()
    assert step.copy_button.text() == "Copied"
    click(page.computer_button, qtbot)
    assert not step.isVisible()


@pytest.mark.parametrize(
    ("wrong", "word", "role"),
    [
        ((), "ready, for full-size models too", "good"),
        ((Check("GPU memory", "warn", "6 GB.", "Make smaller pictures."),), "is marked below", "good"),
        ((Check("GPU", "warn", "No NVIDIA GPU was found.", "Use the starter."),), "slow without a GPU", "warn"),
        ((Check("One computation", "bad", "no kernel image", "Install the torch."),), "has to be mended", "bad"),
    ],
)
def test_the_verdict_says_what_follows(
    wrong: tuple[Check, ...], word: str, role: str, idle: Desktop, qtbot: QtBot
) -> None:
    good = [Check(name, "good", "As it should be.") for name in ("GPU", "GPU memory", "One computation")]
    page = opened(idle, qtbot)
    page.show_computer(True)
    found = {check.name: check for check in (*good, *wrong)}
    idle.thread_of_engine.computer_seen.emit(tuple(found.values()))
    # The engine does not run here: what it would say is said above.
    step = page.computer
    qtbot.waitUntil(lambda: word in step.summary.text(), timeout=PATIENCE)
    assert step.summary.property("tone") == role
    for check in wrong:
        assert texts(step, check.name)[-2:] == [check.detail, check.fix]


def test_a_folder_that_cannot_be_written_to_is_named_with_its_fix(
    idle: Desktop, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("FASTFACE_MODELS", str(tmp_path / "file"))
    page = opened(idle, qtbot)
    page.show_computer(True)
    qtbot.waitUntil(lambda: "Models folder" in page.computer.rows, timeout=PATIENCE)
    (bad,) = [check for check in idle.computer.checks if check.name == "Models folder"]
    assert bad.verdict == "bad"
    assert bad.fix
    assert texts(page.computer, "Models folder")[1:] == [bad.detail, bad.fix]
    assert page.ticks.room.how.text() == bad.fix
    idle.thread_of_engine.computer_seen.emit((Check("GPU", "good", "A fast one."),))
    qtbot.waitUntil(lambda: "need a folder" in page.computer.summary.text(), timeout=PATIENCE)


def test_drop_check_make_and_the_portrait_comes_on_create(desktop: Desktop, portrait: Path, qtbot: QtBot) -> None:
    page = opened(desktop, qtbot)
    drop(desktop, portrait)
    assert page.choices.isVisible()
    qtbot.waitUntil(lambda: desktop.twin.seen is not None, timeout=PATIENCE)
    assert page.twin_side.chips.chips["glasses"].isVisible()
    assert bright(page) == [page.choices.make_button.accessibleName()]
    click(page.choices.styles.tiles["ink"], qtbot)
    page.choices.prompt.setFocus()
    qtbot.keyClicks(page.choices.prompt, "smiling")

    # Without permission nothing is made: the question has the focus, and nothing was pushed.
    before = page.choices.make_button.y()
    click(page.choices.make_button, qtbot)
    assert desktop.queue.jobs() == ()
    assert page.choices.missing.isVisible()
    assert page.choices.permission.hasFocus()
    assert page.choices.make_button.y() == before
    qtbot.keyClick(page.choices.permission, Qt.Key.Key_Space)
    click(page.choices.make_button, qtbot)

    # It is made on Create, with what was typed and chosen here.
    assert desktop.window.page is desktop.window.pages["create"]
    (job,) = desktop.queue.jobs()
    assert (job.order.checkpoint, job.order.request.count) == ("starter", 1)
    assert "smiling" in job.order.request.prompt
    assert "ink" in job.order.request.prompt
    qtbot.waitUntil(lambda: desktop.queue.jobs()[0].status == JobStatus.done, timeout=PATIENCE)
    assert desktop.queue.jobs()[0].pictures[0].path.is_file()
    assert [photo.path for photo in desktop.session.values.photos] == [portrait]
    assert desktop.session.values.prompt == "smiling"


def test_a_file_that_is_no_photo_is_said_where_it_was_dropped(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(desktop, qtbot)
    (tmp_path / "notes.txt").write_text("no photo")
    page.add([tmp_path / "notes.txt"])
    qtbot.waitUntil(page.error.isVisible, timeout=PATIENCE)
    assert page.field.isVisible()
    assert desktop.session.values.photos == ()


def test_the_language_is_chosen_on_it(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    menu = page.language_button.menu()
    (german,) = [entry for entry in menu.actions() if entry.text() == "Deutsch"]
    german.trigger()
    qtbot.waitUntil(lambda: first_run(idle) is not page, timeout=PATIENCE)
    assert first_run(idle).language_button.text() == "Deutsch"
    assert bright(first_run(idle)) == ["Foto wählen…"]
