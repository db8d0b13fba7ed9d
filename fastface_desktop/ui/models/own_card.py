"""A base of the user's own: its size, what is known of its terms, what it is used with."""

from PySide6.QtCore import Signal

from fastface_core.errors import FastFaceError
from fastface_core.models.disk.maintenance import Removal
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.views import OwnInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.models.card_head import card_head
from fastface_desktop.ui.shared.work_line import WorkLine
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, button, label, restyle
from fastface_desktop.ui.widgets.inline_error import InlineError
from fastface_desktop.ui.widgets.question import Question
from fastface_desktop.ui.widgets.sizes import size_text


class OwnCard(Card):
    opened = Signal()

    def __init__(self, base: OwnInfo, downloads: Downloads, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self.base = base
        self._downloads = downloads
        self._removal: Removal | None = None
        self.title = label(base.title, "heading", wrap=True)
        self.use = label(role="secondary", wrap=True)
        self.bytes = label()
        self.badge = label()
        self.badge.setToolTip(self.tr("What was said of its terms when it was imported"))
        self.remove_button = button(self.tr("Remove…"), self.tr("Say first what removing it means"))
        self.remove_button.setAccessibleName(self.tr("Remove: {name}").format(name=base.title))
        self.remove_button.clicked.connect(self._plan)
        self.work = WorkLine(self.tr("Progress of {name}").format(name=base.title), can_stop=False)
        self.question = Question(
            self.tr("Remove"), self.tr("Delete this file"), self.tr("Keep"), self.tr("Delete nothing")
        )
        self.question.agreed.connect(self._remove)
        self.error = InlineError(theme)
        self.column.addLayout(card_head(self.title, self.use, (self.bytes, self.badge), self.remove_button))
        for widget in (self.work, self.question, self.error):
            self.column.addWidget(widget)
        self.setAccessibleName(base.title)
        self.show_base(base)

    def show_base(self, base: OwnInfo) -> None:
        """How it lies on the disk now."""
        self.base = base
        like = translated(base.like)
        if not base.there:
            text = self.tr("Its file is gone. Remove it here, or import it again.")
        elif base.complete:
            text = self.tr("A checkpoint of your own, used with the other parts of {title}.").format(title=like)
        else:
            text = self.tr("A checkpoint of your own. It waits for the other parts of {title}: download them.").format(
                title=like
            )
        self.use.setText(text)
        restyle(self.use, "role", "secondary" if base.there and base.complete else "warn")
        self.bytes.setText(size_text(base.size))
        said = {
            None: (self.tr("Licence not known"), "warn"),
            True: (self.tr("Commercial use: yes, as you said"), "good"),
            False: (self.tr("Commercial use: no, as you said"), "warn"),
        }
        text, role = said[base.commercial_use]
        self.badge.setText(text)
        restyle(self.badge, "role", role)
        self.show_work()

    def show_work(self) -> None:
        work = self._downloads.work(self.base.name)
        self.work.show_work(work)
        self.remove_button.setEnabled(work is None)

    def show_error(self, error: FastFaceError) -> None:
        self.error.show_error(error)

    def _plan(self) -> None:
        self.error.clear()
        self._downloads.plan_removal(self.base.name)

    def ask_removal(self, removal: Removal) -> None:
        """Says what removing means, and waits for the answer."""
        self._removal = removal
        self.question.ask(
            self.tr("This frees {size}. The file that it was imported from stays where it is.").format(
                size=size_text(removal.size)
            )
        )
        self.opened.emit()

    def _remove(self) -> None:
        if self._removal is not None:
            self._downloads.remove(self.base.name, self._removal)
