"""A search for settings from its people to its curve; it goes on where it was ended."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from fastface_core.errors import SettingsError
from fastface_core.evaluation import drawn_set, people, prompts, report, tuning
from fastface_core.evaluation.asking import BASE, CURVE, PRESETS, REPORT, Ask
from fastface_core.evaluation.metrics import EXPRESSION_WORDS, asked
from fastface_core.evaluation.page import FOLLOWING
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.results import Results
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.evaluation.tuning import Point
from fastface_core.files import atomic_write
from fastface_core.models import installed
from fastface_core.presets import files as preset_files
from fastface_core.validation import settings_error


@dataclass(frozen=True, slots=True)
class Found:
    """The verified curve.

    Attributes:
        points: of settings that no other one beats, and the base.
        like, follow: names of the measures.
        files: the presets of the points but the base's, in their order.
        page: the report.
    """

    points: tuple[Point, ...]
    like: str
    follow: str
    files: tuple[Path, ...]
    page: Path


class Search:
    """One that can be run, and run again where it was ended."""

    def __init__(self, ask: Ask, folder: Path) -> None:
        """Draws the people where none are given.

        Raises:
            SettingsError: there are too few people, no prompts, or what is varied cannot be tuned.
            ModelError: the checkpoint is not installed.
            StorageError: the folder cannot be written to.
        """
        self.ask, self.folder = ask, folder
        self.checkpoint = installed.find(ask.base.checkpoint)
        self.tried = tuning.candidates(ask.base, ask.axes, ask.tries, self.checkpoint.sampling)
        data = ask.data or folder / "drawn"
        if ask.drawn:
            _enough(len(drawn_set.twins()), ask)
            drawn_set.write(data, ask.people + ask.verify)
        everybody = people.in_folder(data)
        _enough(len(everybody), ask)
        self._people = everybody[: ask.people + ask.verify]
        self._prompts = prompts.read(ask.prompts) if ask.prompts is not None else prompts.in_folder(data)
        self._measurable()

    @property
    def pictures(self) -> int:
        """Of the search itself; those of verifying follow from what is found."""
        return len(self.tried) * self.ask.people * len(self._prompts)

    def _measurable(self) -> None:
        """Before hours of pictures, and not after them."""
        ask = self.ask
        if ask.like is None and ask.second is None and not ask.drawn and self.checkpoint.identity == "twin":
            raise SettingsError(
                f"{self.checkpoint.title} knows drawn people alone: of photos it tells no likeness to search by.",
                "Search on its own drawn people, or with another model.",
            )
        told = any(asked(one.text, EXPRESSION_WORDS) for one in self._prompts)
        if ask.follow is None and not told and not any(installed.judge(name) for name in ("clip-b32", "clip-l14")):
            raise SettingsError(
                "Nothing here measures how pictures follow these prompts.",
                "Get the judges of pictures among the models, or write prompts that ask for expressions.",
            )

    def run(self, judged: Callable[[RunFolder], Results]) -> Found:
        """Searches, verifies, and writes curve, presets and report.

        Args:
            judged: makes what is missing of an evaluation's pictures and measures; it is asked for two.

        Raises:
            FastFaceError: nothing measures what is searched for, or what `judged` raises.
        """
        ask = self.ask
        found = judged(self._begin("search", self._people[: ask.people], self.tried))
        like = ask.like or tuning.measure_of(found, tuning.LIKENESS, "likeness")
        follow = ask.follow or tuning.measure_of(found, FOLLOWING, "how prompts are followed")
        names = tuning.front(found, like, follow)
        kept = [one for one in self.tried if one.name in names or one.name == BASE]
        verified = judged(self._begin("verified", self._people[ask.people :], kept))
        curve = tuning.points(verified, [*names, BASE], like, follow)
        page = report.write(
            [verified], self.folder / REPORT, "Tuned settings", against=BASE, curve=(curve, like, follow)
        )
        files = self._write(curve, like, follow)
        return Found(curve, like, follow, files, page)

    def _begin(self, name: str, who: Sequence[people.Subject], contenders: Sequence[Contender]) -> RunFolder:
        try:
            plan = Plan(people=tuple(who), prompts=self._prompts, contenders=tuple(contenders), drawn=self.ask.drawn)
        except ValidationError as error:
            raise settings_error(error, "What is to be tuned") from error
        return RunFolder.begin(self.folder / name, plan)

    def _write(self, curve: Sequence[Point], like: str, follow: str) -> tuple[Path, ...]:
        presets = tuning.presets(
            [point for point in curve if point.name != BASE],
            lambda title: preset_files.name_for(title, {*preset_files.own(), *preset_files.built_in()}),
            drawn=self.ask.drawn,
        )
        files = tuple(self.folder / PRESETS / f"tuned-{number + 1}.json" for number in range(len(presets)))
        for preset, file in zip(presets, files, strict=True):
            preset_files.export(preset, file, replace=True)
        # Last: by it a search is known to be done.
        content = {"like": like, "follow": follow, "points": said(curve)}
        with atomic_write(self.folder / CURVE) as file:
            file.write((json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
        return files


def _enough(there: int, ask: Ask) -> None:
    if there < ask.people + ask.verify:
        raise SettingsError(
            f"There are {there} people, and {ask.people} + {ask.verify} are asked for.",
            "Search and verify on fewer: nobody is both searched on and verified on.",
        )


def said(curve: Sequence[Point]) -> list[dict[str, object]]:
    """The points as JSON: name, settings, and both measures with their intervals."""
    return [
        {
            "name": point.name,
            "settings": point.contender.preset.description or point.contender.preset.title,
            "like": [round(value, 6) for value in (point.like.mean, point.like.low, point.like.high)],
            "follow": [round(value, 6) for value in (point.follow.mean, point.follow.low, point.follow.high)],
        }
        for point in curve
    ]
