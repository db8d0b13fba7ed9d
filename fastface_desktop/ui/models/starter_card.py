"""The starter among the models: it is on board, and works on every computer."""

from fastface_core.models import installed
from fastface_desktop.state.models.downloads import Downloads
from fastface_desktop.state.models.views import BundleInfo, starter_size
from fastface_desktop.ui.models.bundle_card import BundleCard
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.widgets.samples import sample

_SAMPLES = ("style-watercolor", "style-pop-art", "style-ink")


class StarterCard(BundleCard):
    """As the others, but nothing can be fetched, verified or removed."""

    def __init__(self, downloads: Downloads, theme: Theme) -> None:
        size = starter_size()
        bundle = BundleInfo(
            name=installed.STARTER,
            title="Starter",
            purpose="Drawn portraits. Works on every computer, without a network.",
            recommended=False,
            checkpoint=True,
            state="ready",
            begun=True,
            size=size,
            missing=0,
            commercial_use=True,
            terms=(),
            open_terms=(),
            components=(),
        )
        super().__init__(bundle, downloads, theme, [sample(name) for name in _SAMPLES])
        self.title.setText(self.tr("Starter"))
        self.purpose.setText(self.tr("Drawn portraits. Works on every computer, without a network."))
        self.setAccessibleName(self.title.text())
        self.more_button.hide()
