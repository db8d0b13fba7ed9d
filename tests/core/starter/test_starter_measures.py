"""How the numbers in docs/starter-model.md come about: who is asked for what, what is true of it, and the intervals."""

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fastface_core.engine.drawing.picture import draw, usual_points
from fastface_core.engine.drawing.scene import STYLES, Scene
from fastface_core.engine.twin import colours
from fastface_core.evaluation import intervals
from fastface_core.models import installed
from tools.starter import dataset, judging, likeness_scale, measure, measure_report, stage_crops, stage_judge
from tools.starter.people import person

SOMEBODY = person(dataset.EVALUATION)


@pytest.mark.parametrize(
    ("right", "of", "expected"), [(5, 10, (0.2366, 0.7634)), (0, 20, (0.0, 0.1611)), (81, 100, (0.7222, 0.8749))]
)
def test_wilson_s_interval(right: int, of: int, expected: tuple[float, float]) -> None:
    """Against values worked out by hand from the formula."""
    answers = np.array([1.0] * right + [0.0] * (of - right))
    assert intervals.of(answers) == pytest.approx(expected, abs=1e-4)


def test_student_s_interval() -> None:
    """The quantile for 9 degrees of freedom is 2.262, for 199 it is 1.972."""
    for count, quantile in ((10, 2.262), (200, 1.972)):
        values = np.linspace(0, 1, count)
        low, high = intervals.mean(values)
        half = quantile * values.std(ddof=1) / np.sqrt(count)
        assert (low, high) == pytest.approx((0.5 - half, 0.5 + half), abs=2e-3)


def test_pairs_are_compared_person_by_person() -> None:
    """People differ far more than the two settings do: only the paired difference sees it."""
    base = np.random.default_rng(1).normal(0, 1, 200)
    low, high = intervals.difference(base + 0.05, base)
    assert (low, high) == pytest.approx((0.05, 0.05), abs=1e-9)
    low, high = intervals.difference(base, base[::-1].copy())
    assert low < 0 < high


# Who is asked for what


def test_what_is_asked_for_goes_round() -> None:
    asked = [judging._turn(number) for number in range(120)]
    for name in ("style", "background", "clothes", "clothes_colour", "expression"):
        assert len(set(Counter(one[name] for one in asked).values())) == 1
    for name, others in (("age", {"young", "old"}), ("glasses", {"on", "off"})):
        counts = Counter(one[name] for one in asked)
        assert {counts[value] for value in others} == {12}
    assert len({(one["style"], one["background"]) for one in asked}) > 50


def test_a_prompt_that_is_measured_leaves_nothing_unsaid() -> None:
    wanted = Scene(style="ink", clothes="dress", clothes_colour="red", expression="sad", age="old", glasses="on")
    for number in range(20):
        text = judging.saying_all(wanted, np.random.default_rng(number))
        assert "wearing a red" in text
        assert any(word in text for word in ("sad", "unhappy"))
        assert any(word in text for word in ("old", "elderly"))
        assert "glasses" in text
        assert any(word in text for word in ("ink", "pencil"))


# What is true of a picture


def test_what_a_style_does_not_show_is_not_judged() -> None:
    who = replace(SOMEBODY, twin=SOMEBODY.twin.model_copy(update={"glasses": "none", "beard": "none", "lines": 0.0}))

    def truth(**scene: Any) -> dict[str, int]:
        return dict(zip(stage_judge.CLASSES, stage_judge.truth(who, Scene(**scene)), strict=True))

    photo = truth(background="red", clothes_colour="green", glasses="on", age="old")
    assert stage_judge.CLASSES["background"][photo["background"]] == "red"
    assert (photo["glasses"], photo["beard"], photo["lines"]) == (1, 0, 1)
    ink = truth(style="ink", background="red", clothes_colour="green")
    assert ink["background"] == ink["clothes colour"] == stage_judge.UNSEEN
    assert truth(style="ink", background="city")["background"] != stage_judge.UNSEEN
    assert truth(style="pixel", age="old")["lines"] == stage_judge.UNSEEN
    unshaven = replace(who, twin=who.twin.model_copy(update={"beard": "stubble"}))
    assert stage_judge.truth(unshaven, Scene())[list(stage_judge.CLASSES).index("beard")] == stage_judge.UNSEEN


@pytest.mark.parametrize("size", [128, 256])
def test_the_judge_sees_the_picture_and_the_face(size: int) -> None:
    picture = np.zeros((size, size, 3), np.uint8)
    for x, y in np.round(usual_points(size)).astype(int):
        picture[y - 2 : y + 3, x - 2 : x + 3] = 255
    whole, face = np.split(stage_judge.small(picture), 2, axis=1)
    assert whole.shape == face.shape == (112, 112, 3)
    assert face.mean() > 2 * whole.mean() > 0


