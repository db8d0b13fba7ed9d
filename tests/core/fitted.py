"""A scale of likeness as it is once it was fitted."""

from typing import Any

from fastface_core.domain.likeness import Fit, LikenessScale

FIT = Fit(
    people=50,
    same=200,
    different=19_800,
    good=(0.44, 0.46),
    strong=(0.58, 0.62),
    same_good=(0.97, 0.95, 0.99),
    same_strong=(0.8, 0.75, 0.85),
    source="people who are not there",
)


def scale(**changes: Any) -> LikenessScale:
    """Good from 0.45, strong from 0.60, unless said otherwise."""
    return LikenessScale.model_validate({"fit": FIT, **changes})
