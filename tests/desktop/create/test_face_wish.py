"""The model chosen by what is wanted of its face adapter."""

from fastface_desktop.app import Desktop
from fastface_desktop.ui.create.page import CreatePage


def test_what_is_not_installed_is_said_with_the_way_to_it(idle: Desktop) -> None:
    idle.window.show_page("create")
    page = idle.window.page
    assert isinstance(page, CreatePage)
    page.form.fine.header.click()
    wish = page.form.wish
    assert wish.said.text().startswith("The starter draws")
    wish.choice.setCurrentIndex(wish.choice.findData("pose-from-photo"))
    wish.choice.activated.emit(wish.choice.currentIndex())
    assert "InstantID" in wish.said.text()
    assert wish.models_button.isVisible()
    assert idle.session.values.checkpoint is None
    wish.choice.setCurrentIndex(0)
    wish.choice.activated.emit(0)
    assert not wish.models_button.isVisible()
    wish.choice.setCurrentIndex(wish.choice.findData("most-alike"))
    wish.choice.activated.emit(wish.choice.currentIndex())
    wish.models_button.click()
    assert idle.window.pages.name_of(idle.window.page) == "models"
