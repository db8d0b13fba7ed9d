"""Comparisons as plain values: axes, cells, what is left to make, colours, sheet and table."""

import csv
import io
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pydantic import ValidationError

from fastface_core.compare import parse as words
from fastface_core.compare import records, sheet, table
from fastface_core.compare.axes import TITLES, NumberAxis, PresetAxis, TextAxis
from fastface_core.compare.cells import as_preset
from fastface_core.compare.grid import Grid, Shot, left_to_make
from fastface_core.compare.heat import Heat, colour_at, ink_on
from fastface_core.compare.made import Made
from fastface_core.domain.checkpoints import Sampling, sampling_of
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.plan import Plan
from fastface_core.domain.presets import Attention, PerPart, Preset, Softmask, value_at
from fastface_core.domain.request import PortraitRequest, Recipe, RecipePhoto
from fastface_core.errors import PhotoError, SettingsError
from fastface_core.presets import files as preset_files

PRESETS = preset_files.built_in()


def sampling(name: str) -> Sampling:
    """Hyper-SD for 4 steps, and LCM with its own guidance scale."""
    return sampling_of("lcm") if name == "lcm" else sampling_of("hyper", 4)


def grid(columns: str, rows: str | None = None, **changes: Any) -> Grid:
    fields: dict[str, Any] = {"prompt": "a cat", "preset": PRESETS["fastface-scheduled-softmask"]}
    axes = {
        "columns": words.axis(columns, preset_files.find),
        "rows": words.axis(rows, preset_files.find) if rows else None,
    }
    return Grid.model_validate({**fields, "checkpoint": "hyper-4", "seeds": (3,), **changes, **axes})


def presets(columns: str, **changes: Any) -> list[Preset]:
    return [shot.request.preset for shot in grid(columns, **changes).shots(sampling)]


def recipe(shot: Shot, photos: tuple[str, ...] = ("a" * 64,)) -> Recipe:
    return Recipe(
        program="FastFace",
        prompt=shot.request.prompt,
        negative_prompt=shot.request.negative_prompt,
        preset=shot.request.preset,
        checkpoint=shot.checkpoint,
        scheduler=shot.plan.scheduler,
        steps=shot.plan.steps,
        seed=shot.request.seed,
        width=shot.plan.width,
        height=shot.plan.height,
        photos=tuple(RecipePhoto(sha256=one, face=1) for one in photos),
        device="CPU",
        dtype="float32",
    )


# ---- Axes


def test_a_number_takes_its_values() -> None:
    assert [one.adapter_strength for one in presets("adapter_strength=0.4,0.8")] == [0.4, 0.8]
    assert [one.lora_strength for one in presets("lora-strength = 0 .. 1 / 3")] == [0, 0.5, 1]
    assert [one.guidance.rescale for one in presets("rescale=0..0.3/4")] == [0, 0.1, 0.2, 0.3]
    adain = [one.attention.adain for one in presets("adain=0,1") if one.attention]
    assert adain == [0, 1]


def test_a_weight_changes_in_all_steps_or_in_one() -> None:
    whole, _ = presets("identity_weight=2,3")
    assert (whole.guidance.identity_weight, whole.guidance.text_weight) == (2, (1, 3, 3, 1))
    (one,) = presets("text_weight@2=5")
    assert one.guidance.text_weight == (1, 5, 3, 1)
    assert one.guidance.identity_weight == (1, 1.5, 1.5, 1)


def test_weights_that_are_the_checkpoints_begin_at_its_scale() -> None:
    (one,) = presets("identity_weight@1=2", preset=PRESETS["baseline"], checkpoint="lcm")
    assert one.guidance.identity_weight == (2, 1.5, 1.5, 1.5)
    assert one.guidance.text_weight == 1.5


