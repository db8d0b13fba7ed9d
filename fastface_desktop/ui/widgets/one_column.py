"""Two halves of a page beside each other, or in a narrow window one of them, with a switch in the heads."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.segments import Segments


class OneColumn(QObject):
    """By the page's width in the user's text. Each half has its own switch, as only one of them is in view."""

    changed = Signal()
    """There is one column now, or two; or the other half is in view."""

    def __init__(
        self,
        page: QWidget,
        halves: Sequence[tuple[str, str, QWidget]],
        name: str,
        theme: Theme,
    ) -> None:
        """
        Args:
            halves: for both the value, its word and what is shown.
            name: of the switch, for those who cannot see it.
        """
        super().__init__(page)
        self._page, self._theme = page, theme
        self._halves = {value: half for value, _, half in halves}
        self._options = [(value, "", word, word) for value, word, _ in halves]
        self._name = name
        self._switches: list[Segments] = []
        self.on = False
        self.shown = halves[0][0]
        page.installEventFilter(self)
        theme.changed.connect(self.fit)

    def switch(self) -> Segments:
        """A switch for a head; it hides itself where there are two columns."""
        made = Segments(self._options, self._name, self._theme, wide=False)
        made.chosen.connect(self.show_half)
        made.choose(self.shown)
        made.setVisible(self.on)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._switches.append(made)
        return made

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.fit()
        return False

    def fit(self) -> None:
        """Lays out what the page has room for."""
        on = self._page.width() < Size.HALVES * self._theme.scale
        if on == self.on:
            return
        self.on = on
        self._show()

    def show_half(self, value: str) -> None:
        """Where there is one column: which half is in view."""
        focused = self._page.isAncestorOf(self._page.window().focusWidget() or self._page.window())
        self.shown = value
        self._show()
        if focused and self.on:
            at = list(self._halves).index(value)
            if at < len(self._switches):
                self._switches[at].buttons[value].setFocus()

    def _show(self) -> None:
        for value, half in self._halves.items():
            half.setVisible(not self.on or value == self.shown)
        for switch in self._switches:
            switch.setVisible(self.on)
            switch.choose(self.shown)
        self.changed.emit()
