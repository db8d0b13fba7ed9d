"""The plots of the page Presets: loaded when they are looked at, with what the bundle holds, in every look."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from fastface_core.presets.edits import WEIGHTS
from fastface_desktop.app import Desktop
from fastface_desktop.ui.presets.page import PresetsPage
from fastface_desktop.ui.theme.theme import Mode
from tests.desktop.presets.test_presets_page import drag, opened, own_copy, typed

ROOT = Path(__file__).resolve().parents[3]
_START = """
import sys
from fastface_desktop.app import Desktop, application

sys.path.insert(0, "packaging")
import contents

class LeftOut:
    def find_spec(self, name, path=None, target=None):
        if name in contents.EXCLUDED:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, LeftOut())
app = application()
desktop = Desktop(app)
desktop.window.show()
app.processEvents()
assert "pyqtgraph" not in sys.modules, "the start loads the plots"
desktop.window.show_page("presets")
app.processEvents()
assert "pyqtgraph" in sys.modules
assert "torch" not in sys.modules
assert not desktop.window.grab().isNull()
desktop.request_shutdown()
desktop.finish()
"""


def test_plots_are_loaded_with_their_page_and_need_nothing_that_the_bundle_leaves_out(tmp_path: Path) -> None:
    variables = os.environ | {"FASTFACE_HOME": str(tmp_path / "own"), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _START], env=variables, cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_nothing_moves_while_a_point_is_held(idle: Desktop, qtbot: QtBot) -> None:
    """The first move of every edit jumped: the line "Changed, not saved yet" came in above the plot."""
    page = opened(idle, qtbot)
    own_copy(page, qtbot, "fastface-scale-power")
    idle.window.resize(1280, 800)
    qtbot.waitUntil(lambda: page.width() > 1100)
    places = [page.guidance, page.guidance.curves, page.response, page.head.use, *page.effect.shown]

    def geometry() -> list[QRect]:
        QApplication.processEvents()
        return [QRect(one.mapTo(page, QPoint(0, 0)), one.size()) for one in places]

    before, axis = geometry(), page.guidance.curves.box.viewRange()
    drag(page, "identity_weight", 1, 2.5, release=False)
    assert page.editor.dirty
    assert page.head.state.text() == "Changed. Create uses the saved state."
    assert geometry() == before
    assert page.guidance.curves.box.viewRange() == axis
    assert page.guidance.curves.pill.isVisible()
    assert page.guidance.curves.pill.text == "2.50"
    assert page.editor.draft.guidance.identity_weight == (1.0, 2.5, 1.5, 1.0)
    QTest.mouseRelease(page.guidance.curves.viewport(), Qt.MouseButton.LeftButton)
    assert geometry() == before
    assert not page.guidance.curves.pill.isVisible()


def test_values_beyond_what_makes_sense_are_said_and_flatten_nothing(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot, "fastface-scale-power")
    curves, field = page.guidance.curves, page.guidance.table.fields["identity_weight", 1]
    typed(field, "99")
    assert page.editor.draft.guidance.identity_weight == (1.0, 99.0, 1.5, 1.0)
    assert curves.box.viewRange()[1][1] < 6
    assert curves.place("identity_weight", 1).y() >= 0
    assert field.property("tone") == "warn"
    assert page.guidance.beyond.isVisible()
    assert page.guidance.beyond.text() == "99 is beyond what makes sense (-5 to 5)"
    typed(field, "2")
    assert field.property("tone") == ""
    assert not page.guidance.beyond.isVisible()


def test_numbers_are_as_wide_as_numbers_and_answer_beside_their_curve(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot, "fastface-scale-power")
    numbers = [*page.guidance.table.fields.values(), *page.response.numbers.fields.values()]
    assert len(numbers) == 8 + 6
    assert {one.width() for one in numbers} <= {46, 52}
    # What down and up are is said where they stand.
    parts = [one for one in page.response.numbers.findChildren(QLabel) if one.text() in ("down", "mid", "up")]
    assert parts
    assert all("U-Net" in one.toolTip() for one in parts)
    typed(page.response.numbers.fields[1, "factor", "up", None], "2")
    attention = page.editor.draft.attention
    assert attention is not None
    assert attention.transforms[1].factor.up == 2.0  # type: ignore[union-attr]
    assert page.response.plot.curves[0][-1] == pytest.approx(2.0)


def test_the_shown_pictures_are_equally_large_and_samples_say_that_they_are_some(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    for width in (1280, 1281, 1282):
        idle.window.resize(width, 800)
        qtbot.waitUntil(lambda width=width: page.width() > 1100 and idle.window.width() == width)
        QApplication.processEvents()
        # To the pixel, and their captions are on one line, beside the map's button too.
        page.effect.overlay.choices.show()
        QApplication.processEvents()
        (size,) = {one.view.size() for one in page.effect.shown}
        lines = {one._name.mapTo(page, one._name.rect().center()).y() for one in page.effect.shown}
        assert len(lines) == 1
        assert size.height() >= 240
    assert "Samples, drawn by the starter" in page.effect.comparison.stage.text()
    assert [view.view._picture.isNull() for view in page.effect.comparison.views.values()] == [False, False]


def test_points_are_told_apart_in_both_themes_and_with_large_text(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    curves = page.guidance.curves
    looks: tuple[tuple[Mode, float], ...] = (("dark", 1.0), ("light", 2.0))
    for mode, scale in looks:
        idle.theme.set_mode(mode)
        idle.theme.set_text_scale(scale)
        image = curves.grab().toImage()
        ratio = image.devicePixelRatio()
        seen = [image.pixelColor((curves.place(weight, 1) * ratio).toPoint()) for weight in WEIGHTS]
        assert seen == [idle.theme.colour("accent"), idle.theme.colour("curve")]
    idle.theme.set_text_scale(1.0)


def test_a_point_dragged_out_of_the_plot_stays_in_it_and_the_plot_grows(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot)
    curves = page.guidance.curves
    highest = curves.box.viewRange()[1][1]
    drag(page, "text_weight", 1, 50.0)
    weights = page.editor.draft.guidance.text_weight
    assert isinstance(weights, tuple)
    assert 3.0 < weights[1] <= highest
    assert curves.box.viewRange()[1][1] > highest
    typed(page.guidance.table.fields["text_weight", 1], "-4")
    assert curves.box.viewRange()[1][0] < -4
    there = curves.from_pixels(curves.place("text_weight", 1))
    assert abs(there.y() + 4) < 0.1
    assert isinstance(curves.place("text_weight", 1), QPointF)


def test_keys_bring_a_step_into_view(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    own_copy(page, qtbot)
    typed(page.sampling.steps, "20")
    curves, bar = page.guidance.curves, page.guidance.scroller.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert bar.value() == 0
    QTest.keyClick(curves, Qt.Key.Key_End)
    viewport = page.guidance.scroller.viewport()
    place = curves.mapTo(viewport, curves.place(*curves.chosen).toPoint())
    assert viewport.rect().contains(place)
    QTest.keyClick(curves, Qt.Key.Key_Home)
    assert viewport.rect().contains(curves.mapTo(viewport, curves.place(*curves.chosen).toPoint()))


def test_another_language_makes_the_page_anew_and_nothing_is_lost(idle: Desktop, qtbot: QtBot) -> None:
    page = opened(idle, qtbot)
    name = own_copy(page, qtbot).name
    drag(page, "identity_weight", 1, 2.25)
    draft = page.editor.draft
    typed(page.guidance.table.fields["text_weight", 0], "what")
    idle.settings.change(language="de")
    qtbot.waitUntil(lambda: idle.window.pages["presets"] is not page)
    there = idle.window.pages["presets"]
    assert isinstance(there, PresetsPage)
    assert there.editor.name == name
    assert there.editor.draft == draft
    field = there.guidance.table.fields["text_weight", 0]
    assert field.text() == "what"
    assert field.problem
    assert not there.head.save.isEnabled()
    typed(field, "1,5")
    there.undo()
    there.undo()
    assert not there.editor.dirty
