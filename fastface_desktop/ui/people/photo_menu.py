"""The menu of a photo: what its details offer, without opening them."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from fastface_desktop.state.people.people import PhotoInfo


class PhotoMenu(QMenu):
    details_wanted = Signal()
    use_chosen = Signal(object)
    """True, False, or None for the coach's word."""
    cover_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, photo: PhotoInfo, *, cover: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.addAction(self.tr("Details")).triggered.connect(self.details_wanted)
        self.cover = self.addAction(self.tr("It is the cover") if cover else self.tr("Make it the cover"))
        self.cover.setEnabled(not cover)
        self.cover.triggered.connect(self.cover_wanted)
        self.addSeparator()
        group = QActionGroup(self)
        chosen = photo.counts if photo.by_hand else None
        for text, value in (
            (self.tr("Used where the verdict is good"), None),
            (self.tr("Use"), True),
            (self.tr("Do not use"), False),
        ):
            action = self.addAction(text)
            action.setCheckable(True)
            action.setChecked(value is chosen)
            action.setData(value)
            group.addAction(action)
        group.triggered.connect(self._chosen)
        self.addSeparator()
        self.addAction(self.tr("Remove")).triggered.connect(self.remove_wanted)

    def _chosen(self, action: object) -> None:
        self.use_chosen.emit(getattr(action, "data", lambda: None)())
