"""Pictures that are only looked at: the same pixels as a job's, their attention maps, and nothing left behind."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QImage

from fastface_core.domain.attention_maps import AttentionMaps
from fastface_core.errors import PhotoError
from fastface_core.paths import pictures_folder
from fastface_core.presets.files import changed, find
from fastface_desktop.state.jobs.trials import TrialPicture, Trials
from tests.desktop.engine_room import PATIENCE, PORTRAIT, Room, order, room, thread

__all__ = ["room", "thread"]


class Notes(QObject):
    """Writes down what the trials say."""

    def __init__(self, trials: Trials) -> None:
        super().__init__()
        self.said: list[tuple[str, str, Any]] = []
        trials.stage.connect(self._stage)
        trials.preview.connect(self._preview)
        trials.made.connect(self._made)
        trials.failed.connect(self._failed)
        trials.ended.connect(self._ended)

    def of(self, trial: str, what: str) -> list[Any]:
        return [value for one, kind, value in self.said if (one, kind) == (trial, what)]

    @Slot(str, str)
    def _stage(self, trial: str, text: str) -> None:
        self.said.append((trial, "stage", text))

    @Slot(str, int, int, QImage)
    def _preview(self, trial: str, step: int, steps: int, image: QImage) -> None:
        self.said.append((trial, "preview", (step, steps, image.width(), image.height())))

    @Slot(str, object)
    def _made(self, trial: str, picture: TrialPicture) -> None:
        self.said.append((trial, "made", picture))

    @Slot(str, object)
    def _failed(self, trial: str, error: object) -> None:
        self.said.append((trial, "failed", error))

    @Slot(str)
    def _ended(self, trial: str) -> None:
        self.said.append((trial, "ended", None))


@pytest.fixture
def trials(room: Room) -> Trials:
    return Trials(room.thread)


@pytest.fixture
def notes(trials: Trials) -> Notes:
    return Notes(trials)


def wait(room: Room, notes: Notes, *ids: str) -> None:
    room.qtbot.waitUntil(lambda: all(notes.of(one, "ended") for one in ids), timeout=PATIENCE)


def pngs() -> list[Any]:
    return list(pictures_folder().rglob("*.png"))


def test_a_trial_is_the_jobs_picture_and_is_not_kept(room: Room, trials: Trials, notes: Notes) -> None:
    wanted = order(steps=2, count=3, preset="scale-power")
    trial = trials.run(wanted, attention_maps=True)
    assert trials.busy
    wait(room, notes, trial)
    assert not trials.busy
    (picture,) = notes.of(trial, "made")
    assert notes.of(trial, "preview") == [(step, 2, 64, 64) for step in (1, 2)]
    assert pngs() == []
    assert isinstance(picture.maps, AttentionMaps)
    assert (picture.maps.steps, picture.maps.seed) == (2, wanted.request.seed)
    assert np.nanmax(np.abs(picture.maps.after["up_blocks.0"] - picture.maps.before["up_blocks.0"])) > 0
    job = room.queue.add(order(steps=2, preset="scale-power"))
    room.until_ended(job)
    saved = room.job(job).pictures[0]
    assert saved.recipe == picture.recipe
    assert saved.worth == picture.worth
    image = QImage(str(saved.path)).convertToFormat(QImage.Format.Format_RGB32)
    assert image == picture.image.convertToFormat(QImage.Format.Format_RGB32)


def test_maps_come_only_to_those_who_ask(room: Room, trials: Trials, notes: Notes) -> None:
    trial = trials.run(order())
    wait(room, notes, trial)
    (picture,) = notes.of(trial, "made")
    assert picture.maps is None


def test_a_trial_between_jobs_leaves_the_queue_alone(room: Room, trials: Trials, notes: Notes) -> None:
    first = room.queue.add(order(steps=2))
    trial = trials.run(order(seed=8))
    second = room.queue.add(order(seed=9))
    wait(room, notes, trial)
    room.until_ended(first, second)
    assert [room.job(job).pictures_done for job in (first, second)] == [1, 1]
    assert len(pngs()) == 2


def test_trials_go_between_two_pictures_of_a_job_which_then_goes_on(room: Room, trials: Trials, notes: Notes) -> None:
    wanted = order(steps=2, count=4, seed=20)
    job = room.queue.add(wanted)
    room.qtbot.waitUntil(lambda: room.job(job).pictures_done == 1, timeout=PATIENCE)
    first = trials.run(order(seed=8))
    second = trials.run(order(seed=9))
    wait(room, notes, first, second)
    between = room.job(job).pictures_done
    assert between < 4
    room.until_ended(job)
    found = room.job(job)
    assert [picture.seed for picture in found.pictures] == list(wanted.request.seeds)
    assert len({picture.path for picture in found.pictures}) == len(pngs()) == 4
    alone = room.queue.add(order(steps=2, seed=found.pictures[3].seed))
    room.until_ended(alone)
    assert QImage(str(room.job(alone).pictures[0].path)) == QImage(str(found.pictures[3].path))


def test_a_cancelled_trial_ends_without_a_picture_or_an_error(room: Room, trials: Trials, notes: Notes) -> None:
    trial = trials.run(order(steps=60, size=128))
    room.qtbot.waitUntil(lambda: bool(notes.of(trial, "preview")), timeout=PATIENCE)
    trials.cancel(trial)
    wait(room, notes, trial)
    assert not notes.of(trial, "made")
    assert not notes.of(trial, "failed")
    assert len(notes.of(trial, "preview")) < 60


def test_what_cannot_be_made_says_why(room: Room, trials: Trials, notes: Notes, tmp_path: Any) -> None:
    missing = trials.run(order(photos=(tmp_path / "nobody.jpg",)))
    without_face = order(preset="baseline")
    off = without_face.request.model_copy(update={"preset": changed(find("baseline"), {"adapter_strength": 0.0})})
    faceless = trials.run(type(without_face)(off, without_face.photos, "starter"), attention_maps=True)
    fine = trials.run(order(photos=(PORTRAIT,)))
    wait(room, notes, missing, faceless, fine)
    (error,) = notes.of(missing, "failed")
    assert isinstance(error, PhotoError)
    (refused,) = notes.of(faceless, "failed")
    assert "no attention goes to the face" in refused.message
    assert len(notes.of(fine, "made")) == 1
