"""A likeness in a plain word."""

import pytest
from pydantic import ValidationError

from fastface_core.domain.likeness import LikenessScale
from fastface_core.errors import SettingsError
from fastface_core.models import installed
from tests.core.fitted import scale


@pytest.mark.parametrize(
    ("likeness", "word"),
    [(1.0, "strong"), (0.6, "strong"), (0.599, "good"), (0.45, "good"), (0.449, "weak"), (-1, "weak")],
)
def test_the_words(likeness: float, word: str) -> None:
    assert scale().word(likeness) == word
    assert LikenessScale().word(likeness) is None  # nobody knows what the number means


def test_the_thresholds_belong_to_the_recogniser() -> None:
    match = installed.starter().match
    assert match is not None
    assert (match.word(match.good - 0.01), match.word(match.good)) == ("far", "near")
    assert scale().word(0.6) == "strong"
    assert scale(strong=0.3, good=0.2).word(0.31) == "strong"


def test_a_goal_in_words_is_the_fitted_band_or_is_refused() -> None:
    """With the starter it is what its pack was fitted to; where nothing was fitted, no typed number takes its place."""
    match = installed.starter().match
    assert match is not None
    assert match.fit is not None
    low, high = match.fit.good
    assert match.known_good == match.goal()
    assert low <= match.goal() <= high
    assert match.fit.strong[0] <= match.goal("strong") <= match.fit.strong[1]
    assert scale(good=0.2, strong=0.3).goal("strong") == 0.3
    assert LikenessScale().known_good is None
    with pytest.raises(SettingsError, match="was not fitted") as caught:
        LikenessScale().goal()
    assert "fastface evaluate bands" in caught.value.hint


@pytest.mark.parametrize("values", [{"strong": 0.4}, {"good": 1.2}, {"strong": float("nan")}])
def test_a_scale_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        LikenessScale.model_validate(values)
