"""The drive that the models lie on: what they take, what is free, and where the folder is."""

from PySide6.QtCore import QLocale, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar

from fastface_desktop.state.downloads import ModelsSeen
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import Card, ElidedLabel, button, label, restyle

_BAR = 1000
_NEARLY_FULL = 0.95


def size_text(count: int) -> str:
    """Bytes for people, with the decimal point of their language: "5.1 GB"."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


class StorageBar(Card):
    def __init__(self) -> None:
        super().__init__()
        self.words = label(role="strong")
        self.folder = ElidedLabel(role="secondary", mode=Qt.TextElideMode.ElideMiddle)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, _BAR)
        self.bar.setAccessibleName(self.tr("How full the drive is"))
        self.open_button = button(self.tr("Show folder"), self.tr("Open the folder of the models"), "link")
        self.open_button.clicked.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.folder, 1)
        row.addWidget(self.open_button)
        self.column.addWidget(self.words)
        self.column.addWidget(self.bar)
        self.column.addLayout(row)
        self._path = ""
        self.hide()

    def show_models(self, models: ModelsSeen) -> None:
        self._path = str(models.folder)
        self.folder.setText(self._path)
        self.open_button.setVisible(models.folder.is_dir())
        if models.drive:
            full = 1 - models.free / models.drive
            self.bar.setValue(round(full * _BAR))
            restyle(self.bar, "kind", "full" if full > _NEARLY_FULL else "calm")
            words = self.tr("Models: {used}. Free on this drive: {free} of {drive}.").format(
                used=size_text(models.used), free=size_text(models.free), drive=size_text(models.drive)
            )
        else:
            words = self.tr("The drive of this folder is not there.")
        self.words.setText(words)
        self.bar.setVisible(bool(models.drive))
        self.setAccessibleName(words)
        self.show()

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self._path))
