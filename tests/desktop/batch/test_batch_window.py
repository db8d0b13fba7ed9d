"""A batch in the window, from what is dropped to its proof sheet, with a pause and a restart between."""

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.batch import kept
from fastface_core.batch.outcomes import Journal
from fastface_core.batch.planning import Planned, plan
from fastface_core.batch.reading import Written, read_batch
from fastface_core.batch.rows import Entry
from fastface_core.errors import FastFaceError
from fastface_core.library.metadata import read_recipe
from fastface_core.library.people.files import Consent
from fastface_desktop.app import Desktop
from fastface_desktop.state.batch.draft import DraftLook
from fastface_desktop.ui.batch.sheet import BatchSheet
from fastface_desktop.values import RowPicture
from tests.desktop.conftest import PATIENCE, ROOT

PORTRAIT = ROOT / "examples" / "portrait.jpg"


def sheet_of(desktop: Desktop) -> BatchSheet:
    return desktop.window.body.findChildren(BatchSheet)[-1]


def table(folder: Path, rows: str) -> Path:
    shutil.copy(PORTRAIT, folder / "ada.jpg")
    file = folder / "shoot.csv"
    file.write_text(f"person,photos,prompt,preset,size,steps,seed,count\n{rows}", encoding="utf-8")
    return file


def dropped(*paths: Path) -> QMimeData:
    content = QMimeData()
    content.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return content


def ready(desktop: Desktop, qtbot: QtBot) -> None:
    desktop.library.open()
    qtbot.waitUntil(lambda: desktop.people.ready, timeout=PATIENCE)


