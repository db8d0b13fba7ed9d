"""What became of each row of a batch, kept in a file beside the pictures as soon as it is known."""

import json
import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core.batch.planning import Planned
from fastface_core.bounded import opened
from fastface_core.errors import FastFaceError
from fastface_core.files import make_folder, storage_error
from fastface_core.library.sheets import OUTCOMES
from fastface_core.studio.orders import Event, OrderDone, OrderFailed, PictureFound, PictureMade

_LONGEST = 4 << 20
"""Bytes of a line: a thousand pictures take a tenth of it."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class Kept(_Model):
    """A picture of a row.

    Attributes:
        path: seen from the folder of the batch.
        likeness, match: as `likeness` and `twin_match` of `Picture`.
        found: whether an earlier run had made it.
    """

    path: str
    seed: int
    likeness: float | None = None
    match: float | None = None
    seconds: float | None = None
    found: bool = False

    @property
    def score(self) -> float | None:
        """As `Picture.score`."""
        return self.match if self.likeness is None else self.likeness


class Outcome(_Model):
    """A row that has ended.

    Attributes:
        key: `Planned.key`.
        line: from 1; of the batch's file.
        withheld: pictures that the content filter holds back.
        error: why it failed, with the next step; None where it did not.
    """

    key: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    line: int
    who: str
    client: str = ""
    prompt: str
    preset: str
    checkpoint: str
    pictures: tuple[Kept, ...] = ()
    withheld: int = 0
    error: str | None = None
    hint: str | None = None

    @property
    def best(self) -> float | None:
        """The highest score of its pictures."""
        return max((one.score for one in self.pictures if one.score is not None), default=None)


class Collector:
    """Listens to one row."""

    def __init__(self, planned: Planned, out: Path) -> None:
        self._planned = planned
        self._out = out
        self._pictures: list[Kept] = []

    def hear(self, event: Event) -> Outcome | None:
        """What became of the row, once that is known."""
        match event:
            case PictureMade():
                picture = event.picture
                self._keep(event.path, picture.seed, picture.likeness, picture.twin_match, picture.seconds, False)
            case PictureFound():
                note, recipe = event.content.note, event.content.recipe
                assert recipe is not None
                likeness, match = (note.likeness, note.twin_match) if note else (None, None)
                self._keep(event.path, recipe.seed, likeness, match, note.seconds if note else None, True)
            case OrderDone():
                return self.outcome(withheld=event.withheld)
            case OrderFailed():
                return self.outcome(event.error, withheld=event.withheld)
            case _:
                pass
        return None

    def outcome(self, error: FastFaceError | None = None, *, withheld: int = 0) -> Outcome:
        planned, request = self._planned, self._planned.order.request
        return Outcome(
            key=planned.key,
            line=planned.number,
            who=planned.who,
            client=planned.client,
            prompt=request.prompt,
            preset=request.preset.name,
            checkpoint=planned.order.checkpoint,
            pictures=tuple(self._pictures),
            withheld=withheld,
            error=error.message if error else None,
            hint=error.hint if error else None,
        )

    def _keep(
        self,
        path: Path | None,
        seed: int,
        likeness: float | None,
        match: float | None,
        seconds: float | None,
        found: bool,
    ) -> None:
        assert path is not None
        shown = Path(os.path.relpath(path, self._out)).as_posix()
        kept = Kept(path=shown, seed=seed, likeness=likeness, match=match, seconds=seconds, found=found)
        self._pictures.append(kept)


class Journal:
    """The outcomes in a batch's folder. A line that was cut short by a crash is passed over."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._file = out / OUTCOMES

    def read(self) -> dict[str, Outcome]:
        """By their keys; the newest of each."""
        found: dict[str, Outcome] = {}
        try:
            with opened(self._file) as file:
                while line := file.readline(_LONGEST):
                    try:
                        outcome = Outcome.model_validate_json(line)
                    except ValidationError:
                        continue
                    found[outcome.key] = outcome
        except OSError:
            return {}
        return found

    def add(self, outcome: Outcome) -> None:
        """
        Raises:
            StorageError: the disk is full, or the folder cannot be written to.
        """
        line = json.dumps(outcome.model_dump(exclude_defaults=True), ensure_ascii=False).encode()
        try:
            make_folder(self._out)
            # A line of a run that was killed may have no end: this one begins after it.
            with self._file.open("ab") as file:
                file.write((b"\n" if self._torn() else b"") + line + b"\n")
        except OSError as error:
            raise storage_error(error, self._out) from error

    def holds(self, outcome: Outcome) -> bool:
        """Whether a row is done and all its pictures are still there."""
        return outcome.error is None and all((self._out / one.path).is_file() for one in outcome.pictures)

    def _torn(self) -> bool:
        try:
            with self._file.open("rb") as file:
                file.seek(-1, os.SEEK_END)
                return file.read(1) != b"\n"
        except OSError:
            return False
