"""The states of the page Models, for `screens.py`."""

from typing import TYPE_CHECKING

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
        card.licence.accept_button.click()
        self.walk.wait(card.error.isVisible)
        self.walk.shot("models-03-download-refused")
        card.section.set_open(True)
        self.walk.shot("models-04-files-of-a-bundle")
        self.walk.window.resize(self.walk.window.minimumSize())
        self.walk.shot("models-05-smallest-window")
