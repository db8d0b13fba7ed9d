"""A likeness in a plain word."""

import pytest
from pydantic import ValidationError

from fastface_core.domain.likeness import LikenessScale
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


@pytest.mark.parametrize("values", [{"strong": 0.4}, {"good": 1.2}, {"strong": float("nan")}])
def test_a_scale_that_makes_no_sense_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        LikenessScale.model_validate(values)
