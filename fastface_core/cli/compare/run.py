"""Runs a comparison on this computer: each picture is saved the moment it is finished, and none is made twice."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.progress import TimeRemainingColumn

from fastface_core.cli.generate.progress_display import Bars
from fastface_core.cli.generate.stopping import stopping
from fastface_core.cli.output import STOPPED, print_json, say, score_of, show_error
from fastface_core.cli.people.unlocking import unlock
from fastface_core.cli.permission import warn
from fastface_core.compare import made as made_pictures
from fastface_core.compare import parse as words
from fastface_core.compare import records, sheet, table
from fastface_core.compare.cells import as_preset
from fastface_core.compare.grid import Grid, Place, Shot, left_to_make
from fastface_core.compare.heat import Heat
from fastface_core.compare.made import Made
from fastface_core.compare.records import Comparison
from fastface_core.counting import counted
from fastface_core.domain.checkpoints import AdapterKind, Sampling
from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import PictureWithheld
from fastface_core.errors import ContentWithheldError, FastFaceError, SettingsError
from fastface_core.files import writable
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.library.sheets import SHEET, TABLE
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.progress import Cancelled, CancelToken, Notice, Stage, StepDone
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event, Keep, LibraryPerson, Order, OrderFailed, Photos, PictureMade
from fastface_core.studio.resident import ResidentEngine
from fastface_core.validation import settings_error

_KEEP = re.compile(r"\s*(\d+)\s*,\s*(\d+)\s*=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words of `fastface compare`; None where nothing was said."""

    columns: str
    rows: str | None
    photos: tuple[Path, ...]
    faces: tuple[int, ...]
    person: str | None
    prompt: str
    negative_prompt: str
    preset: str | None
    checkpoint: str | None
    steps: int | None
    size: tuple[int, int] | None
    seeds: tuple[int, ...]
    out: Path | None
    keep: tuple[str, ...]
    device: str


def run(wanted: Wanted, as_json: bool) -> int:
    """Does what was asked for, and returns the exit code.

    Raises:
        FastFaceError: before the first picture; later ones are shown here, beside what is finished.
    """
    grid = _grid(wanted)
    shots = grid.shots(_sampling, _adapter)
    keep = [_kept_cell(text, grid) for text in wanted.keep]
    for cell in keep:
        _preset_of(shots, *cell)  # said now, and not when all pictures are made
    with Library() as library:
        person = None
        if wanted.person is not None:
            unlock(library)
            person = library.people.find(wanted.person)
            warn(person)
            if installed.find(grid.checkpoint).identity == "twin":
                grid = grid.model_copy(update={"corrections": person.corrections})
                shots = grid.shots(_sampling, _adapter)
        comparison = _comparison(wanted, grid, person)
        writable(comparison.folder)
        records.keep(comparison)
        return _Run(comparison, shots, library, person, wanted.device, as_json).run(keep)


def _grid(wanted: Wanted) -> Grid:
    preset = preset_files.find(wanted.preset or preset_files.default_name())
    name = wanted.checkpoint or preset.checkpoint
    checkpoint = installed.find(name) if name else installed.best()
    width, height = wanted.size or (None, None)
    columns = words.axis(wanted.columns, preset_files.find)
    rows = words.axis(wanted.rows, preset_files.find) if wanted.rows else None
    if not wanted.prompt.strip() and "prompt" not in (columns.setting, rows.setting if rows else None):
        raise SettingsError("There is no prompt.", "Say with --prompt what the pictures show.")
    try:
        return Grid(
            prompt=wanted.prompt,
            negative_prompt=wanted.negative_prompt,
            preset=preset,
            checkpoint=checkpoint.name,
            seeds=wanted.seeds,
            steps=wanted.steps,
            width=width,
            height=height,
            columns=columns,
            rows=rows,
        )
    except ValidationError as error:
        raise settings_error(error, "The comparison") from error


def _sampling(name: str) -> Sampling:
    return installed.find(name).sampling


def _adapter(name: str) -> AdapterKind:
    return installed.find(name).adapter.kind


