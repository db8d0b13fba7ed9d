"""Fields for numbers, for the numbers of tokens, and for a title."""

from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy

from fastface_core.domain.request import GRAIN
from fastface_desktop.ui.presets.checked import CheckedEdit, NotAllowed

__all__ = ["NumberEdit", "SideEdit", "TitleEdit", "TokenEdit"]

COARSE = 10
"""How many steps Page Up and Page Down take."""
_MOST_TOKENS = 1024
_LONGEST_TITLE = 80


class NumberEdit(CheckedEdit):
    """Arrow keys and Page Up and Down change it too."""

    def __init__(self, smallest: float, largest: float, step: float, decimals: int, *, optional: bool = False) -> None:
        """
        Args:
            optional: nothing at all is allowed too; the value is None then.
        """
        super().__init__()
        self.smallest, self.largest = smallest, largest
        self._step, self._decimals, self._optional = step, decimals, optional
        self.setProperty("kind", "number")
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def range_text(self) -> str:
        """ "0 to 2", in the user's figures."""
        return self.tr("{smallest} to {largest}").format(
            smallest=self._short(self.smallest), largest=self._short(self.largest)
        )

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        moves = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: COARSE, Qt.Key.Key_PageDown: -COARSE}
        if (moved := moves.get(Qt.Key(event.key()))) is None or self.isReadOnly():
            super().keyPressEvent(event)
            return
        now = self.value if isinstance(self.value, int | float) else min(max(0, self.smallest), self.largest)
        value = round(min(max(now + moved * self._step, self.smallest), self.largest), self._decimals)
        self.setText(self.text_of(value))
        self.take(value)

    def read(self, text: str) -> float | None:
        if self._optional and not text.strip():
            return None
        value = self._parsed(text.strip())
        if value is None:
            raise NotAllowed(self.tr("This is not a number."))
        if not self.smallest <= value <= self.largest:
            raise NotAllowed(self.tr("It has to be from {range}.").format(range=self.range_text()))
        if self._decimals == 0 and value != int(value):
            raise NotAllowed(self.tr("It has to be a whole number."))
        return value + 0.0  # not -0

    def text_of(self, value: object) -> str:
        if not isinstance(value, int | float):
            return ""
        text = self.locale().toString(float(value), "f", self._decimals)
        point = self.locale().decimalPoint()
        if self._decimals > 2 and point in text:
            # Two decimals are read at a glance; more only where they say something.
            whole, fraction = text.split(point)
            text = whole + point + fraction[:2] + fraction[2:].rstrip("0")
        return text

    def _parsed(self, text: str) -> float | None:
        number, valid = self.locale().toDouble(text)
        if "_" in text:  # which is Python's alone
            return None
        if not valid:
            # A point is understood wherever one lives.
            try:
                number = float(text.replace("\N{MINUS SIGN}", "-"))
            except ValueError:
                return None
        return number if abs(number) < 1e9 else None

    def _short(self, value: float) -> str:
        return self.locale().toString(float(value), "g", 6)


class SideEdit(NumberEdit):
    """A side of a picture in pixels; none leaves it to the checkpoint."""

    def read(self, text: str) -> float | None:
        value = super().read(text)
        if value is not None and value % GRAIN:
            raise NotAllowed(self.tr("It has to be a multiple of {grain}.").format(grain=GRAIN))
        return value


class TokenEdit(CheckedEdit):
    """Tokens by their numbers from 0, with commas; nothing means all."""

    def read(self, text: str) -> tuple[int, ...] | None:
        words = text.replace(",", " ").replace(";", " ").split()
        if not words:
            return None
        if not all(word.isascii() and word.isdigit() and int(word) < _MOST_TOKENS for word in words):
            raise NotAllowed(self.tr("Tokens are whole numbers from 0, with commas between them."))
        numbers = tuple(int(word) for word in words)
        if len(set(numbers)) != len(numbers):
            raise NotAllowed(self.tr("A token is here twice."))
        return numbers

    def text_of(self, value: object) -> str:
        return ", ".join(map(str, cast("tuple[int, ...]", value))) if isinstance(value, tuple) else ""


class TitleEdit(CheckedEdit):
    """What a preset is called."""

    def read(self, text: str) -> str:
        title = text.strip()
        if not title:
            raise NotAllowed(self.tr("A preset needs a name."))
        if len(title) > _LONGEST_TITLE:
            raise NotAllowed(self.tr("A name has {count} characters at most.").format(count=_LONGEST_TITLE))
        return title

    def text_of(self, value: object) -> str:
        return value if isinstance(value, str) else ""
