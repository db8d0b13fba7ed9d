"""The side of the page Presets: which there are, and what can be done with the one that is chosen."""

from PySide6.QtWidgets import QFrame, QMenu

from fastface_desktop.state.presets.work import PresetWork
from fastface_desktop.ui.presets.preset_list import PresetList
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Space
from fastface_desktop.ui.widgets.basic import IconButton
from fastface_desktop.ui.widgets.layout import column, filling
from fastface_desktop.ui.widgets.page_head import PageHead


class Side(QFrame):
    def __init__(self, work: PresetWork, theme: Theme) -> None:
        super().__init__()
        self.setProperty("kind", "controls")
        self.list = PresetList(work, theme)
        self.import_button = IconButton(
            "plus",
            self.tr("Take a preset over from a file: this program's, the FastFace authors', or a picture"),
            theme,
        )
        self.more_button = IconButton("more", self.tr("Compare, default, rename, export, delete"), theme)
        menu = QMenu(self.more_button)
        self.compare = menu.addAction(self.tr("Compare its settings"))
        self.default = menu.addAction(self.tr("Begin new pictures with it"))
        self.copy = menu.addAction(self.tr("Make a copy"))
        self.rename = menu.addAction(self.tr("Rename"))
        self.export = menu.addAction(self.tr("Export as a file"))
        menu.addSeparator()
        self.delete = menu.addAction(self.tr("Delete"))
        self.more_button.setMenu(menu)
        self.more_button.setPopupMode(IconButton.ToolButtonPopupMode.InstantPopup)
        self.head = PageHead(self.tr("Presets"), theme)
        self.head.row.setContentsMargins(Space.XL, 0, Space.S, 0)
        self.head.add(self.import_button)
        self.head.add(self.more_button)
        column(self.head, filling(self.list), margins=(0, 0, 0, Space.M), of=self)
