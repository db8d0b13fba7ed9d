"""What a search for settings is asked, and how its folder is laid out.

search.json     what is asked for, where the window began it
drawn/          people and prompts of the starter, where no others were given
search/         the evaluation on some people
verified/       that of what was best, on others
curve.json, presets/, report/
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.compare.axes import Axis
from fastface_core.evaluation.plan import Contender
from fastface_core.validation import FilePath, Moment

ASKED, CURVE, PRESETS, REPORT = "search.json", "curve.json", "presets", "report"
BASE = "base"
"""The name of the settings that a search begins with."""
MOST = 500
"""Candidates that are tried."""

Count = Annotated[int, Field(ge=1, le=10_000)]


class Ask(BaseModel):
    """What is searched for.

    Attributes:
        since: when it was begun, in the window.
        base: what is changed; its name is `BASE`.
        axes: what is varied: numbers of the preset, or the preset itself.
        data: people and prompts, as an evaluation reads them; None for the starter's own drawn ones.
        prompts: a file of them in place of the folder's.
        people, verify: how many are searched on, and how many others the result is verified on.
        tries: combinations that are tried at most.
        like, follow: measures; None takes the first that is measured.
        second: see `judges.Judges`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    since: Moment | None = None
    base: Contender
    axes: Annotated[tuple[Axis, ...], Field(max_length=8)]
    data: FilePath | None = None
    prompts: FilePath | None = None
    people: Count = 10
    verify: Count = 20
    tries: Count = 60
    like: str | None = None
    follow: str | None = None
    second: FilePath | None = None

    @property
    def drawn(self) -> bool:
        return self.data is None
