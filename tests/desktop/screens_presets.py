"""The states of the page Presets, for `screens.py`."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.presets.page import PresetsPage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk


class PresetsScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        self.page: PresetsPage

    def go(self) -> None:
        self.walk.window.show_page("presets")
        page = self.walk.window.pages["presets"]
        assert isinstance(page, PresetsPage)
        self.page = page
        self.built_in()
        self.edits()
        self.attention()
        self.errors()
        self.effect()
        self.sizes()

    def scroll(self, share: float) -> None:
        bar = self.page.scroller.verticalScrollBar()
        bar.setValue(round(bar.maximum() * share))
        self.walk.settle()

    def built_in(self) -> None:
        self.walk.shot("presets-01-built-in")
        self.page.choose("baseline")
        self.walk.shot("presets-02-checkpoints-own-weights")
        self.page.effect.comparison.switch.click()
        self.walk.shot("presets-03-no-photo-to-compare")
        self.page.effect.comparison.switch.click()

    def edits(self) -> None:
        page = self.page
        page.choose("fastface-scale-power")
        page.copy()
        self.walk.wait(lambda: page.editor.own)
        curves = page.guidance.curves
        curves.setFocus()
        for key in (Qt.Key.Key_Right, Qt.Key.Key_PageUp, Qt.Key.Key_PageUp, Qt.Key.Key_Space, Qt.Key.Key_PageDown):
            QTest.keyClick(curves, key)
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()
        self.walk.shot("presets-04-points-moved")
        page.sampling.steps.setFocus()
        page.sampling.steps.selectAll()
        QTest.keyClicks(page.sampling.steps, "12")
        self.walk.shot("presets-05-twelve-steps")
        self.scroll(1)
        self.walk.shot("presets-06-strength-and-sampling")
        self.scroll(0)
        page.undo()

    def attention(self) -> None:
        page = self.page
        self._pick(page.attention.kind, "scheduled-softmask")
        self.walk.settle()
        page.scroller.ensureWidgetVisible(page.attention.kind, 0, 0)
        self.scroll(0.45)
        self.walk.shot("presets-07-scheduled-softmask")
        self._pick(page.attention.kind, "custom")
        self.scroll(0.6)
        self.walk.shot("presets-08-custom-chain")
        self.scroll(0)

    def errors(self) -> None:
        page = self.page
        self.walk.wait(lambda: ("identity_weight", 1) in page.guidance.table.fields)
        field = page.guidance.table.fields["identity_weight", 1]
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "many")
        self.walk.shot("presets-09-not-a-number")
        field.selectAll()
        QTest.keyClicks(field, "2")
        broken = self.walk.photos / "broken.json"
        broken.write_text("{")
        page._take_over([broken])
        self.walk.wait(page.error.isVisible)
        self.walk.shot("presets-10-damaged-file")
        page.error.clear()

    def effect(self) -> None:
        create = self.walk.window.pages["create"]
        assert isinstance(create, CreatePage)
        desktop = self.walk.desktop
        person = self.walk.photo(self.walk.person, "of-presets.jpg")
        self.walk.wait(lambda: desktop.engine.status == "ready")
        create.add_photos([person])
        self.walk.wait(lambda: create.person.photos.report(person) is not None)
        desktop.session.change(prompt="a person in a forest, smiling, soft light", style=None, seed=5)
        paths = [photo.path for photo in desktop.session.values.photos]
        desktop.consents.give(create.person.photos.consent_keys(), paths)
        page = self.page
        page.effect.comparison.switch.click()
        self.walk.wait(lambda: page.trials.side == "after")
        self.walk.shot("presets-11-making-before-and-after")
        self.walk.wait(lambda: not page.trials.busy)
        self.walk.shot("presets-12-before-and-after")
        page.effect.overlay.choices.click()
        self.scroll(0.3)
        self.walk.shot("presets-13-attention-over-the-picture")
        page.effect.overlay.choices.click()
        self.dragged()

    def dragged(self) -> None:
        """A point of an own preset is held, after its pictures were made."""
        page = self.page
        self.scroll(0)
        curves = page.guidance.curves
        begin, end = (curves.place("identity_weight", 1, value).toPoint() for value in (None, 2.5))
        QTest.mousePress(curves.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
        QTest.mouseMove(curves.viewport(), end)
        self.walk.shot("presets-17-a-point-is-held")
        QTest.mouseRelease(curves.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)

    def sizes(self) -> None:
        self.walk.desktop.theme.set_text_scale(1.5)
        self.scroll(0)
        self.walk.shot("presets-14-large-text")
        self.walk.desktop.theme.set_text_scale(2.0)
        self.walk.shot("presets-18-largest-text")
        self.walk.desktop.theme.set_text_scale(1.0)
        self.walk.window.resize(1024, 700)
        self.walk.shot("presets-19-small-window")
        self.walk.window.resize(self.walk.window.minimumSize())
        self.scroll(0)
        self.walk.shot("presets-15-smallest-window")
        self.scroll(1)
        self.walk.shot("presets-16-effect-under-the-editor")
        self.page.effect.comparison.switch.click()

    @staticmethod
    def _pick(combo: QComboBox, data: object) -> None:
        combo.setCurrentIndex(combo.findData(data))
        combo.activated.emit(combo.currentIndex())
