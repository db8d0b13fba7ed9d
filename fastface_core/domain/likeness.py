"""What a likeness, or a match with the drawing, means in a plain word. The thresholds belong to the recogniser that
measured it."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fastface_core.errors import SettingsError

LikenessWord = Literal["strong", "good", "weak"]
MatchWord = Literal["very near", "near", "far"]

DRAWN = "The starter draws an illustration; a full-size model measures the likeness."
"""Why a picture that was drawn from measures has no likeness to the person."""

_Cosine = Annotated[float, Field(ge=-1, le=1)]


_Share = Annotated[float, Field(ge=0, le=1)]


class Fit(BaseModel):
    """The pairs of people to which a scale was fitted; intervals are of 95 %, by a bootstrap over people.

    Attributes:
        people: of whom the pairs are made.
        same, different: pairs of pictures of the same, and of different people.
        good, strong: intervals of the thresholds.
        same_good, same_strong: the share of pairs of the same person that reach them, with its interval.
        source: of the people.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    people: Annotated[int, Field(ge=2)]
    same: Annotated[int, Field(ge=1)]
    different: Annotated[int, Field(ge=1)]
    good: tuple[_Cosine, _Cosine]
    strong: tuple[_Cosine, _Cosine]
    same_good: tuple[_Share, _Share, _Share]
    same_strong: tuple[_Share, _Share, _Share]
    source: Annotated[str, Field(max_length=300)]


class _Scale(BaseModel):
    """From which cosine similarity on a picture is called so.

    The defaults stand for recognisers trained with ArcFace's loss until `fastface evaluate bands` has fitted them to
    pairs of photos: they were set by judgement, and nothing is known of how many pairs of people reach them. No
    picture is called good or strong by them, and no goal is set by them.

    Attributes:
        strong, good: -1 to 1. Where they are fitted, one of a thousand, and one of a hundred, pairs of different
            people comes so near.
        fit: to which pairs they were fitted; None where they were not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    strong: _Cosine = 0.60
    good: _Cosine = 0.45
    fit: Fit | None = None

    @property
    def known_good(self) -> float | None:
        """`good`, where it was fitted."""
        return None if self.fit is None else self.good

    def goal(self, word: Literal["good", "strong"] = "good") -> float:
        """From where on a picture is called so, for who asks for such ones without a number.

        Raises:
            SettingsError: the scale was not fitted, so that nobody knows.
        """
        if self.fit is None:
            raise SettingsError(
                "From where on a picture is good is not known for this model: its recogniser was not fitted to pairs of"
                " people.",
                "Say a number from -1 to 1, or fit it with `fastface evaluate bands DIR`.",
            )
        return self.good if word == "good" else self.strong

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.good > self.strong:
            raise ValueError("good begins above strong")
        return self


class LikenessScale(_Scale):
    """Of a picture to the person; everything below `good` is weak."""

    def word(self, likeness: float) -> LikenessWord | None:
        """What a likeness is called; None where the thresholds were not fitted, and the number has to do."""
        if self.fit is None:
            return None
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