def test_a_transforms_value_changes_in_its_part_and_step() -> None:
    (one,) = presets("exponent.up@3=2", preset=PRESETS["scale-power"])
    assert one.attention is not None
    exponent = one.attention.transforms[0].exponent  # type: ignore[union-attr]
    assert [value_at(exponent, "up", step, 4) for step in range(4)] == [1.3, 1.3, 2, 1.3]
    assert [value_at(exponent, "down", step, 4) for step in range(4)] == [1.3] * 4
    (other,) = presets("sharpness@1=9")
    assert other.attention is not None
    assert other.attention.transforms[0] == Softmask(sharpness=(9, 5, 5, 5), quantile=0.65)
    (parts,) = presets("factor@1=7", preset=PRESETS["scale-power"])
    assert parts.attention is not None
    factor = parts.attention.transforms[1].factor  # type: ignore[union-attr]
    assert isinstance(factor, PerPart)
    assert [value_at(factor, part, 0, 4) for part in ("down", "mid", "up")] == [7, 7, 7]
    assert [value_at(factor, part, 1, 4) for part in ("down", "mid", "up")] == [1.55, 1, 1.45]


def test_an_absent_quantile_begins_with_the_value() -> None:
    constant = Attention(transforms=(Softmask(quantile=None),))
    own = preset_files.changed(PRESETS["baseline"], {"attention": constant})
    (one,) = presets("quantile=0.3", preset=own)
    assert one.attention is not None
    assert one.attention.transforms[0].quantile == 0.3  # type: ignore[union-attr]


def test_what_is_chosen_or_written_takes_its_values() -> None:
    assert [shot.request.prompt for shot in grid("prompt=a cat, sitting | a dog").shots(sampling)] == [
        "a cat, sitting",
        "a dog",
    ]
    sizes = [(shot.plan.width, shot.plan.height) for shot in grid("size=512x512, 832x1216").shots(sampling)]
    assert sizes == [(512, 512), (832, 1216)]
    assert [shot.plan.steps for shot in grid("steps=1,2,8").shots(sampling)] == [1, 2, 8]
    assert [shot.plan.scheduler for shot in grid("scheduler=ddim,tcd").shots(sampling)] == ["ddim", "tcd"]
    assert [shot.checkpoint for shot in grid("checkpoint=lcm,hyper-4").shots(sampling)] == ["lcm", "hyper-4"]
    assert [one.name for one in presets("preset=baseline|scale-power")] == ["baseline", "scale-power"]


def test_a_presets_checkpoint_comes_with_it_unless_checkpoints_are_compared() -> None:
    own = preset_files.changed(PRESETS["baseline"], {"checkpoint": "lcm"})
    axis = PresetAxis(values=(PRESETS["baseline"], own))
    both = grid("steps=4").model_copy(update={"columns": axis, "rows": None})
    assert [shot.checkpoint for shot in both.shots(sampling)] == ["hyper-4", "lcm"]
    rows = TextAxis(setting="checkpoint", values=("hyper-4",))
    assert {shot.checkpoint for shot in both.model_copy(update={"rows": rows}).shots(sampling)} == {"hyper-4"}


def test_a_number_is_set_after_the_preset_whatever_their_order() -> None:
    for columns, rows in (("preset=baseline,scale-power", "rescale=0.5"), ("rescale=0.5", "preset=scale-power")):
        assert {shot.request.preset.guidance.rescale for shot in grid(columns, rows).shots(sampling)} == {0.5}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("adapter_strength", "names no setting"),
        ("=1,2", "names no setting"),
        ("speed=1,2", "no setting that can be compared"),
        ("rescale=one", "no list of numbers"),
        ("rescale=", "no list of numbers"),
        ("rescale=0..1", "no list of numbers"),
        ("rescale=0..1/1", "at least two values"),
        ("rescale=nan,1", "no list of numbers"),
        ("rescale=0..inf/3", "no list of numbers"),
        ("rescale=0..1/200", "50 values at most"),
        ("rescale=0..1/999", "50 values at most"),
        ("rescale@1=1", "same in all steps"),
        ("identity_weight.up=1", "same in all parts"),
        ("identity_weight@0=1", "not allowed"),
        ("prompt@2=x", "no parts and no steps"),
        ("steps=1.5", "whole numbers"),
        ("preset=nobody", "no preset named"),
    ],
)
def test_words_that_cannot_be_understood_say_so(text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says) as caught:
        words.axis(text, preset_files.find)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "says", "changes"),
    [
        ("rescale=0,2", "guidance.rescale", {}),
        ("identity_weight@5=1", "no step 5", {}),
        ("exponent=1", "has no Power exponent", {}),
        ("adain=1", "has no AdaIN weight", {"preset": PRESETS["baseline"]}),
        ("size=12", "is not a size", {}),
        ("size=104x99", "height", {}),
        ("scheduler=magic", "scheduler", {}),
        ("prompt= | ", "the prompt is empty", {}),
        ("steps=0", "steps", {}),
    ],
)
def test_values_that_are_not_allowed_say_so_before_anything_is_made(
    text: str, says: str, changes: dict[str, Any]
) -> None:
    with pytest.raises(SettingsError, match=says):
        grid(text, **changes).shots(sampling)


