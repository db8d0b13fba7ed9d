"""The sample pictures: shown while there is no picture of the user's own, and missed by nothing where they are gone."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core import paths
from fastface_core.domain import styles
from fastface_desktop.app import Desktop
from fastface_desktop.state.gallery.view import GalleryView
from fastface_desktop.ui.first_run.page import FirstRunPage
from fastface_desktop.ui.gallery.empty import EmptyGallery
from fastface_desktop.ui.theme.theme import Theme
from fastface_desktop.ui.theme.tokens import Radius
from fastface_desktop.ui.widgets import samples
from fastface_desktop.ui.widgets.fan import Fan
from fastface_desktop.ui.widgets.samples import rounded, sample
from fastface_desktop.ui.widgets.style_tiles import StyleTiles


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp, "dark")


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program whose sample pictures are not there."""

    def elsewhere(*parts: str) -> Path:
        return tmp_path.joinpath(*parts)

    monkeypatch.setattr(samples, "resource", elsewhere)


def test_every_sample_can_be_read() -> None:
    files = sorted(paths.resource("samples").glob("*.jpg"))
    assert {"photo", "portrait", *(f"gallery-{number}" for number in range(1, 7))} <= {file.stem for file in files}
    for file in files:
        image = sample(file.stem)
        assert image.width() == image.height() >= 128, file.name


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_a_sample_has_round_corners_and_the_devices_pixels(qapp: QApplication, ratio: float) -> None:
    made = rounded(sample("photo"), 40, Radius.CONTROL, ratio)
    assert made.width() == 40 * ratio
    assert made.devicePixelRatio() == ratio
    image = made.toImage()
    assert image.pixelColor(0, 0).alpha() == 0
    assert image.pixelColor(image.width() // 2, 0).alpha() == 255


def test_a_fan_keeps_its_place_in_a_narrow_window(qtbot: QtBot, theme: Theme) -> None:
    fan = Fan(["gallery-2", "gallery-1", "gallery-3"], "three people", theme)
    qtbot.addWidget(fan)
    fan.resize(300, 140)
    fan.show()
    qtbot.waitExposed(fan)
    assert fan.minimumSizeHint().width() <= 300
    assert fan.accessibleName() == "three people"
    shown = fan.grab().toImage()
    middle = [shown.pixelColor(x, shown.height() // 2) for x in range(shown.width())]
    # All of it, and not beyond the edges.
    assert middle[0] == middle[-1]
    assert sum(colour != middle[0] for colour in middle) > 200


def test_the_first_run_shows_what_becomes_of_a_photo(idle: Desktop, portrait: Path) -> None:
    idle.pages.show_first_run()
    page = idle.window.page
    assert isinstance(page, FirstRunPage)
    assert page.pair.isVisible()
    page.add([portrait])
    assert not page.pair.isVisible()


def test_the_gallery_shows_examples_only_where_there_is_no_picture_at_all(qtbot: QtBot, theme: Theme) -> None:
    empty = EmptyGallery(theme)
    qtbot.addWidget(empty)
    empty.explain(GalleryView())
    assert not empty.examples.isHidden()
    assert empty.icon.isHidden()
    for view in (GalleryView(text="forest"), GalleryView(place="trash"), GalleryView(place="duplicates")):
        empty.explain(view)
        assert empty.examples.isHidden()
        assert not empty.icon.isHidden()


def test_styles_have_samples_of_the_model_that_draws_them(qtbot: QtBot, theme: Theme) -> None:
    tiles = StyleTiles(theme)
    qtbot.addWidget(tiles)
    offered = styles.for_checkpoint(plain=True)
    tiles.offer(offered, plain=True)
    assert not any(tile.image.isNull() for tile in tiles.tiles.values())
    tiles.offer(offered, plain=False)
    assert all(tile.image.isNull() for tile in tiles.tiles.values())


@pytest.mark.usefixtures("gone")
def test_without_samples_nothing_shows_and_nothing_breaks(qtbot: QtBot, theme: Theme) -> None:
    empty, tiles = EmptyGallery(theme), StyleTiles(theme)
    for widget in (empty, tiles):
        qtbot.addWidget(widget)
    empty.explain(GalleryView())
    assert empty.examples.isHidden()
    empty.show()
    qtbot.waitExposed(empty)
    tiles.offer(styles.for_checkpoint(plain=True), plain=True)
    assert all(tile.image.isNull() for tile in tiles.tiles.values())
    tiles.show()
    qtbot.waitExposed(tiles)
