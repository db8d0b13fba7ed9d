"""The places of several people, with the tools that draw them."""

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_desktop.ui.create.place_editor import PlaceEditor
from fastface_desktop.ui.create.region_brush import LARGEST, SMALLEST, USUAL, Tool
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton, label
from fastface_desktop.ui.widgets.calm_slider import CalmSlider
from fastface_desktop.ui.widgets.layout import REST, column, filling, row
from fastface_desktop.ui.widgets.segments import Segments

_SLIDER = 120
_TOOLS: tuple[Tool, ...] = ("move", "brush", "eraser")


class PlacesView(QWidget):
    closed = Signal()
    """The picture is to be seen again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.editor = PlaceEditor(theme)
        words = {"move": self.tr("Move"), "brush": self.tr("Brush"), "eraser": self.tr("Eraser")}
        tips = {
            "move": self.tr("Move the places, and draw rectangles larger by their edges"),
            "brush": self.tr("Draw a region of any form"),
            "eraser": self.tr("Take something away from a region"),
        }
        self.tools = Segments([(one, "", words[one], tips[one]) for one in _TOOLS], self.tr("Tool"), theme, wide=False)
        self.tools.choose("move")
        self.slider = CalmSlider(USUAL)
        self.slider.setRange(SMALLEST, LARGEST)
        self.slider.setValue(USUAL)
        self.slider.setPageStep(4)
        self.slider.setFixedWidth(_SLIDER)
        self.slider.setAccessibleName(self.tr("Size of the brush"))
        self.slider.setToolTip(self.tr("Size of the brush; on the picture + and − change it"))  # noqa: RUF001
        self._word = label(self.tr("Size"), "secondary")
        self._word.setBuddy(self.slider)
        self.undo_button = IconButton("undo", self.tr("Take back the last change of a place"), theme)
        self.close_button = IconButton("close", self.tr("Show the picture again"), theme)
        head = row(self.tools, self._word, self.slider, REST, self.undo_button, self.close_button, gap=Space.S)
        column(head, filling(self.editor), gap=Space.S, of=self)
        self.tools.chosen.connect(self._use)
        self.slider.valueChanged.connect(self.editor.set_radius)
        self.editor.radius_changed.connect(self.slider.setValue)
        self.editor.tool_changed.connect(self._show_tool)
        self.editor.undo_changed.connect(self.undo_button.setEnabled)
        self.undo_button.clicked.connect(self.editor.undo)
        self.close_button.clicked.connect(self.closed)
        self.undo_button.setEnabled(False)
        self._show_tool("move")

    def _use(self, word: str) -> None:
        self.editor.use(cast(Tool, word))
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_tool(self, tool: str) -> None:
        self.tools.choose(tool)
        for part in (self._word, self.slider):
            part.setEnabled(tool != "move")
