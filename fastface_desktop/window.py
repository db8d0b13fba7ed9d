"""The main window: says what FastFace is and does today, and hands over the command that makes a picture."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QStyle,
    QVBoxLayout,
    QWidget,
)

from fastface_core import __version__

ARGUMENTS = 'generate --photo me.jpg --prompt "portrait of a person in a forest, watercolor"'

SPACE = 12
MARGIN = 32
COLUMN = 640


def command() -> str:
    """What makes a picture, as it is typed here: in a checkout `fastface` is not on the search path."""
    in_checkout = (Path(__file__).resolve().parents[1] / "dev.py").exists()
    python = "python" if sys.platform == "win32" else "python3"
    return f"{python} dev.py run {ARGUMENTS}" if in_checkout else f"fastface {ARGUMENTS}"


class MainWindow(QMainWindow):
    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("FastFace"))
        self.setMinimumSize(COLUMN + 2 * MARGIN, 360)

        column = QVBoxLayout()
        column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        column.setSpacing(SPACE)
        column.addWidget(self._title())
        column.addWidget(self._paragraph(self.tr("Portraits of a person from a few photos, made on this computer.")))
        column.addSpacing(SPACE)
        column.addWidget(
            self._paragraph(
                self.tr(
                    "Pictures are made on the command line today. The command below takes a photo of one person and "
                    "says where the picture lies; it needs no network, because a small model that draws illustrated "
                    "portraits comes with the program."
                )
            )
        )
        column.addWidget(self._command_row())
        column.addStretch()
        column.addWidget(QLabel(self.tr("Version {number}").format(number=__version__)))

        page = QWidget()
        page.setLayout(column)
        self.setCentralWidget(page)
        self.copy_button.setFocus()

    def _title(self) -> QLabel:
        title = QLabel(self.tr("FastFace"))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 2)
        font.setBold(True)
        title.setFont(font)
        return title

    def _paragraph(self, text: str) -> QLabel:
        label = QLabel(text)
        label.setWordWrap(True)
        return label

    def _command_row(self) -> QWidget:
        self.command_label = QLabel(command())
        self.command_label.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.command_label.setWordWrap(True)
        self.command_label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.command_label.setAccessibleName(self.tr("Command that makes a picture"))

        self.copy_button = QPushButton(self.tr("&Copy"))
        self.copy_button.setToolTip(self.tr("Copy the command, to paste it into a terminal"))
        self.copy_button.setAccessibleName(self.tr("Copy the command"))
        self.copy_button.clicked.connect(self.copy_command)

        row = QFrame()
        row.setFrameShape(QFrame.Shape.StyledPanel)
        layout = QHBoxLayout(row)
        layout.setSpacing(SPACE)
        layout.addWidget(self.command_label, 1)
        layout.addWidget(self.copy_button, 0, Qt.AlignmentFlag.AlignTop)
        return row

    def copy_command(self) -> None:
        QGuiApplication.clipboard().setText(self.command_label.text())
        self.copy_button.setText(self.tr("Copied"))
        self.copy_button.setIcon(self.style().standardIcon(QStyle.StandardPixmap.SP_DialogApplyButton))