def _kept_cell(text: str, grid: Grid) -> tuple[int, int, str]:
    match = _KEEP.fullmatch(text)
    if match is None:
        raise SettingsError(f'"{text}" names no cell and title.', 'Write it like --keep "2,3=My preset".')
    column, row = int(match[1]) - 1, int(match[2]) - 1
    columns, rows = grid.size
    if not (0 <= column < columns and 0 <= row < rows):
        raise SettingsError(
            f"There is no cell {match[1]},{match[2]}.", f"The last one is {columns},{rows}, the first 1,1."
        )
    return column, row, match[3]


def _preset_of(shots: Sequence[Shot], column: int, row: int, title: str) -> Preset:
    shot = next(one for one in shots if one.place[:2] == (column, row))
    return as_preset(shot, title, _sampling(shot.checkpoint), preset_files.own())


def _comparison(wanted: Wanted, grid: Grid, person: Person | None) -> Comparison:
    now = datetime.now().astimezone()
    if person is not None:
        hashes = sorted(photo.sha256 for photo in person.photos)
        return records.begun(grid, (), person.uid, hashes, now, wanted.out)
    if len(wanted.faces) > len(wanted.photos):
        raise SettingsError(
            f"--face is given {counted(len(wanted.faces), 'time', 'times')} for"
            f" {counted(len(wanted.photos), 'photo', 'photos')}.",
            "Give it at most once for each photo.",
        )
    faces = [*wanted.faces, *[0] * (len(wanted.photos) - len(wanted.faces))]
    if min(faces) < 0:
        raise SettingsError("Faces are counted from 1, at the left.", "Give --face 1 or more, or 0 for the largest.")
    photos = [PhotoChoice(path, number or None) for path, number in zip(wanted.photos, faces, strict=True)]
    return records.begun(grid, photos, None, records.hashes_of(photos), now, wanted.out)


