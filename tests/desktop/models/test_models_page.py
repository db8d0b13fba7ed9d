"""The Models page against a real hub: terms, download, pause, damage, removal, offline, and what Create then offers."""

import threading
import time
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from fastface_core.models import licences
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub import offline
from fastface_core.models.hub import settings as network_settings
from fastface_core.models.store import Store
from fastface_desktop.app import Desktop
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import ModelFiles
from fastface_desktop.state.models.fitting import Fitting
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.models.page import ModelsPage
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.sizes import size_text
from tests.core.downloads import online as online
from tests.core.tiny_catalogue import fill
from tests.desktop.models_hub import LONG, PATIENCE, click
from tests.desktop.models_hub import hub as hub
from tests.desktop.models_hub import repositories as repositories
from tests.hub import Hub
from tests.hub_faults import NOT_THERE, Stall

pytestmark = pytest.mark.usefixtures("online")

HYPER = "hyper-4"


@pytest.fixture
def downloads(hub: Hub, qapp: QApplication) -> Generator[Downloads]:
    downloads = Downloads()
    yield downloads
    downloads.close()


@pytest.fixture
def page(downloads: Downloads, qapp: QApplication, qtbot: QtBot) -> ModelsPage:
    return opened(make_page(downloads, qapp), qtbot)


def make_page(downloads: Downloads, qapp: QApplication) -> ModelsPage:
    page = ModelsPage(
        theme=Theme(qapp, "dark"),
        downloads=downloads,
        files=ModelFiles(downloads, downloads),
        network=NetworkState(Tasks(downloads), downloads),
        fitting=Fitting(downloads, Tasks(downloads)),
    )
    return page


def opened(page: ModelsPage, qtbot: QtBot) -> ModelsPage:
    qtbot.addWidget(page)
    page.resize(900, 700)
    page.show()
    page.shown()
    qtbot.waitUntil(lambda: bool(page.cards), timeout=PATIENCE)
    return page


@pytest.fixture
def filled(hub: Hub, repositories: Path, downloads: Downloads, qapp: QApplication, qtbot: QtBot) -> ModelsPage:
    """The page, with the bundle of 4 steps installed and all terms accepted."""
    licences.accept(Catalogue.load().licences)
    fill(Store(), repositories, parts(HYPER))
    return opened(make_page(downloads, qapp), qtbot)


def parts(bundle: str) -> set[str]:
    catalogue = Catalogue.load()
    return set(catalogue.bundle(bundle).components)


def shows(card: BundleCard, word: str) -> Callable[[], bool]:
    return lambda: card.action.text() == word


def runs(downloads: Downloads, key: str) -> Callable[[], bool]:
    """Whether the window knows that this work has begun; the hub may have been asked before."""

    def seen() -> bool:
        work = downloads.work(key)
        return work is not None and work.running

    return seen


def look(downloads: Downloads, qtbot: QtBot) -> None:
    """The folder as it is now has been shown."""
    with qtbot.waitSignal(downloads.seen, timeout=PATIENCE):
        downloads.look()


def test_each_card_says_what_a_bundle_costs(page: ModelsPage) -> None:
    catalogue = Catalogue.load()
    assert list(page.cards) == [bundle.name for bundle in catalogue.bundles]
    for bundle in catalogue.bundles:
        card = page.cards[bundle.name]
        allowed = catalogue.commercial_use(catalogue.of(bundle))
        assert card.badge.text() == ("Commercial use" if allowed else "Not commercial")
        size = size_text(sum(component.bytes_total for component in catalogue.of(bundle)))
        assert card.needed.text().endswith(f"{size} to fetch")
        assert card.action.text() == "Download"
    assert {card.badge.text() for card in page.cards.values()} == {"Commercial use", "Not commercial"}
    assert page.storage.isVisible()
    assert str(Store().folder) in page.storage.folder.text()


