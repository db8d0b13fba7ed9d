"""What good and strong mean: fitted to pairs of people, with intervals, and kept with the recogniser."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fastface_core import fitted_scales
from fastface_core.domain.likeness import LikenessScale, MatchScale
from fastface_core.errors import SettingsError
from fastface_core.evaluation import bands
from fastface_core.evaluation.bands import Pairs
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.tiny_faces import PACK, PEOPLE, drawn

LOT = np.random.default_rng(7)


def faces(people: int, photos: int, spread: float) -> tuple[np.ndarray, np.ndarray]:
    """Embeddings of people who lie around by lot, and photos that lie around each."""
    who = LOT.normal(size=(people, 1, 64))
    found = (who + spread * LOT.normal(size=(people, photos, 64))).reshape(-1, 64)
    return found / np.linalg.norm(found, axis=1, keepdims=True), np.repeat(np.arange(people), photos)


def test_thresholds_are_what_strangers_exceed() -> None:
    embeddings, people = faces(80, 3, 0.8)
    scale = bands.fit(LikenessScale, Pairs.among(embeddings, people), "lots")
    similarity = embeddings @ embeddings.T
    strangers = similarity[people[:, None] < people[None]]
    same = similarity[np.triu(people[:, None] == people[None], 1)]
    assert (strangers >= scale.good).mean() == pytest.approx(0.01, abs=0.004)
    assert (strangers >= scale.strong).mean() == pytest.approx(0.001, abs=0.0007)
    fit = scale.fit
    assert fit is not None
    assert (fit.people, fit.same, fit.different) == (80, len(same), len(strangers))
    assert fit.good[0] < scale.good < fit.good[1]
    assert fit.strong[0] < scale.strong < fit.strong[1]
    assert fit.same_good[0] == pytest.approx((same >= scale.good).mean(), abs=1e-4)
    assert fit.same_good[1] <= fit.same_good[0] <= fit.same_good[2]


def test_the_interval_holds_what_other_people_would_give() -> None:
    """Of many samples of people from the same lot, about 95 of 100 thresholds of all people lie inside."""
    everybody, people = faces(480, 1, 0.0)
    truth = float(np.quantile((everybody @ everybody.T)[people[:, None] < people[None]], bands.GOOD))
    inside = 0
    for first in range(0, 480, 60):
        some = everybody[first : first + 60]
        pairs = Pairs.among(np.concatenate([some, some]), np.tile(np.arange(60), 2))
        fit = bands.fit(MatchScale, pairs, "lots").fit
        assert fit is not None
        inside += fit.good[0] <= truth <= fit.good[1]
    assert inside >= 6


def test_too_few_pairs_prove_nothing() -> None:
    embeddings, people = faces(10, 2, 0.5)
    with pytest.raises(SettingsError, match="180 pairs of different people and 10 of the same"):
        bands.fit(LikenessScale, Pairs.among(embeddings, people), "lots")
    embeddings, people = faces(60, 1, 0.5)
    with pytest.raises(SettingsError, match="0 of the same"):
        bands.fit(LikenessScale, Pairs.among(embeddings, people), "lots")


def test_a_fitted_scale_is_kept_with_the_recogniser(
    fastface: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Photos of the tiny models' sixteen people; the same weights under another name have the same scale."""
    from fastface_core.cli.evaluate import run as evaluating
    from tests.core.evaluation.test_evaluation_metrics import checkpoint

    monkeypatch.setattr(evaluating.installed, "best", checkpoint)
    monkeypatch.setattr(bands, "LEAST", 100)
    for person, grid in enumerate(PEOPLE[1:]):
        for photo in range(2):
            path = tmp_path / "people" / f"{person:02}" / f"{photo}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(drawn(120, 120, (10 + 8 * photo, 10, 80, grid))).save(path)
    Image.new("RGB", (80, 80)).save(tmp_path / "people/00/nothing.png")
    done = fastface("evaluate", "bands", tmp_path / "people", "--json")
    assert done.code == 0, done.err
    assert done.json["fit"]["people"] == 15
    assert done.json["fit"]["same_strong"][0] == 1
    assert -0.1 < done.json["good"] <= done.json["strong"] < 0.2
    kept = fitted_scales.of(PACK)
    assert json.loads(kept.model_dump_json())["good"] == done.json["good"]
    assert fitted_scales.of(PACK / "recogniser.onnx") == LikenessScale()
    Path(done.json["file"]).write_text("{", encoding="utf-8")
    assert fitted_scales.of(PACK) == LikenessScale()
