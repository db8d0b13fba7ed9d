"""Models from and to this computer, on the page: import, own bases, packs, another folder, verify all, the requests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.models import licences, own, sdxl
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.store import Store
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.files import IMPORT, MOVE
from fastface_desktop.ui.models.page import ModelsPage
from tests.core import headers
from tests.core.downloads import online as online
from tests.core.tiny_catalogue import contents, fill
from tests.core.tiny_models import TEXT_ENCODER, TINY_TEXT, TINY_UNET, UNET, write_json
from tests.desktop.models.test_models_page import (
    HYPER,
    downloads,
    filled,
    make_page,
    opened,
    page,
    parts,
    shows,
)
from tests.desktop.models_hub import PATIENCE, click
from tests.desktop.models_hub import hub as hub
from tests.desktop.models_hub import repositories as repositories
from tests.hub import Hub
from tests.hub_faults import Stall

__all__ = ["downloads", "filled", "page"]

pytestmark = pytest.mark.usefixtures("online", "hub")


def some_of(repositories: Path, target: Path, names: set[str]) -> Path:
    """A folder with the files of some components, as on the hub."""
    fill(Store(target), repositories, names, verified=False)
    shutil.rmtree(target / ".fastface", ignore_errors=True)
    return target


def dropped(path: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path))])
    return content


def own_checkpoint(path: Path, *marks: str) -> Path:
    """A whole checkpoint, of the sizes of a tiny SDXL whose configurations lie in the models folder."""
    base = Store().folder / "stabilityai/stable-diffusion-xl-base-1.0"
    write_json(base / "unet/config.json", {**UNET, **TINY_UNET})
    for part in ("text_encoder", "text_encoder_2"):
        write_json(base / part / "config.json", {**TEXT_ENCODER, **TINY_TEXT})
    sizes = sdxl.Sizes.of(base)
    assert sizes is not None
    shapes = {
        **{f"{sdxl.UNET}{name}": shape for name, shape in sdxl.unet(sizes.unet).items()},
        **{f"{sdxl.FIRST_TEXT}{name}": shape for name, shape in sdxl.first_text(sizes.first).items()},
        **{f"{sdxl.SECOND_TEXT}{name}": shape for name, shape in sdxl.second_text(sizes.second).items()},
    }
    return headers.write(path, shapes | dict.fromkeys(marks, (0,)))


def choose(monkeypatch: pytest.MonkeyPatch, dialog: str, path: Path) -> None:
    """What the system's dialog would answer."""
    answer = str(path) if dialog == "getExistingDirectory" else (str(path), "")
    monkeypatch.setattr(QFileDialog, dialog, lambda *_, **__: answer)


def state(bundle: str = HYPER) -> str:
    return Store().bundle_state(Catalogue.load().bundle(bundle))


# Import


def test_a_folder_is_looked_through_and_its_files_are_taken_over_after_their_terms(
    repositories: Path, page: ModelsPage, downloads: Downloads, qtbot: QtBot, tmp_path: Path
) -> None:
    lora = Catalogue.load().component("hyper-4-lora")
    source = some_of(repositories, tmp_path / "old", parts(HYPER) - {lora.name})
    card = page.importing
    assert page.takes(dropped(source))
    page.take(dropped(source))
    qtbot.waitUntil(card.licence.isVisible, timeout=PATIENCE)
    assert card.result.isVisible()
    assert Catalogue.load().component("sdxl-unet").title in card.result.text()
    # What was not found is said as well.
    assert lora.title in card.lacking.text()
    assert Catalogue.load().bundle(HYPER).title in card.lacking.text()
    assert state() == "absent"
    assert licences.acceptances() == ()

    click(card.licence.yes, qtbot)
    qtbot.waitUntil(lambda: card.result.text().startswith("Imported"), timeout=PATIENCE)
    assert licences.open_terms(Catalogue.load().terms([lora])) == ()
    (file,) = lora.files
    qtbot.waitUntil(lambda: page.cards[HYPER].bundle.missing == file.size, timeout=PATIENCE)
    # The original stays, and takes no second place.
    unet = Catalogue.load().component("sdxl-unet")
    largest = max(unet.files, key=lambda one: one.size)
    assert (source / unet.folder / largest.path).samefile(Store().path(unet, largest))
    # All of it once more is nothing new.
    page.take(dropped(source))
    qtbot.waitUntil(card.take_button.isVisible, timeout=PATIENCE)
    click(card.take_button, qtbot)
    qtbot.waitUntil(lambda: card.result.text().startswith(("All of it", "Imported")), timeout=PATIENCE)


