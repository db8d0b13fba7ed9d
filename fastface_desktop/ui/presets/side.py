"""The side of the page Presets: which there are, and what can be done with the one that is chosen."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout

from fastface_desktop.state.presets.editor import PresetEditor
from fastface_desktop.state.presets.presets import Presets
from fastface_desktop.ui.presets.preset_list import PresetList
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import button, label


class Side(QFrame):
    def __init__(self, presets: Presets, editor: PresetEditor, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "controls")
        self.list = PresetList(presets, editor, theme)
        self.import_button = button(
            self.tr("Import"),
            self.tr("Take a preset over from a file: this program's, the FastFace authors', or a picture"),
        )
        self.more_button = button(self.tr("More"), self.tr("Compare, default, rename, export, delete"), "quiet")
        menu = QMenu(self.more_button)
        self.compare = menu.addAction(self.tr("Compare its settings"))
        self.default = menu.addAction(self.tr("Begin new pictures with it"))
        self.rename = menu.addAction(self.tr("Rename"))
        self.export = menu.addAction(self.tr("Export as a file"))
        menu.addSeparator()
        self.delete = menu.addAction(self.tr("Delete"))
        self.more_button.setMenu(menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.L, Space.S, Space.M)
        column.setSpacing(Space.S)
        title = label(self.tr("Presets"), "title")
        title.setContentsMargins(Space.S, 0, 0, 0)
        column.addWidget(title)
        column.addWidget(self.list, 1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.S)
        foot.addWidget(self.import_button, 1)
        foot.addWidget(self.more_button, 1)
        column.addLayout(foot)
