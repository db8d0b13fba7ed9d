"""The search for the best settings in the window, with a pause, a restart and a job between, to a saved preset."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from fastface_core.compare.axes import NumberAxis
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import FastFaceError
from fastface_core.evaluation import kept_searches
from fastface_core.evaluation.asking import BASE, Ask
from fastface_core.evaluation.kept_searches import Curve, CurvePoint, KeptSearch
from fastface_core.evaluation.plan import Contender
from fastface_core.models.installed import STARTER
from fastface_core.presets import files as preset_files
from fastface_desktop.app import Desktop
from fastface_desktop.ui.compare.page import ComparePage
from fastface_desktop.ui.compare.search_sheet import SearchSheet
from fastface_desktop.ui.compare.search_words import settings_of
from fastface_desktop.values import JobFinished, JobOrder, SearchStep
from tests.desktop.conftest import PATIENCE, ROOT

WEIGHTS = NumberAxis(setting="adapter_strength", values=(0.2, 0.4))


def ask(tmp_path: Path, **changes: object) -> Ask:
    """Of two drawn people and one prompt, as small as can be."""
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("photo of a person, smiling\n", encoding="utf-8")
    base = Contender(
        name=BASE, preset=preset_files.built_in()["baseline"], checkpoint=STARTER, steps=1, width=64, height=64
    )
    fields: dict[str, object] = {
        "base": base, "axes": (WEIGHTS,), "prompts": prompts, "people": 1, "verify": 1, "like": "face_ratio",
        "follow": "face_found", **changes,
    }  # fmt: skip
    return Ask.model_validate(fields)


def sheet_of(desktop: Desktop) -> SearchSheet:
    return desktop.window.body.findChildren(SearchSheet)[-1]


def test_a_search_is_paused_goes_on_after_a_restart_and_its_points_become_presets(
    build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path
) -> None:
    first = build()
    first.show()
    first.pages.show_search()
    sheet, searches, engine = sheet_of(first), first.searches, first.thread_of_engine
    assert sheet.go_button.text() == "Begin"

    # In the engine's thread: it waits in the second picture.
    def hold(_: str, news: object) -> None:
        if isinstance(news, SearchStep) and news.done == 1 and not searches.kept[0].curve:
            engine.hold(True)

    engine.search_event.connect(hold, Qt.ConnectionType.DirectConnection)
    qtbot.waitUntil(lambda: first.engine.status == "ready", timeout=PATIENCE)
    searches.begin(ask(tmp_path))
    qtbot.waitUntil(lambda: searches.step is not None and searches.step.done == 1, timeout=PATIENCE)
    assert sheet.state.text() == "Searching"
    assert sheet.what.text() == "1 of 3 pictures made"
    sheet.pause_button.click()
    assert searches.status == "pausing"
    engine.search_event.disconnect(hold)
    engine.hold(False)
    qtbot.waitUntil(lambda: searches.status == "paused", timeout=PATIENCE)
    (kept,) = kept_searches.kept()
    before = {file: file.stat().st_mtime_ns for file in kept.folder.rglob("pictures/*/*.png")}
    assert len(before) in (1, 2)
    first.window.close()
    first.request_shutdown()
    qtbot.waitUntil(lambda: not engine.isRunning(), timeout=PATIENCE)

    second = build()
    second.show()
    second.library.open()
    searches, engine = second.searches, second.thread_of_engine
    qtbot.waitUntil(lambda: searches.status == "paused", timeout=PATIENCE)
    (row,) = (one for one in second.window.drawer.other_rows() if one.kind == "search")
    assert "paused" in row.state.text()

    # What is asked for meanwhile is made between two of its pictures.
    request = PortraitRequest(
        prompt="a hat", preset=preset_files.built_in()["baseline"], steps=1, seed=1, width=64, height=64
    )
    ended: list[str] = []
    photo = PhotoChoice(ROOT / "examples" / "portrait.jpg")

    def meanwhile(_: str, news: object) -> None:
        if isinstance(news, SearchStep) and not ended:
            ended.append("asked")
            engine.run_job("beside", JobOrder(request, (photo,), STARTER))

    def over(which: str, news: object) -> None:
        if isinstance(news, JobFinished):
            ended.append(which.partition("-")[0])

    engine.search_event.connect(meanwhile, Qt.ConnectionType.DirectConnection)
    engine.search_event.connect(over, Qt.ConnectionType.DirectConnection)
    engine.job_event.connect(over, Qt.ConnectionType.DirectConnection)
    row.open_button.click()
    sheet = sheet_of(second)
    assert sheet.isVisible()
    row.go_button.click()
    qtbot.waitUntil(lambda: searches.status == "done", timeout=PATIENCE)
    assert ended == ["asked", "beside", "search"]
    assert {file: file.stat().st_mtime_ns for file in before} == before
    pictures = list(kept.folder.rglob("search/pictures/*/*.png"))
    assert len(pictures) == 3

    # Its curve, and a preset of its first point.
    search = searches.current
    assert search is not None
    assert search.curve is not None
    assert search.page.exists()
    assert sheet.places.currentWidget() is sheet.result
    points = [point for point in search.curve.points if not point.base]
    assert len(sheet.result.saves) == len(points) > 0
    with qtbot.waitSignal(second.presets.added, timeout=PATIENCE):
        sheet.result.saves[0].click()
    (own,) = second.presets.own().values()
    assert own.title == settings_of(search.ask, points[0])
    assert own.adapter_strength == search.preset(points[0]).adapter_strength != 0.8
    assert "On 1 other people" in own.description
    sheet.remove_button.click()
    qtbot.waitUntil(lambda: not search.folder.exists(), timeout=PATIENCE)
    assert searches.kept == ()


def test_what_is_chosen_is_what_is_asked(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    idle.navigator.go("compare")
    idle.navigator.page("compare", ComparePage).starts.search_button.click()
    sheet = sheet_of(idle)
    form = sheet.form
    assert sheet.isVisible()
    asked = form.ask()
    assert [axis.setting for axis in asked.axes] == ["identity_weight", "text_weight"]
    assert (asked.drawn, asked.people, asked.verify) == (True, 10, 20)
    assert "10 settings on 10 people: 100 pictures" in form.sum.text()
    form.rows.choose("identity_weight", (1.0, 2.0))
    sheet.go_button.click()
    # Held back while a mouse button is down, as one may be from a test before.
    qtbot.waitUntil(lambda: "The same setting varies twice" in sheet.error.message.text(), timeout=PATIENCE)
    form.rows.choose(None)
    form.who.buttons["photos"].click()
    with pytest.raises(FastFaceError, match="No folder"):
        form.ask()
    # Of photos it is asked first; without an answer nothing begins.
    form.choose_folder(tmp_path)
    assert form.ask().data == tmp_path
    sheet.go_button.click()
    assert sheet.agreement.isVisible()
    assert idle.searches.status == "none"
    sheet.agreement.no.click()
    assert idle.searches.status == "none"
    form.who.buttons["drawn"].click()
    form.people.setValue(40)
    with pytest.raises(FastFaceError, match="50 drawn people"):
        form.ask()
    sheet.close_sheet()
    assert not sheet.isVisible()


def test_whoever_is_forgotten_stops_a_search_on_photos(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    searches = idle.searches
    searches.begin(ask(tmp_path, data=tmp_path))
    qtbot.waitUntil(lambda: searches.status == "running", timeout=PATIENCE)
    idle.traces.forgetting.emit("somebody", frozenset())
    assert searches.status == "stopping"


def test_a_found_curve_is_shown_in_its_words(idle: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    """With drawings it is a match; nothing is called a likeness."""
    text = NumberAxis(setting="text_weight", values=(1.0, 2.0, 3.0))
    curve = Curve(
        like="likeness",
        follow="expression_followed",
        points=(
            CurvePoint(name="c001", settings="", like=(0.7, 0.68, 0.72), follow=(0.5, 0.4, 0.6)),
            CurvePoint(name=BASE, settings="", like=(0.6, 0.58, 0.62), follow=(0.55, 0.5, 0.6)),
            CurvePoint(name="c006", settings="", like=(0.65, 0.63, 0.67), follow=(0.8, 0.7, 0.9)),
        ),
    )
    asked = ask(tmp_path, axes=(WEIGHTS, text), since=datetime(2026, 1, 2, tzinfo=UTC))
    idle.pages.show_search()
    sheet = sheet_of(idle)
    idle.searches.open(KeptSearch(tmp_path, asked, curve))
    assert sheet.result.curve.accessibleName() == "Match with the drawing over Expression as prompted"
    words = [settings_of(asked, point) for point in curve.points]
    assert words == ["Adapter strength 0.2, Text weight 1", "As they were", "Adapter strength 0.4, Text weight 3"]
    assert len(sheet.result.saves) == 2
    shown = sheet.result.curve.grab().toImage()
    sheet.result.curve.choose(2)
    assert sheet.result.curve.grab().toImage() != shown


def test_what_cannot_be_searched_is_said_and_waits(build: Callable[[], Desktop], qtbot: QtBot, tmp_path: Path) -> None:
    """Before any picture is made: nothing measures how this prompt is followed."""
    desktop = build()
    desktop.show()
    desktop.pages.show_search()
    asked = ask(tmp_path, follow=None)
    assert asked.prompts is not None
    asked.prompts.write_text("a hat\n", encoding="utf-8")
    said: list[FastFaceError] = []
    desktop.searches.failed.connect(said.append)
    desktop.searches.begin(asked)
    qtbot.waitUntil(lambda: bool(said), timeout=PATIENCE)
    assert "Nothing here measures how pictures follow these prompts" in said[0].message
    assert desktop.searches.status == "paused"
