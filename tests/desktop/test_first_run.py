"""The first run: what this computer can do, models to begin with, and a first picture while a download goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from fastface_core import computer as around
from fastface_core.checks import Check
from fastface_core.models import licences
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.store import Store
from fastface_core.settings import read_settings
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs import JobStatus
from fastface_desktop.ui.first_run.computer_step import ComputerStep
from fastface_desktop.ui.first_run.models_step import BEGIN_WITH
from fastface_desktop.ui.first_run.page import FirstRunPage
from tests.core.downloads import online as online
from tests.desktop.conftest import PATIENCE
from tests.desktop.models_hub import click
from tests.desktop.models_hub import hub as hub
from tests.desktop.models_hub import repositories as repositories
from tests.hub import Hub
from tests.hub_faults import Stall

HYPER = "hyper-4"


def first_run(desktop: Desktop) -> FirstRunPage:
    page = desktop.window.page
    assert isinstance(page, FirstRunPage)
    return page


def opened(desktop: Desktop, qtbot: QtBot) -> FirstRunPage:
    desktop.pages.show_first_run()
    desktop.window.show()
    qtbot.waitExposed(desktop.window)
    return first_run(desktop)


def texts(step: ComputerStep, name: str) -> list[str]:
    return [one.text() for one in step.rows[name].findChildren(QLabel) if one.text()]


def test_it_comes_at_the_very_first_start_and_never_again(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    desktop = build()
    desktop.pages.welcome()
    desktop.window.show()
    page = first_run(desktop)
    assert page.step == 0
    click(page.skip_button, qtbot)
    assert desktop.window.page is desktop.window.pages["create"]
    desktop.saver.flush()
    assert read_settings().first_run_seen

    again = build()
    again.pages.welcome()
    again.window.show()
    assert again.window.page is again.window.pages["create"]
    # It stays within reach: from the menu, and from the page Models.
    (entry,) = [action for action in again.window.menu_button.menu().actions() if action.text() == "First steps"]
    entry.trigger()
    assert first_run(again).step == 0
    again.window.show_page("models")
    again.window.page.first_run_button.click()  # type: ignore[attr-defined]
    assert isinstance(again.window.page, FirstRunPage)
    # A restart opens the page before it.
    assert again.settings.values.page == "models"


def test_every_step_is_reached_and_left_by_keys_alone(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    idle.window.activateWindow()
    for step in (0, 1):
        assert page.step == step
        assert page.next_button.isVisible()
        page.next_button.setFocus()
        qtbot.keyClick(page.next_button, Qt.Key.Key_Space)
    assert page.step == 2
    assert not page.skip_button.isVisible()
    page.back_button.setFocus()
    qtbot.keyClick(page.back_button, Qt.Key.Key_Space)
    assert page.step == 1
    qtbot.keyClick(page.chips[0], Qt.Key.Key_Space)
    assert page.step == 0
    assert [step.isVisible() for step in page.steps] == [True, False, False]
    qtbot.keyClick(page.skip_button, Qt.Key.Key_Space)
    assert idle.window.page is idle.window.pages["create"]


def test_this_computer_is_looked_at_and_something_is_really_computed(desktop: Desktop, qtbot: QtBot) -> None:
    page = opened(desktop, qtbot)
    step = page.computer
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

    with qtbot.waitSignal(desktop.thread_of_engine.computer_seen, timeout=PATIENCE):
        click(step.again_button, qtbot)
    qtbot.waitUntil(step.again_button.isEnabled, timeout=PATIENCE)


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
    qtbot.waitUntil(lambda: "Models folder" in page.computer.rows, timeout=PATIENCE)
    (bad,) = [check for check in idle.computer.checks if check.name == "Models folder"]
    assert bad.verdict == "bad"
    assert bad.fix
    assert texts(page.computer, "Models folder")[1:] == [bad.detail, bad.fix]
    idle.thread_of_engine.computer_seen.emit((Check("GPU", "good", "A fast one."),))
    qtbot.waitUntil(lambda: "need a folder" in page.computer.summary.text(), timeout=PATIENCE)


@pytest.mark.usefixtures("online")
def test_a_first_picture_is_made_while_the_download_goes_on(
    hub: Hub, build: Callable[[], Desktop], portrait: Path, qtbot: QtBot
) -> None:
    desktop = build()
    desktop.show()
    page = opened(desktop, qtbot)
    page.go_to(1)
    qtbot.waitUntil(lambda: bool(page.models.list.cards), timeout=PATIENCE)
    assert set(page.models.list.cards) == {HYPER, *BEGIN_WITH}
    card = page.models.list.cards[HYPER]
    # It stands still, and so goes on until the picture is there.
    hub.misbehave(Stall(50_000), times=None)
    click(card.action, qtbot)
    assert card.licence.isVisible()
    assert hub.asked == []
    click(card.licence.accept_button, qtbot)
    qtbot.waitUntil(lambda: bool(hub.contents()), timeout=PATIENCE)
    assert licences.open_terms(card.bundle.terms) == ()
    assert not page.download.isVisible()

    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(portrait))])
    assert desktop.window.take(dropped)
    assert page.step == 2
    qtbot.waitUntil(page.download.isVisible, timeout=PATIENCE)
    assert card.title.text() in page.download.words.text()
    trying = page.trying
    qtbot.waitUntil(trying.make_button.isEnabled, timeout=PATIENCE)
    click(trying.make_button, qtbot)
    assert trying.consent.isVisible()
    assert desktop.queue.jobs() == ()
    click(trying.consent.yes, qtbot)
    qtbot.waitUntil(trying.words.isVisible, timeout=PATIENCE)
    (job,) = desktop.queue.jobs()
    qtbot.waitUntil(lambda: desktop.queue.jobs()[0].status == JobStatus.done, timeout=PATIENCE)
    assert job.order.checkpoint == "starter"
    assert job.pictures[0].path.is_file()
    assert trying.canvas.isVisible()
    # The download is still under way, and in view.
    assert desktop.downloads.work(HYPER) is not None
    assert page.download.isVisible()
    hub.behave()
    hub.release()
    qtbot.waitUntil(lambda: desktop.downloads.work(HYPER) is None, timeout=PATIENCE)
    assert Store().bundle_state(Catalogue.load().bundle(HYPER)) == "ready"
    click(page.next_button, qtbot)
    assert desktop.window.page is desktop.window.pages["create"]
    assert [photo.path for photo in desktop.session.values.photos] == [portrait]


def test_a_file_that_is_no_photo_is_said_where_it_was_dropped(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(desktop, qtbot)
    page.go_to(2)
    (tmp_path / "notes.txt").write_text("no photo")
    page.trying.take(tmp_path / "notes.txt")
    qtbot.waitUntil(page.trying.error.isVisible, timeout=PATIENCE)
    assert page.trying.zone.isVisible()
    assert not page.trying.make_button.isEnabled()
    assert desktop.session.values.photos == ()