class _Run:
    """One run of a comparison: what is there already, what is made now."""

    def __init__(
        self,
        comparison: Comparison,
        shots: Sequence[Shot],
        library: Library,
        person: Person | None,
        device: str,
        as_json: bool,
    ) -> None:
        self._comparison = comparison
        self._shots = shots
        self._library = library
        self._person = person
        self._device = device
        self._as_json = as_json
        self._made: dict[Place, Made] = {}
        self._new = 0
        self._withheld = 0

    def run(self, keep: Sequence[tuple[int, int, str]]) -> int:
        self._look()
        left = left_to_make(self._shots, self._made)
        there = len(self._made)
        if there:
            say(f"Already there: {there} of {counted(len(self._shots), 'picture', 'pictures')}.")
        code, error = 0, None
        if left:
            code, error = self._make(left)
        drawn = self._drawn
        heat = Heat({place: one.twin_match if drawn else one.likeness for place, one in self._made.items()})
        files = self._export(heat)
        presets = [self._keep(*cell) for cell in keep] if code == 0 else []
        result = self._result(heat, files, there, presets)
        if error is not None:
            show_error(error, self._as_json, result)
        elif self._as_json:
            print_json(result | ({"stopped": True} if code == STOPPED else {}))
        else:
            typer.echo(str(files["sheet"]))
            sys.stdout.flush()
        if code == STOPPED:
            say("Stopped. The same command goes on from here.")
        return code

    def _look(self) -> None:
        found = made_pictures.pictures_in(self._comparison.folder)
        self._made = made_pictures.matched(self._shots, found, set(self._comparison.hashes))

    def _make(self, left: Sequence[Shot]) -> tuple[int, FastFaceError | None]:
        cancel = CancelToken()
        with stopping(cancel), _Display(len(left)) as display:
            try:
                self._generate(left, display, cancel)
            except Cancelled:
                return STOPPED, None
            except FastFaceError as error:
                return 1, error
            finally:
                # Cells that are one and the same picture have it all at once.
                self._look()
        return 0, None

    def _generate(self, left: Sequence[Shot], display: "_Display", cancel: CancelToken) -> None:
        """Raises:
        FastFaceError: a picture could not be made; the ones before it are kept.
        """
        display.show("Loading the libraries")
        comparison, person = self._comparison, self._person
        subject = Photos(comparison.photos) if person is None else LibraryPerson(person.uid, permitted=True)
        keep = Keep(comparison.folder, comparison=True)
        orders = {
            Order(shot.request, subject, shot.checkpoint, keep): shot for shot in left
        }  # each picture is in what is left once

        def hear(order: Order, event: Event) -> None:
            match event:
                case PictureMade():
                    self._tell(orders[order], event)
                    display.advance()
                case PictureWithheld():
                    self._withheld += 1
                    display.advance()
                case OrderFailed(ContentWithheldError()):
                    pass  # one cell of many: the others are made all the same
                case OrderFailed(error):
                    raise error
                case _:
                    display.hear(event)

        Studio(ResidentEngine(self._device), lambda: self._library).make(orders, hear, cancel)
        if self._withheld:
            say(ContentWithheldError.some(self._withheld))

    def _tell(self, shot: Shot, made: PictureMade) -> None:
        self._new += 1
        column, row, _ = shot.place
        say(f"Column {column + 1}, row {row + 1}, seed {made.picture.seed}: {score_of(made.picture)}")

    def _titles(self) -> tuple[str, str]:
        grid = self._comparison.grid
        return grid.columns.title, grid.rows.title if grid.rows else ""

    def _export(self, heat: Heat) -> dict[str, Path]:
        folder, grid = self._comparison.folder, self._comparison.grid
        files = {"sheet": folder / SHEET, "csv": folder / TABLE}
        paths = {place: one.path for place, one in self._made.items()}
        said = sheet.SheetWords(likeness="Match with the drawing") if self._drawn else sheet.SheetWords()
        sheet.save(sheet.draw(grid, self._titles(), paths, heat, said), files["sheet"])
        table.save(table.as_csv(grid, self._shots, self._made), files["csv"])
        return files

    @property
    def _drawn(self) -> bool:
        """Whether the numbers are matches with the drawing; beside a likeness they would be compared with one."""
        return any(one.twin_match is not None for one in self._made.values()) and not any(
            one.likeness is not None for one in self._made.values()
        )

    def _keep(self, column: int, row: int, title: str) -> str:
        preset = _preset_of(self._shots, column, row, title)
        preset_files.save_own(preset)
        say(f"Column {column + 1}, row {row + 1} is saved as the preset {preset.name}.")
        return preset.name

    def _result(self, heat: Heat, files: Mapping[str, Path], there: int, presets: Sequence[str]) -> dict[str, object]:
        grid = self._comparison.grid
        cells = [
            {
                "column": shot.place[0] + 1,
                "row": shot.place[1] + 1,
                "column_value": grid.columns.labels[shot.place[0]],
                "row_value": grid.row_labels[shot.place[1]],
                "seed": shot.request.seed,
                "path": str(found.path) if (found := self._made.get(shot.place)) else None,
                "likeness": found.likeness if found else None,
                "likeness_reason": found.likeness_reason if found else None,
                "twin_match": found.twin_match if found else None,
            }
            for shot in self._shots
        ]
        best = heat.best
        return {
            "id": self._comparison.id,
            "folder": str(self._comparison.folder),
            "columns": self._titles()[0],
            "rows": self._titles()[1] or None,
            "pictures": len(self._shots),
            "there_before": there,
            "made": self._new,
            "withheld": self._withheld,
            "cells": cells,
            "best": [best[0] + 1, best[1] + 1] if best else None,
            "presets": list(presets),
            **{name: str(path) for name, path in files.items()},
        }


class _Display(Bars):
    """Progress on stderr, where there is a terminal."""

    def __init__(self, pictures: int) -> None:
        super().__init__(TimeRemainingColumn())
        self._pictures = pictures
        self._done = 0
        self._task = self._progress.add_task("", total=pictures)

    def advance(self) -> None:
        self._done += 1
        self._progress.update(self._task, completed=self._done)

    def show(self, text: str) -> None:
        self._progress.update(self._task, description=text)

    def hear(self, event: Event) -> None:
        match event:
            case Stage(text):
                self.show(text)
            case StepDone():
                text = f"Picture {self._done + 1} of {self._pictures}, step {event.step} of {event.steps}"
                done = self._done + event.step / (event.steps + 1)
                self._progress.update(self._task, description=text, completed=done)
            case Notice(text):
                say(text)
            case _:
                pass
