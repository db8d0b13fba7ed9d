"""Styles shown by who is chosen: their twin drawn in each, and their newest picture where there is one."""

from collections.abc import Generator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.domain import styles
from fastface_desktop.app import Desktop
from fastface_desktop.state.style_samples import newest, square
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.widgets.samples import sample
from tests.core.library_help import NOW, person, picture
from tests.desktop.gallery_help import library_of
from tests.desktop.people_room import eventually
from tests.desktop.twin_room import starter_draws


@pytest.fixture(autouse=True, scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with starter_draws(tmp_path_factory.mktemp("pack")):
        yield


def images(desktop: Desktop) -> dict[str, QImage]:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    return {name: tile.image for name, tile in page.form.styles.tiles.items()}


def test_the_twin_is_drawn_in_each_style_and_the_samples_come_back(
    desktop: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    page = desktop.window.pages["create"]
    assert isinstance(page, CreatePage)
    before = images(desktop)
    assert before == {name: sample(f"style-{name}") for name in before}
    page.add_photos([portrait])
    eventually(qtbot, lambda: bool(desktop.style_samples.images))
    drawn = images(desktop)
    assert set(desktop.style_samples.images) == {style.name for style in styles.for_checkpoint(plain=True)}
    assert all(drawn[name] != before[name] for name in drawn)
    assert drawn["ink"] != drawn["photo"]
    # The empty canvas shows them too, and says what is left to do.
    empty = page.pictures.empty
    assert empty.examples.images == [drawn[name] for name in ("watercolor", "oil", "ink")]
    assert empty.credit.text() == "The chosen person in three styles"
    assert empty.text.text() == "Say what the picture shows, and make it."
    # A correction is seen in the styles too.
    desktop.twin.correct(glasses="round")
    eventually(qtbot, lambda: images(desktop)["ink"] != drawn["ink"])
    desktop.session.change(photos=())
    eventually(qtbot, lambda: images(desktop) == before)
    assert empty.credit.text() == "Examples, drawn by the starter"
    assert empty.text.text().startswith("Drop photos")


def test_the_newest_picture_in_each_style_is_taken(idle: Desktop, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(idle.library.opened):
        idle.library.open()
    library = library_of(idle)
    ada, bert = (person(library, tmp_path / name, name).uid for name in ("Ada", "Bert"))
    oil, ink = (style for style in styles.built_in() if style.name in ("oil", "ink"))
    moment = NOW

    def save(prompt: str, uid: str, checkpoint: str, seed: int) -> int:
        nonlocal moment
        moment += timedelta(hours=1)
        made = picture(seed, prompt, checkpoint=checkpoint)
        return library.recorder.save(made, paths.pictures_folder(), moment, person=uid).id

    plain = [style.apply("a person", "", plain=True)[0] for style in (oil, ink)]
    save(plain[0], ada, "starter", 1)
    wanted = save(plain[0], ada, "starter", 2)
    rejected = save(plain[1], ada, "starter", 3)
    library.marks.reject([rejected])
    save(plain[0], bert, "starter", 4)
    save(oil.apply("a person at sea", "hat", plain=False)[0], ada, "hyper-4", 5)
    found = newest(library, ada, True)
    assert list(found) == ["oil"]
    assert newest(library, ada, False).keys() == {"oil"}
    assert newest(library, bert, False) == {}

    (row,) = library.gallery.rows([wanted])
    assert found["oil"] == square(QImage.fromData(library.thumbnails.get(row)))


def test_a_style_is_recognised_whatever_else_was_left_out() -> None:
    for style in styles.built_in():
        for plain in (False, True):
            assert styles.style_of(style.apply("a person in a forest", "hat", plain=plain)[0]) == style
    assert styles.style_of("a person in a forest") is None