@given(st.floats(-100, 100), st.floats(-100, 100), st.integers(2, 50))
def test_a_range_has_its_ends_and_as_many_values_as_asked(first: float, last: float, count: int) -> None:
    found = words.numbers(f"{first!r}..{last!r}/{count}")
    assert len(found) == count
    assert (found[0], found[-1]) == (pytest.approx(first, abs=1e-4), pytest.approx(last, abs=1e-4))
    assert list(found) == sorted(found, reverse=last < first)


def test_every_setting_has_a_title_and_can_be_varied() -> None:
    values = {
        "preset": "baseline",
        "checkpoint": "lcm",
        "prompt": "x",
        "negative_prompt": "x",
        "scheduler": "lcm",
        "size": "64x64",
    }
    for setting in TITLES:
        preset = PRESETS["scale-power" if setting == "exponent" else "fastface-scheduled-softmask"]
        axis = words.axis(f"{setting}={values.get(setting, '1')}", preset_files.find)
        assert axis.title == TITLES[setting]
        assert len(grid("steps=4", preset=preset).model_copy(update={"columns": axis}).shots(sampling)) == 1
    assert NumberAxis(setting="exponent", part="up", step=1, values=(1,)).title == "Power exponent, up blocks, step 2"


# ---- Cells


def test_cells_stand_row_by_row_with_all_seeds() -> None:
    shots = grid("rescale=0,1", "adapter_strength=0.5,1,1.5", seeds=(7, 9)).shots(sampling)
    assert [shot.place for shot in shots] == [
        (column, row, seed) for row in range(3) for column in range(2) for seed in range(2)
    ]
    assert [shot.request.seed for shot in shots[:2]] == [7, 9]
    assert all(shot.request.count == 1 for shot in shots)


def test_a_grid_that_makes_no_sense_is_refused() -> None:
    for fields in (
        {"columns": "rescale=0,1", "rows": "rescale=0,1"},
        {"columns": "rescale=0,1", "seeds": (1, 1)},
        {"columns": "rescale=0..1/50", "rows": "adapter_strength=0..1/21"},
    ):
        with pytest.raises(ValidationError):
            grid(**fields)  # type: ignore[arg-type]
    grid("identity_weight@1=1,2", "identity_weight@2=1,2")


def test_what_is_made_is_left_out_and_no_checkpoint_comes_twice() -> None:
    shots = grid("checkpoint=lcm,hyper-4", "rescale=0,1").shots(sampling)
    assert [shot.checkpoint for shot in left_to_make(shots, {})] == ["lcm", "lcm", "hyper-4", "hyper-4"]
    assert [shot.place for shot in left_to_make(shots, {(0, 0, 0): None})] == [(1, 0, 0), (1, 1, 0), (0, 1, 0)]
    assert left_to_make(shots, {shot.place: None for shot in shots}) == ()


def test_a_thousand_pictures_are_looked_through_at_once() -> None:
    from fastface_core.compare.made import matched

    shots = grid("rescale=0..1/40", "adapter_strength=0..1/25").shots(sampling)
    made = [Made(Path(f"{shot.place}.png"), recipe(shot), None, None, None) for shot in shots]
    start = time.process_time()
    assert left_to_make(shots, {}) == shots
    found = matched(shots, made, {"a" * 64})
    # Comparing each with each took many seconds.
    assert time.process_time() - start < 0.5
    assert {place: one.path.name for place, one in found.items()} == {shot.place: f"{shot.place}.png" for shot in shots}


