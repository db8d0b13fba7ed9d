"""When enough is made: so many pictures of at least a score, however many were asked for at most."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field


class Goal(BaseModel):
    """Ends a job before its count is reached.

    Attributes:
        pictures: how many have to be good.
        score: from which on a picture is, -1 to 1: a likeness, or a match with the drawing. One without a score is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    pictures: Annotated[int, Field(ge=1, le=1000)]
    # Queues that were kept before there was a match call it so.
    score: Annotated[float, Field(ge=-1, le=1, validation_alias=AliasChoices("score", "likeness"))]

    def after(self, scores: Iterable[float | None]) -> "Goal | None":
        """What is still to be reached once these pictures are there; None where that is nothing."""
        good = sum(one is not None and one >= self.score for one in scores)
        return self.model_copy(update={"pictures": self.pictures - good}) if good < self.pictures else None
