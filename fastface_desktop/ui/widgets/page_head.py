"""The head that every page has: its title, and beside it a state in a few words."""

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import ElidedLabel


class PageHead(QWidget):
    """As high on every page; acts go into `row`, at the right."""

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.title = ElidedLabel(title, "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        # Takes what is left: where there is no room for all, the title stays whole.
        self.state = ElidedLabel(role="caption")
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(Space.XL, 0, Space.XL, 0)
        self.row.setSpacing(Space.S)
        self.row.addWidget(self.title)
        self.row.addSpacing(Space.XS)
        self.row.addWidget(self.state, 1)
        # While the state is hidden.
        self.row.addStretch()
        theme.changed.connect(self._fit)
        self._fit()

    def say(self, text: str) -> None:
        """A count, or what holds."""
        self.state.setText(text)

    def add(self, widget: QWidget) -> None:
        """An act at the right."""
        self.row.addWidget(widget)

    def _fit(self) -> None:
        self.setFixedHeight(self._theme.px(Size.HEAD))
