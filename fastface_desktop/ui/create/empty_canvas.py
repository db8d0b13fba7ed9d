"""What the canvas shows before there is a picture."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.fan import Fan

_EXAMPLES = ("style-watercolor", "style-oil", "style-ink")


class EmptyCanvas(QWidget):
    """What is shown where the picture will be."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setSpacing(Space.S)
        column.addStretch()
        self.examples = Fan(_EXAMPLES, self.tr("One person in three styles, drawn by the starter"), theme)
        self.examples.setVisible(bool(self.examples.images))
        column.addWidget(self.examples)
        title = label(self.tr("Your picture appears here"), "display", wrap=True)
        title.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(title)
        text = label(
            self.tr("Drop photos of a person anywhere on the window, say what the picture shows, and make it."),
            "lead",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setMaximumWidth(theme.px(Size.SENTENCE))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(Space.L)
        credit = label(self.tr("Examples, drawn by the starter"), "caption", wrap=True)
        credit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        credit.setVisible(bool(self.examples.images))
        column.addWidget(credit)
        column.addStretch()
