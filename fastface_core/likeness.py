"""What a likeness means in a plain word. The thresholds belong to the recogniser that measured it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LikenessWord = Literal["strong", "good", "weak"]

_Cosine = Annotated[float, Field(ge=-1, le=1)]


class LikenessScale(BaseModel):
    """From which cosine similarity on a likeness is called so.

    The defaults are for recognisers trained with ArcFace's loss.

    Attributes:
        strong, good: -1 to 1; everything below `good` is weak.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    strong: _Cosine = 0.60
    good: _Cosine = 0.45

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.good > self.strong:
            raise ValueError("good begins above strong")
        return self

    def word(self, likeness: float) -> LikenessWord:
        if likeness >= self.strong:
            return "strong"
        return "good" if likeness >= self.good else "weak"