def test_skin_and_hair_are_measured_where_they_are_drawn() -> None:
    twin = SOMEBODY.twin.model_copy(update={"skin": (0.8, 0.6, 0.5)})
    scene = Scene(style="oil", background="green", expression="laugh")
    drawn = draw(twin, scene).image
    skin, hair = judging.coloured_regions(twin, scene)
    rows, columns = np.nonzero(skin)
    eyes, mouth = usual_points()[:2], usual_points()[3:]
    assert eyes[:, 1].max() < rows.min() < rows.max() < mouth[:, 1].max() + 5
    assert eyes[0, 0] - 25 < columns.min() < columns.max() < eyes[1, 0] + 25
    assert np.nonzero(hair)[0].max() < eyes[:, 1].min() - 30

    darker = draw(twin.model_copy(update={"skin": (0.5, 0.35, 0.27)}), scene).image
    own, other, again = (
        judging.region_colours(picture[None], skin[None], [scene])[0] for picture in (drawn, darker, drawn)
    )
    assert colours.difference(own, again) == 0
    assert 15 < colours.difference(own, other) < 35
    ink = judging.region_colours(drawn[None], skin[None], [replace(scene, style="ink")])
    assert np.isnan(ink).all()


def test_a_bald_head_has_no_colour_of_hair() -> None:
    bald = SOMEBODY.twin.model_copy(update={"hair": SOMEBODY.twin.hair.model_copy(update={"cover": 0.0})})
    skin, hair = judging.coloured_regions(bald, Scene())
    assert skin.any()
    assert not hair.any()


# What becomes of the answers

HALF = {"rank-1": np.array([1.0, 0.0, 1.0, 1.0]), "age as told": np.array([np.nan, 1.0, np.nan, 0.0])}


def test_only_those_count_of_whom_there_is_something_to_measure() -> None:
    found = measure.summary(HALF | {"hair dE": np.full(4, np.nan)})
    assert found["rank-1"][0] == 0.75
    assert found["age as told"][0] == 0.5
    assert "hair dE" not in found
    other = {"rank-1": np.zeros(4), "age as told": np.array([1.0, np.nan, np.nan, 1.0])}
    apart = measure.differences(_complete(HALF), _complete(other))
    assert apart["rank-1"][0] == 0.75
    assert apart["age as told"][0] == -1


def _complete(answers: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {name: np.full(4, np.nan) for name in (*judging.MEASURES, "rank-1, detected")} | answers


def test_the_bands_of_a_match_come_from_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four people, drawn with a recogniser that tells them apart: what is called near is farther than they are."""
    people = range(4)
    crops = np.stack([dataset.crop(dataset.sample(number).picture) for number in range(4 * dataset.VIEWS)])
    references = np.stack([stage_crops.reference_crop(number) for number in people])
    monkeypatch.setattr("fastface_core.evaluation.bands.LEAST", 10)
    scale = likeness_scale.measure(installed.starter().faces.path, crops, references)
    assert -1 < scale.good <= scale.strong < 1
    assert scale.fit is not None
    assert (scale.fit.people, scale.fit.same, scale.fit.different) == (4, 4, 12)


def test_the_report_says_what_there_is(tmp_path: Path) -> None:
    share, colour = [0.5, 0.4, 0.6], [7.25, 6.0, 8.5]
    values = {name: colour if name.endswith("dE") else share for name in (*judging.MEASURES, "rank-1, detected")}
    values |= {"others": share, "detected": share}
    times = {
        f"{what}, {how}": [0.3, 0.2]
        for what in ("one branch", "three branches", "from a photo")
        for how in ("two threads", "one thread", "processor")
    }
    few = {name: value for name, value in values.items() if name != "age as told"}
    numbers = {
        "people": 100,
        "chance": {"rank-1": 0.02, "style": 0.2},
        "stages": {"vae": {"step": 1140, "loss": 0.375}},
        "decoders": {"first decoder": {"pixel error": 0.04}},
        "rendered": values,
        "rendered, by style": {style: {"skin dE": colour} for style in STYLES},
        "packs": {
            "starter": {
                "networks": "distilled",
                "plan": {"trainers": 2, "half_steps": 10, "half_batch": 4, "full_steps": 1000, "full_batch": 3},
                "people": {"baseline": 100},
                "settings": {"baseline": values, "scale-power": few},
                "minus baseline": {"scale-power": few},
                "pairs": [],
                "by style": {"baseline": {style: {"skin dE": colour} for style in STYLES}},
                "left out": ["b = 2"],
                "timings": times | {"load": [2.0], "load, processor": [1.0], "load average": 1.5},
            }
        },
    }
    document = tmp_path / "document.md"
    document.write_text(f"before\n{measure_report.BEGIN}\nstale\n{measure_report.END}\nafter\n", encoding="utf-8")
    measure_report.insert(document, numbers)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "stale" not in text
    for said in (
        "7.2 (6.0-8.5)",
        "0.50 (0.40-0.60)",
        "Not measured, for want of time: b = 2.",
        "0.20 s",
        "6,000 at full size",
    ):
        assert said in text
    (row,) = [line for line in text.splitlines() if line.startswith("| scale-power |") and line.endswith(" - |")]
    assert row.count("|") == len(measure_report._PROMPT) + 2
