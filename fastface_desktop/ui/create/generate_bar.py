"""The foot of the controls: how many, Make with its expected time, and what prevents it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.ui.shell.actions import bind_action
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card
from fastface_desktop.ui.widgets.big_button import BigButton
from fastface_desktop.ui.widgets.consent_question import ConsentQuestion
from fastface_desktop.ui.widgets.duration import duration
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.layout import column


class GenerateBar(QFrame):
    generate_wanted = Signal()

    def __init__(self, count: QWidget, theme: Theme) -> None:
        """`count`: how many pictures; it is beside the bright button."""
        super().__init__()
        self.setProperty("kind", "foot")
        self.error = InlineError(theme)
        self.consent = ConsentQuestion()
        self.generate_button = BigButton(self.tr("Make the pictures"), theme)
        bind_action(self.generate_button, "create.generate")
        self.generate_button.clicked.connect(self.generate_wanted)
        row = QHBoxLayout()
        row.setSpacing(Space.M)
        holder = Card(kind="inset", margin=0)
        holder.column.addWidget(count)
        row.addWidget(holder)
        row.addWidget(self.generate_button, 1)
        column(self.error, self.consent, row, margins=(Space.XL, Space.M, Space.XL, Space.FIELD), gap=Space.M, of=self)
        self.expect(None, 1)

    def expect(self, seconds: float | None, count: int, jobs: int = 0, before: float | None = 0.0) -> None:
        """How long the next job will take; None while nothing is known.

        Args:
            jobs: so many come first, which take `before` seconds.
        """
        time = ""
        if jobs:
            title = self.tr("Add a picture") if count == 1 else self.tr("Add {count} pictures").format(count=count)
            after = self.tr("after 1 job") if jobs == 1 else self.tr("after {count} jobs").format(count=jobs)
            time = after
            if seconds is not None and before is not None:
                done = self.tr("done in {time}").format(time=duration(before + seconds))
                time = f"{after}, {done}"
        else:
            title = self.tr("Make a picture") if count == 1 else self.tr("Make {count} pictures").format(count=count)
            if seconds is not None:
                time = self.tr("about {time}").format(time=duration(seconds))
        self.generate_button.say(title, time)

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)
