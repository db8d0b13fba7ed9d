"""Styles chosen by looking: a picture and a name each; one or none is chosen."""

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QLocale, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from fastface_core.domain.styles import SLOT, Style
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Size, Space, Type
from fastface_desktop.ui.widgets.marks import paint_check
from fastface_desktop.ui.widgets.samples import rounded, sample

_CHECK = 20
_ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)


class StyleTile(QAbstractButton):
    """A sample with the style's name below it."""

    ring_always = False
    ring_radius = Radius.CONTROL
    menu_wanted = Signal(QPoint)
    """Its menu, at this global point."""

    def __init__(self, text: str, tooltip: str, image: QImage, theme: Theme, icon: str = "sparkle") -> None:
        """
        Args:
            icon: what is shown without an image.
        """
        super().__init__()
        self._theme, self.image, self._icon = theme, image, icon
        self.setText(text)
        self.setToolTip(tooltip)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.changed.connect(self.updateGeometry)

    def _foot(self) -> int:
        return Space.XS + self._theme.px(Type.CAPTION + Space.XS)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int, /) -> int:
        return width + self._foot()

    def sizeHint(self) -> QSize:
        return QSize(Size.THUMBNAIL, self.heightForWidth(Size.THUMBNAIL))

    def minimumSizeHint(self) -> QSize:
        return QSize(Size.CONTROL, self.heightForWidth(Size.CONTROL))

    def ring_rect(self) -> QRect:
        return QRect(0, 0, self.width(), self.width())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        # Qt would walk to any button beside it.
        if event.key() in _ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent, /) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(self.mapToGlobal(self.ring_rect().center()) if by_key else event.globalPos())

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side, ratio = self.width(), self.devicePixelRatioF()
        area = QRectF(0, 0, side, side)
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_3" if self.underMouse() else "surface_2"))
            painter.drawRoundedRect(area, Radius.CONTROL, Radius.CONTROL)
            size = self._theme.px(Size.ICON)
            drawn = icons.pixmap(self._icon, self._theme.colour("secondary").name(), size, ratio)
            painter.drawPixmap(QPointF((side - size) / 2, (side - size) / 2), drawn)
        else:
            painter.drawPixmap(QPoint(0, 0), rounded(self.image, side, Radius.CONTROL, ratio))
        if self.isChecked():
            check = self._theme.px(_CHECK)
            paint_check(painter, QPointF(side - check - Space.XS - 1, Space.XS + 1), self._theme, _CHECK)
        painter.setFont(self._theme.font(Type.CAPTION, Type.STRONG if self.isChecked() else Type.REGULAR))
        lively = self.isChecked() or self.underMouse()
        painter.setPen(self._theme.colour("text" if lively else "secondary"))
        below = QRect(0, side + Space.XS, side, self._foot() - Space.XS)
        text = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)