def test_not_now_takes_nothing(repositories: Path, page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    licences.accept(Catalogue.load().licences)
    page.importing.look_into(some_of(repositories, tmp_path / "old", parts(HYPER)))
    qtbot.waitUntil(page.importing.answers.isVisible, timeout=PATIENCE)
    assert "has all its parts" in page.importing.lacking.text()
    click(page.importing.close_button, qtbot)
    assert not page.importing.result.isVisible()
    assert state() == "absent"


def test_what_is_damaged_or_another_file_is_named_and_left_out(
    repositories: Path, page: ModelsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    licences.accept(Catalogue.load().licences)
    source = some_of(repositories, tmp_path / "old", parts(HYPER))
    unet = Catalogue.load().component("sdxl-unet")
    largest = max(unet.files, key=lambda one: one.size)
    path = source / unet.folder / largest.path
    path.write_bytes(bytes(largest.size))
    page.importing.look_into(source)
    qtbot.waitUntil(page.importing.left_out.isVisible, timeout=PATIENCE)
    assert path.name in page.importing.left_out.text()
    assert page.importing.left_out.text().startswith("Other files than their names stand for")
    cache = source / f"models--{unet.repo.replace('/', '--')}" / "snapshots" / unet.revision / largest.path
    cache.parent.mkdir(parents=True)
    path.rename(cache)
    page.importing.look_into(source)
    qtbot.waitUntil(lambda: page.importing.left_out.text().startswith("Damaged"), timeout=PATIENCE)
    assert path.name in page.importing.left_out.text()


def test_a_checkpoint_of_velocity_is_offered_with_the_parts_that_fit(
    page: ModelsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    card = page.importing
    card.look_into(own_checkpoint(tmp_path / "velocity.safetensors", "v_pred", "ztsnr"))
    qtbot.waitUntil(card.base.isVisible, timeout=PATIENCE)
    assert card.like.currentData() == "base"
    click(card.take_button, qtbot)
    qtbot.waitUntil(lambda: len(own.bases(Store())) == 1, timeout=PATIENCE)
    (base,) = own.bases(Store())
    assert (base.like, base.prediction) == ("base", "v-zero-snr")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.txt", b"nothing", "is no .safetensors file"),
        ("cut.safetensors", b"\xff" * 100, "damaged"),
        ("old.ckpt", b"\x80\x02", "is no .safetensors file"),
    ],
)
def test_what_cannot_be_used_is_said_where_it_was_dropped(
    name: str, content: bytes, sentence: str, page: ModelsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    page.importing.look_into(tmp_path / name)
    qtbot.waitUntil(page.importing.error.isVisible, timeout=PATIENCE)
    assert sentence in page.importing.error.message.text()
    assert page.importing.error.hint.text()
    assert page.importing.file_button.isEnabled()


def test_an_empty_folder_says_so(page: ModelsPage, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    page.importing.look_into(tmp_path / "empty")
    qtbot.waitUntil(page.importing.error.isVisible, timeout=PATIENCE)
    assert page.importing.error.message.text().startswith("Nothing that this program knows was found")


def test_an_import_waits_for_a_download_and_can_be_stopped(
    hub: Hub, repositories: Path, page: ModelsPage, downloads: Downloads, qtbot: QtBot, tmp_path: Path
) -> None:
    licences.accept(Catalogue.load().licences)
    hub.misbehave(Stall(), times=None)
    downloads.download(HYPER)
    page.importing.look_into(some_of(repositories, tmp_path / "old", parts(HYPER)))
    assert page.importing.work.isVisible()
    assert not page.importing.folder_button.isEnabled()
    click(page.importing.work.stop_button, qtbot)
    downloads.pause(HYPER)
    qtbot.waitUntil(lambda: not downloads.busy, timeout=PATIENCE)
    assert not page.importing.work.isVisible()
    assert page.importing.folder_button.isEnabled()
    assert not page.importing.error.isVisible()


# Bases of the user's own


def test_an_own_checkpoint_becomes_a_card_and_goes_again(
    page: ModelsPage, downloads: Downloads, qtbot: QtBot, tmp_path: Path
) -> None:
    source = own_checkpoint(tmp_path / "My Finetune.safetensors")
    card = page.importing
    page.take(dropped(source))
    qtbot.waitUntil(card.base.isVisible, timeout=PATIENCE)
    assert source.name in card.result.text()
    assert card.like.currentData() == HYPER
    assert card.commercial.currentText() == "Not known"
    assert card.like.findData("previews") < 0
    card.commercial.setCurrentIndex(card.commercial.findData(False))
    click(card.take_button, qtbot)
    qtbot.waitUntil(lambda: list(page.own_cards) == ["my-finetune"], timeout=PATIENCE)
    (base,) = own.bases(Store())
    assert base.terms.commercial_use is False
    shown = page.own_cards["my-finetune"]
    assert shown.title.text() == "My Finetune"
    assert shown.badge.text() == "Commercial use: no, as you said"
    # It is of no use without the rest, and says so.
    assert "waits for the other parts" in shown.use.text()

    with qtbot.waitSignal(downloads.removal_planned, timeout=PATIENCE):
        click(shown.remove_button, qtbot)
    click(shown.question.no, qtbot)
    assert own.bases(Store())
    with qtbot.waitSignal(downloads.removal_planned, timeout=PATIENCE):
        click(shown.remove_button, qtbot)
    click(shown.question.yes, qtbot)
    qtbot.waitUntil(lambda: not page.own_cards, timeout=PATIENCE)
    assert own.bases(Store()) == ()
    assert source.is_file()


def test_an_own_checkpoint_is_offered_in_create_once_its_bundle_is_here(
    filled: ModelsPage, downloads: Downloads, qtbot: QtBot, tmp_path: Path
) -> None:
    base = Store().folder / Catalogue.load().component("sdxl-text").place
    # The architecture is compared with the one that is installed: a tiny one while the file is taken.
    installed = {file: file.read_bytes() for file in base.glob("*/config.json")}
    filled.importing.look_into(own_checkpoint(tmp_path / "mine.safetensors"))
    click(filled.importing.take_button, qtbot)
    qtbot.waitUntil(lambda: "mine" in filled.own_cards, timeout=PATIENCE)
    for file, content in installed.items():
        file.write_bytes(content)
    downloads.look()
    qtbot.waitUntil(lambda: downloads.models is not None and "mine" in downloads.models.usable, timeout=PATIENCE)
    assert downloads.models is not None
    assert "mine" in downloads.models.usable
    assert "used with the other parts" in filled.own_cards["mine"].use.text()
    assert filled.own_cards["mine"].badge.text() == "Licence not known"


# Packs


def test_a_bundle_is_packed_and_another_computer_takes_the_pack(
    filled: ModelsPage,
    downloads: Downloads,
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pack = tmp_path / "to carry.pack"
    choose(monkeypatch, "getSaveFileName", pack)
    card = filled.cards[HYPER]
    card.section.set_open(True)
    with qtbot.waitSignal(filled.said, timeout=PATIENCE) as said:
        click(card.export_button, qtbot)
    assert said.args is not None
    assert pack.name in said.args[0]
    assert pack.is_file()
    assert not pack.with_name(pack.name + ".part").exists()

    monkeypatch.setenv("FASTFACE_MODELS", str(tmp_path / "other"))
    other = Downloads()
    try:
        there = opened(make_page(other, qapp), qtbot)
        assert there.takes(dropped(pack))
        there.take(dropped(pack))
        qtbot.waitUntil(there.importing.take_button.isVisible, timeout=PATIENCE)
        assert Catalogue.load().bundle(HYPER).title in there.importing.result.text()
        click(there.importing.take_button, qtbot)
        qtbot.waitUntil(shows(there.cards[HYPER], "Ready"), timeout=PATIENCE)
    finally:
        other.close()


def test_a_pack_that_cannot_be_written_is_said_on_the_card(
    filled: ModelsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(monkeypatch, "getSaveFileName", tmp_path / "not there" / "a.pack")
    card = filled.cards[HYPER]
    card.section.set_open(True)
    click(card.export_button, qtbot)
    qtbot.waitUntil(card.error.isVisible, timeout=PATIENCE)
    assert card.error.message.text().startswith("There is no folder")
    assert card.action.text() == "Ready"


# Another folder


@pytest.fixture
def at_home(
    repositories: Path, downloads: Downloads, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> ModelsPage:
    """The page, with a bundle in the usual folder."""
    monkeypatch.delenv("FASTFACE_MODELS")
    licences.accept(Catalogue.load().licences)
    fill(Store(), repositories, parts(HYPER))
    return opened(make_page(downloads, qapp), qtbot)


def test_the_models_move_to_another_folder_after_it_was_said_what_that_means(
    at_home: ModelsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, target = Store().folder, tmp_path / "drive" / "models"
    held = contents(before)
    choose(monkeypatch, "getExistingDirectory", target)
    storage = at_home.storage
    click(storage.move_button, qtbot)
    qtbot.waitUntil(storage.question.isVisible, timeout=PATIENCE)
    assert str(target) in storage.question.meaning.text()
    click(storage.question.no, qtbot)
    assert Store().folder == before

    click(storage.move_button, qtbot)
    click(storage.question.yes, qtbot)
    qtbot.waitUntil(storage.done.isVisible, timeout=PATIENCE)
    assert paths.models_folder() == target
    assert state() == "ready"
    moved = contents(target)
    assert {name: moved[name] for name in held if not name.startswith(".fastface")} == {
        name: content for name, content in held.items() if not name.startswith(".fastface")
    }
    qtbot.waitUntil(lambda: str(target) in storage.folder.text(), timeout=PATIENCE)


def test_a_drive_that_is_too_small_is_refused_before_anything_is_copied(
    at_home: ModelsPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = type(shutil.disk_usage(tmp_path))(100, 90, 10)
    real = shutil.disk_usage
    target = tmp_path / "small"
    target.mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: small if Path(path) == target else real(path))
    # Another drive, as far as can be told.
    monkeypatch.setattr("fastface_core.models.disk.moving._same_drive", lambda *_: False)
    choose(monkeypatch, "getExistingDirectory", target)
    click(at_home.storage.move_button, qtbot)
    qtbot.waitUntil(at_home.storage.error.isVisible, timeout=PATIENCE)
    assert "too little space" in at_home.storage.error.message.text()
    assert not at_home.storage.question.isVisible()
    assert list(target.iterdir()) == []


@pytest.mark.parametrize("inside", [True, False])
def test_a_folder_that_cannot_be_meant_is_refused(
    inside: bool, at_home: ModelsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Store().folder
    choose(monkeypatch, "getExistingDirectory", folder / "below" if inside else folder)
    click(at_home.storage.move_button, qtbot)
    qtbot.waitUntil(at_home.storage.error.isVisible, timeout=PATIENCE)
    assert at_home.storage.error.hint.text()


def test_a_move_that_is_stopped_leaves_everything_where_it_was(
    at_home: ModelsPage, hub: Hub, downloads: Downloads, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Store().folder
    hub.misbehave(Stall(), times=None)
    downloads.download("hyper-8")
    choose(monkeypatch, "getExistingDirectory", tmp_path / "elsewhere")
    click(at_home.storage.move_button, qtbot)
    click(at_home.storage.question.yes, qtbot)
    assert at_home.storage.work.isVisible()
    assert not at_home.storage.move_button.isEnabled()
    click(at_home.storage.work.stop_button, qtbot)
    downloads.pause("hyper-8")
    qtbot.waitUntil(lambda: not downloads.busy, timeout=PATIENCE)
    assert downloads.work(MOVE) is None
    assert downloads.work(IMPORT) is None
    assert Store().folder == before
    assert state() == "ready"


# Verify all, and the requests


def test_verify_all_looks_at_everything_that_is_here(
    repositories: Path, filled: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    unet = Catalogue.load().component("sdxl-unet")
    largest = max(unet.files, key=lambda file: file.size)
    with qtbot.waitSignal(filled.said, timeout=PATIENCE) as said:
        click(filled.verify_button, qtbot)
    assert said.args is not None
    assert said.args[0] == "Models: all files are as they should be."
    path = Store().path(unet, largest)
    path.write_bytes(bytes(largest.size))
    with qtbot.waitSignal(filled.said, timeout=PATIENCE) as said:
        click(filled.verify_button, qtbot)
    assert said.args is not None
    files = sum(len(component.files) for component in Catalogue.load().of(Catalogue.load().bundle(HYPER)))
    assert said.args[0] == f"Models: files that are damaged or missing: 1 of {files}."
    qtbot.waitUntil(shows(filled.cards[HYPER], "Repair"), timeout=PATIENCE)


def test_the_requests_are_read_copied_and_cleared_with_a_way_back(
    hub: Hub, page: ModelsPage, downloads: Downloads, qtbot: QtBot
) -> None:
    log = page.log
    page.requests.set_open(True)
    qtbot.waitUntil(lambda: "asked nothing" in log.words.text(), timeout=PATIENCE)
    assert not log.table.isVisible()
    licences.accept(Catalogue.load().licences)
    downloads.download("previews")
    qtbot.waitUntil(shows(page.cards["previews"], "Ready"), timeout=PATIENCE)
    page.shown()
    requests = NetworkLog().read()
    assert len(requests) > 2
    qtbot.waitUntil(lambda: log.model.rowCount() == len(requests), timeout=PATIENCE)
    # The newest first, in words.
    newest = requests[-1]
    line = [log.model.data(log.model.index(0, column)) for column in range(log.model.columnCount())]
    assert line[1] == f"{newest.method} {newest.host}{newest.path}"
    assert line[2] == newest.why == "Download of Previews"
    assert line[3] == str(newest.status)
    assert "?" not in " ".join(line)

    click(log.copy_button, qtbot)
    copied = QGuiApplication.clipboard().text().splitlines()
    assert len(copied) == len(requests) + 1
    assert copied[1].split("\t") == line
    log.table.selectRow(1)
    log.copy()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 2

    undo: list[Callable[[], None]] = []
    page.said.connect(lambda _, back: undo.append(back))
    click(log.clear_button, qtbot)
    qtbot.waitUntil(lambda: log.model.rowCount() == 0, timeout=PATIENCE)
    assert NetworkLog().read() == ()
    undo[-1]()
    qtbot.waitUntil(lambda: log.model.rowCount() == len(requests), timeout=PATIENCE)
    assert NetworkLog().read() == requests
