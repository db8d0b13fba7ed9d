"""Settings by measure, and the best of several pictures: who wins, who is ended early, and what is written down."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from fastface_core.compare import parse as words
from fastface_core.domain.checkpoints import sampling_of
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PortraitRequest
from fastface_core.errors import SettingsError
from fastface_core.evaluation import tuning
from fastface_core.evaluation.best_of import LEARNING, Best, best_of, cannot_win
from fastface_core.evaluation.people import Subject
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.prompts import Prompt
from fastface_core.evaluation.results import Entry, Results
from fastface_core.library.library import Library
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Order, Photos, PictureMade
from fastface_core.studio.resident import ResidentEngine
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.evaluation_help import one_engine as one_engine

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "portrait.jpg"
BASE = Contender(name="base", preset=preset_files.built_in()["fastface-scale-power"], checkpoint="starter")
FOUR = sampling_of("hyper")


def axes(*texts: str):
    return [words.axis(text, preset_files.find) for text in texts]


def test_every_combination_is_tried_or_so_many_by_lot() -> None:
    varied = axes("identity_weight@2=1,2", "text_weight=1..3/3", "preset=baseline,decoupled-guidance")
    everything = tuning.candidates(BASE, varied, 100, FOUR)
    assert [one.name for one in everything] == ["base", *(f"c{number:03}" for number in range(1, 13))]
    first, last = everything[1].preset, everything[-1].preset
    # The checkpoint's own weight of 1 becomes a list where one step is changed; the preset comes before its numbers.
    assert (first.guidance.identity_weight, first.guidance.text_weight) == ((1, 1, 1, 1), 1)
    assert (last.guidance.identity_weight, last.guidance.text_weight) == ((1, 2, 1.5, 1), 3)
    assert last.guidance.rescale == 0.75
    few = tuning.candidates(BASE, varied, 5, FOUR)
    assert len(few) == 6
    assert few == tuning.candidates(BASE, varied, 5, FOUR)
    assert all(one in everything for one in few)
    for wrong in (["prompt=a | b"], []):
        with pytest.raises(SettingsError):
            tuning.candidates(BASE, axes(*wrong), 5, FOUR)


def results(**points: tuple[float, float]) -> Results:
    """Of one person, by likeness and following."""
    prompt = Prompt(text="a person")
    plan = Plan(
        people=(Subject(name="a", photo=Path("a"), sha256="0" * 64),), prompts=(prompt,),
        contenders=tuple(BASE.model_copy(update={"name": name}) for name in points),
    )  # fmt: skip
    entries = tuple(
        Entry(
            name, plan.contender(name), {"likeness": np.full((1, 1, 1), like), "clip_l14": np.full((1, 1, 1), follow)},
            np.full((1, 1, 1), None, dtype=object), {}, {},
        )
        for name, (like, follow) in points.items()
    )  # fmt: skip
    return Results(plan, entries)


def test_the_front_is_what_nothing_beats() -> None:
    found = results(a=(0.9, 0.1), b=(0.8, 0.2), c=(0.7, 0.2), d=(0.1, 0.9), e=(0.8, 0.15), f=(0.8, 0.2))
    assert tuning.front(found, "likeness", "clip_l14") == ("a", "b", "f", "d")
    curve = tuning.points(found, ("d", "a"), "likeness", "clip_l14")
    assert [point.name for point in curve] == ["a", "d"]
    made = tuning.presets(curve, lambda title: title.lower().replace(" ", "-"))
    assert [preset.name for preset in made] == ["tuned-1", "tuned-2"]
    assert "0.900" in made[0].description
    assert tuning.measure_of(found, tuning.LIKENESS, "likeness") == "likeness"
    with pytest.raises(SettingsError, match="nothing that measures"):
        tuning.measure_of(found, ["aesthetics"], "beauty")


def test_tune_searches_on_some_and_verifies_on_others(
    fastface: Run, one_engine: ResidentEngine, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("photo of a person, smiling\n", encoding="utf-8")
    asked = (
        "tune", "--out", tmp_path / "tune", "--vary", "adapter_strength=0.4", "--prompts", prompts, "--people", 1,
        "--verify", 1, "--steps", 1, "--size", "64x64", "--device", "cpu", "--like", "face_ratio",
        "--follow", "face_found", "--preset", "baseline", "--json",
    )  # fmt: skip
    done = fastface(*asked)
    assert done.code == 0, done.err
    search, verified = (
        json.loads((tmp_path / "tune" / part / "plan.json").read_bytes()) for part in ("search", "verified")
    )
    names = [{person["name"] for person in plan["people"]} for plan in (search, verified)]
    assert names == [{"001"}, {"002"}]
    assert [one["name"] for one in search["contenders"]] == ["base", "c001"]
    assert {one["name"] for one in verified["contenders"]} <= {"base", "c001"}
    curve = json.loads((tmp_path / "tune/curve.json").read_bytes())
    assert curve["points"] == done.json["points"]
    for file in done.json["presets"]:
        assert isinstance(preset_files.load_file(Path(file)), Preset)
    assert "<polyline" in Path(done.json["report"]).read_text("utf-8") or len(curve["points"]) < 2
    # Once more: nothing is made or measured again.
    journals = [tmp_path / "tune" / part / "journal.jsonl" for part in ("search", "verified")]
    before = [journal.read_bytes() for journal in journals]
    assert fastface(*asked).json == done.json
    assert [journal.read_bytes() for journal in journals] == before
    assert fastface(*asked, "--verify", 60).code == 1


# The best of several


def test_who_cannot_win() -> None:
    gains = [0.0, 0.1, 0.1, 0.2]
    assert not cannot_win(0.1, 0.9, gains[:3])
    assert not cannot_win(0.1, None, gains)
    # Nine of ten rise by 0.17 at most.
    assert cannot_win(0.3, 0.5, gains)
    assert not cannot_win(0.34, 0.5, gains)
    assert cannot_win(None, 0.5, gains)


@pytest.fixture
def engine(one_engine: ResidentEngine) -> ResidentEngine:
    return one_engine


def tried(
    engine: ResidentEngine, early: Callable[[int], float | None], seeds: int, cancel: CancelToken | None = None
) -> Best:
    """The best of several seeds of the starter; `early` says what the engine's guess is worth."""
    request = PortraitRequest(
        prompt="photo of a person", preset=preset_files.built_in()["baseline"], seed=1, steps=2, width=64, height=64
    )
    order = Order(request, Photos((PhotoChoice(EXAMPLE),)), installed.STARTER)
    numbers = iter(range(seeds))
    with Library() as library:
        studio = Studio(engine, lambda: library)
        token = cancel or CancelToken()
        return best_of(studio, order, range(1, seeds + 1), 1, lambda *_: early(next(numbers)), lambda _: None, token)