def test_terms_come_before_the_first_byte_and_create_offers_what_has_arrived(
    hub: Hub, build: Callable[[], Desktop], qtbot: QtBot
) -> None:
    desktop = build()
    window = desktop.window
    window.show()
    window.show_page("models")
    page, create = window.pages["models"], window.pages["create"]
    assert isinstance(page, ModelsPage)
    assert isinstance(create, CreatePage)
    qtbot.waitUntil(lambda: bool(page.cards), timeout=PATIENCE)
    choices = create.form.advanced.checkpoint
    assert choices.findData(HYPER) < 0
    card = page.cards[HYPER]

    # As on a computer that it fits.
    card.fit = None
    click(card.action, qtbot)
    assert card.licence.isVisible()
    # What accepts the terms is the one bright button now.
    assert not card.action.isEnabled()
    assert (card.action.property("kind"), card.licence.yes.property("kind")) == ("plain", "primary")
    terms = Catalogue.load().terms(Catalogue.load().of(Catalogue.load().bundle(HYPER)))
    assert card.licence.terms == terms
    click(card.licence.no, qtbot)
    assert not card.licence.isVisible()
    assert card.action.hasFocus()
    assert card.action.property("kind") == "primary"
    assert desktop.downloads.work(HYPER) is None
    assert hub.asked == []
    assert licences.acceptances() == ()

    click(card.action, qtbot)
    click(card.licence.yes, qtbot)
    qtbot.waitUntil(shows(card, "Ready"), timeout=PATIENCE)
    assert not card.error.isVisible()
    assert not card.action.isEnabled()
    assert licences.open_terms(terms) == ()
    assert {Store().state(component) for component in Catalogue.load().of(Catalogue.load().bundle(HYPER))} == {"ready"}
    qtbot.waitUntil(lambda: choices.findData(HYPER) > 0, timeout=PATIENCE)
    assert desktop.session.values.checkpoint is None
    ready = f"{card.title.text()} is ready to make pictures."
    qtbot.waitUntil(lambda: [toast.accessibleName() for toast in window.toasts.shown()] == [ready], timeout=PATIENCE)