def test_cells_that_are_the_same_picture_are_made_once() -> None:
    shots = grid("rescale=0.5,0.5,1").shots(sampling)
    assert [shot.place[0] for shot in left_to_make(shots, {})] == [0, 2]


def test_a_picture_is_known_by_its_recipe_and_photos() -> None:
    from fastface_core.compare.made import matched

    shots = grid("rescale=0.5,1", seeds=(1, 2)).shots(sampling)
    pictures = [Made(Path(f"{i}.png"), recipe(shot), None, None, None) for i, shot in enumerate(shots)]
    found = matched(shots, pictures[1:], {"a" * 64})
    assert {place: one.path.stem for place, one in found.items()} == {
        shot.place: str(i) for i, shot in enumerate(shots) if i
    }
    assert matched(shots, pictures, {"b" * 64}) == {}
    assert matched(shots, pictures, {"a" * 64, "b" * 64}).keys() == {shot.place for shot in shots}
    one = recipe(shots[0])
    changes: list[dict[str, Any]] = [
        {"prompt": "a dog"},
        {"negative_prompt": "a dog"},
        {"seed": 5},
        {"steps": 3},
        {"width": 64},
        {"height": 64},
        {"scheduler": "lcm"},
        {"checkpoint": "lcm"},
        {"preset": shots[2].request.preset},
    ]
    for change in changes:
        assert not shots[0].made(one.model_copy(update=change)), change
    assert shots[0].made(one.model_copy(update={"device": "another", "dtype": "float16"}))


# ---- A cell as a preset


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ("identity_weight@2=2", "hyper-4"),
        ("steps=4", "hyper-4"),
        ("steps=2,3,7", "lcm"),
        ("size=832x1216", "lcm"),
        ("preset=scale-power", "lcm"),
        ("scheduler=tcd", "hyper-4"),
    ],
)
def test_a_saved_cell_asks_for_just_what_made_it(columns: str, name: str) -> None:
    for shot in grid(columns, checkpoint=name).shots(sampling):
        saved = as_preset(shot, "My preset", sampling(name), ["my-preset"])
        assert (saved.title, saved.name, saved.checkpoint) == ("My preset", "my-preset-2", name)
        bare = PortraitRequest(prompt="a cat", preset=saved, seed=3)
        assert Plan.of(bare, sampling(name)) == shot.plan
        for step in range(shot.plan.steps):
            before, after = shot.request.preset, saved
            for one in ("identity_weight", "text_weight"):
                pair = [getattr(preset.guidance, one) for preset in (before, after)]
                if pair[0] is not None:
                    assert value_at(pair[0], "up", step, shot.plan.steps) == value_at(
                        pair[1], "up", step, shot.plan.steps
                    )
        # Files keep every value.
        assert preset_files.parse(preset_files.to_json(saved), "it", "it") == saved


def test_a_step_count_that_no_preset_brings_is_said() -> None:
    (shot,) = grid("steps=3").shots(sampling)
    with pytest.raises(SettingsError, match="takes a step count of 3 only") as caught:
        as_preset(shot, "x", sampling("hyper-4"), [])
    assert caught.value.hint == "Save a cell whose step count is 4."
    with pytest.raises(SettingsError, match="title"):
        as_preset(grid("steps=4").shots(sampling)[0], "  ", sampling("hyper-4"), [])


# ---- Likeness


def test_a_cells_likeness_is_the_mean_of_its_seeds() -> None:
    heat = Heat({(0, 0, 0): 0.2, (0, 0, 1): 0.4, (1, 0, 0): None, (1, 0, 1): 0.6, (0, 1, 0): None})
    assert heat.cells == pytest.approx({(0, 0): 0.3, (1, 0): 0.6})
    assert (heat.least, heat.most, heat.best) == (pytest.approx(0.3), 0.6, (1, 0))
    assert heat.colour((0, 0)) == colour_at(0)
    assert heat.colour((1, 0)) == colour_at(1)
    nothing = Heat({(0, 0, 0): None})
    assert (nothing.cells, nothing.best, nothing.least) == ({}, None, None)
    assert Heat({(0, 0, 0): 0.5}).colour((0, 0)) == colour_at(0.5)


