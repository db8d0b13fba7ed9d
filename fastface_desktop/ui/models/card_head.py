"""The head of a card: what it is about in lines of text, and the next thing to do at their right."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from fastface_desktop.ui.theme.tokens import Space


def card_head(title: QLabel, purpose: QLabel, facts: tuple[QLabel, ...], action: QPushButton) -> QHBoxLayout:
    """`facts` stand side by side below the other two."""
    line = QHBoxLayout()
    line.setSpacing(Space.L)
    for fact in facts:
        line.addWidget(fact)
    line.addStretch()
    words = QVBoxLayout()
    words.setSpacing(Space.XS)
    words.addWidget(title)
    words.addWidget(purpose)
    words.addLayout(line)
    head = QHBoxLayout()
    head.setSpacing(Space.L)
    head.addLayout(words, 1)
    head.addWidget(action, 0, Qt.AlignmentFlag.AlignVCenter)
    return head
