"""What stands on the canvas where the picture will be."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.inline_error import IconLabel


class EmptyCanvas(QWidget):
    """What stands where the picture will be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch()
        column.addWidget(IconLabel("portrait", "disabled", theme, size=Space.XXL), 0, Qt.AlignmentFlag.AlignCenter)
        title = label(self.tr("Your picture appears here"), "heading", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        text = label(
            self.tr("Drop photos of a person anywhere on the window, say what the picture shows, and make it."),
            "secondary",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setMaximumWidth(theme.px(Size.COLUMN * 3 // 5))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addStretch()
