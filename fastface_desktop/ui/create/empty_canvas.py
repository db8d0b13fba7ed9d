"""What the canvas shows before there is a picture."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.fan import Fan

_STYLES = ("watercolor", "oil", "ink")
_EXAMPLES = tuple(f"style-{name}" for name in _STYLES)


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
        self.text = text = label("", "lead", wrap=True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setMaximumWidth(theme.px(Size.SENTENCE))
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(text, 100)
        middle.addStretch(1)
        column.addLayout(middle)
        column.addSpacing(Space.L)
        self.credit = label(role="caption", wrap=True)
        self.credit.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.credit.setVisible(bool(self.examples.images))
        column.addWidget(self.credit)
        column.addStretch()
        self.say_chosen(False)
        self.show_own({})

    def say_chosen(self, somebody: bool) -> None:
        """Whether it is known who will be shown."""
        self.text.setText(
            self.tr("Say what the picture shows, and make it.")
            if somebody
            else self.tr("Drop photos of a person anywhere on the window, say what the picture shows, and make it.")
        )

    def show_own(self, images: Mapping[str, QImage]) -> None:
        """Pictures of the chosen person in styles of these names, square; else the samples."""
        own = [images[name] for name in _STYLES if name in images]
        if len(own) == len(_STYLES):
            self.examples.show_images(own, self.tr("The chosen person in three styles"))
            self.credit.setText(self.tr("The chosen person in three styles"))
        else:
            self.examples.show_samples(_EXAMPLES, self.tr("One person in three styles, drawn by the starter"))
            self.credit.setText(self.tr("Examples, drawn by the starter"))
