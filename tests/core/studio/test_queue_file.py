"""The jobs that are still to be done, as a file."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fastface_core.domain.identity import PhotoChoice
from fastface_core.domain.request import PortraitRequest, Recipe, RecipePhoto
from fastface_core.presets import files as preset_files
from fastface_core.studio.queue_file import (
    StoredError,
    StoredJob,
    StoredPicture,
    StoredQueue,
    read_queue,
    to_json,
)

SINCE = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


def stored(number: int = 1, *, preset: str = "scheduled-softmask", name: str = "käthe.jpg", made: int = 1) -> StoredJob:
    request = PortraitRequest(prompt="ein Bild, 猫", preset=preset_files.find(preset), seed=2**53 - 1, count=3)
    recipe = Recipe(
        program="FastFace 1",
        prompt=request.prompt,
        negative_prompt="",
        preset=request.preset,
        checkpoint="starter",
        scheduler="ddim",
        steps=4,
        seed=5,
        width=64,
        height=64,
        photos=(RecipePhoto(sha256="ab" * 32, face=2),),
        device="CPU",
        dtype="float32",
    )
    picture = StoredPicture(
        path=Path("/pictures") / name,
        seed=5,
        likeness=0.5,
        likeness_word="good",
        width=64,
        height=64,
        seconds=1.5,
        recipe=recipe,
    )
    return StoredJob(
        id=f"{number:032x}",
        since=SINCE,
        request=request,
        photos=(PhotoChoice(Path("/photos") / name, face=2),),
        checkpoint="starter",
        pictures=(picture,) * made,
        error=StoredError(message="It failed.", hint="Try again."),
    )


@pytest.mark.parametrize("preset", preset_files.built_in())
def test_it_comes_back_as_it_was(tmp_path: Path, preset: str) -> None:
    queue = StoredQueue(jobs=(stored(1, preset=preset), stored(2, made=0)))
    file = tmp_path / "queue.json"
    file.write_bytes(to_json(queue))
    assert read_queue(file) == queue


def test_a_constant_threshold_comes_back_as_it_was(tmp_path: Path) -> None:
    """A softmask without quantile: leaving out what is None would bring the default back."""
    preset = preset_files.find("scheduled-softmask")
    assert preset.attention is not None
    softmask = preset.attention.transforms[0].model_copy(update={"quantile": None})
    attention = preset.attention.model_copy(update={"transforms": (softmask,)})
    job = stored()
    request = job.request.model_copy(update={"preset": preset.model_copy(update={"attention": attention})})
    queue = StoredQueue(jobs=(job.model_copy(update={"request": request}),))
    file = tmp_path / "queue.json"
    file.write_bytes(to_json(queue))
    assert read_queue(file) == queue


def test_a_name_that_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    queue = StoredQueue(jobs=(stored(name=os.fsdecode(b"caf\xe9.jpg")),))
    file = tmp_path / "queue.json"
    file.write_bytes(to_json(queue))
    assert read_queue(file) == queue


def test_a_job_with_all_its_pictures_is_done(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_bytes(to_json(StoredQueue(jobs=(stored(made=3),))))
    assert read_queue(file).jobs == ()


def test_no_file_is_an_empty_queue(tmp_path: Path) -> None:
    assert read_queue(tmp_path / "queue.json") == StoredQueue()
    assert list(tmp_path.glob("queue*")) == []


def test_a_job_that_cannot_be_understood_costs_none_of_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    content = json.loads(to_json(StoredQueue(jobs=(stored(1), stored(2), stored(3), stored(4)))))
    content["jobs"][1]["request"]["seed"] = "many"
    content["jobs"][3]["photos"][0]["path"] = "/photos/a\0b.jpg"
    file = tmp_path / "queue.json"
    file.write_text(json.dumps(content))
    assert [job.id[-1] for job in read_queue(file).jobs] == ["1", "3"]
    # Nothing is lost by rewriting the file.
    assert (tmp_path / "queue.damaged.json").read_text() == json.dumps(content)
    assert "queue.json has jobs that cannot be understood" in caplog.text


@pytest.mark.parametrize("content", [b"", b"{", b"null", b'{"jobs": 3}', b"\xff\xfe", b"[" * 99999, b'{"jobs": [3]}'])
def test_a_damaged_file_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "queue.json"
    file.write_bytes(content)
    assert read_queue(file) == StoredQueue()
    assert (tmp_path / "queue.damaged.json").read_bytes() == content


def test_a_job_that_stands_there_twice_is_taken_once(tmp_path: Path) -> None:
    file = tmp_path / "queue.json"
    file.write_bytes(to_json(StoredQueue(jobs=(stored(1), stored(1)))))
    assert len(read_queue(file).jobs) == 1
