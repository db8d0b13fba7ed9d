"""What the page shows while nothing is open: ready-made comparisons with what they cost.

Nobody starts a grid from nothing."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space
from fastface_desktop.ui.widgets.basic import Card, button, label
from fastface_desktop.ui.widgets.layout import column
from fastface_desktop.ui.widgets.samples import sample

PRESETS = ("baseline", "scale-power", "fastface-scale-power", "decoupled-guidance")
"""What the comparison of presets has as columns."""
_CARD, _PICTURES, _GAP = 304, 192, 4
_LOOKS = ("style-watercolor", "style-pop-art")


class Mosaic(QWidget):
    """Samples in rows, as the grid will be; they are the starter's."""

    def __init__(self, images: Sequence[QImage], columns: int, theme: Theme, *, fades: bool = False) -> None:
        """Args:
        fades: from faint to full, as what varies grows.
        """
        super().__init__()
        self._images, self._columns, self._theme, self._fades = list(images), columns, theme, fades
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(_CARD - 2 * Space.M, _PICTURES)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        rows = -(-len(self._images) // self._columns)
        width = (self.width() - (self._columns - 1) * _GAP) / self._columns
        height = (self.height() - (rows - 1) * _GAP) / rows
        for number, image in enumerate(self._images):
            column, row = number % self._columns, number // self._columns
            area = QRectF(column * (width + _GAP), row * (height + _GAP), width, height)
            shape = QPainterPath()
            shape.addRoundedRect(area, Radius.NUMBER, Radius.NUMBER)
            painter.save()
            painter.setClipPath(shape)
            painter.fillRect(area, self._theme.colour("surface_2"))
            if self._fades:
                painter.setOpacity(0.4 + 0.6 * (column + row) / (self._columns + rows - 2))
            if not image.isNull():
                scale = max(area.width() / image.width(), area.height() / image.height())
                part = QRectF(0, 0, area.width() / scale, area.height() / scale)
                part.moveCenter(QPointF(image.width() / 2, max(part.height() / 2, image.height() * 0.44)))
                painter.drawImage(area, image, part)
            painter.restore()


class Start(Card):
    """One ready-made comparison."""

    def __init__(self, title: str, text: str, mosaic: Mosaic) -> None:
        super().__init__(margin=Space.M)
        self.text = text
        self.button: QPushButton = button(title, text)
        self.button.setProperty("kind", "plain")
        self.cost = label(role="caption")
        self.cost.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = column(
            label(title, "heading", wrap=True), margins=(Space.XS, Space.S, Space.XS, Space.XS), gap=Space.XS
        )
        said = label(text, "secondary", wrap=True)
        said.setAlignment(Qt.AlignmentFlag.AlignTop)
        words.addWidget(said, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.button)
        foot.addWidget(self.cost, 1)
        words.addSpacing(Space.S)
        words.addLayout(foot)
        self.column.addWidget(mosaic)
        self.column.addLayout(words, 1)


class Starts(QWidget):
    wanted = Signal(str)
    """ "weights", "presets" or "models" is to be set up."""
    search_wanted = Signal()
    """Whoever does not want to look wants the best settings found."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        presets = [sample(f"preset-{name}") for name in PRESETS]
        face = [sample("style-oil")] * 9
        self.cards = {
            "weights": Start(
                self.tr("Face against text"),
                self.tr("How closely to follow each, with a map of how near it came"),
                Mosaic(face, 3, theme, fades=True),
            ),
            "presets": Start(
                self.tr("Presets side by side"),
                self.tr("The same person and seed with the presets that ship with the program"),
                Mosaic(presets, 2, theme),
            ),
            "models": Start(
                self.tr("Models side by side"),
                self.tr("Which one draws this person better here"),
                Mosaic([sample(name) for name in _LOOKS], 2, theme),
            ),
        }
        for name, card in self.cards.items():
            card.button.setText(self.tr("Set up"))
            card.button.setProperty("start", name)
            card.button.clicked.connect(self._clicked)
        title = label(self.tr("See what a setting does"), "display", wrap=True)
        lead = label(
            self.tr("One person, one seed, one thing changed at a time. The best cell becomes a preset."),
            "lead",
            wrap=True,
        )
        for words in (title, lead):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        samples = label(self.tr("The pictures here are samples, drawn by the starter."), "caption", wrap=True)
        samples.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.search_button = button(
            self.tr("Find the best settings…"),
            self.tr("Try settings on many people, measure them, and verify the best on others"),
        )
        self.search_button.clicked.connect(self.search_wanted)
        self._grid = QGridLayout()
        self._grid.setSpacing(Space.FIELD)
        self._columns = 0
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(Space.XL, Space.M, Space.XL, Space.XL)
        column.setSpacing(Space.S)
        column.addStretch()
        column.addWidget(title)
        column.addWidget(lead)
        column.addSpacing(Space.XL)
        column.addLayout(self._grid)
        column.addSpacing(Space.M)
        column.addWidget(samples)
        column.addSpacing(Space.M)
        column.addWidget(self.search_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        theme.changed.connect(self._arrange)
        self._arrange()

    def add(self, widget: QWidget) -> None:
        """Above all else, at the right."""
        self._column.insertWidget(0, widget, 0, Qt.AlignmentFlag.AlignRight)

    def show_cost(self, name: str, text: str, reason: str) -> None:
        """Args:
        reason: why it cannot be set up; empty where it can.
        """
        card = self.cards[name]
        card.cost.setText(text)
        card.button.setEnabled(not reason)
        card.button.setToolTip(reason or card.text)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Beside each other where they have room; no card is wider than its samples are good for."""
        room = self.width() - 2 * Space.XL
        columns = max(min((room + Space.FIELD) // (self._theme.px(Size.DRAWER - 96) + Space.FIELD), 3), 1)
        for card in self.cards.values():
            card.setMaximumWidth(self._theme.px(_CARD))
        if columns == self._columns:
            return
        self._columns = columns
        while self._grid.count():
            self._grid.takeAt(0)
        for number, card in enumerate(self.cards.values()):
            self._grid.addWidget(card, number // columns, number % columns)

    def _clicked(self) -> None:
        self.wanted.emit(self.sender().property("start"))
