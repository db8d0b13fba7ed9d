"""The page Compare: what varies on the left, the grid in the middle; how near it came, and the chosen
cell."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QStackedWidget,
    QWidget,
)

from fastface_core.compare.grid import Place
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import Recipe
from fastface_core.errors import FastFaceError
from fastface_desktop.reading import read_image
from fastface_desktop.state.compare.comparisons import Comparisons
from fastface_desktop.state.engine import EngineState
from fastface_desktop.state.people.permission import Permission
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.state.session import Session
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.state.undo import Undo
from fastface_desktop.translation import translated
from fastface_desktop.ui.compare.cell_panel import CellPanel
from fastface_desktop.ui.compare.choice import ComparisonChoice
from fastface_desktop.ui.compare.grid_model import GridModel
from fastface_desktop.ui.compare.grid_view import HeatTable, PictureTable
from fastface_desktop.ui.compare.large_view import LargeView
from fastface_desktop.ui.compare.run_bar import RunBar
from fastface_desktop.ui.compare.saving import GridSaver
from fastface_desktop.ui.compare.setup import Setup
from fastface_desktop.ui.compare.starts import Starts
from fastface_desktop.ui.shared.comparison_words import grid_title
from fastface_desktop.ui.shell.actions import Act
from fastface_desktop.ui.shell.page import Page
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets import likeness
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.files import show_in_folder
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.one_column import OneColumn
from fastface_desktop.ui.widgets.page_head import PageHead
from fastface_desktop.ui.widgets.quick_look import read_picture
from fastface_desktop.ui.widgets.reading_order import reading_order, set_tab_order
from fastface_desktop.ui.widgets.scrolling import Scrolled, keep_in_line, scroller

_PHOTO = 512
"""Pixels of the photo's longer side."""
_SETUP, _LIKENESS, _WIDE = 264, 280, 900
"""Pixels of the panels at the left and at the right, and of a page that has room for both."""
_SHARE = 0.42
"""The most of the page's width that the left one takes where the text is large."""


