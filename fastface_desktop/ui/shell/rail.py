"""The rail on the left: an icon and a word for each page. What does not fit in height goes into the menu below."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from fastface_desktop.ui.shell.actions import bind_action, page_action
from fastface_desktop.ui.shell.page import PageEntry
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space, Type

_DOT = 8


class _Dot(QWidget):
    """At the upper right of an icon."""

    def __init__(self, button: QToolButton, theme: Theme) -> None:
        super().__init__(button)
        self._button, self._theme = button, theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_DOT + 4, _DOT + 4)
        button.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        self.move(self._button.width() // 2 + self._theme.px(Size.ICON_SMALL) // 2, Space.XS)

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface_1"))
        painter.drawEllipse(self.rect())
        painter.setBrush(self._theme.colour("accent"))
        painter.drawEllipse(self.rect().adjusted(2, 2, -2, -2))


class Rail(QFrame):
    """Arrow keys walk through it; Tab reaches the chosen page's entry."""

    chosen = Signal(str)
    overflowed = Signal(list)
    """Names of the pages that have no room; the menu offers them."""

    def __init__(
        self, pages: Sequence[PageEntry], foot: QToolButton, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rail")
        self.setAccessibleName(self.tr("Pages"))
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._clicked)
        self._names = [page.name for page in pages]

        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S - 2, Space.M, Space.S - 2, Space.S)
        column.setSpacing(Space.XS)
        for number, page in enumerate(pages):
            if page.at_foot:
                column.addStretch()
            button = QToolButton()
            button.setProperty("kind", "rail")
            button.setText(page.title)
            button.setToolTip(page.title)
            bind_action(button, page_action(page.name))
            button.setAccessibleName(page.title)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            icons.bind(button, page.icon_name, theme, "secondary", chosen="accent", size=Size.ICON)
            self._group.addButton(button, number)
            self.buttons[page.name] = button
            column.addWidget(button)
        if not any(page.at_foot for page in pages):
            column.addStretch()
        column.addWidget(foot)
        self._dots: dict[str, _Dot] = {}
        self._foot = foot
        self.hidden: list[str] = []
        """Pages that have no room now, the upper ones first."""
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()

    def set_dot(self, name: str, shown: bool) -> None:
        """A small dot on a page's icon: something new happened there."""
        button = self.buttons.get(name)
        if button is None:
            return
        if name not in self._dots:
            self._dots[name] = _Dot(button, self._theme)
        self._dots[name].setVisible(shown)
        button.setAccessibleDescription(self.tr("There is news") if shown else "")

    def _fit(self) -> None:
        every = (*self.buttons.values(), self._foot)
        for button in every:
            button.ensurePolished()
        words = QFontMetrics(self._theme.font(Type.SMALL, Type.STRONG))
        widest = max(words.horizontalAdvance(button.text()) for button in every)
        self.setFixedWidth(max(self._theme.px(Size.RAIL), widest + 2 * Space.S))
        for button in every:
            button.setFixedHeight(self._theme.px(Size.RAIL_TILE))
        if self.isVisible():
            self._show_what_fits()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._show_what_fits()

    def _show_what_fits(self) -> None:
        """The lower entries give way; words are never dropped."""
        tile = max(self._theme.px(Size.RAIL_TILE), self._foot.sizeHint().height()) + Space.XS
        room = self.height() - Space.M - Space.S - tile
        fitting = max(room // tile, 1)
        hidden = self._names[fitting:]
        for name, button in self.buttons.items():
            button.setVisible(name not in hidden)
        if hidden != self.hidden:
            self.hidden = hidden
            self.overflowed.emit(hidden)

    def choose(self, name: str) -> None:
        """Marks a page's entry; none for a page that is not in the rail."""
        if name in self.buttons:
            self.buttons[name].setChecked(True)
        elif (checked := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)

    def _clicked(self, number: int) -> None:
        self.chosen.emit(self._names[number])

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        shown = len(self._names) - len(self.hidden)
        number = (self._group.checkedId() + step) % shown
        button = self.buttons[self._names[number]]
        button.setFocus(Qt.FocusReason.TabFocusReason)
        button.click()
