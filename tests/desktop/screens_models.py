"""The states of the page Models, for `screens.py`."""

from pathlib import Path
from typing import TYPE_CHECKING

from fastface_core.models.catalogue import Catalogue
from fastface_core.models.hub.request_log import NetworkLog
from fastface_core.models.own import FOLDER, CustomCheckpoint
from fastface_core.models.store import Store
from fastface_desktop.ui.models.page import ModelsPage

if TYPE_CHECKING:
    from tests.desktop.screens import Walk


class ModelsScreens:
    def __init__(self, walk: "Walk") -> None:
        self.walk = walk

    def go(self) -> None:
        self.walk.window.show_page("models")
        page = self.walk.window.pages["models"]
        assert isinstance(page, ModelsPage)
        self.walk.wait(lambda: bool(page.cards))
        card = page.cards["hyper-4"]
        self.walk.shot("models-01-models")
        card.action.click()
        self.walk.shot("models-02-terms")
        # The walk is offline: the download ends with its sentence.
        card.licence.yes.click()
        self.walk.wait(card.error.isVisible)
        self.walk.shot("models-03-download-refused")
        card.section.set_open(True)
        self.walk.shot("models-04-files-of-a-bundle")
        card.section.set_open(False)
        card.error.clear()
        self._from_this_computer(page)
        self._requests(page)
        page.scroller.verticalScrollBar().setValue(0)
        self.walk.desktop.theme.set_text_scale(2.0)
        self.walk.shot("models-10-largest-text")
        self.walk.desktop.theme.set_text_scale(1.0)
        self.walk.window.resize(1024, 700)
        self.walk.shot("models-11-small-window")
        self.walk.window.resize(self.walk.window.minimumSize())
        self.walk.shot("models-09-smallest-window")

    def _from_this_computer(self, page: ModelsPage) -> None:
        page.scroller.ensureWidgetVisible(page.importing)
        self.walk.shot("models-05-import")
        page.importing.look_into(self._checkpoint())
        self.walk.wait(page.importing.base.isVisible)
        page.scroller.ensureWidgetVisible(page.importing)
        self.walk.shot("models-06-own-checkpoint")
        folder = Store().folder / FOLDER
        folder.mkdir(parents=True)
        base = CustomCheckpoint(
            name="studio", title="Studio Portrait v3", file="studio.safetensors", like="hyper-4", size=6_938_040_682,
            sha256="0" * 64,
        )  # fmt: skip
        (folder / "studio.json").write_text(base.model_dump_json())
        base.path(Store()).write_bytes(b"")
        self.walk.desktop.downloads.look()
        self.walk.wait(lambda: bool(page.own_cards))
        page.importing.look_into(self.walk.photos)
        self.walk.wait(page.importing.error.isVisible)
        page.scroller.ensureWidgetVisible(page.importing)
        self.walk.shot("models-07-own-card-and-nothing-found")

    def _requests(self, page: ModelsPage) -> None:
        log = NetworkLog()
        for component in Catalogue.load().components[:9]:
            for file in component.files[:2]:
                path = f"/{component.repo}/resolve/{component.revision}/{file.path}"
                log.end(log.begin("GET", "localhost:8000", path, f"Download of {component.title}"), 200, file.size)
        page.requests.set_open(True)
        self.walk.wait(lambda: page.log.model.rowCount() > 0)
        self.walk.settle()
        page.scroller.ensureWidgetVisible(page.requests)
        self.walk.shot("models-08-requests")

    def _checkpoint(self) -> Path:
        """A whole checkpoint of a tiny SDXL, whose configurations lie in the models folder."""
        from tests.desktop.models.test_models_files import own_checkpoint

        return own_checkpoint(self.walk.photos / "studio portrait.safetensors")