def test_more_likeness_is_lighter_and_the_ink_is_read_on_every_colour() -> None:
    def luminance(colour: tuple[int, int, int]) -> float:
        return sum(
            weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
            for weight, c in zip((0.2126, 0.7152, 0.0722), (part / 255 for part in colour), strict=True)
        )

    colours = [colour_at(index / 100) for index in range(101)]
    assert [luminance(colour) for colour in colours] == sorted(luminance(colour) for colour in colours)
    for colour in colours:
        light, dark = sorted((luminance(colour), luminance(ink_on(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4
    assert (colour_at(-1), colour_at(2)) == (colour_at(0), colour_at(1))


# ---- As a picture and as a table


@pytest.fixture
def small(tmp_path: Path) -> dict[tuple[int, int, int], Path]:
    """Pictures of a 3 x 2 grid but for one, each of one colour."""
    made: dict[tuple[int, int, int], Path] = {}
    for column in range(3):
        for row in range(2):
            if (column, row) != (2, 1):
                path = tmp_path / f"{column}{row}.png"
                Image.new("RGB", (60, 90), (80 * column, 100 * row, 250)).save(path)
                made[column, row, 0] = path
    return made


def test_the_sheet_shows_every_cell_at_its_place(small: dict[tuple[int, int, int], Path]) -> None:
    asked = grid("rescale=0,0.5,1", "adapter_strength=0.5,1", prompt="ein Kätzchen\n" + "sehr " * 200)
    plain = sheet.draw(asked, ("Rescale", "Adapter strength"), small, Heat({}))
    colours = plain.getcolors(1 << 20)
    assert colours is not None
    seen = {colour for count, colour in colours if count > 1000}
    assert {(80 * column, 100 * row, 250) for column, row, _ in small} <= seen
    assert (160, 100, 250) not in seen
    # From left to right and from top to bottom, as in the grid.
    pixels = plain.load()
    assert pixels is not None
    where = {}
    for x in range(0, plain.width, 8):
        for y in range(0, plain.height, 8):
            where.setdefault(pixels[x, y], (x, y))
    assert where[0, 0, 250][0] < where[80, 0, 250][0] < where[160, 0, 250][0]
    assert where[0, 0, 250][1] < where[0, 100, 250][1]
    likeness = {place: 0.1 * index for index, place in enumerate(small)}
    heat = Heat(likeness)
    hot = sheet.draw(asked, ("Rescale", "Adapter strength"), small, heat)
    assert hot.width > plain.width
    assert hot.height == plain.height
    counted = {colour: count for count, colour in hot.getcolors(1 << 20) or []}
    assert all(counted.get(heat.colour(cell), 0) > 1000 for cell in heat.cells)


def test_no_word_leaves_the_sheet(small: dict[tuple[int, int, int], Path]) -> None:
    asked = grid("rescale=0,1", seeds=tuple(range(10**9, 10**9 + 16)))
    words = sheet.SheetWords(likeness="Match with the drawing, and a few words more")
    made = sheet.draw(asked, ("Rescale " * 500, ""), small, Heat({(0, 0, 0): 0.5, (1, 0, 0): 0.6}), words)
    border = made.crop((made.width - 20, 0, made.width, made.height)).getcolors()
    assert border == [(20 * made.height, (255, 255, 255))]


def test_a_large_grid_stays_a_picture_that_programs_open() -> None:
    asked = grid("rescale=0..1/50", "adapter_strength=0..1/5", seeds=(1, 2, 3, 4))
    made = sheet.draw(asked, ("Rescale", "Adapter strength"), {}, Heat({}))
    assert max(made.size) <= 12_500


def test_without_a_font_of_the_system_letters_become_plain(
    small: dict[tuple[int, int, int], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet, "_FONTS", ())
    assert sheet.drawable("Größe → ünder …", sheet.font_of(16)) == "Grosse > under ..."
    made = sheet.draw(grid("prompt=Größe | 中文"), ("Prompt", ""), small, Heat({(0, 0, 0): 0.5}))
    assert made.getbbox() is not None


def test_the_table_has_a_line_for_every_picture(tmp_path: Path) -> None:
    asked = grid("prompt=a cat, sitting | a dog", "rescale=0,1", seeds=(1, 2))
    shots = asked.shots(sampling)
    made = {
        shots[0].place: Made(tmp_path / "one.png", recipe(shots[0]), 0.51234, None, 1.5),
        shots[1].place: Made(tmp_path / "two.png", recipe(shots[1]), None, "No face was found.", None),
    }
    path = tmp_path / "grid.csv"
    table.save(table.as_csv(asked, shots, made), path)
    lines = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    assert len(lines) == 8
    assert [(one["column"], one["row"], one["seed"]) for one in lines[:3]] == [
        ("1", "1", "1"),
        ("1", "1", "2"),
        ("2", "1", "1"),
    ]
    first, second, third = lines[:3]
    assert (first["likeness"], first["seconds"], first["file"]) == ("0.5123", "1.500", "one.png")
    assert (first["column_value"], first["row_value"], first["prompt"]) == ("a cat, sitting", "0", "a cat, sitting")
    assert (second["likeness"], second["likeness_reason"], second["file"]) == ("", "No face was found.", "two.png")
    assert (third["likeness"], third["file"]) == ("", "")
    assert str(tmp_path) not in path.read_text("utf-8-sig")


# ---- What was begun


NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_the_same_grid_of_the_same_photos_is_the_same_comparison(tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"photo")
    choices = (PhotoChoice(photo),)
    hashes = records.hashes_of(choices)
    one = records.begun(grid("rescale=0,1"), choices, None, hashes, NOW)
    again = records.begun(grid("rescale=0,1"), choices, None, hashes, NOW.replace(hour=13), tmp_path / "out")
    assert one.id == again.id
    assert one.folder.name == one.id
    assert again.folder == tmp_path / "out"
    others = [
        records.begun(grid("rescale=0,0.5"), choices, None, hashes, NOW),
        records.begun(grid("rescale=0,1"), (PhotoChoice(photo, 2),), None, hashes, NOW),
        records.begun(grid("rescale=0,1"), choices, None, ("b" * 64,), NOW),
        records.begun(grid("rescale=0,1"), (), "c" * 32, hashes, NOW),
    ]
    assert len({one.id, *(other.id for other in others)}) == 5
    with pytest.raises(PhotoError, match=r"b\.jpg cannot be read"):
        records.hashes_of((PhotoChoice(tmp_path / "b.jpg"),))


def test_comparisons_are_kept_newest_first_and_damaged_files_passed_over(tmp_path: Path) -> None:
    assert records.kept() == ()
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"photo")
    choices = (PhotoChoice(photo, 2),)
    constant = preset_files.changed(
        PRESETS["baseline"], {"attention": Attention(transforms=(Softmask(quantile=None),))}
    )
    old = records.begun(grid("rescale=0,1"), choices, None, ("a" * 64,), NOW)
    new = records.begun(grid("threshold=0,1", preset=constant), (), "c" * 32, (), NOW.replace(hour=13))
    for one in (old, new):
        records.keep(one)
    (records.records_folder() / "0123456789abcdef.json").write_text('{"id":')
    assert records.kept() == (new, old)
    assert records.kept()[1].photos == choices
    records.forget(new.id)
    records.forget(new.id)
    assert records.kept() == (old,)


def test_a_shot_differs_from_another_only_in_what_is_asked_for() -> None:
    one, other = grid("rescale=0,1").shots(sampling)
    assert one.same_as(replace(one, place=(9, 9, 9)))
    assert not one.same_as(other)


def test_comparisons_of_a_person_are_forgotten(tmp_path: Path) -> None:
    hashes = ("a" * 64, "b" * 64)
    of_person = records.begun(grid("rescale=0,1"), (), "c" * 32, hashes, NOW)
    of_photo = records.begun(grid("rescale=0,1"), (PhotoChoice(tmp_path / "a.jpg"),), None, hashes[:1], NOW)
    of_others = records.begun(grid("rescale=0,1"), (), "d" * 32, ("e" * 64,), NOW)
    for one in (of_person, of_photo, of_others):
        records.keep(one)
    damaged = records.records_folder() / "0123456789abcdef.json"
    damaged.write_text('{"person": "' + "c" * 32)
    records.forget_person("c" * 32, hashes)
    assert records.kept() == (of_others,)
    assert not damaged.exists()
