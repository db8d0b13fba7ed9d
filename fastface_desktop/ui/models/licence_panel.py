"""The terms of a bundle, read and accepted where the download begins."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fastface_core.models.catalogue import Licence
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label, line
from fastface_desktop.ui.widgets.layout import aligned, column
from fastface_desktop.ui.widgets.question import Ask


class LicencePanel(Ask):
    def __init__(self, accept: str = "", tooltip: str = "") -> None:
        """The words of the button that accepts; those for a download, where none are given."""
        super().__init__()
        self.terms: tuple[Licence, ...] = ()
        self.links: list[QWidget] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(Space.S)
        self.build(
            line(),
            label(self.tr("These terms apply"), "strong"),
            self._list,
            Space.XS,
            yes=button(
                accept or self.tr("Accept and download"),
                tooltip or self.tr("Keep with today's date that you accept these terms, and begin"),
            ),
            no=button(self.tr("Not now"), self.tr("Accept nothing, and leave it"), "quiet"),
        )

    def ask(self, terms: Sequence[Licence]) -> None:
        """Shows terms, the ones that forbid commercial use first, and waits for the answer."""
        self.terms = tuple(terms)
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.links = []
        for one in self.terms:
            self._list.addWidget(self._row(one))
        self.open(self.tr("These terms apply"), self.yes)

    def _row(self, licence: Licence) -> QWidget:
        address = QUrl(licence.url)
        title = translated(licence.title)
        link = button(title, self.tr("Read the terms: {address}").format(address=licence.url), "link")
        link.clicked.connect(lambda: QDesktopServices.openUrl(address))
        self.links.append(link)
        row = QWidget()
        column(
            aligned(link, Qt.AlignmentFlag.AlignLeft),
            label(translated(licence.meaning), "secondary", wrap=True),
            of=row,
        )
        return row
