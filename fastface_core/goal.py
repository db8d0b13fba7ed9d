"""When enough is made: so many pictures of at least a likeness, however many were asked for at most."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Goal(BaseModel):
    """Ends a job before its count is reached.

    Attributes:
        pictures: how many have to be good.
        likeness: the cosine similarity, -1 to 1, from which on a picture is; one without a likeness is not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    pictures: Annotated[int, Field(ge=1, le=1000)]
    likeness: Annotated[float, Field(ge=-1, le=1)]

    def after(self, likenesses: Iterable[float | None]) -> "Goal | None":
        """What is still to be reached once these pictures are there; None where that is nothing."""
        good = sum(one is not None and one >= self.likeness for one in likenesses)
        return self.model_copy(update={"pictures": self.pictures - good}) if good < self.pictures else None
