"""A column that scrolls, and stands still where it is seen whole."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class _Column(QWidget):
    """As high as its text needs at its width, and no higher: Qt would leave room for the narrowest."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scrolled(column: QVBoxLayout) -> QScrollArea:
    """The column in an area of its own."""
    content = _Column()
    content.setProperty("kind", "scrolled")
    content.setLayout(column)
    scroller = QScrollArea()
    scroller.setWidgetResizable(True)
    scroller.setFrameShape(QFrame.Shape.NoFrame)
    scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroller.setWidget(content)
    return scroller