class ComparePage(Page):
    said = Signal(str, Undo)
    """A short message for a toast, and what takes it back or None."""
    create_wanted = Signal()
    recipe_wanted = Signal(Recipe, bool)
    """The `Recipe` of a picture is to fill Create; False keeps its seed."""
    models_wanted = Signal()

    def __init__(
        self,
        *,
        theme: Theme,
        comparisons: Comparisons,
        session: Session,
        presets: Presets,
        engine: EngineState,
        background: Tasks,
        permission: Permission,
    ) -> None:
        super().__init__()
        self._theme, self.comparisons, self.presets = theme, comparisons, presets
        self._engine, self._background = engine, background
        self._saving = False
        self._beside = True
        """Whether the panel about the cells is at the right."""
        self.choice = ComparisonChoice(comparisons, theme)
        self.saver = GridSaver(comparisons, self)
        self.setup = Setup(theme=theme, comparisons=comparisons, session=session, permission=permission)
        self.run = RunBar(comparisons, engine, theme)
        self.model = GridModel(comparisons, self)
        self.grid = PictureTable(self.model, theme)
        self.heat = HeatTable(self.model, theme)
        self.heat.setSelectionModel(self.grid.selectionModel())
        self.cell = CellPanel(comparisons, theme)
        self.large = LargeView(theme)
        self.starts = Starts(theme)
        self._build()
        self._connect()
        self.choice.offer()
        self._opened()

    # ---- Building

    def _build(self) -> None:
        content = QWidget()
        content.setProperty("kind", "scrolled")
        left = self._left_column = column(
            self.choice,
            self.setup,
            self.run,
            REST,
            margins=(Space.XL, 0, Space.XL, Space.L),
            gap=Space.M,
            of=content,
        )
        self.scroller = scroller(content)
        keep_in_line(self.scroller, left)
        self._controls = QFrame()
        self._controls.setProperty("kind", "controls")
        title = PageHead(self.tr("Compare"), self._theme)
        column(title, filling(self.scroller), self.setup.foot, of=self._controls)

        around = QWidget()
        self.head = PageHead("", self._theme)
        self.head.row.setContentsMargins(Space.S, 0, Space.M, 0)
        for one in (self.run.table_button, self.run.sheet_button):
            self.head.add(one)
        column(self.head, self.grid, margins=(Space.L, 0, Space.S, Space.S), of=around)
        nothing = scroller(Scrolled(column(self.starts)))
        self.right = self._build_right()
        self.stack = QStackedWidget()
        self._grid_view, self._empty_view = around, nothing
        for view in (nothing, around, self.large):
            self.stack.addWidget(view)
        row(self._controls, filling(self.stack), self.right, of=self)
        self.columns = OneColumn(
            self,
            [("setup", self.tr("Set-up"), self._controls), ("grid", self.tr("Pictures"), self.stack)],
            self.tr("Set-up or pictures"),
            self._theme,
        )
        for holder in (title, self.starts, self.head):
            holder.add(self.columns.switch())
        self.columns.changed.connect(self._fit)
        self._theme.changed.connect(self._fit)
        self._fit()

    def _build_right(self) -> QFrame:
        """How near the cells came, and the chosen one."""
        content = Scrolled()
        self.heat_title = label(likeness.measure(drawn=False), "heading")
        right = self._right_column = column(
            self.heat_title,
            self.heat,
            self.cell,
            REST,
            margins=(Space.XL, Space.L, Space.XL, Space.L),
            gap=Space.M,
            of=content,
        )
        panel = QFrame()
        panel.setProperty("kind", "inspector")
        area = scroller(content)
        keep_in_line(area, right)
        column(area, of=panel)
        return panel

    def _connect(self) -> None:
        comparisons = self.comparisons
        comparisons.opened.connect(self._opened)
        comparisons.came.connect(self._came)
        comparisons.failed.connect(self._failed)
        comparisons.exported.connect(self._exported)
        comparisons.list.dropped.connect(self._removed)
        self.presets.added.connect(self._preset_added)
        self.presets.changed.connect(self._offer)
        self.presets.failed.connect(self._preset_failed)
        self.choice.new_wanted.connect(self.new_comparison)
        self.setup.create_wanted.connect(self.create_wanted)
        self.run.sheet_wanted.connect(self.saver.save_sheet)
        self.run.table_wanted.connect(self.saver.save_table)
        self.grid.selectionModel().currentChanged.connect(self._current_changed)
        self.grid.opened.connect(self.open_large)
        self.heat.opened.connect(self.open_large)
        self.cell.open_wanted.connect(self.open_large)
        self.cell.create_wanted.connect(self.use_on_create)
        self.cell.folder_wanted.connect(self.show_in_folder)
        self.cell.models_wanted.connect(self.models_wanted)
        self.cell.save_button.clicked.connect(self._save_asked)
        self.cell.name.returnPressed.connect(self._save_asked)
        self.large.back_wanted.connect(self.back)
        self.large.canvas.walked.connect(self.walk)
        self.starts.wanted.connect(self._set_up)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        px = self._theme.px
        # In a small window the panel about the cells is below what is compared.
        wide = self.width() >= px(_WIDE)
        target = self._right_column if wide else self._left_column
        if target.indexOf(self.heat) < 0:
            other = self._left_column if wide else self._right_column
            for place, part in enumerate((self.heat_title, self.heat, self.cell)):
                other.removeWidget(part)
                target.insertWidget(place if wide else target.count() - 1, part)
            set_tab_order(reading_order(self))
        self._beside = wide
        self._show_parts()
        if self.columns.on:
            self._controls.setFixedWidth(self.width())
            return
        self._controls.setFixedWidth(min(px(_SETUP), max(round(self.width() * _SHARE), _SETUP)))
        self.right.setFixedWidth(min(px(_LIKENESS), max(self.width() // 3, _LIKENESS)))

    def shown(self) -> None:
        self.comparisons.look()
        self._offer()
        if self.comparisons.current is None:
            self.setup.columns.setting.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.stack.currentWidget() is self._grid_view:
            self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def acts(self) -> Mapping[str, Act]:
        return {
            "compare.begin": Act(self.begin, self._why_not_begin),
            "compare.stop": Act(self.stop, self._why_not_stop),
            "compare.new": Act(self.new_comparison, self._why_not_new),
            "compare.export": Act(self.saver.save_sheet, self._why_no_export),
        }

    def _why_not_begin(self) -> str:
        return self.tr("Pictures are being made") if self.comparisons.busy else ""

    def _why_not_stop(self) -> str:
        large = self.stack.currentWidget() is self.large
        return "" if large or self.comparisons.busy else self.tr("Nothing is being made")

    def _why_not_new(self) -> str:
        return self.tr("Pictures are being made") if self.comparisons.busy else ""

    def _why_no_export(self) -> str:
        opened = self.comparisons.current
        return "" if opened is not None and opened.made else self.tr("There is no picture in view")

    # ---- What the user does

    def begin(self) -> None:
        """Begins what is chosen, or goes on with what is open."""
        if self.comparisons.current is None:
            self.setup.begin()
        else:
            self.run.go()

    def stop(self) -> None:
        """Goes back to the grid; from there, stops what is being made."""
        if self.stack.currentWidget() is self.large:
            self.back()
        else:
            self.comparisons.cancel()

    def new_comparison(self) -> None:
        """Chooses another comparison to begin."""
        self.comparisons.close_current()
        self.setup.columns.setting.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_large(self) -> None:
        """The chosen cell's picture, as large as fits."""
        place = self.cell.place
        if place is not None:
            self._show_large(place)

    def walk(self, step: int) -> None:
        """The picture before (-1) or after (1) the one in view, in the order of the grid."""
        opened = self.comparisons.current
        if opened is None or self.cell.place is None:
            return
        places = [shot.place for shot in opened.shots if shot.place in opened.made]
        if self.cell.place in places:
            number = places.index(self.cell.place) + step
            if 0 <= number < len(places):
                self.choose(places[number])
                self._show_large(places[number])

    def back(self) -> None:
        """From the large picture to the grid."""
        self.stack.setCurrentWidget(self._grid_view)
        self.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def use_on_create(self) -> None:
        opened = self.comparisons.current
        if opened is not None and self.cell.place is not None and (made := opened.made.get(self.cell.place)):
            self.recipe_wanted.emit(made.recipe, False)

    def show_in_folder(self) -> None:
        opened = self.comparisons.current
        if opened is not None and self.cell.place is not None and (made := opened.made.get(self.cell.place)):
            show_in_folder(made.path)

    # ---- What is shown

    def _offer(self) -> None:
        presets = {**self.presets.built_in(), **self.presets.own()}
        self.setup.offer(list(presets.values()), self._engine.checkpoints())
        for start in self.starts.cards:
            self.starts.show_cost(start, *self.setup.cost(start))

    def _set_up(self, start: str) -> None:
        self.columns.show_half("setup")
        self.setup.set_up(start)

    def _show_parts(self) -> None:
        opened = self.comparisons.current is not None
        self.right.setVisible(opened and self._beside)
        for part in (self.run, self.heat_title, self.heat):
            part.setVisible(opened)

    def _read_photo(self, photos: Sequence[PhotoChoice]) -> None:
        """Of the person, where the comparison is of photos: beside the chosen cell."""
        self.cell.pair.show_photo(QImage())
        if not photos:
            return
        path, wanted = photos[0].path, self._shown_id()

        def read(image: QImage) -> None:
            if self._shown_id() == wanted:  # another one may have been opened meanwhile
                self.cell.pair.show_photo(image)

        self._background.run(self, lambda: read_image(path, _PHOTO), read)

    def _shown_id(self) -> str | None:
        opened = self.comparisons.current
        return opened.comparison.id if opened is not None else None

    def _say_made(self) -> None:
        opened = self.comparisons.current
        if opened is not None:
            number = self.locale().toString
            text = self.tr("{made} of {all} made")
            self.head.say(text.format(made=number(len(opened.made)), all=number(len(opened.shots))))

    def _opened(self) -> None:
        opened = self.comparisons.current
        self.setup.setVisible(opened is None)
        self.setup.foot.setVisible(opened is None)
        self._show_parts()
        self.stack.setCurrentWidget(self._empty_view if opened is None else self._grid_view)
        self.cell.show_place(None)
        if opened is not None:
            self.heat_title.setText(likeness.measure(drawn=opened.drawn))
            self.head.title.setText(grid_title(opened.grid))
            self._say_made()
            self._read_photo(opened.comparison.photos)
            self.run.error.clear()
            self.choose((0, 0, 0))
            if self.isVisible():
                self.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._offer()
        self.choice.show_current()

    def choose(self, place: Place) -> None:
        index = self.model.index(place[1], place[0])
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.grid.selectionModel().setCurrentIndex(index, flags)
        self.cell.show_place(place)

    def _current_changed(self) -> None:
        index = self.grid.selectionModel().currentIndex()
        if index.isValid() and (self.cell.place is None or self.cell.place[:2] != (index.column(), index.row())):
            self.cell.show_place((index.column(), index.row(), 0))

    def _show_large(self, place: Place) -> None:
        opened = self.comparisons.current
        made = opened.made.get(place) if opened else None
        if opened is None or made is None:
            return
        path = made.path

        def read(image: QImage) -> None:
            if self.cell.place == place and not image.isNull():
                self.large.show_picture(image, path, opened.grid, place, self.comparisons.plan.title_of)
                self.stack.setCurrentWidget(self.large)
                self.large.focus()

        self._background.run(self, lambda: read_picture(path), read)

    def _came(self, place: object) -> None:
        self._say_made()
        if self.comparisons.making() is not None and self.run.error.isVisible():
            self.run.error.clear()

    def _failed(self, error: FastFaceError) -> None:
        (self.setup if self.comparisons.current is None else self.run).show_error(error)

    def _exported(self, name: str) -> None:
        self.said.emit(self.tr("{name} is saved.").format(name=name), None)

    def _removed(self, number: str, put_back: Callable[[], None]) -> None:
        self.said.emit(self.tr("The comparison is off the list; its pictures are in the gallery."), put_back)

    def _save_asked(self) -> None:
        self._saving = self.cell.error.isHidden()

    def _preset_added(self, names: tuple[str, ...]) -> None:
        if self._saving:
            self._saving = False
            titles = [translated(preset.title) for name in names if (preset := self.presets.find(name))]
            self.said.emit(self.tr("{name} is among your presets.").format(name=", ".join(titles)), None)

    def _preset_failed(self, error: FastFaceError) -> None:
        if self._saving:
            self._saving = False
            self.cell.error.show_error(error)
