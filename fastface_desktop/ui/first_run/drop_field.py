"""The field that takes the first photo, with the bright button in it."""

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.big_button import BigButton
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import REST, aligned, column, row

_HEIGHT = 176
_RADIUS = 12


class DropField(QWidget):
    choose_wanted = Signal()
    example_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._over = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.icon = IconLabel("photo-add", "secondary", theme, size=Size.ICON + Space.XS)
        self.words = label(role="lead")
        self.choose_button = BigButton(self.tr("Choose one photo or several of the same person"), theme)
        self.choose_button.say(self.tr("Choose a photo…"))
        self.choose_button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        bind_action(self.choose_button, "create.choose_photos")
        self.choose_button.clicked.connect(self.choose_wanted)
        self.example_button = button(
            self.tr("try it with the example photo"), self.tr("A photo of an astronaut, which is free to use"), "link"
        )
        self.example_button.clicked.connect(self.example_wanted)
        column(
            REST,
            row(REST, self.icon, self.words, REST, gap=Space.S + 2),
            aligned(self.choose_button, Qt.AlignmentFlag.AlignHCenter),
            row(REST, label(self.tr("or"), "secondary"), self.example_button, REST, gap=Space.XS),
            REST,
            margins=(Space.L, Space.L, Space.L, Space.L),
            gap=Space.M,
            of=self,
        )
        theme.changed.connect(self._fit)
        self._fit()
        self.set_over(False)

    def _fit(self) -> None:
        self.setMinimumHeight(self._theme.px(_HEIGHT))
        self.update()

    def set_over(self, over: bool) -> None:
        """Whether something that can be used is being dragged over the window."""
        self._over = over
        self.words.setText(self.tr("Let go to use this photo") if over else self.tr("Drop photos here"))
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self._theme.colour("accent" if self._over else "field"), 2 if self._over else 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.setBrush(self._theme.colour("surface_1"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