def test_pause_keeps_what_has_arrived_and_resume_goes_on(
    hub: Hub, page: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    licences.accept(Catalogue.load().licences)
    (lora,) = Catalogue.load().component("hyper-4-lora").files
    hub.misbehave(Stall(50_000), lora.path, times=None)
    card = page.cards[HYPER]
    look(downloads, qtbot)
    click(card.action, qtbot)
    part = Store().part_path(Catalogue.load().component("hyper-4-lora"), lora)
    qtbot.waitUntil(lambda: part.exists() and part.stat().st_size == 50_000, timeout=PATIENCE)
    assert card.action.text() == "Pause"
    assert card.work.isVisible()
    click(card.action, qtbot)
    qtbot.waitUntil(shows(card, "Resume"), timeout=PATIENCE)
    assert not card.work.isVisible()
    assert part.stat().st_size == 50_000

    hub.behave()
    click(card.action, qtbot)
    qtbot.waitUntil(shows(card, "Ready"), timeout=PATIENCE)
    # No byte came twice. The hub counts what it has sent after it was taken.
    qtbot.waitUntil(lambda: hub.sent(lora.path) >= lora.size, timeout=PATIENCE)
    assert hub.sent(lora.path) == lora.size


def test_another_download_waits_and_a_pause_takes_it_back(
    hub: Hub, page: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    licences.accept(Catalogue.load().licences)
    look(downloads, qtbot)
    hub.misbehave(Stall(), times=None)
    first, second = page.cards[HYPER], page.cards["content-filter"]
    click(first.action, qtbot)
    click(second.action, qtbot)
    assert second.work.words.text() == "Waits for what runs now"
    click(second.action, qtbot)
    qtbot.waitUntil(lambda: bool(hub.contents()), timeout=PATIENCE)
    # What was stopped before the window knew that it runs has nothing to go on with.
    qtbot.waitUntil(runs(downloads, HYPER), timeout=PATIENCE)
    click(first.action, qtbot)
    qtbot.waitUntil(lambda: not downloads.busy, timeout=PATIENCE)
    look(downloads, qtbot)
    assert first.action.text() == "Resume"
    assert second.action.text() == "Download"
    assert Store().state(Catalogue.load().component("content-filter")) == "absent"


def test_a_wrong_byte_is_found_and_only_that_file_fetched_again(
    hub: Hub, filled: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    card = filled.cards[HYPER]
    assert card.action.text() == "Ready"
    unet = Catalogue.load().component("sdxl-unet")
    largest = max(unet.files, key=lambda file: file.size)
    path = Store().path(unet, largest)
    whole = path.read_bytes()
    path.write_bytes(bytes([whole[0] ^ 1]) + whole[1:])
    look(downloads, qtbot)
    assert card.action.text() == "Verify"
    with qtbot.waitSignal(downloads.verified, timeout=PATIENCE) as verified:
        click(card.action, qtbot)
    assert verified.args is not None
    assert verified.args[2] == 1
    qtbot.waitUntil(shows(card, "Repair"), timeout=PATIENCE)
    click(card.action, qtbot)
    qtbot.waitUntil(shows(card, "Ready"), timeout=PATIENCE)
    assert path.read_bytes() == whole
    assert {request.name for request in hub.contents()} == {largest.path}


def test_removing_says_first_what_it_means(
    repositories: Path, filled: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    fill(Store(), repositories, parts("hyper-8"))
    look(downloads, qtbot)
    card, other = filled.cards[HYPER], filled.cards["hyper-8"]
    card.section.set_open(True)
    with qtbot.waitSignal(downloads.removal_planned, timeout=PATIENCE):
        click(card.remove_button, qtbot)
    assert other.title.text() in card.question.meaning.text()
    click(card.question.no, qtbot)
    assert not card.question.isVisible()
    assert Store().bundle_state(Catalogue.load().bundle(HYPER)) == "ready"

    with qtbot.waitSignal(downloads.removal_planned, timeout=PATIENCE):
        click(card.remove_button, qtbot)
    click(card.question.yes, qtbot)
    qtbot.waitUntil(shows(card, "Download"), timeout=PATIENCE)
    assert other.action.text() == "Ready"
    assert Store().state(Catalogue.load().component("hyper-4-lora")) == "absent"
    # What several bundles need was not fetched for nothing.
    assert "still to fetch" in card.needed.text()


def test_offline_forbids_every_request_and_says_so_on_the_card(
    hub: Hub, page: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    licences.accept(Catalogue.load().licences)
    with qtbot.waitSignal(downloads.seen, timeout=PATIENCE):
        page.offline.click()
    qtbot.waitUntil(lambda: downloads.models is not None and downloads.models.offline, timeout=PATIENCE)
    assert offline.is_on()
    assert network_settings.read_settings().offline
    card = page.cards["previews"]
    qtbot.waitUntil(lambda: not card.bundle.open_terms, timeout=PATIENCE)
    click(card.action, qtbot)
    qtbot.waitUntil(card.error.isVisible, timeout=PATIENCE)
    assert card.error.message.text() == "The network is switched off for FastFace."
    assert hub.asked == []

    page.offline.click()
    qtbot.waitUntil(lambda: not offline.is_on(), timeout=PATIENCE)
    click(card.action, qtbot)
    assert not card.error.isVisible()
    qtbot.waitUntil(shows(card, "Ready"), timeout=PATIENCE)


def test_the_hub_s_refusal_stands_on_the_card_and_what_was_there_stays(
    hub: Hub, filled: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    hub.misbehave(NOT_THERE, times=None)
    card = filled.cards["hyper-8"]
    click(card.action, qtbot)
    qtbot.waitUntil(card.error.isVisible, timeout=PATIENCE)
    assert "does not have" in card.error.message.text()
    assert not downloads.busy
    # Also once the folder was looked at again: not a byte has come that could be gone on with.
    look(downloads, qtbot)
    assert card.action.text() == "Download"
    assert card.error.isVisible()
    assert filled.cards[HYPER].action.text() == "Ready"


def test_the_files_of_a_bundle_are_listed_with_their_state(filled: ModelsPage, qtbot: QtBot) -> None:
    card = filled.cards[HYPER]
    card.section.set_open(True)
    said = [one.text() for one in card.section.content.findChildren(QLabel)]
    files = [
        file for name in Catalogue.load().bundle(HYPER).components for file in Catalogue.load().component(name).files
    ]
    for file in files:
        assert file.path in said
    assert said.count("verified") == len(files)


def test_closing_in_the_middle_of_a_download_ends_it_and_keeps_its_bytes(
    hub: Hub, page: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    licences.accept(Catalogue.load().licences)
    (lora,) = Catalogue.load().component("hyper-4-lora").files
    hub.misbehave(Stall(50_000), lora.path, times=None)
    downloads.download(HYPER)
    part = Store().part_path(Catalogue.load().component("hyper-4-lora"), lora)
    qtbot.waitUntil(lambda: part.exists() and part.stat().st_size == 50_000, timeout=PATIENCE)
    began = time.monotonic()
    downloads.close()
    # It did not wait for the hub.
    assert time.monotonic() - began < LONG / 20
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("models")]
    assert part.stat().st_size == 50_000
    # Nothing is begun any more.
    downloads.download("previews")
    assert downloads.work("previews") is None
