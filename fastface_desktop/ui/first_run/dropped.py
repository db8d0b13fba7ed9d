"""After the drop: the photo beside its drawn twin with what corrects it, and what is still to be chosen before Make."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSizePolicy, QWidget

from fastface_core.domain import styles
from fastface_core.domain.request import MAX_PROMPT
from fastface_desktop.state.session import Session
from fastface_desktop.state.twin import DrawnPerson
from fastface_desktop.ui.shared.pair import paint_arrow, paint_picture
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius, Space
from fastface_desktop.ui.widgets.basic import button, label
from fastface_desktop.ui.widgets.big_button import BigButton
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import REST, column, row
from fastface_desktop.ui.widgets.style_tiles import StyleTiles
from fastface_desktop.ui.widgets.twin_chips import TwinChips
from fastface_desktop.ui.widgets.twin_picture import TwinPicture

FIRST_STYLES = ("pop-art", "watercolor", "ink", "oil")
_SIDE, _BETWEEN = 232, 40
_BUTTON = 52


class _Photo(QWidget):
    """The face of the photo, beside the drawing of it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.image = QImage()
        self.setFixedSize(_SIDE, _SIDE)

    def show_image(self, image: QImage) -> None:
        self.image = image
        self.update()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area = QRectF(self.rect())
        if self.image.isNull():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("surface_2"))
            painter.drawRoundedRect(area, Radius.CARD, Radius.CARD)
        paint_picture(painter, self.image, area, Radius.CARD)


class _Arrow(QWidget):
    """Over the edges of both pictures, and nobody clicks on it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(QSize(64, 64))

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_arrow(painter, QPointF(32, 32), self._theme)


class TwinSide(QWidget):
    """Photo and twin."""

    other_wanted = Signal()
    more_wanted = Signal()

    def __init__(self, twin: DrawnPerson, theme: Theme) -> None:
        super().__init__()
        self._twin = twin
        self.photo = _Photo(theme)
        self.twin = TwinPicture(twin, theme, _SIDE)
        self.arrow = _Arrow(theme, self)
        self.verdict = label(role="caption", wrap=True)
        self.caption = label(role="caption", wrap=True)
        self.other_button = button(self.tr("Other photo…"), self.tr("Choose another photo in place of this one"))
        self.more_button = button(self.tr("More photos"), self.tr("Add photos of the same person"), "quiet")
        self.other_button.clicked.connect(self.other_wanted)
        self.more_button.clicked.connect(self.more_wanted)
        self.chips = TwinChips(twin, theme)
        buttons = row(self.other_button, self.more_button, REST, gap=Space.XS)
        left = column(self.photo, self.verdict, buttons, REST, gap=Space.M)
        right = column(self.twin, self.caption, self.chips, REST, gap=Space.M)
        for text in (self.verdict, self.caption, self.chips):
            text.setFixedWidth(_SIDE)
        row(left, right, gap=_BETWEEN, of=self)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self.arrow.move(_SIDE + _BETWEEN // 2 - 32, _SIDE // 2 - 32)
        self.arrow.raise_()
        twin.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        drawn = self._twin.seen is not None
        self.caption.setText(
            self.tr("Its twin. Something off? Correct it here:") if drawn else self.tr("The twin is being drawn…")
        )


class Choices(QWidget):
    """Style, sentence, permission, and the bright button."""

    make_wanted = Signal()

    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__()
        self._session = session
        self.title = label(self.tr("That is you, drawn."), "first", wrap=True)
        self.lead = label(self.tr("Choose how it should look. You can write what else it shows."), "lead", wrap=True)
        self.styles = StyleTiles(theme, first=FIRST_STYLES)
        self.styles.chosen.connect(self._style_chosen)
        self.prompt = QLineEdit()
        self.prompt.setMaxLength(MAX_PROMPT)
        self.prompt.setPlaceholderText(self.tr("A portrait. Or write what it shows."))
        self.prompt.setToolTip(self.tr("What the picture shows, in English"))
        self.prompt.setAccessibleName(self.tr("What the picture shows"))
        self.prompt.textEdited.connect(self._prompt_edited)
        self.prompt.returnPressed.connect(self.make_wanted)
        self.permission = QCheckBox(self.tr("I have this person’s permission, or it is me"))  # noqa: RUF001
        self.permission.toggled.connect(self._permitted)
        self.missing = label(role="warn", wrap=True)
        self.missing.setText(self.tr("Pictures are made only with the permission of the person they show."))
        self.kept = label(self.tr("Kept with the person"), "caption")
        self.make_button = BigButton(self.tr("Make the picture"), theme, height=_BUTTON)
        self.make_button.clicked.connect(self.make_wanted)
        self.error = InlineError(theme)
        agreed = flexible(QWidget())
        flow = FlowLayout(agreed, Space.S)
        flow.addWidget(self.permission)
        flow.addWidget(self.kept)
        whole = column(
            self.title, Space.S, self.lead, Space.XL, self.styles, Space.FIELD, self.prompt, Space.M, agreed, of=self
        )
        # Its line is kept, so that what is missing pushes nothing.
        policy = self.missing.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.missing.setSizePolicy(policy)
        whole.addWidget(self.missing)
        self.missing.hide()
        whole.addSpacing(Space.S)
        whole.addWidget(self.make_button)
        whole.addSpacing(Space.S)
        whole.addWidget(self.error)
        session.changed.connect(self._session_changed)
        self.styles.offer(styles.for_checkpoint(plain=True), plain=True)
        self._session_changed("style")
        self._session_changed("prompt")
        self.expect(None)

    def expect(self, seconds: str | None) -> None:
        """The time under the button, in words."""
        below = self.tr("about {time}").format(time=seconds) if seconds else ""
        self.make_button.say(self.tr("Make my portrait"), below)

    def say_permission_missing(self) -> None:
        self.missing.show()
        self.permission.setFocus(Qt.FocusReason.TabFocusReason)

    def _permitted(self, yes: bool) -> None:
        if yes:
            self.missing.hide()

    def _style_chosen(self, name: str | None) -> None:
        self._session.change(style=name)

    def _prompt_edited(self, text: str) -> None:
        self._session.change(prompt=text)

    def _session_changed(self, name: str) -> None:
        values = self._session.values
        if name == "style":
            self.styles.choose(values.style)
        elif name == "prompt" and self.prompt.text() != values.prompt:
            self.prompt.setText(values.prompt)
