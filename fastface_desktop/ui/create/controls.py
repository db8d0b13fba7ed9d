"""The controls of Create that are not Qt's own: a stepper, a seed, a slider with a middle."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLabel, QLineEdit, QSpinBox, QWidget

from fastface_core.domain.emphasis import NEUTRAL
from fastface_core.domain.request import MAX_SEED, random_seed
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import IconButton, label
from fastface_desktop.ui.widgets.calm_slider import CalmSlider
from fastface_desktop.ui.widgets.layout import REST, column, filling, row


class Stepper(QWidget):
    """A small whole number with a button on each side."""

    changed = Signal(int)

    def __init__(self, smallest: int, largest: int, name: str, tooltip: str, theme: Theme) -> None:
        super().__init__()
        self.less = IconButton("minus", self.tr("Fewer"), theme)
        self.more = IconButton("plus", self.tr("More"), theme)
        self.box = QSpinBox()
        self.box.setProperty("kind", "bare")
        self.box.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.box.setRange(smallest, largest)
        self.box.setToolTip(tooltip)
        self.box.setAccessibleName(name)
        self._theme = theme
        theme.changed.connect(self._fit)
        self._fit()
        self.box.valueChanged.connect(self._changed)
        self.less.clicked.connect(self.box.stepDown)
        self.more.clicked.connect(self.box.stepUp)
        # The box takes arrow keys; its buttons would only make the way through the page longer.
        self.less.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row(self.less, self.box, self.more, of=self)

    def set(self, value: int) -> None:
        self.box.setValue(value)

    def _fit(self) -> None:
        widest = self.box.fontMetrics().horizontalAdvance(str(self.box.maximum())) + Space.S
        self.box.setFixedWidth(max(self._theme.px(Size.CONTROL), widest))

    def _changed(self, value: int) -> None:
        self.less.setEnabled(value > self.box.minimum())
        self.more.setEnabled(value < self.box.maximum())
        self.changed.emit(value)


class SeedBox(QWidget):
    """The seed, with a lock that keeps it for the next picture and a dice for another one."""

    changed = Signal(object)
    """An int: Qt's own would be too short."""
    lock_changed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._seed = 0
        self.field = QLineEdit()
        self.field.setValidator(QRegularExpressionValidator(QRegularExpression("[0-9]{1,16}"), self))
        self.field.setAccessibleName(self.tr("Seed"))
        self.field.setToolTip(self.tr("The number a picture grows from: same seed and settings, same picture"))
        self.field.editingFinished.connect(self._edited)
        self.lock = IconButton("unlock", "", theme)
        self.lock.setCheckable(True)
        self.lock.toggled.connect(self._locked)
        self.dice = IconButton("dice", self.tr("Another seed"), theme)
        self.dice.clicked.connect(self.roll)
        row(filling(self.field), self.lock, self.dice, gap=Space.XS, of=self)
        self._show_lock(False)

    def set(self, seed: int, locked: bool) -> None:
        """Shows both without telling of it."""
        self._seed = seed
        self.field.setText(str(seed))
        self.lock.blockSignals(True)
        self.lock.setChecked(locked)
        self.lock.blockSignals(False)
        self._show_lock(locked)

    def roll(self) -> None:
        self._take(random_seed())

    def _edited(self) -> None:
        text = self.field.text()
        seed = min(int(text), MAX_SEED) if text else self._seed
        if seed != self._seed:
            self._take(seed)
            # A seed that was typed is wanted.
            self.lock.setChecked(True)
        else:
            self.field.setText(str(seed))

    def _take(self, seed: int) -> None:
        self._seed = seed
        self.field.setText(str(seed))
        self.changed.emit(seed)

    def _locked(self, locked: bool) -> None:
        self._show_lock(locked)
        self.lock_changed.emit(locked)

    def _show_lock(self, locked: bool) -> None:
        self.lock.set_icon("lock" if locked else "unlock", "text" if locked else "secondary")
        self.lock.set_text(
            self.tr("The seed is kept: every picture starts from it. Unlock it for new ones")
            if locked
            else self.tr("Each new picture gets another seed. Lock it to keep this one")
        )


class EmphasisSlider(QWidget):
    """How closely to follow something, 0 to 100; the middle is the preset's own, and a double click goes back to it."""

    changed = Signal(int)

    def __init__(self, title: str, tooltip: str) -> None:
        super().__init__()
        self.title = label(title)
        self.state = label(role="caption")
        self.slider = CalmSlider(NEUTRAL)
        self.slider.setRange(0, 100)
        self.slider.setSingleStep(5)
        self.slider.setPageStep(10)
        self.slider.setValue(NEUTRAL)
        self.slider.setAccessibleName(title)
        self.slider.setToolTip(tooltip)
        self.slider.valueChanged.connect(self._changed)
        self.title.setBuddy(self.slider)
        column(row(self.title, REST, self.state, gap=Space.S), self.slider, of=self)
        self._say(NEUTRAL)

    def set(self, value: int) -> None:
        self.slider.setValue(value)

    def _changed(self, value: int) -> None:
        self._say(value)
        self.changed.emit(value)

    def _say(self, value: int) -> None:
        away = value - NEUTRAL
        if away == 0:
            text = self.tr("as the preset")
        elif away > 0:
            text = self.tr("closer, +{amount}").format(amount=away)
        else:
            text = self.tr("freer, −{amount}").format(amount=-away)  # noqa: RUF001 - a real minus
        self.state.setText(text)


def field(title: str, control: QWidget, *beside: QWidget) -> QWidget:
    """A control under its name."""
    holder = QWidget()
    name = label(title)
    name.setBuddy(control)
    column(row(name, REST, *beside, gap=Space.S), control, gap=Space.XS, of=holder)
    return holder


def name_of(holder: QWidget) -> QLabel:
    """The label that `field` put over a control."""
    return holder.findChildren(QLabel)[0]
