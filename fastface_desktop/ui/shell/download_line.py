"""The download in the status bar: its progress, that it failed, and a link to the page Models."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QSizePolicy, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.translation import translated
from fastface_desktop.ui.theme import icons
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Size
from fastface_desktop.ui.widgets.basic import button, restyle
from fastface_desktop.ui.widgets.duration import duration

if TYPE_CHECKING:  # made when somebody first needs it
    from fastface_desktop.state.models.downloads import Downloads

_PARTS = 1000
_KINDS = ("download", "repair")


class DownloadLine(QWidget):
    """Hidden while nothing is downloaded and nothing failed."""

    models_wanted = Signal()
    changed = Signal()
    """It was shown or hidden."""
    ready = Signal(str)
    """The title of a bundle that was downloaded and can be used."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._downloads: Downloads | None = None
        self._failed: tuple[str, FastFaceError] | None = None
        self.text = QPushButton()
        self.text.setAccessibleName(self.tr("Download"))
        self.text.setProperty("kind", "status")
        self.text.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.text.setToolTip(self.tr("Show the page Models"))
        self._icon = icons.bind(self.text, "down", theme, "secondary", size=Size.ICON_TEXT)
        self.text.clicked.connect(self._open)
        self.bar = QProgressBar()
        self.bar.setRange(0, _PARTS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Progress of the download"))
        self.again_button = button(self.tr("Try again"), self.tr("Go on with the download"), "status")
        self.again_button.clicked.connect(self._again)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.text)
        row.addWidget(self.bar)
        row.addWidget(self.again_button)
        theme.changed.connect(self._fit)
        self._fit()
        self.hide()

    def _fit(self) -> None:
        self.bar.setFixedWidth(self._theme.px(Size.BAR))

    @property
    def active(self) -> bool:
        """Whether something is being downloaded, or failed."""
        return not self.isHidden()

    def watch(self, downloads: "Downloads") -> None:
        """Shows these downloads."""
        self._downloads = downloads
        downloads.work_changed.connect(self._show)
        downloads.failed.connect(self._fail)
        downloads.installed.connect(self._installed)
        downloads.seen.connect(self._show)
        self._show()

    def read(self) -> None:
        """Clears a failure: the page Models, which shows it too, was opened."""
        if self._failed is not None:
            self._failed = None
            self._show()

    def _title(self, key: str) -> str:
        models = self._downloads.models if self._downloads is not None else None
        titles = {bundle.name: bundle.title for bundle in models.bundles} if models is not None else {}
        return translated(titles.get(key, key))

    def _show(self, key: str = "") -> None:
        if self._downloads is None:
            return
        before = self.active
        work = next((one for one in self._downloads.works() if one.kind in _KINDS), None)
        if work is not None:
            # What is tried again has not failed.
            if self._failed is not None and self._failed[0] == work.key:
                self._failed = None
            parts = [self._title(work.key)]
            if work.total:
                parts.append(f"{self.locale().toString(100 * work.done // work.total)} %")
            if work.seconds_left is not None:
                parts.append(self.tr("{time} left").format(time=duration(work.seconds_left)))
            self._say("down", "secondary", " · ".join(parts))
            self.bar.setValue(round(_PARTS * work.done / work.total) if work.total else 0)
        elif self._failed is not None:
            name, error = self._failed
            text = self.tr("{name} could not be fetched").format(name=self._title(name))
            self._say("error", "bad", text)
            self.text.setToolTip(f"{translated(error.message)} {translated(error.hint)}")
        self.bar.setVisible(work is not None)
        self.again_button.setVisible(work is None)
        self.setVisible(work is not None or self._failed is not None)
        if before != self.active:
            self.changed.emit()

    def _say(self, icon: str, tone: str, text: str) -> None:
        self._icon.show(icon, tone)
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.text.setToolTip(self.tr("Show the page Models"))
        restyle(self.text, "tone", tone if tone == "bad" else "")

    def _fail(self, key: str, error: FastFaceError) -> None:
        # The folder as a whole, and what is no download, are shown on their page.
        if self._downloads is not None and key and self._downloads.wanted(key):
            self._failed = key, error
            self._show()

    def _installed(self, key: str) -> None:
        self.ready.emit(self._title(key))

    def _open(self) -> None:
        self.models_wanted.emit()

    def _again(self) -> None:
        if self._downloads is not None and self._failed is not None:
            key, self._failed = self._failed[0], None
            self._downloads.download(key)
            self._show()
