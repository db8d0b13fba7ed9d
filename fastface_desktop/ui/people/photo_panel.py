"""One photo of a person: its faces, what the coach says of it, and what can be done with it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from fastface_desktop.state.people.people import PhotoInfo
from fastface_desktop.translation import translated
from fastface_desktop.ui.shared import people_words as words
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, IconButton, button, label
from fastface_desktop.ui.widgets.face_view import FaceView
from fastface_desktop.ui.widgets.flow import FlowLayout, flexible
from fastface_desktop.ui.widgets.inline_error import IconLabel
from fastface_desktop.ui.widgets.layout import REST, aligned, column, filling, row
from fastface_desktop.ui.widgets.segments import Segments
from fastface_desktop.values import PhotoReport

_NARROW, _WIDE = 280, 540
"""Pixels: the least width, and the width from which on photo and words stand side by side."""
_ICONS = {"good": "check", "warn": "warning", "bad": "error", "secondary": "search"}


class PhotoPanel(Card):
    use_chosen = Signal(object)
    """True, False, or None for the coach's word."""
    face_chosen = Signal(int)
    cover_wanted = Signal()
    remove_wanted = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(margin=Space.L)
        self._theme = theme
        self.view = FaceView(theme)
        self.view.setMinimumWidth(theme.px(220))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.view.face_chosen.connect(self.face_chosen)
        self.icon = IconLabel("search", "secondary", theme)
        self.title = label(role="strong", wrap=True)
        self.reason = label(role="secondary", wrap=True)
        self.faces = label(role="secondary", wrap=True)
        self.use = Segments(
            (
                ("auto", "sparkle", self.tr("Automatic"), self.tr("Used where the verdict is good")),
                ("yes", "check", self.tr("Use"), self.tr("Use this photo whatever the verdict says")),
                ("no", "close", self.tr("Do not use"), self.tr("Keep this photo, and do not use it")),
            ),
            self.tr("Whether this photo is used"),
            theme,
        )
        self.use.chosen.connect(self._use_chosen)
        self.cover_button = button(self.tr("Make it the cover"), self.tr("Let this photo stand for the person"))
        self.cover_button.clicked.connect(self.cover_wanted)
        self.remove_button = button(self.tr("Remove"), self.tr("Erase this photo from the library (Delete)"))
        self.remove_button.clicked.connect(self.remove_wanted)
        self.close_button = IconButton("close", self.tr("Close the details of this photo"), theme)
        self.close_button.clicked.connect(self.closed)
        self._build()
        self.setAccessibleName(self.tr("Details of the photo"))

    def _build(self) -> None:
        head = row(
            aligned(self.icon, Qt.AlignmentFlag.AlignVCenter), filling(self.title), self.close_button, gap=Space.S
        )
        buttons = flexible(QWidget())
        flow = FlowLayout(buttons, Space.S)
        flow.addWidget(self.cover_button)
        flow.addWidget(self.remove_button)
        self._row = QHBoxLayout()
        self._row.setSpacing(Space.L)
        self._row.addWidget(self.view, 2, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(column(head, self.reason, self.faces, REST, self.use, buttons, gap=Space.S), 3)
        self.column.addLayout(self._row)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        beside = event.size().width() >= self._theme.px(_WIDE)
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def minimumSizeHint(self) -> QSize:
        # Narrow, the photo is above the words.
        return QSize(_NARROW, super().minimumSizeHint().height())

    def show_photo(self, photo: PhotoInfo, image: QImage, report: PhotoReport | None, *, cover: bool) -> None:
        """Args:
        image: shown until there is a report, which has the photo in whole with all faces.
        """
        tone = words.tone(photo)
        self.icon.show_icon(_ICONS[tone], tone)
        self.title.setText(f"{words.all_faults(photo)} · {words.whether_used(photo)}")
        reasons = " ".join(translated(reason) for reason in photo.reasons)
        self.reason.setText(reasons or self.tr("Nothing is known of this photo yet."))
        several = photo.faces_found > 1
        self.faces.setVisible(several)
        if several:
            text = self.tr("{count} faces are in this photo. Click the one that is meant.")
            self.faces.setText(text.format(count=photo.faces_found))
        if report is not None and not report.thumbnail.isNull():
            self.view.show_photo(report.thumbnail, report.faces, photo.face)
        else:
            self.view.show_photo(image, (), None)
        self.use.choose("auto" if not photo.by_hand else "yes" if photo.counts else "no")
        self.cover_button.setEnabled(not cover)
        self.cover_button.setText(self.tr("It is the cover") if cover else self.tr("Make it the cover"))

    def _use_chosen(self, value: str) -> None:
        self.use_chosen.emit({"auto": None, "yes": True, "no": False}[value])