def test_those_that_cannot_win_are_ended_and_the_best_is_whole(engine: ResidentEngine) -> None:
    """After the finished ones every guess is hopeless, but for the last."""
    found = tried(
        engine, lambda number: 0.0 if number < LEARNING else 9.0 if number == LEARNING + 2 else -9.0, LEARNING + 3
    )
    assert [one.ended for one in found.tried] == [False] * LEARNING + [True, True, False]
    assert [one.steps for one in found.tried] == [2] * LEARNING + [1, 1, 2]
    assert found.saved == pytest.approx(2 / (2 * (LEARNING + 3)))
    finals = {one.seed: one.final for one in found.tried if one.final is not None}
    assert found.picture is not None
    assert found.picture.score == max(finals.values())
    # The one that won is the very picture that is made alone.
    request = PortraitRequest(
        prompt="photo of a person", preset=preset_files.built_in()["baseline"], seed=found.picture.seed, steps=2,
        width=64, height=64,
    )  # fmt: skip
    alone: list[bytes] = []
    with Library() as library:
        Studio(engine, lambda: library).make(
            [Order(request, Photos((PhotoChoice(EXAMPLE),)), installed.STARTER)],
            lambda _, event: alone.append(event.picture.image.tobytes()) if isinstance(event, PictureMade) else None,
        )
    assert alone == [found.picture.image.tobytes()]


def test_the_user_s_own_stop_ends_all(engine: ResidentEngine) -> None:
    cancel = CancelToken()

    def stop(_: int) -> float:
        cancel.cancel()
        return 0.0

    with pytest.raises(Cancelled):
        tried(engine, stop, 3, cancel)


def test_best_on_the_command_line(fastface: Run, one_engine: ResidentEngine, tmp_path: Path) -> None:
    done = fastface(
        "best", "--photo", EXAMPLE, "--prompt", "photo of a person", "--count", 2, "--steps", 2, "--size", "64x64",
        "--device", "cpu", "--out", tmp_path, "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert [one["ended"] for one in done.json["tried"]] == [False, False]
    assert all(one["early"] is not None for one in done.json["tried"])
    assert done.json["score"] == max(one["final"] for one in done.json["tried"])
    assert [path.name for path in tmp_path.glob("*.png")] == [Path(done.json["path"]).name]
