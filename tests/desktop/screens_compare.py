"""The states of the page Compare, for `screens.py`."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from fastface_core.evaluation.asking import BASE
from fastface_core.evaluation.kept_searches import Curve, CurvePoint, KeptSearch
from fastface_desktop.ui.compare.page import ComparePage
from fastface_desktop.ui.compare.search_sheet import SearchSheet
from fastface_desktop.ui.create.page import CreatePage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk


class CompareScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk
        walk.window.show_page("compare")
        page = walk.window.pages["compare"]
        assert isinstance(page, ComparePage)
        self.page = page
        self.comparisons = page.comparisons

    def go(self) -> None:
        self.walk.settle()
        self.walk.shot("compare-01-nobody-on-create")
        self.search()
        self.page.begin()
        self.walk.shot("compare-02-what-is-missing")
        self.fills()
        self.runs()
        self.done()
        self.smallest()

    def search(self) -> None:
        """The sheet of the best settings: to be filled, under way, and with a curve as a search finds it."""
        self.page.starts.search_button.click()
        self.walk.settle()
        self.walk.shot("compare-20-search")
        sheet = self.walk.window.body.findChildren(SearchSheet)[-1]
        searches, asked = self.walk.desktop.searches, sheet.form.ask()
        searches.open(KeptSearch(Path("nowhere"), asked))
        self.walk.settle()
        self.walk.shot("compare-21-search-paused")
        values = (
            ("c001", 0.71, 0.52),
            (BASE, 0.64, 0.55),
            ("c004", 0.69, 0.66),
            ("c006", 0.62, 0.74),
            ("c009", 0.58, 0.81),
        )
        points = tuple(
            CurvePoint(
                name=name,
                settings="",
                like=(like, like - 0.02, like + 0.02),
                follow=(follow, follow - 0.05, follow + 0.05),
            )
            for name, like, follow in values
        )
        curve = Curve(like="likeness", follow="expression_followed", points=points)
        searches.open(KeptSearch(Path("nowhere"), asked, curve))
        self.walk.settle()
        self.walk.shot("compare-22-search-done")
        searches.close_current()
        sheet.close_sheet()

    def fills(self) -> None:
        create = self.walk.window.pages["create"]
        assert isinstance(create, CreatePage)
        person = self.walk.photo(self.walk.person, "compared.jpg")
        create.add_photos([person])
        create.form.prompt.setPlainText("portrait of a person in soft light")
        self.walk.wait(lambda: create.person.photos.report(person) is not None)
        self.walk.wait(lambda: self.walk.desktop.engine.status == "ready")
        self.page.setup.columns.set_values("1..2.5/4")
        self.page.setup.rows.set_values("0.4, 0.8, 1.2")
        self.walk.settle()
        self.walk.shot("compare-03-filled")
        presets = self.page.setup.rows.setting.findData("preset")
        self.page.setup.rows.setting.setCurrentIndex(presets)
        for row in (0, 4):
            self.page.setup.rows.list.item(row).setCheckState(Qt.CheckState.Checked)
        self.walk.settle()
        self.walk.shot("compare-04-presets-as-rows")
        exponent = self.page.setup.columns.setting.findData("sharpness")
        self.page.setup.columns.setting.setCurrentIndex(exponent)
        self.page.setup.begin()
        self.walk.settle()
        self.walk.shot("compare-05-a-preset-without-it")
        self.page.setup.columns.setting.setCurrentIndex(self.page.setup.columns.setting.findData("identity_weight"))
        self.page.setup.columns.set_values("1..2.5/4")
        self.page.setup.rows.setting.setCurrentIndex(self.page.setup.rows.setting.findData("adapter_strength"))
        self.page.setup.rows.set_values("0.4, 0.8, 1.2")
        self.page.begin()
        if self.page.setup.consent.isVisible():
            self.page.scroller.verticalScrollBar().setValue(self.page.scroller.verticalScrollBar().maximum())
            self.walk.shot("compare-06-permission")
            self.page.setup.consent.yes.click()

    def runs(self) -> None:
        self.walk.wait(lambda: self.made() >= 5)
        self.comparisons.pause()
        self.walk.wait(lambda: self.comparisons.status == "paused")
        self.walk.settle()
        self.walk.shot("compare-07-paused")
        self.comparisons.resume()
        self.walk.wait(lambda: self.comparisons.making() is not None)
        self.walk.shot("compare-08-running")
        self.walk.wait(lambda: not self.comparisons.busy)

    def done(self) -> None:
        self.page.choose((2, 1, 0))
        self.page.grid.setFocus()
        self.walk.settle()
        self.walk.shot("compare-09-done")
        self.page.scroller.verticalScrollBar().setValue(self.page.scroller.verticalScrollBar().maximum())
        self.walk.settle()
        self.walk.shot("compare-10-cell")
        self.page.open_large()
        self.walk.wait(lambda: self.page.stack.currentWidget() is self.page.large)
        self.walk.settle()
        self.walk.shot("compare-11-large")
        self.page.back()
        self.page.cell.name.setText("Soft light")
        self.page.cell.save_button.click()
        self.walk.wait(lambda: bool(self.walk.window.toasts.shown()))
        self.walk.settle()
        self.walk.shot("compare-12-saved-as-preset")
        for toast in self.walk.window.toasts.shown():
            toast.dismiss()

    def smallest(self) -> None:
        self.page.scroller.verticalScrollBar().setValue(0)
        self.walk.window.resize(self.walk.window.minimumSize())
        self.walk.settle()
        self.walk.shot("compare-13-smallest-window")

    def made(self) -> int:
        opened = self.comparisons.current
        return len(opened.made) if opened else 0
