"""Which model fits this computer, and how that is shown: first what fits, then what is slow, last what does not."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fastface_core.presets import files as preset_files
from fastface_desktop.state.models.fit import Fit, Means, fit
from fastface_desktop.state.models.fitting import Fitting
from fastface_desktop.state.models.views import BundleInfo, look_at_models, starter_size
from fastface_desktop.ui.models.page import ModelsPage
from tests.desktop.models.test_models_page import downloads, make_page, opened
from tests.desktop.models_hub import hub, repositories

__all__ = ["downloads", "hub", "repositories"]

GB = 1_000_000_000
STRONG = Means(graphics=True, graphics_memory=24 * GB, memory=64 * GB, free=500 * GB)
PLAIN = Means(memory=32 * GB, free=500 * GB, speed=5e11)
PRESET = preset_files.find(preset_files.DEFAULT_PRESET)


def bundles() -> dict[str, BundleInfo]:
    return {bundle.name: bundle for bundle in look_at_models().bundles}


def fits(bundle: BundleInfo, means: Means, seconds: float | None = None) -> Fit:
    return fit(bundle, means, PRESET, lambda name: seconds)


def test_a_graphics_card_that_holds_the_weights_fits_and_a_small_one_does_not(home: object) -> None:
    hyper = bundles()["hyper-4"]
    found = fits(hyper, STRONG)
    assert (found.group, found.seconds, found.lacks, found.has) == ("fits", None, "", 24 * GB)
    assert 8 * GB < found.needs < 16 * GB
    # Less memory is enough where encoders wait, and where the UNet comes in parts: that is slow.
    middle, small = (fits(hyper, replace(STRONG, graphics_memory=size * GB)) for size in (12, 6))
    assert middle.group == "fits"
    assert middle.needs < found.needs
    assert (small.group, small.lacks) == ("slow", "")
    tiny = fits(hyper, replace(STRONG, graphics_memory=2 * GB))
    assert (tiny.group, tiny.lacks) == ("no", "memory")
    assert tiny.needs > 2 * GB
    full = fits(hyper, replace(STRONG, free=GB))
    assert (full.group, full.lacks) == ("no", "disk")


def test_without_one_the_time_is_estimated_by_steps_and_size_until_it_was_measured(home: object) -> None:
    found = {name: fits(one, PLAIN) for name, one in bundles().items() if one.sampling is not None}
    times = {name: one.seconds for name, one in found.items()}
    assert all(one.group == "slow" and not one.measured for one in found.values())
    assert times["hyper-4"] is not None
    assert times["hyper-1"] < times["hyper-2"] < times["hyper-4"] < times["hyper-8"] < times["base"]  # type: ignore[operator]
    assert times["turbo"] < times["lcm"]  # type: ignore[operator]
    measured = fits(bundles()["hyper-4"], PLAIN, 4.4)
    assert (measured.group, measured.seconds, measured.measured) == ("fits", 4.4, True)
    assert fits(bundles()["hyper-4"], replace(PLAIN, memory=8 * GB)).lacks == "memory"


def test_what_makes_no_pictures_stands_beside(home: object) -> None:
    assert {name for name, one in bundles().items() if fits(one, STRONG).group == "beside"} == {
        "previews",
        "content-filter",
        "judges",
    }


@pytest.fixture
def page(
    downloads: object, qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> ModelsPage:
    means = request.param
    monkeypatch.setattr(Fitting, "means", property(lambda self: means))
    return opened(make_page(downloads, qapp), qtbot)  # type: ignore[arg-type]


@pytest.mark.parametrize("page", [STRONG], indirect=True)
def test_what_fits_is_shown_as_cards_and_the_recommended_one_is_bright(page: ModelsPage) -> None:
    cards = {name: card for name, card in page.cards.items() if not card.in_row}
    assert set(cards) == {"hyper-4", "commercial-lightning-4"}
    assert page.list.starter.isVisible()
    assert not page.list.starter.in_row
    bright = [name for name, card in page.cards.items() if card.action.property("kind") == "primary"]
    assert bright == ["hyper-4"]
    hyper = cards["hyper-4"]
    assert (hyper.memory.unit.text(), hyper.memory.caption.text()) == ("GB", "of 24 GB graphics memory")
    assert hyper.room.caption.text() == "on disk"
    assert page.cards["lcm"].in_row
    assert page.list.more.isVisible()
    assert not page.list.slow.isVisible()
    assert page.list.beside.isVisible()


@pytest.mark.parametrize("page", [PLAIN], indirect=True)
def test_a_computer_that_is_slow_gets_no_bright_download_and_the_fastest_first(page: ModelsPage) -> None:
    assert all(card.in_row for card in page.cards.values())
    assert [card for card in page.cards.values() if card.action.property("kind") == "primary"] == []
    assert page.list.slow.isVisible()
    rows = [page.list.slow.column.itemAt(place).widget() for place in range(1, page.list.slow.column.count())]  # type: ignore[union-attr]
    seconds = [row.fit.seconds for row in rows]  # type: ignore[union-attr]
    assert seconds == sorted(seconds)
    assert page.cards["hyper-4"] in rows
    assert "about" in page.cards["hyper-4"].time.line.text()
    assert page.cards["hyper-4"].memory.line.text().endswith("of 32 GB")
    assert "no graphics card, 32 GB memory" in page.head.state.text()


@pytest.mark.parametrize("page", [replace(PLAIN, memory=1)], indirect=True)
def test_what_does_not_fit_is_folded_with_its_reason(page: ModelsPage) -> None:
    assert page.list.no.isVisible()
    assert not page.list.no.open
    assert not page.cards["hyper-4"].isVisible()
    assert "of memory" in page.list.no.state.text()
    assert page.list.starter.isVisible()
    page.list.no.set_open(True)
    assert page.cards["hyper-4"].isVisible()


@pytest.mark.parametrize("page", [PLAIN], indirect=True)
def test_the_starter_says_its_true_size(page: ModelsPage) -> None:
    starter = page.list.starter
    assert starter.room.value.text() == f"{starter_size() / 1e6:.1f}"
    assert starter.room.unit.text() == "MB"
    assert starter.ready.isVisible()
    assert not starter.action.isVisible()
    assert len(starter.band.images) == 3
