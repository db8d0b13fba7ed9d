"""The step "This computer": each check, with a verdict in words and a fix."""

import re

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QProgressBar, QWidget

from fastface_core.domain.checks import Check
from fastface_desktop.state.computer import Computer
from fastface_desktop.state.gpu_runtime import GpuRuntime
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared.gpu_panel import GpuPanel
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label, restyle
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row

_ICONS = {"good": "check", "warn": "info", "bad": "error"}
_SIZE = re.compile(r"(\d)\.(\d)(?= GB)")
_ONLY_WHERE_WRONG = ("torch", "Libraries")
"""Of no use to somebody whose computer is as it should be."""
_NEEDED = ("One computation", "Libraries", "Starter model", "Pictures folder")
"""Without these no picture can be made."""


def _local(text: str) -> str:
    """Sizes with the decimal point of the language; the core writes them in English."""
    return _SIZE.sub(lambda found: f"{found[1]}{QLocale().decimalPoint()}{found[2]}", text)


class _Row(QWidget):
    """One thing: its icon, its name, the fact, and what to do."""

    def __init__(self, title: str, check: Check, verdict: str, theme: Theme) -> None:
        super().__init__()
        fact, fix = _local(translated(check.detail)), _local(translated(check.fix))
        self.setAccessibleName(f"{title}: {verdict}. {fact} {fix}".strip())
        icon = IconLabel(_ICONS[check.verdict], check.verdict, theme)
        icon.setToolTip(verdict)
        words = column(label(title, "strong"), label(fact, "secondary", wrap=True), gap=Space.XS)
        if fix:
            words.addWidget(label(fix, wrap=True))
        row(aligned(icon, Qt.AlignmentFlag.AlignTop), filling(words), gap=Space.M, of=self)


class ComputerStep(QWidget):
    def __init__(self, computer: Computer, runtime: GpuRuntime, theme: Theme) -> None:
        super().__init__()
        self._computer, self._theme = computer, theme
        self._shown: tuple[Check, ...] | None = None
        self.summary = label(role="heading", wrap=True)
        self.progress = QProgressBar()
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Looking at this computer"))
        self.rows: dict[str, _Row] = {}
        self._card = Card(margin=Space.L)
        self._card.column.setSpacing(Space.L)
        self.gpu = GpuPanel(runtime, theme)
        self.gpu.hide()
        self.again_button = button(self.tr("Look again"), self.tr("Look at this computer once more"), "link")
        self.again_button.clicked.connect(computer.look)
        self.copy_button = button(
            self.tr("Copy details"), self.tr("Copy all of this as text, to send it to somebody"), "link"
        )
        self.copy_button.clicked.connect(self.copy)
        column(
            self.summary,
            self.progress,
            self._card,
            self.gpu,
            row(self.again_button, self.copy_button, REST, gap=Space.L),
            gap=Space.M,
            of=self,
        )
        computer.changed.connect(self._show)
        runtime.seen.connect(self._offer_runtime)
        self._show()

    def shown(self) -> None:
        """The step has come into view."""
        if not self._computer.checks and not self._computer.looking:
            self._computer.look()
        self.gpu.shown()

    def _offer_runtime(self) -> None:
        self.gpu.setVisible(self.gpu.useful)

    def copy(self) -> None:
        """All that was found, in English, for somebody else."""
        lines: list[str] = []
        for check in self._computer.checks:
            lines.append(f"{check.verdict:4}  {check.name}: {check.detail}")
            if check.fix:
                lines.append(f"      -> {check.fix}")
        QGuiApplication.clipboard().setText("\n".join(lines))
        self.copy_button.setText(self.tr("Copied"))

    def _show(self) -> None:
        looking, checks = self._computer.looking, self._computer.checks
        self.progress.setVisible(looking)
        self.again_button.setEnabled(not looking)
        self.copy_button.setEnabled(bool(checks))
        text, role = self._verdict(checks, looking)
        self.summary.setText(text)
        restyle(self.summary, "tone", role)
        if checks != self._shown:
            self._shown = checks
            self.copy_button.setText(self.tr("Copy details"))
            self._fill(checks)

    def _fill(self, checks: tuple[Check, ...]) -> None:
        for line in self.rows.values():
            self._card.column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.rows = {}
        verdicts = {"good": self.tr("Good"), "warn": self.tr("To know"), "bad": self.tr("To mend")}
        titles = self._titles()
        for number, check in enumerate(checks):
            if check.name not in _ONLY_WHERE_WRONG or check.verdict != "good":
                line = _Row(titles.get(check.name, check.name), check, verdicts[check.verdict], self._theme)
                # Several GPUs have the same names.
                self.rows[check.name if check.name not in self.rows else f"{check.name} {number}"] = line
                self._card.column.addWidget(line)
        self._card.setVisible(bool(self.rows))

    def _titles(self) -> dict[str, str]:
        return {
            "torch": self.tr("Computing library"),
            "GPU": self.tr("Graphics processor"),
            "NVIDIA driver": self.tr("Its driver"),
            "GPU memory": self.tr("Its memory"),
            "Full-size models": self.tr("Full-size models"),
            "One computation": self.tr("A real computation"),
            "Libraries": self.tr("Parts of the program"),
            "Memory": self.tr("Main memory"),
            "Models folder": self.tr("Room for models"),
            "Pictures folder": self.tr("Room for pictures"),
            "Starter model": self.tr("Starter model"),
        }

    def _verdict(self, checks: tuple[Check, ...], looking: bool) -> tuple[str, str]:
        """All of it in one sentence, and its tone."""
        verdicts = {check.name: check.verdict for check in checks}
        if any(verdicts.get(name) == "bad" for name in _NEEDED):
            return self.tr("Something has to be mended before pictures can be made."), "bad"
        if looking:
            return self.tr("Looking at what this computer can do…"), ""
        if verdicts.get("GPU") != "good":
            return self.tr("The starter model works here. Full-size models are slow without a GPU."), "warn"
        if verdicts.get("Models folder") == "bad":
            return self.tr("The starter model works here at once. Models need a folder first."), "warn"
        if "bad" in verdicts.values() or "warn" in verdicts.values():
            return self.tr("This computer is ready. What to know is marked below."), "good"
        return self.tr("This computer is ready, for full-size models too."), "good"
