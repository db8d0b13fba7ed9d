"""Settings, Network: the offline switch, mirror, proxy and token, and where a newer version is found."""

from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.network import NetworkState
from fastface_desktop.state.updates import Updates
from fastface_desktop.ui.preferences.fields import Group, Setting, switch
from fastface_desktop.ui.preferences.section import Section
from fastface_desktop.ui.preferences.updates import UpdatesGroup
from fastface_desktop.ui.shared.network_section import NetworkSection
from fastface_desktop.ui.theme.theme import Theme


class Network(Section):
    def __init__(
        self, downloads: Downloads, network: NetworkState, updates: Updates, language: str, theme: Theme
    ) -> None:
        """`language`: of what is new, "en" or "de"."""
        super().__init__(
            self.tr("Network"),
            self.tr(
                "Photos, pictures and prompts never leave this computer. The network only fetches models, the GPU's"
                " runtime and new versions."
            ),
        )
        self._downloads = downloads
        self.offline = switch(self.tr("Use no network"), self.tr("FastFace then uses no network at all"))
        self.offline.clicked.connect(downloads.set_offline)
        self.offline_setting = Setting(
            self.tr("Offline"),
            self.tr("No connection is opened at all. Downloads wait until it is off again."),
            self.offline,
        )
        self.connection = NetworkSection(network, theme)
        self.updates = UpdatesGroup(updates, language, theme)
        self.add(Group(self.offline_setting), Group(self.connection), self.updates)
        downloads.seen.connect(self._show)
        self._show()

    def shown(self) -> None:
        self._downloads.look()
        self.updates.shown()

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
