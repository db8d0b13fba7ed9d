"""Three lines that answer whether it works here, how long a picture takes, and whether there is room."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from fastface_core.domain.checks import Check
from fastface_core.domain.speed import FULL_SIZE, processor_speed
from fastface_desktop.state.computer import Computer
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.tasks import Tasks
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size, Space
from fastface_desktop.ui.widgets.basic import label
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import aligned, column, filling, row
from fastface_desktop.ui.widgets.sizes import size_text

_EVALUATIONS = 10
"""Branches of a picture in four steps with the usual preset."""
_SLOW = 60.0
"""Seconds of a full-size picture from which on it is said with a warning."""
_NEEDED = ("One computation", "Libraries", "Starter model", "Pictures folder")
"""Without these no picture can be made."""


class Tick(QWidget):
    """An icon, what holds, and how that is known."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.icon = IconLabel("check-circle", "good", theme)
        self.fact = label()
        self.how = label(role="caption")
        for text in (self.fact, self.how):
            text.setWordWrap(True)
            text.setMinimumWidth(theme.px(Size.THUMBNAIL))
        row(
            aligned(self.icon, Qt.AlignmentFlag.AlignTop),
            filling(column(self.fact, self.how, gap=2)),
            gap=Space.M,
            of=self,
        )

    def say(self, verdict: str, fact: str, how: str) -> None:
        """`verdict`: "good", "warn" or "bad"."""
        icon = {"good": "check-circle", "warn": "warning", "bad": "error"}[verdict]
        self.icon.show_icon(icon, verdict)
        self.fact.setText(fact)
        self.how.setText(how)
        self.setAccessibleName(f"{fact}. {how}")


class Ticks(QWidget):
    estimated = Signal()
    """How fast this computer is has become known."""

    def __init__(self, computer: Computer, downloads: Downloads, background: Tasks, theme: Theme) -> None:
        super().__init__()
        self._computer, self._downloads, self._background = computer, downloads, background
        self._speed: float | None = None
        self._asked = False
        self.starter_seconds: float | None = None
        """What a picture of the starter takes, where one was made here already."""
        self.drawn, self.full, self.room = Tick(theme), Tick(theme), Tick(theme)
        column(self.drawn, self.full, self.room, gap=Space.M + 2, of=self)
        computer.changed.connect(self._show)
        downloads.seen.connect(self._show)
        self._show()

    def shown(self) -> None:
        """They have come into view."""
        if not self._computer.checks and not self._computer.looking:
            self._computer.look()
        self._downloads.look()
        if not self._asked:
            self._asked = True
            self._background.run(self, processor_speed, self._measured)

    def _measured(self, speed: float) -> None:
        self._speed = speed
        self._show()
        self.estimated.emit()

    def _check(self, name: str) -> Check | None:
        return next((check for check in self._computer.checks if check.name == name), None)

    def _show(self) -> None:
        self._show_drawn()
        self._show_full()
        self._show_room()

    def _show_drawn(self) -> None:
        how = self.tr("The starter is on board; it draws illustrations, not photographs.")
        for name in _NEEDED:
            check = self._check(name)
            if check is not None and check.verdict == "bad":
                self.drawn.say("bad", translated(check.detail), translated(check.fix))
                return
        if self.starter_seconds is not None:
            fact = self.tr("Drawn portraits: ready now, about {time} a picture")
            self.drawn.say(
                "good", fact.format(time=duration(self.starter_seconds)), f"{self.tr('Measured here.')} {how}"
            )
        else:
            self.drawn.say("good", self.tr("Drawn portraits: ready now, in a few seconds"), how)

    def _show_full(self) -> None:
        gpu = self._check("GPU")
        size = self._download_size()
        fetch = self.tr("{size}, to fetch later if you like.").format(size=size_text(size)) if size else ""
        if gpu is not None and gpu.verdict == "good":
            how = self.tr("Estimated; a graphics card was found.")
            self.full.say("good", self.tr("Photographic portraits: a few seconds a picture"), f"{how} {fetch}".strip())
        elif self._speed is None:
            how = self.tr("Measuring how fast this computer is…")
            self.full.say("warn" if gpu is not None else "good", self.tr("Photographic portraits"), how)
        else:
            seconds = FULL_SIZE.seconds(self._speed, _EVALUATIONS)
            fact = self.tr("Photographic portraits: about {time} a picture").format(time=duration(seconds))
            how = self.tr("Estimated; no graphics card was found.") if gpu else self.tr("Estimated.")
            self.full.say("warn" if seconds > _SLOW else "good", fact, f"{how} {fetch}".strip())

    def _download_size(self) -> int:
        models = self._downloads.models
        if models is None:
            return 0
        return next((bundle.missing for bundle in models.bundles if bundle.recommended), 0)

    def _show_room(self) -> None:
        models, memory = self._downloads.models, self._check("Memory")
        folder = self._check("Models folder")
        if folder is not None and folder.verdict == "bad":
            self.room.say("bad", translated(folder.detail), translated(folder.fix))
            return
        if models is None:
            self.room.say("good", self.tr("Room for pictures and models"), self.tr("Looking at the drive…"))
            return
        free = models.free
        fact = self.tr("Room for pictures and models: {size} free").format(size=size_text(free))
        enough = memory is None or memory.verdict == "good"
        how = (
            self.tr("Memory is enough for every model, one at a time.")
            if enough
            else self.tr("Memory is scarce for full-size models; the starter needs little.")
        )
        wanted = self._download_size()
        self.room.say("good" if free > 2 * wanted and enough else "warn", fact, how if memory is not None else "")
