"""One of the pictures that a preset is judged by, with what it is below."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fastface_desktop.ui.presets.map_view import MapView
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel
from fastface_desktop.ui.widgets.layout import REST, column


class TrialView(QWidget):
    def __init__(self, name: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.view = MapView(theme)
        self.view.setAccessibleName(name)
        self.said = ElidedLabel(role="caption")
        self.foot = QHBoxLayout()
        self.foot.setSpacing(Space.S)
        self._name = ElidedLabel(name, "strong")
        # On the line of the others' words, also beside a button, which is higher than they are.
        self.foot.addWidget(self._name, 1, Qt.AlignmentFlag.AlignTop)
        self.said.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.foot.addWidget(self.said, 0, Qt.AlignmentFlag.AlignTop)
        column(self.view, self.foot, REST, of=self)
        # All are equally wide, whatever is said below them.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(self._fit)
        self._fit()

    def show_picture(self, image: QImage, *, faded: bool = False) -> None:
        """Args:
        faded: it is not of what holds now.
        """
        self.view.show_picture(image, faded=faded)

    def _fit(self) -> None:
        for words in (self._name, self.said):
            words.setMinimumHeight(self._theme.px(Size.CONTROL))
        self.said.setAlignment(Qt.AlignmentFlag.AlignVCenter)