def test_a_dropped_table_is_made_paused_and_gone_on_with_after_a_restart(
    build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    rows = "Ada,ada.jpg,portrait,baseline,64x64,2,1,1\nBo,none.jpg,portrait,baseline,64x64,2,2,1\n"
    rows += "Cy,ada.jpg,a hat,baseline,64x64,2,3,3\n"
    first = build()
    first.show()
    ready(first, qtbot)
    assert first.window.take(dropped(table(tmp_path, rows)))
    sheet = sheet_of(first)
    qtbot.waitUntil(lambda: first.batches.status == "ready", timeout=PATIENCE)
    assert [row.status for row in first.batches.rows] == ["waits", "refused", "waits"]
    assert "none.jpg" in str(sheet.run_view.list.rows.index(1).data())
    assert sheet.foot.main_button.title == "Make 4 pictures"

    # Its photos are nobody's of the library: somebody has to say that they agreed.
    sheet.foot.main_button.click()
    assert sheet.agreement.isVisible()
    assert first.batches.status == "ready"
    engine = first.thread_of_engine
    # In the engine's thread: it waits at the latest in the picture after the last row's first one.
    held: list[Path] = []

    def hold(_: str, news: object) -> None:
        if isinstance(news, RowPicture) and "hat" in news.path.name and not held:
            held.append(news.path)
            engine.hold(True)

    engine.row_event.connect(hold, Qt.ConnectionType.DirectConnection)
    sheet.agreement.yes.click()
    qtbot.waitUntil(lambda: first.batches.row(2).made == 1, timeout=PATIENCE)
    sheet.foot.main_button.click()
    assert first.batches.status == "pausing"
    engine.hold(False)
    qtbot.waitUntil(lambda: first.batches.status == "paused", timeout=PATIENCE)
    assert first.batches.row(0).status == "done"
    batch = first.batches.current
    assert batch is not None
    before = {file: QImage(str(file)) for file in batch.out.rglob("*.png")}
    assert len(before) in (2, 3)
    first.window.close()
    first.request_shutdown()
    qtbot.waitUntil(lambda: not first.thread_of_engine.isRunning(), timeout=PATIENCE)

    second = build()
    second.show()
    ready(second, qtbot)
    qtbot.waitUntil(lambda: second.batches.status == "paused", timeout=PATIENCE)
    entry = next(one for one in second.other.entries() if one.kind == "batch")
    assert (entry.name, entry.paused) == ("shoot", True)
    row = next(one for one in second.window.drawer.other_rows() if one.kind == "batch")
    row.go_button.click()
    qtbot.waitUntil(lambda: second.batches.status == "ended", timeout=PATIENCE)
    made = {file: read_recipe(file) for file in batch.out.rglob("*.png")}
    assert sorted(recipe.seed for recipe in made.values() if recipe) == [1, 3, 4, 5]
    assert all(QImage(str(file)) == image for file, image in before.items())
    assert len(Journal(batch.out).read()) == 2
    qtbot.waitUntil(lambda: (batch.out / "proof.html").exists(), timeout=PATIENCE)
    library = second.library.library
    assert library is not None
    qtbot.waitUntil(lambda: library.albums.all().get("shoot") == 4, timeout=PATIENCE)
    assert second.batches.kept[0].ended
    second.window.batch_wanted.emit([])
    shown = sheet_of(second)
    assert shown.isVisible()
    assert shown.foot.main_button.title == "Everything is made"
    assert shown.run_view.said.text().startswith("3 rows · 4 pictures made · 1 row is not made")


def test_cells_are_set_by_keys_clicks_and_heads(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    ready(idle, qtbot)
    for name in ("Ada", "Bo"):
        (tmp_path / name).mkdir()
        shutil.copy(PORTRAIT, tmp_path / name / "1.jpg")
    idle.window.do("window.batch")
    sheet, draft = sheet_of(idle), idle.batch_draft
    assert not sheet.foot.main_button.isEnabled()
    sheet.take(dropped(tmp_path / "Ada", tmp_path / "Bo"))
    draft.add_look(DraftLook("photo", "a garden"))
    draft.add_look(DraftLook(None, "a hat"))
    matrix = sheet.composer.matrix
    assert draft.total == 4
    matrix.setCurrentIndex(matrix.matrix.index(1, 1))
    qtbot.keyClicks(matrix, "7")
    qtbot.keyClick(matrix, Qt.Key.Key_Plus)
    assert draft.count(draft.people[0], draft.looks[0]) == 8
    assert matrix.matrix.index(1, 1).data() == "Ada, Photo: 8 pictures"
    matrix.setCurrentIndex(matrix.matrix.index(1, 0))
    qtbot.keyClick(matrix, Qt.Key.Key_Space)
    assert draft.total == 2
    where = matrix.visualRect(matrix.matrix.index(0, 2)).center()
    qtbot.mouseClick(matrix.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert draft.total == 3
    cell = matrix.visualRect(matrix.matrix.index(1, 1)).center()
    qtbot.mousePress(matrix.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    qtbot.mouseMove(matrix.viewport(), matrix.visualRect(matrix.matrix.index(2, 1)).center() + QPoint(2, 0))
    qtbot.mouseRelease(matrix.viewport(), Qt.MouseButton.LeftButton, pos=cell)
    assert draft.total == 4
    assert sheet.foot.main_button.title == "Make 4 pictures"
    matrix.setCurrentIndex(matrix.matrix.index(2, 0))
    qtbot.keyClick(matrix, Qt.Key.Key_Delete)
    assert [person.name for person in draft.people] == ["Ada"]
    QApplication.sendEvent(sheet, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert not sheet.isVisible()


def test_a_draft_saved_as_a_table_is_the_same_batch(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    ready(idle, qtbot)
    (tmp_path / "Ada").mkdir()
    for number in (1, 2):
        shutil.copy(PORTRAIT, tmp_path / "Ada" / f"{number}.jpg")
    draft = idle.batch_draft
    draft.add_folders([tmp_path / "Ada"])
    draft.add_look(DraftLook("watercolor", "a garden"))
    draft.choose(only_good=True)
    draft.save_table(tmp_path / "saved.csv")
    library = idle.library.library
    assert library is not None
    rows = plan(read_batch(tmp_path / "saved.csv"), library, tmp_path / "out")
    assert len(rows) == 1
    assert isinstance(rows[0], Planned)
    request = rows[0].order.request
    assert "a garden" in request.prompt
    assert (request.count, request.goal and request.goal.pictures) == (3, 1)


def test_rows_of_somebody_who_is_forgotten_are_gone(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    ready(idle, qtbot)
    library = idle.library.library
    assert library is not None
    ada = library.people.add("Ada")
    bo = library.people.add("Bo", consent=Consent(text="by mail", given=date.today()))
    rows = [
        Entry(number, {"person": uid, "prompt": "portrait"}, tmp_path)
        for number, uid in enumerate((ada.uid, bo.uid), 1)
    ]
    batch = kept.begun(Written("shoot", tuple(rows), {}), datetime.now(UTC), numbered=False)
    kept.keep(batch)
    idle.batches.look()
    qtbot.waitUntil(lambda: idle.batches.status == "paused", timeout=PATIENCE)
    assert [row.status for row in idle.batches.rows] == ["refused", "waits"]
    # Its row can be made as soon as the permission is noted.
    library.people.set_consent(ada.uid, Consent(text="by mail", given=date.today()))
    qtbot.waitUntil(lambda: [row.status for row in idle.batches.rows] == ["waits", "waits"], timeout=PATIENCE)
    assert [row.who for row in idle.batches.rows] == ["Ada", "Bo"]
    qtbot.waitUntil(lambda: idle.people.person(ada.uid) is not None, timeout=PATIENCE)
    gone: list[int] = []
    refused: list[FastFaceError] = []
    idle.traces.forget(idle.window, ada.uid, pictures=True, done=gone.append, failed=refused.append)
    qtbot.waitUntil(lambda: bool(gone), timeout=PATIENCE)
    assert refused == []
    qtbot.waitUntil(lambda: [row.who for row in idle.batches.rows] == ["Bo"], timeout=PATIENCE)
    assert [ada.uid in str(one.rows) for one in kept.kept()] == [False]
