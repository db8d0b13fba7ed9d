"""The step "Models": where they are kept, and the bundles to begin with, each with its size and its terms."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fastface_core.errors import FastFaceError
from fastface_desktop.state.downloads import Downloads
from fastface_desktop.state.model_files import ModelFiles
from fastface_desktop.state.models_seen import BundleSeen
from fastface_desktop.ui.inline_error import InlineError
from fastface_desktop.ui.models.bundle_list import BundleList
from fastface_desktop.ui.models.storage_bar import StorageBar
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label

BEGIN_WITH = ("commercial-lightning-4",)
"""Offered beside the recommended one: who sells pictures needs terms that allow it."""


def _to_begin_with(bundle: BundleSeen) -> bool:
    return bundle.recommended or bundle.name in BEGIN_WITH


class ModelsStep(QWidget):
    more_wanted = Signal()
    """All models are to be shown."""

    def __init__(self, downloads: Downloads, files: ModelFiles, theme: Theme) -> None:
        super().__init__()
        self._downloads = downloads
        self.storage = StorageBar(downloads, files, theme)
        self.list = BundleList(downloads, files, theme, _to_begin_with)
        self.error = InlineError(theme)
        self.more_button = button(
            self.tr("All models, and files that are here already"), self.tr("Show the page Models"), "link"
        )
        self.more_button.clicked.connect(self.more_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(
            label(
                self.tr(
                    "The starter model is here and draws small pictures. Good ones need a model that is downloaded "
                    "once and then works without a network."
                ),
                "secondary",
                wrap=True,
            )
        )
        for widget in (self.storage, self.error, self.list):
            column.addWidget(widget)
        column.addWidget(self.more_button, 0, Qt.AlignmentFlag.AlignLeft)
        downloads.failed.connect(self._show_error)

    def shown(self) -> None:
        """The step has come into view."""
        self._downloads.look()

    def _show_error(self, key: str, error: FastFaceError) -> None:
        if not key:
            self.error.show_error(error)
