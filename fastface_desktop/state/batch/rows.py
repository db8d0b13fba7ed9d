"""A row of a batch as the window shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastface_core.batch.outcomes import Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.rows import Refused
from fastface_core.batch.running import Looked
from fastface_core.errors import ContentWithheldError, FastFaceError

RowStatus = Literal["waits", "running", "done", "failed", "refused"]
"""`failed` was tried; `refused` cannot be."""


@dataclass(frozen=True, slots=True)
class RowState:
    """The state of a row.

    Attributes:
        key: of `Planned`; of what cannot be made, one that no other row has.
        number: of its line, from 1.
        prompt, preset, checkpoint: empty for what cannot be made.
        count: how many pictures at most; `made`: how many are there.
        best: the highest score of its pictures, whose file is `cover`.
        error: why it was not made, or what was left out.
        step, steps: of the picture that is being made; 0 of 0 before and after.
    """

    key: str
    number: int
    who: str
    client: str
    prompt: str
    preset: str
    checkpoint: str
    count: int
    status: RowStatus
    made: int = 0
    best: float | None = None
    cover: Path | None = None
    error: FastFaceError | None = None
    step: int = 0
    steps: int = 0


def rows_of(looked: Looked, out: Path) -> tuple[RowState, ...]:
    """All rows in the order of their lines."""
    rows = [_planned(one) for one in looked.todo]
    rows += [ended(one, out) for one in looked.done]
    rows += [_refused(one, place) for place, one in enumerate(looked.refused)]
    return tuple(sorted(rows, key=lambda row: row.number))


def _planned(row: Planned) -> RowState:
    request = row.order.request
    return RowState(
        key=row.key,
        number=row.number,
        who=row.who,
        client=row.client,
        prompt=request.prompt,
        preset=request.preset.name,
        checkpoint=row.order.checkpoint,
        count=request.count if request.goal is None else request.goal.pictures,
        status="waits",
    )


def ended(outcome: Outcome, out: Path) -> RowState:
    """A row that was made, or failed.

    Args:
        out: the folder of its batch.
    """
    pictures = sorted(outcome.pictures, key=lambda one: -2.0 if one.score is None else one.score)
    error: FastFaceError | None = None
    if outcome.error is not None:
        error = FastFaceError(outcome.error, outcome.hint or "")
    elif outcome.withheld:
        error = FastFaceError(ContentWithheldError.some(outcome.withheld), "")
    return RowState(
        key=outcome.key,
        number=outcome.line,
        who=outcome.who,
        client=outcome.client,
        prompt=outcome.prompt,
        preset=outcome.preset,
        checkpoint=outcome.checkpoint,
        count=len(pictures),
        status="failed" if outcome.error is not None else "done",
        made=len(pictures),
        best=outcome.best,
        cover=out / pictures[-1].path if pictures else None,
        error=error,
    )


def _refused(one: Refused, place: int) -> RowState:
    return RowState(
        key=f"refused-{place}",
        number=one.number,
        who=one.who,
        client="",
        prompt="",
        preset="",
        checkpoint="",
        count=0,
        status="refused",
        error=one.error,
    )


def pictures_left(rows: Iterable[RowState]) -> int:
    """Of rows that wait or are being made, at most."""
    return sum(max(row.count - row.made, 0) for row in rows if row.status in ("waits", "running"))
