"""What a likeness, or a match with the drawing, means in a plain word. The thresholds belong to the recogniser that
measured it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LikenessWord = Literal["strong", "good", "weak"]
MatchWord = Literal["very near", "near", "far"]

DRAWN = "The starter draws an illustration; a full-size model measures the likeness."
"""Why a picture that was drawn from measures has no likeness to the person."""

_Cosine = Annotated[float, Field(ge=-1, le=1)]


class _Scale(BaseModel):
    """From which cosine similarity on a picture is called so.

    The defaults are for recognisers trained with ArcFace's loss.

    Attributes:
        strong, good: -1 to 1. In a thousand, and in a hundred, pairs of different people one comes so near.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    strong: _Cosine = 0.60
    good: _Cosine = 0.45

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.good > self.strong:
            raise ValueError("good begins above strong")
        return self


class LikenessScale(_Scale):
    """Of a picture to the person; everything below `good` is weak."""

    def word(self, likeness: float) -> LikenessWord:
        """What a likeness is called."""
        if likeness >= self.strong:
            return "strong"
        return "good" if likeness >= self.good else "weak"


class MatchScale(_Scale):
    """Of a picture to the drawn twin that it was made from; it says nothing about the person."""

    def word(self, match: float) -> MatchWord:
        """What a match with the drawing is called."""
        if match >= self.strong:
            return "very near"
        return "near" if match >= self.good else "far"
