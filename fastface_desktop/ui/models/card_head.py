"""The head of a card: what it is about in lines of text, and the next thing to do at their right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row


def card_head(title: QLabel, purpose: QLabel, facts: tuple[QLabel, ...], action: QPushButton) -> QHBoxLayout:
    """`facts` stand side by side below the other two."""
    head = row(
        filling(column(title, purpose, row(*facts, REST, gap=Space.L), gap=Space.XS)),
        aligned(action, Qt.AlignmentFlag.AlignVCenter),
        gap=Space.L,
    )
    return head
