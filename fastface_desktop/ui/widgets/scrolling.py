"""What is too high for the window: an area that scrolls up and down."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget

from fastface_desktop.ui.theme.tokens import Size


class Scrolled(QWidget):
    """The content of an area that scrolls; as high as its text needs at its width: Qt would leave room for the
    narrowest."""

    def __init__(self, layout: QLayout | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "scrolled")
        if layout is not None:
            self.setLayout(layout)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def scroller(content: QWidget, *, sideways: bool = False) -> QScrollArea:
    """An area without a frame, which the focus passes over.

    Args:
        sideways: it may scroll to the sides too, where the content cannot be as narrow as the area.
    """
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if not sideways:
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def keep_in_line(area: QScrollArea, layout: QLayout) -> None:
    """The scroll bar takes its room from the margin of the content: what scrolls stays in line with what does not.

    The room is taken whether the bar is needed or not: a bar that comes and goes changes the width, the width the
    height, and the height whether the bar is needed, without an end.

    Args:
        layout: of the content; its margin on the right is wider than the bar.
    """
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    margins = layout.contentsMargins()
    margins.setRight(margins.right() - Size.SCROLL_BAR)
    layout.setContentsMargins(margins)
