"""Settings as a person uses them: every setting applies at once, is kept, and says what is wrong at its field."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.library import credentials
from fastface_core.library.library import Library
from fastface_core.library.queries import Query
from fastface_core.settings import AppSettings, read_settings
from fastface_desktop.app import Desktop
from fastface_desktop.state import restoring
from fastface_desktop.state.gallery.exporting import Exporter
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.preferences.computer import ThisComputer
from fastface_desktop.ui.preferences.diagnostics import DiagnosticsSection
from fastface_desktop.ui.preferences.folders import Folders
from fastface_desktop.ui.preferences.general import General
from fastface_desktop.ui.preferences.library import LibrarySection
from fastface_desktop.ui.preferences.network import Network
from fastface_desktop.ui.preferences.page import PreferencesPage
from fastface_desktop.ui.preferences.pictures import PicturesForOthers
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.preferences.shortcuts import Shortcuts
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.calm_combo import CalmCombo
from fastface_desktop.values import DeviceChoice, DeviceInfo, EngineStatus
from tests.core import certificates
from tests.core.library_help import saved
from tests.desktop.conftest import PATIENCE
from tests.desktop.shell.test_accessibility import described, focusable

_S = TypeVar("_S", bound=Section)


def opened(desktop: Desktop) -> PreferencesPage:
    desktop.window.show_page("preferences")
    page = desktop.window.page
    assert isinstance(page, PreferencesPage)
    return page


def section(desktop: Desktop, name: str, kind: type[_S]) -> _S:
    page = opened(desktop)
    page.list.buttons[name].click()
    found = page.sections[name]
    assert isinstance(found, kind)
    assert found.isVisible()
    return found


def pick(choice: CalmCombo, value: object, qtbot: QtBot) -> None:
    """With the keyboard, as far as the value."""
    choice.setFocus()
    values = [choice.itemData(index) for index in range(choice.count())]
    wanted = values.index(value)
    step = Qt.Key.Key_Down if wanted > choice.currentIndex() else Qt.Key.Key_Up
    while choice.currentIndex() != wanted:
        qtbot.keyClick(choice, step)


@pytest.fixture
def with_library(idle: Desktop, qtbot: QtBot) -> Desktop:
    """The window with its library open, three pictures in it."""
    with Library() as library:
        for seed in range(3):
            saved(library, paths.pictures_folder() / "2030-01", seed)
    with qtbot.waitSignal(idle.library.opened, timeout=PATIENCE):
        idle.library.open()
    return idle


def test_every_section_has_its_place_and_arrows_walk(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle)
    names = list(page.list.buttons)
    assert names == ["general", "computer", "folders", "pictures", "shortcuts", "network", "library", "diagnostics"]
    assert page.list.buttons["general"].hasFocus()
    for name in [*names[1:], names[0]]:
        qtbot.keyClick(page.list, Qt.Key.Key_Down)
        assert page.name == name
        assert page.sections[name].isVisible()
    qtbot.keyClick(page.list, Qt.Key.Key_Up)
    assert page.name == names[-1]


def test_appearance_and_text_size_apply_at_once(idle: Desktop, qtbot: QtBot) -> None:
    general = section(idle, "general", General)
    pick(general.theme, "light", qtbot)
    assert not idle.theme.dark
    pick(general.theme, "dark", qtbot)
    assert idle.theme.dark
    pick(general.text_scale, 1.25, qtbot)
    assert idle.theme.px(20) == 25
    pick(general.text_scale, 1.0, qtbot)
    idle.saver.flush()
    assert read_settings().theme == "dark"
    # The menu and the palette change the same.
    idle.window.do("window.theme")
    assert general.theme.currentData() == "light"


def test_the_wheel_changes_nothing(idle: Desktop, qtbot: QtBot) -> None:
    general = section(idle, "general", General)
    general.theme.setFocus()
    before = general.theme.currentData()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(general.theme.mapToGlobal(QPoint(5, 5))),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(general.theme, event)
    assert general.theme.currentData() == before


def test_the_language_changes_live_and_nothing_typed_is_lost(idle: Desktop, qtbot: QtBot) -> None:
    window = idle.window
    window.show_page("create")
    create = window.pages["create"]
    qtbot.keyClicks(create.form.prompt, "a person at sea")  # type: ignore[attr-defined]
    pictures = section(idle, "pictures", PicturesForOthers)
    qtbot.keyClicks(pictures.creator, "Studio North")
    shortcuts = section(idle, "shortcuts", Shortcuts)
    qtbot.keyClicks(shortcuts.search, "queue")
    window.toasts.show("Moved.", lambda: None)
    general = section(idle, "general", General)
    pick(general.language, "de", qtbot)
    qtbot.waitUntil(lambda: window.rail.buttons["preferences"].text() == "Einstellungen", timeout=PATIENCE)

    page = window.page
    assert isinstance(page, PreferencesPage)
    assert page.name == "general"
    german = page.sections["general"]
    assert isinstance(german, General)
    assert german.language.accessibleName() == "Sprache"
    assert german.language.hasFocus()
    assert [toast.text for toast in window.toasts.shown()] == ["Moved."]
    assert window.toasts.shown()[0].can_undo
    again = page.sections["shortcuts"]
    assert isinstance(again, Shortcuts)
    assert again.search.text() == "queue"
    assert again.search.placeholderText() == "Suchen"
    assert idle.settings.values.creator == "Studio North"
    assert window.pages["create"] is not create
    assert window.pages["create"].form.prompt.toPlainText() == "a person at sea"  # type: ignore[attr-defined]
    assert window.status.state.text() == "Startet"
    # What is in view speaks one language.
    window.show_page("models")
    window.show_page("preferences")

    pick(german.language, "en", qtbot)
    qtbot.waitUntil(lambda: window.rail.buttons["preferences"].text() == "Settings", timeout=PATIENCE)
    assert window.pages["create"].form.prompt.toPlainText() == "a person at sea"  # type: ignore[attr-defined]


def test_the_language_changes_while_pictures_are_made(desktop: Desktop, portrait: Path, qtbot: QtBot) -> None:
    """Every finished picture is in the filmstrip of the page that is there in the end."""
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    page.add_photos([portrait])
    desktop.session.change(prompt="a person at sea", count=2)
    qtbot.waitUntil(lambda: desktop.engine.status == "ready", timeout=PATIENCE)
    page.generate()
    page.bar.consent.yes.click()
    qtbot.waitUntil(lambda: any(job.status == JobStatus.running for job in desktop.queue.jobs()), timeout=PATIENCE)
    for language in ("de", "en"):
        desktop.settings.change(language=language)
        qtbot.waitUntil(lambda language=language: desktop.translation.language == language, timeout=PATIENCE)
    qtbot.waitUntil(lambda: all(job.ended for job in desktop.queue.jobs()), timeout=PATIENCE)
    new = desktop.window.pages["create"]
    assert isinstance(new, CreatePage)
    assert new is not page
    qtbot.waitUntil(
        lambda: [tile.picture is not None for tile in new.pictures.model.tiles()] == [True, True], timeout=PATIENCE
    )
    assert new.form.prompt.toPlainText() == "a person at sea"


def test_pages_of_another_language_are_really_gone(idle: Desktop, qtbot: QtBot) -> None:
    """However often the language changes, there is one of everything."""
    opened(idle)
    idle.window.show_page("create")
    before = len(idle.window.findChildren(QWidget))
    for language in ("de", "en", "de", "en"):
        idle.settings.change(language=language)
        qtbot.waitUntil(lambda language=language: idle.translation.language == language, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(idle.window.findChildren(QWidget)) <= before, timeout=PATIENCE)
    # Nobody has looked at it in the new language; then it is there once.
    idle.window.show_page("preferences")
    assert len(idle.window.findChildren(PreferencesPage)) == 1


def test_device_and_memory_are_handed_to_the_engine(idle: Desktop, qtbot: QtBot) -> None:
    computer = section(idle, "computer", ThisComputer)
    assert computer.device.currentText() == "Automatic"
    assert "looked for" in computer.device_setting.note.text()
    devices = (DeviceChoice("cuda:0", "NVIDIA H200"), DeviceChoice("cpu", "CPU"))
    idle.thread_of_engine.engine_status.emit(
        EngineStatus("ready", device=DeviceInfo("NVIDIA H200", "cuda"), devices=devices)
    )
    assert [computer.device.itemText(index) for index in range(3)] == ["Automatic", "NVIDIA H200", "CPU"]
    assert "In use: NVIDIA H200" in computer.device_setting.note.text()
    pick(computer.device, "cpu", qtbot)
    assert idle.settings.values.device == "cpu"
    pick(computer.memory, "saving", qtbot)
    assert idle.settings.values.memory == "saving"
    assert "one at a time" in computer.memory_setting.meaning.text()


def test_another_device_loads_the_model_again_and_one_that_is_not_there_is_said(desktop: Desktop, qtbot: QtBot) -> None:
    """With the real engine: it goes elsewhere while the program runs, and comes back."""
    qtbot.waitUntil(lambda: desktop.engine.status == "ready", timeout=PATIENCE)
    assert DeviceChoice("cpu", "CPU") in desktop.engine.devices
    computer = section(desktop, "computer", ThisComputer)
    with qtbot.waitSignal(desktop.thread_of_engine.loaded, timeout=PATIENCE):
        pick(computer.device, "cpu", qtbot)
    desktop.settings.change(device="cuda:77")
    qtbot.waitUntil(lambda: desktop.engine.status == "failed", timeout=PATIENCE)
    assert "no such NVIDIA GPU" in computer.device_setting.note.text()
    assert "Choose another device" in computer.device_setting.note.text()
    assert computer.device.currentData() == "cuda:77"
    with qtbot.waitSignal(desktop.thread_of_engine.loaded, timeout=PATIENCE):
        pick(computer.device, "auto", qtbot)
    qtbot.waitUntil(lambda: desktop.engine.status == "ready", timeout=PATIENCE)
    assert "In use" in computer.device_setting.note.text()
    assert not desktop.window.banner.isVisible()


def test_a_device_that_is_gone_can_be_left(build: Callable[[], Desktop], qtbot: QtBot) -> None:
    """A GPU that was taken out keeps its place in the list until another one is chosen."""
    paths.data_folder().mkdir(parents=True)
    (paths.data_folder() / "settings.json").write_text(json.dumps({"device": "cuda:3"}))
    desktop = build()
    desktop.window.show()
    computer = section(desktop, "computer", ThisComputer)
    assert computer.device.currentData() == "cuda:3"
    pick(computer.device, "auto", qtbot)
    assert desktop.settings.values.device == "auto"


@pytest.mark.parametrize("value", ["gpu", "cuda:x", "", "cpu; rm", "cuda:1234"])
def test_a_device_that_cannot_be_is_not_read(value: str, home: Path) -> None:
    file = home / "settings.json"
    file.write_text(json.dumps({"device": value, "theme": "dark"}))
    assert read_settings(file).device == "auto"
    assert read_settings(file).theme == "dark"


def test_what_others_are_told(idle: Desktop, qtbot: QtBot) -> None:
    pictures = section(idle, "pictures", PicturesForOthers)
    assert pictures.disclosure.isChecked()
    assert pictures.content_filter.isChecked()
    qtbot.keyClick(pictures.disclosure, Qt.Key.Key_Space)
    assert not idle.settings.values.disclosure
    qtbot.keyClicks(pictures.rights, "  © Studio ")
    assert idle.settings.values.rights == "© Studio"
    assert not pictures.rights_setting.note.isVisible()
    pictures.rights.setText("")
    qtbot.keyClicks(pictures.rights, "x" * 205)
    assert "200 characters at most" in pictures.rights_setting.note.text()
    assert len(idle.settings.values.rights) == 200
    for _ in range(5):
        qtbot.keyClick(pictures.rights, Qt.Key.Key_Backspace)
    assert not pictures.rights_setting.note.isVisible()


def test_offline_is_the_same_switch_as_on_models(idle: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    network = section(idle, "network", Network)
    qtbot.waitUntil(lambda: idle.downloads.models is not None, timeout=PATIENCE)
    # The tests forbid the network by a variable, which comes before the switch.
    assert not network.offline.isEnabled()
    assert "HF_HUB_OFFLINE" in network.offline_setting.note.text()
    assert network.connection.isVisible()


def test_pictures_move_to_another_folder(with_library: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    folders = section(with_library, "folders", Folders)
    assert folders.pictures.path.text() == str(paths.pictures_folder())
    folders.ask(tmp_path / "new")
    assert folders.stay_button.hasFocus()
    folders.move_button.click()
    qtbot.waitUntil(lambda: bool(with_library.window.toasts.shown()), timeout=PATIENCE)
    assert folders.pictures.path.text() == str(tmp_path / "new")
    assert len(list((tmp_path / "new").rglob("*.png"))) == 3
    assert "3 files" in with_library.window.toasts.shown()[-1].text
    library = with_library.library.library
    assert library is not None
    assert library.check().good


def test_only_new_pictures_go_elsewhere_and_undo(with_library: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    before = paths.pictures_folder()
    folders = section(with_library, "folders", Folders)
    folders.ask(tmp_path / "new")
    folders.new_button.click()
    qtbot.waitUntil(lambda: paths.pictures_folder() == tmp_path / "new", timeout=PATIENCE)
    qtbot.waitUntil(lambda: bool(with_library.window.toasts.shown()), timeout=PATIENCE)
    assert len(list(before.rglob("*.png"))) == 3
    with_library.window.toasts.undo_last()
    qtbot.waitUntil(lambda: paths.pictures_folder() == before, timeout=PATIENCE)


def test_a_folder_that_cannot_be_used_is_said_there(with_library: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    folders = section(with_library, "folders", Folders)
    folders.ask(paths.pictures_folder())
    assert not folders.question.isVisible()
    assert "already" in folders.pictures.note.text()
    (tmp_path / "file").write_bytes(b"")
    folders.ask(tmp_path / "file")
    folders.move_button.click()
    qtbot.waitUntil(folders.error.isVisible, timeout=PATIENCE)
    assert "not a folder" in folders.error.message.text()


def test_without_a_library_nothing_can_be_begun(idle: Desktop) -> None:
    care = section(idle, "library", LibrarySection)
    for button in (care.check_button, care.rebuild_button, care.backup_button):
        assert not button.isEnabled()
    assert not section(idle, "folders", Folders).change_button.isEnabled()


def test_check_and_rebuild_find_a_picture_that_was_put_there(
    with_library: Desktop, tmp_path: Path, qtbot: QtBot
) -> None:
    care = section(with_library, "library", LibrarySection)
    care.check_button.click()
    qtbot.waitUntil(lambda: care.check_setting.note.text() == "All is well.", timeout=PATIENCE)
    picture = next(paths.pictures_folder().rglob("*.png"))
    kept = picture.read_bytes()
    picture.unlink()
    care.check_button.click()
    qtbot.waitUntil(lambda: "without a file: 1" in care.check_setting.note.text(), timeout=PATIENCE)
    picture.write_bytes(kept)
    care.rebuild_button.click()
    qtbot.waitUntil(lambda: "Missing: 0" in care.rebuild_setting.note.text(), timeout=PATIENCE)
    care.check_button.click()
    qtbot.waitUntil(lambda: care.check_setting.note.text() == "All is well.", timeout=PATIENCE)


def test_a_backup_comes_back_at_the_next_start(
    with_library: Desktop, build: Callable[[], Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "my.fastface-backup"
    care = section(with_library, "library", LibrarySection)
    care.with_pictures.click()
    care.back_up(file)
    qtbot.waitUntil(lambda: "3 pictures" in care.backup_setting.note.text(), timeout=PATIENCE)
    library = with_library.library.library
    assert library is not None
    library.people.add("Somebody new")

    care.restore(file)
    assert "next start" in care.restore_setting.note.text()
    with_library.window.toasts.undo_last()
    assert restoring.waiting() is None
    assert not care.stay_button.isVisible()
    care.restore(file)
    care.stay_button.click()
    assert restoring.waiting() is None
    care.restore(file)
    with_library.library.close()

    second = build()
    with qtbot.waitSignal(second.library.opened, timeout=PATIENCE):
        second.library.open()
    assert restoring.waiting() is None
    restored = second.library.library
    assert restored is not None
    assert restored.people.all() == ()
    assert restored.check().good


def test_a_file_that_is_no_backup_is_said_and_the_library_stays(
    build: Callable[[], Desktop], tmp_path: Path, qtbot: QtBot
) -> None:
    with Library() as library:
        saved(library, paths.pictures_folder(), 1)
    (tmp_path / "no.backup").write_bytes(b"something else")
    restoring.ask_for(tmp_path / "no.backup")
    desktop = build()
    desktop.window.show()
    with qtbot.waitSignal(desktop.library.opened, timeout=PATIENCE):
        desktop.library.open()
    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=PATIENCE)
    assert "not a backup" in desktop.window.banner.inline.message.text()
    opened_library = desktop.library.library
    assert opened_library is not None
    assert opened_library.check().good


def test_menu_and_palette_lead_to_diagnostics(idle: Desktop, qtbot: QtBot) -> None:
    idle.probe.longest = 0.123
    idle.window.show_page("create")
    menu = idle.window.menu_button.menu()
    next(action for action in menu.actions() if action.text() == "Diagnostics").trigger()
    page = idle.window.page
    assert isinstance(page, PreferencesPage)
    part = page.sections["diagnostics"]
    assert isinstance(part, DiagnosticsSection)
    assert part.isVisible()
    qtbot.waitUntil(lambda: "Longest stall of the window: 123 ms" in part.text.toPlainText(), timeout=PATIENCE)
    page.show_section("general")
    idle.window.do("window.diagnostics")
    assert part.isVisible()


def test_the_diagnostics_file_is_what_was_shown(idle: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    idle.settings.change(creator="Zenobia Quuxfield")
    part = section(idle, "diagnostics", DiagnosticsSection)
    qtbot.waitUntil(lambda: "== Versions" in part.text.toPlainText(), timeout=PATIENCE)
    text = part.text.toPlainText()
    assert "creator: set" in text
    assert "Zenobia" not in text
    assert str(paths.data_folder()) not in text
    with qtbot.waitSignal(part.said, timeout=PATIENCE):
        part.save(tmp_path / "to send.txt")
    assert (tmp_path / "to send.txt").read_text() == text
    (tmp_path / "file").write_bytes(b"")
    part.save(tmp_path / "file" / "x.txt")
    qtbot.waitUntil(part.error.isVisible, timeout=PATIENCE)
    part.copy_button.click()
    assert QApplication.clipboard().text() == text


def test_every_setting_is_on_the_page_or_the_windows_own(idle: Desktop) -> None:
    """A setting that nobody can change would be a secret."""
    shown = {"language", "theme", "text_scale", "device", "memory", "content_filter", "disclosure", "creator", "rights"}
    shown |= {"small_decoder", "reuse_branch", "shortcuts", "signing", "certificate", "certificate_key"}
    own = {"window", "page", "preset", "first_run_seen"}
    assert set(AppSettings.model_fields) == shown | own


def test_export_and_preferences_say_the_same_of_whose_work_it_is(with_library: Desktop, qtbot: QtBot) -> None:
    pictures = section(with_library, "pictures", PicturesForOthers)
    qtbot.keyClicks(pictures.creator, "Studio North")
    with_library.window.show_page("gallery")
    gallery = with_library.window.page
    exporter = gallery.beside.exporting.exporter  # type: ignore[attr-defined]
    assert exporter.values.creator == "Studio North"
    exporter.change(creator="Studio South", disclosure=False)
    assert with_library.settings.values.creator == "Studio South"
    assert not with_library.settings.values.disclosure
    assert pictures.creator.text() == "Studio South"
    assert not pictures.disclosure.isChecked()


def test_signing_goes_on_only_once_it_has_worked(with_library: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    signing = section(with_library, "pictures", PicturesForOthers).signing
    assert signing is not None
    qtbot.keyClick(signing.switch, Qt.Key.Key_Space)
    assert not signing.switch.isChecked()
    assert "first" in signing.setting.note.text()
    made, other = certificates.make(tmp_path / "one"), certificates.make(tmp_path / "other")
    signing.take("certificate", made.certificate)
    signing.take("certificate_key", other.key)
    qtbot.waitUntil(lambda: "does not belong" in signing.setting.note.text(), timeout=PATIENCE)
    assert not with_library.settings.values.signing
    signing.take("certificate_key", made.key)
    qtbot.waitUntil(lambda: with_library.settings.values.signing, timeout=PATIENCE)
    assert signing.setting.note.text() == "Signs as Studio North."
    assert signing.switch.isChecked()
    assert signing.key.name.text() == "key.pem"

    exporter = Exporter(with_library.library, with_library.settings, with_library.saver)
    exporter.change(folder=tmp_path / "out")
    library = with_library.library.library
    assert library is not None
    with qtbot.waitSignal(exporter.exported, timeout=PATIENCE):
        exporter.export(library.gallery.ids(Query()))
    files = list((tmp_path / "out").iterdir())
    assert len(files) == 3
    for file in files:
        found = credentials.read(file.read_bytes(), "png")
        assert found is not None
        assert (found.name, found.whole) == ("Studio North", True)
    qtbot.keyClick(signing.switch, Qt.Key.Key_Space)
    assert not with_library.settings.values.signing


def test_every_control_has_a_name_and_a_tooltip_and_room(with_library: Desktop) -> None:
    page = opened(with_library)
    for name in page.list.buttons:
        page.show_section(name)
        QApplication.processEvents()
        controls = [one for one in focusable(page) if one.isVisible()]
        assert len(controls) > 1
        assert [described(one) for one in controls if not one.accessibleName()] == [], name
        assert [described(one) for one in controls if not one.toolTip()] == [], name
        buttons = [one for one in controls if isinstance(one, QAbstractButton)]
        assert [described(one) for one in buttons if one.height() < Size.HIT] == [], name


@pytest.mark.parametrize("name", ["general", "folders", "pictures", "shortcuts", "library"])
def test_tab_walks_from_the_top_to_the_bottom(name: str, with_library: Desktop, qtbot: QtBot) -> None:
    page = opened(with_library)
    page.show_section(name)
    section_of = page.sections[name]
    start = page.list.buttons[name]
    start.setFocus()
    walked: list[QWidget] = []
    for _ in range(200):
        qtbot.keyClick(with_library.window.focusWidget(), Qt.Key.Key_Tab)
        focused = with_library.window.focusWidget()
        if focused is start:
            break
        walked.append(focused)
    assert with_library.window.focusWidget() is start
    mine = [one for one in walked if section_of.isAncestorOf(one)]
    expected = {one for one in focusable(section_of) if one.isVisible() and one.isEnabled()}
    assert set(mine) == expected
    tops = [(one.mapTo(section_of, QPoint()).y() // 20, one.mapTo(section_of, QPoint()).x()) for one in mine]
    assert tops == sorted(tops)


def test_in_a_narrow_window_the_sections_are_a_menu(with_library: Desktop, qtbot: QtBot) -> None:
    """At twice the size of text, in the smallest window, nothing has to be scrolled to the side."""
    page = opened(with_library)
    assert not page.menu.isVisible()
    page.list.buttons["general"].setFocus()
    with_library.window.resize(*Size.SMALLEST_WINDOW)
    with_library.settings.change(text_scale=2.0)
    qtbot.waitUntil(page.menu.isVisible)
    assert not page.list.isVisible()
    assert page.menu.hasFocus()
    for place, name in enumerate(page.list.buttons):
        page.menu.setCurrentIndex(place)
        page.menu.activated.emit(place)
        assert page.sections[name].isVisible()
        assert page.list.buttons[name].isChecked()
        QApplication.processEvents()
        assert page.scroller.horizontalScrollBar().maximum() == 0, name
    with_library.settings.change(text_scale=1.0)
    qtbot.waitUntil(page.list.isVisible)
    assert page.list.buttons[page.name].hasFocus()
    assert not page.menu.isVisible()
