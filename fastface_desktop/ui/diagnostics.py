"""What somebody who helps would ask for: versions, device, how smoothly the window runs. Nothing personal in it."""

import platform

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fastface_core import __version__
from fastface_desktop.probe import Probe
from fastface_desktop.state.engine import EngineState
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label

_GIB = 1 << 30


class Diagnostics(QDialog):
    def __init__(self, engine: EngineState, probe: Probe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self._probe = engine, probe
        self.setWindowTitle(self.tr("Diagnostics"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._card = Card(margin=Space.L)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(Space.XL)
        self._grid.setVerticalSpacing(Space.S)
        self._card.column.addLayout(self._grid)
        self.copy_button = button(self.tr("Copy"), self.tr("Copy all of this as text"))
        self.copy_button.clicked.connect(self.copy)
        self.close_button = button(self.tr("Close"), self.tr("Close this window (Esc)"))
        self.close_button.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.copy_button)
        row.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.L, Space.L, Space.L, Space.L)
        column.setSpacing(Space.M)
        column.addWidget(self._card)
        column.addLayout(row)
        self.refresh()

    def facts(self) -> list[tuple[str, str]]:
        """Title and value of each line."""
        engine = self._engine
        facts = [
            (self.tr("Program"), f"FastFace Desktop {__version__}"),
            (self.tr("System"), platform.platform()),
            ("Python, Qt", f"{platform.python_version()}, {qVersion()}"),
            (self.tr("Device"), engine.device.name if engine.device else self.tr("not known yet")),
        ]
        if engine.memory:
            used = self.locale().toString(engine.memory.used / _GIB, "f", 1)
            total = self.locale().toString(engine.memory.total / _GIB, "f", 0)
            facts.append((self.tr("Memory"), self.tr("{used} of {total} GB").format(used=used, total=total)))
        facts += [
            (self.tr("Model"), translated(engine.checkpoint_title) or self.tr("none loaded")),
            (self.tr("Engine"), self._state()),
            (
                self.tr("Longest stall of the window"),
                self.tr("{milliseconds} ms").format(milliseconds=round(self._probe.longest * 1000)),
            ),
        ]
        return facts

    def _state(self) -> str:
        states = {
            "starting": self.tr("starting"),
            "importing": self.tr("loading the libraries"),
            "loading": self.tr("loading the model"),
            "ready": self.tr("ready"),
            "working": self.tr("working"),
            "failed": self.tr("failed"),
        }
        return states[self._engine.status]

    def refresh(self) -> None:
        for row, (title, value) in enumerate(self.facts()):
            self._grid.addWidget(label(title, "secondary"), row, 0, Qt.AlignmentFlag.AlignTop)
            shown = label(value)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(shown, row, 1)

    def copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(f"{title}: {value}" for title, value in self.facts()))
        self.copy_button.setText(self.tr("Copied"))
