"""The head above the canvas: what is in view or being made, what a restart interrupted, and photo or no photo."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fastface_desktop.state.jobs.unfinished import Unfinished
from fastface_desktop.ui.create.unfinished_line import UnfinishedLine
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel, button
from fastface_desktop.ui.widgets.segments import Segments


class CanvasHead(QWidget):
    cancel_wanted = Signal()
    beside_wanted = Signal(bool)

    def __init__(self, unfinished: Unfinished, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.caption = ElidedLabel(role="secondary")
        self.unfinished = UnfinishedLine(unfinished, theme)
        self.unfinished.changed.connect(self._fit)
        self.cancel_button = button(self.tr("Cancel"), self.tr("Stop after this step"))
        bind_action(self.cancel_button, "create.cancel")
        self.cancel_button.clicked.connect(self.cancel_wanted)
        self.cancel_button.hide()
        self.view = Segments(
            [
                ("picture", "", self.tr("Picture"), self.tr("The picture alone")),
                ("beside", "", self.tr("Beside the photo"), self.tr("The picture beside the photo")),
            ],
            self.tr("View"),
            theme,
            wide=False,
        )
        self.view.chosen.connect(self._chosen)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(Space.XL, 0, Space.XL, 0)
        row.setSpacing(Space.M)
        row.addWidget(self.unfinished, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.caption, 1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.view, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self._fit)
        self._fit()

    def add(self, widget: QWidget) -> None:
        """At the right end."""
        self._row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def say(self, text: str) -> None:
        self.caption.setText(text)

    def show_work(self, working: bool, *, can_cancel: bool) -> None:
        """While something is made it can be cancelled here, and the way to look at it comes after."""
        self.cancel_button.setVisible(working)
        self.cancel_button.setEnabled(can_cancel)

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(Size.HEAD))
        self.caption.setVisible(self.unfinished.isHidden())

    def _chosen(self, value: str) -> None:
        self.beside_wanted.emit(value == "beside")
