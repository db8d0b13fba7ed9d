"""The page Presets with the engine: what was dragged is in the picture, and what it does is shown."""

from pathlib import Path

import numpy as np
from PIL import Image
from pytestqt.qtbot import QtBot

from fastface_core.library.metadata import read_recipe
from fastface_core.presets import files as preset_files
from fastface_desktop.app import Desktop
from fastface_desktop.state.jobs.queue import JobStatus
from fastface_desktop.ui.create.page import CreatePage
from fastface_desktop.ui.presets.page import PresetsPage
from tests.desktop.conftest import PATIENCE
from tests.desktop.presets.test_presets_page import (
    WORK,
    drag,
    dropped,
    opened,
    own_copy,
    pick,
    save,
    settings,
)

_SEED = 11


def ready(desktop: Desktop, portrait: Path, qtbot: QtBot) -> CreatePage:
    """Create shows a person who agreed, and wants something small."""
    create = desktop.window.pages["create"]
    assert isinstance(create, CreatePage)
    create.add_photos([portrait])
    desktop.session.change(
        prompt="a person, smiling",
        aspect="exact",
        width=64,
        height=64,
        seed=_SEED,
        seed_locked=True,
        checkpoint="starter",
    )
    qtbot.waitUntil(lambda: desktop.chosen_photos.report(portrait) is not None, timeout=PATIENCE)
    desktop.consents.give(desktop.chosen_photos.consent_keys(), [portrait])
    assert desktop.permission.holds_for_chosen()
    return create


def made(desktop: Desktop, create: CreatePage, qtbot: QtBot) -> Path:
    """The file of the one picture that Create makes now."""
    create.generate()
    job = desktop.queue.jobs()[-1].id

    def ended() -> bool:
        found = desktop.queue.job(job)
        return found is not None and found.ended

    qtbot.waitUntil(ended, timeout=PATIENCE)
    found = desktop.queue.job(job)
    assert found is not None
    assert found.status == JobStatus.done, found.error
    return found.pictures[0].path


def pixels(file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB"))


def test_what_was_dragged_is_in_the_picture_and_its_file_makes_the_same_pixels_elsewhere(
    desktop: Desktop, portrait: Path, qtbot: QtBot, tmp_path: Path
) -> None:
    create = ready(desktop, portrait, qtbot)
    page = opened(desktop, qtbot)
    name = own_copy(page, qtbot, "decoupled-guidance").name
    needs = page.guidance.table.needs[0].text()
    drag(page, "identity_weight", 0, 2.0)
    drag(page, "text_weight", 2, 1.5)
    assert page.guidance.table.needs[0].text() != needs
    save(page, qtbot)
    page.use()
    first = made(desktop, create, qtbot)
    recipe = read_recipe(first)
    assert recipe.preset == preset_files.find(name)
    assert recipe.preset.guidance.identity_weight == (2.0, 1.5, 1.5, 1.0)
    assert recipe.preset.guidance.text_weight == (1.0, 3.0, 1.5, 1.0)
    assert recipe.steps == 4
    assert page.guidance.cost.text().count("about") == 1  # what it took was learned

    # As on a clean profile: the preset is known from its file alone.
    file = tmp_path / "dragged.json"
    with qtbot.waitSignal(page.presets.exported, timeout=WORK):
        page.presets.export(page.editor.saved, file)
    saved = page.editor.saved
    with qtbot.waitSignal(page.presets.removed, timeout=WORK):
        page.delete()
    assert preset_files.own() == {}
    page.take(dropped(file))
    qtbot.waitUntil(lambda: preset_files.own() == {name: saved}, timeout=WORK)
    page.presets.use(name)
    second = made(desktop, create, qtbot)
    assert second != first
    assert np.array_equal(pixels(first), pixels(second))


def test_before_and_after_follow_the_edit_and_nothing_of_them_is_kept(
    desktop: Desktop, portrait: Path, qtbot: QtBot
) -> None:
    page = opened(desktop, qtbot)
    page.effect.comparison.switch.click()
    assert page.effect.comparison.error.isVisible()  # no photo yet
    create = ready(desktop, portrait, qtbot)
    desktop.window.show_page("create")  # where the question of permission is answered
    desktop.window.show_page("presets")
    effect = page.trials
    qtbot.waitUntil(lambda: not effect.busy and len(effect.pictures) == 2, timeout=PATIENCE)
    before, after = effect.pictures["before"], effect.pictures["after"]
    assert before.recipe.seed == after.recipe.seed
    assert settings(after.recipe.preset) == settings(page.editor.draft)
    assert before.recipe.preset.attention is None
    assert before.image != after.image
    assert not page.effect.comparison.error.isVisible()
    assert create.pictures is not None
    assert desktop.queue.jobs() == ()
    assert list((Path(str(portrait)).parent / "home").rglob("*.png")) == []

    # A newer change stops what runs, and what was made is not made again.
    own_copy(page, qtbot, page.editor.name)
    drag(page, "identity_weight", 1, 2.5)
    qtbot.waitUntil(lambda: effect.side == "after", timeout=PATIENCE)
    drag(page, "identity_weight", 1, 0.5)
    qtbot.waitUntil(lambda: not effect.busy, timeout=PATIENCE)
    assert effect.pictures["before"] is before
    assert settings(effect.pictures["after"].recipe.preset) == settings(page.editor.draft)
    page.undo()
    page.undo()
    qtbot.waitUntil(lambda: not effect.busy, timeout=PATIENCE)
    assert effect.pictures["after"] is after

    # Against what is saved: the same preset, the same picture.
    pick(page.effect.comparison.against, "saved")
    qtbot.waitUntil(lambda: not effect.busy, timeout=PATIENCE)
    assert effect.pictures["before"] is after
    _look_at_the_map(page, effect.pictures["after"].maps)
    page.effect.comparison.switch.click()
    assert not effect.on


def _look_at_the_map(page: PresetsPage, maps: object) -> None:
    """The overlay shows just the chosen entries of the maps."""
    overlay = page.effect.overlay
    overlay.choices.click()
    assert overlay.isVisible()
    assert overlay.maps is maps
    assert overlay.block.count() == len(overlay.maps.blocks)  # type: ignore[union-attr]
    assert overlay.step.count() == 4
    pick(overlay.step, 1)
    pick(overlay.token, 2)
    block = overlay.block.currentData()
    for moment in ("before", "after"):
        overlay.moment.buttons[moment].click()
        shown = overlay.view.values
        assert shown is not None
        expected = maps.at(moment, block, 1)[..., 2]  # type: ignore[attr-defined]
        assert np.array_equal(shown, expected)
    opaque = overlay.view.grab().toImage()
    overlay.opacity.setValue(0)
    assert overlay.view.grab().toImage() != opaque


def test_a_person_who_was_not_asked_about_is_not_drawn(desktop: Desktop, portrait: Path, qtbot: QtBot) -> None:
    create = desktop.window.pages["create"]
    assert isinstance(create, CreatePage)
    create.add_photos([portrait])
    desktop.session.change(prompt="a person")
    page = opened(desktop, qtbot)
    page.effect.comparison.switch.click()
    assert page.effect.comparison.error.isVisible()
    assert "agreed" in page.effect.comparison.error.message.text()
    assert not page.trials.busy