class StyleTiles(QWidget):
    """Arrow keys walk, Space chooses."""

    chosen = Signal(object)
    """A style's name, or None."""
    add_wanted = Signal()
    menu_wanted = Signal(str, QPoint)
    """The menu of the style of this name, at this global point."""

    def __init__(self, theme: Theme, *, columns: int = 4, first: Sequence[str] = (), adds: bool = False) -> None:
        """
        Args:
            first: only styles of these names, in this order; empty for all that are offered.
            adds: the last tile makes one of the user's own.
        """
        super().__init__()
        self._theme, self._columns, self._first = theme, columns, tuple(first)
        self.setAccessibleName(self.tr("Style"))
        self.tiles: dict[str, StyleTile] = {}
        self._plain = False
        self._own: Mapping[str, QImage] = {}
        self.add_tile: StyleTile | None = None
        if adds:
            self.add_tile = StyleTile(
                self.tr("Your own"),
                self.tr("Make a style of your own, or take one over from a file"),
                QImage(),
                theme,
                "plus",
            )
            self.add_tile.setCheckable(False)
            self.add_tile.clicked.connect(self.add_wanted)
        self._rows = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.S + 2)
        self._shown: tuple[int, list[StyleTile]] | None = None
        self._fold()

    def offer(self, styles: Sequence[Style], plain: bool) -> None:
        """Shows these; `plain` as in `Style.template`."""
        self._plain = plain
        chosen = self.value()
        for tile in self.tiles.values():
            self._grid.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = {}
        language = QLocale().name()
        named = {style.name: style for style in styles}
        for name in self._first or named:
            if (style := named.get(name)) is None:
                continue
            template = style.template(plain=plain).replace(SLOT, "…")
            tile = StyleTile(style.title.text(language), template, self._image(name), self._theme)
            tile.setParent(self)
            tile.clicked.connect(self._clicked)
            tile.menu_wanted.connect(partial(self.menu_wanted.emit, name))
            self.tiles[name] = tile
        self._shown = None
        self.choose(chosen)

    def show_own(self, images: Mapping[str, QImage]) -> None:
        """Pictures of the chosen person in styles of these names, square; the others show their samples."""
        self._own = images
        for name, tile in self.tiles.items():
            tile.image = self._image(name)
            tile.update()

    def _image(self, name: str) -> QImage:
        # The samples are by the starter: beside another model they would promise what it does not draw.
        return self._own.get(name) or (sample(f"style-{name}") if self._plain else QImage())

    def show_rows(self, rows: int) -> None:
        """So many rows are in view, and whatever is chosen; 0 for all."""
        if rows != self._rows:
            self._rows = rows
            self._fold()

    @property
    def hidden_tiles(self) -> int:
        """How many are not in view."""
        return sum(tile.isHidden() for tile in self.tiles.values())

    def _fold(self) -> None:
        """Those in view, beside each other without gaps; the one that adds comes last."""
        adding = 1 if self.add_tile is not None else 0
        tiles = list(self.tiles.values())
        most = self._rows * self._columns
        folded = bool(most) and len(tiles) + adding > most
        shown = [tile for place, tile in enumerate(tiles) if not folded or place < most - adding]
        chosen = next((tile for tile in tiles if tile.isChecked()), None)
        if chosen is not None and chosen not in shown:
            # The chosen one is always in view, in the place of the last.
            shown[-1:] = [chosen]
        shown += [self.add_tile] if self.add_tile is not None else []
        if (self._columns, shown) == self._shown:
            return
        self._shown = self._columns, shown
        while self._grid.count():
            self._grid.takeAt(0)
        for place, tile in enumerate(shown):
            self._grid.addWidget(tile, place // self._columns, place % self._columns, Qt.AlignmentFlag.AlignTop)
        for column in range(8):
            self._grid.setColumnStretch(column, 1 if column < self._columns else 0)
        for tile in tiles:
            tile.setVisible(tile in shown)

    def choose(self, name: str | None) -> None:
        """Shows a choice without telling of it."""
        for tile_name, tile in self.tiles.items():
            tile.setChecked(tile_name == name)
        self._fold()

    def value(self) -> str | None:
        return next((name for name, tile in self.tiles.items() if tile.isChecked()), None)

    def _clicked(self) -> None:
        clicked = self.sender()
        for tile in self.tiles.values():
            if tile is not clicked:
                tile.setChecked(False)
        self._fold()
        self.chosen.emit(self.value())

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        steps = {
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Down: self._columns,
            Qt.Key.Key_Up: -self._columns,
        }
        seen = self._shown[1] if self._shown is not None else []
        at = next((number for number, tile in enumerate(seen) if tile.hasFocus()), None)
        step = steps.get(Qt.Key(event.key()))
        if step is None or at is None or not 0 <= at + step < len(seen):
            super().keyPressEvent(event)
        else:
            seen[at + step].setFocus(Qt.FocusReason.TabFocusReason)
