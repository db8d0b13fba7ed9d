"""Preferences, Network: the offline switch, mirror, proxy and token, and where a newer version is found."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from fastface_core import __version__
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.shared.network_section import NetworkSection
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.basic import button


class Network(Section):
    def __init__(self, downloads: Downloads, network: NetworkState, updates: str, theme: Theme) -> None:
        """
        Args:
            updates: the address at which newer versions are; empty where the program does not know one.
        """
        super().__init__(
            self.tr("Network"),
            self.tr("Photos, pictures and prompts never leave this computer. The network only fetches models."),
        )
        self._downloads, self._updates = downloads, updates
        self.offline = switch(self.tr("Offline"), self.tr("FastFace then uses no network at all"))
        self.offline.clicked.connect(downloads.set_offline)
        self.offline_setting = Setting(
            self.tr("Offline"),
            self.tr("No connection is opened at all. Downloads wait until it is off again."),
            self.offline,
        )
        self.connection = NetworkSection(network, theme)
        self.updates_button = button(
            self.tr("Open the page"), self.tr("Open the page with newer versions in the browser")
        )
        self.updates_button.clicked.connect(self._open_updates)
        self.updates_setting = Setting(
            self.tr("Updates"),
            self.tr("This is version {version}. FastFace never looks for another one by itself.").format(
                version=__version__
            ),
            self.updates_button if updates else None,
        )
        self.add(Group(self.offline_setting), Group(self.connection), Group(self.updates_setting))
        downloads.seen.connect(self._show)
        self._show()

    def shown(self) -> None:
        self._downloads.look()

    def _show(self) -> None:
        models = self._downloads.models
        self.offline.setEnabled(models is not None and models.offline_forced is None)
        if models is None:
            return
        self.offline.setChecked(models.offline)
        forced = models.offline_forced
        self.offline_setting.say(
            self.tr("The variable {name} keeps FastFace offline").format(name=forced) if forced else ""
        )

    def _open_updates(self) -> None:
        QDesktopServices.openUrl(QUrl(self._updates))
