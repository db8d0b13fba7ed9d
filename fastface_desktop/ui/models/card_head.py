"""The header of a card: lines of text, and its main button at the right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row


def card_head(title: QLabel, purpose: QLabel, facts: tuple[QLabel, ...], action: QPushButton) -> QHBoxLayout:
    """`facts` are shown side by side below title and purpose."""
    head = row(
        filling(column(title, purpose, row(*facts, REST, gap=Space.L), gap=Space.XS)),
        aligned(action, Qt.AlignmentFlag.AlignVCenter),
        gap=Space.L,
    )
    return head
