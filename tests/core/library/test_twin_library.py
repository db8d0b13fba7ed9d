"""What the library, the queue and comparisons keep of drawn twins: measures, corrections, matches."""

import hashlib
import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from fastface_core import paths
from fastface_core.compare.axes import NumberAxis
from fastface_core.compare.grid import Grid, key_of
from fastface_core.compare.records import begun
from fastface_core.domain.goal import Goal
from fastface_core.domain.identity import PersonPhoto
from fastface_core.domain.likeness import DRAWN, LikenessScale, MatchScale
from fastface_core.domain.measures import Measures, TakenOver
from fastface_core.domain.twin import HAIR_CUTS, Corrections, Hair, Twin
from fastface_core.errors import StorageError
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_core.library.people.files import PersonFile, Reading, reading_from_bytes, reading_to_bytes
from fastface_core.library.queries import Query, Sort
from fastface_core.models import installed
from fastface_core.models.catalogue import Component
from fastface_core.presets import files as preset_files
from fastface_core.validation import parse_json
from tests.core.cli_help import Run
from tests.core.cli_help import fastface as fastface
from tests.core.library_help import NOW, embedding, person, photo, picture, recipe
from tests.core.twin_pack import resources_with_a_twin

TOP, LENGTH, WIDTHS = HAIR_CUTS["long"]
TWIN = Twin(
    shape=(0.5,) * 14,
    skin=(0.8, 0.6, 0.5),
    lips=(0.7, 0.4, 0.4),
    eyes=(0.3, 0.4, 0.6),
    brows=(0.2, 0.15, 0.1),
    hair=Hair(colour=(0.3, 0.2, 0.1), top=TOP, length=LENGTH, widths=WIDTHS),
)
MEASURES = Measures(TWIN, frozenset({"skin", "hair.length"}), ("The photo is dark.",), 0.1, -0.2)
CORRECTIONS = Corrections(skin=(0.54, 0.33, 0.14), glasses="round")


# The starter's pack


def test_what_a_pack_says(tmp_path: Path) -> None:
    bands = {"good": 0.3, "strong": 0.5}
    folder = resources_with_a_twin(tmp_path / "own", match=bands) / "starter"
    own = installed.starter(folder)
    assert (own.identity, own.match, own.scale) == (
        "twin",
        MatchScale.model_validate(bands),
        MatchScale.model_validate(bands),
    )
    assert own.likeness_reason == DRAWN
    for changes, identity in (({"match": None}, "twin"), ({"match": None, "identity": None}, "photo")):
        pack = json.loads((folder / "pack.json").read_bytes()) | changes
        content = {name: value for name, value in pack.items() if value is not None}
        (folder / "pack.json").write_text(json.dumps(content), encoding="utf-8")
        found = installed.starter(folder)
        likeness = found.faces.likeness
        assert found.identity == identity
        if identity == "twin":
            assert found.match == MatchScale(good=likeness.good, strong=likeness.strong)
        else:
            assert (found.match, found.likeness_reason, found.scale) == (None, None, likeness)


def test_a_pack_that_is_not_trained_matches_nothing(tmp_path: Path) -> None:
    untrained = installed.starter(resources_with_a_twin(tmp_path / "own", trained=False) / "starter")
    assert (untrained.match, untrained.scale) == (None, None)
    assert "not trained" in (untrained.likeness_reason or "")


@pytest.mark.parametrize(
    ("match", "word"), [(0.8, "very near"), (0.6, "very near"), (0.59, "near"), (0.45, "near"), (0.4, "far")]
)
def test_the_words_of_a_match(match: float, word: str) -> None:
    assert MatchScale().word(match) == word
    assert LikenessScale().word(match) not in ("very near", "near", "far")


def test_catalogues_that_name_the_detector_of_old_are_read() -> None:
    fields = {
        "name": "own-faces",
        "title": "Faces",
        "role": "faces",
        "repo": "some/faces",
        "revision": "main",
        "place": "some/faces/faces.onnx",
        "licence": "apache-2",
        "files": [{"path": "faces.onnx", "size": 1}],
    }
    assert Component.model_validate({**fields, "kind": "mtcnn"}).kind == "blazeface"
    with pytest.raises(ValidationError):
        Component.model_validate({**fields, "kind": "retinaface"})


# People


def measured(folder: Path, seed: int, measures: Measures | None = MEASURES) -> PersonPhoto:
    one = photo(folder, seed, embedding(1, seed))
    return replace(one, face=replace(one.face, measures=measures))


def test_measures_come_back(tmp_path: Path) -> None:
    with Library() as library:
        uid = library.people.add("Ada").uid
        for seed, measures in ((1, MEASURES), (2, None)):
            library.people.add_photo(uid, measured(tmp_path, seed, measures), "twin:1", None)
    with Library() as library:
        identity = library.people.identity(uid, "twin:1")
        assert identity is not None
        assert [one.face.measures for one in identity.photos] == [MEASURES, None]


def test_readings_of_before_are_read_and_damaged_ones_are_told(tmp_path: Path) -> None:
    one = measured(tmp_path, 1)
    data = reading_to_bytes(Reading("twin:1", None, {(one.sha256, 1): one}))
    with np.load(io.BytesIO(data)) as archive:
        arrays = dict(archive)
    about = json.loads(bytes(arrays["about"]))

    def changed(content: dict) -> Reading:
        buffer = io.BytesIO()
        text = np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)
        np.savez(buffer, allow_pickle=False, **{**arrays, "about": text})  # type: ignore[arg-type]
        return reading_from_bytes(buffer.getvalue())

    assert changed(about).faces[one.sha256, 1].face.measures == MEASURES
    before = {**about, "version": 1, "photos": [{k: v for k, v in about["photos"][0].items() if k != "measures"}]}
    assert changed(before).faces[one.sha256, 1].face.measures is None
    broken = json.loads(json.dumps(about))
    broken["photos"][0]["measures"]["twin"]["skin"] = "pale"
    with pytest.raises(StorageError, match="is damaged"):
        changed(broken)


def test_corrections_are_kept_with_a_person(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path)
        before = library.people.set_corrections(made.uid, CORRECTIONS)
        assert before.corrections is None
    with Library() as library:
        assert library.people.get(made.uid).corrections == CORRECTIONS
        was = library.people.set_corrections(made.uid, Corrections())
        assert was.corrections == CORRECTIONS
        assert library.people.get(made.uid).corrections is None
        library.people.set_corrections(made.uid, was.corrections)
        library.people.set_notes(made.uid, "left side")
        assert library.people.get(made.uid).corrections == CORRECTIONS


def test_corrections_are_locked_and_forgotten_with_the_person(tmp_path: Path) -> None:
    with Library() as library:
        uid = person(library, tmp_path).uid
        library.people.set_corrections(uid, CORRECTIONS)
        library.people.store.protect("a long passphrase")
        assert not [file for file in files() if b"glasses" in file.read_bytes()]
        assert library.people.get(uid).corrections == CORRECTIONS
        library.people.store.unprotect("a long passphrase")
        assert [file.name for file in files() if b"glasses" in file.read_bytes()] == ["person.json"]
        library.forget(uid, pictures=True)
        assert not [file for file in files() if b"glasses" in file.read_bytes()]


def files() -> list[Path]:
    return [file for file in paths.data_folder().rglob("*") if file.is_file()]


def test_people_of_before_have_no_corrections() -> None:
    file = {"version": 1, "uid": "a" * 32, "name": "Ada", "created": "2030-01-02T03:04:05Z"}
    assert parse_json(PersonFile, json.dumps(file).encode(), "The file").corrections is None


# Pictures


def test_the_best_come_first_by_likeness_or_match(tmp_path: Path) -> None:
    taken = TakenOver(skin=True, hair_colour=False, glasses=True)
    with Library() as library:
        values = [(0.5, None), (None, 0.7), (None, None), (None, 0.2), (0.9, None)]
        for seed, (likeness, match) in enumerate(values, start=1):
            one = replace(picture(seed, likeness=likeness), twin_match=match, taken_over=taken if match else None)
            library.recorder.save(one, tmp_path / "out", NOW + timedelta(seconds=seed))
        for sort in ("score", "likeness"):
            assert seeds(library, sort=sort) == [5, 2, 1, 4, 3]
        assert seeds(library, sort="score", descending=False) == [3, 4, 1, 2, 5]
        assert seeds(library, twin_match=(0.5, None)) == [2]
        assert seeds(library, twin_match=(None, 0.5)) == [4]
        assert seeds(library, likeness=(0.1, None)) == [5, 1]
        rows = {row.seed: row for row in library.gallery.page(Query()).rows}
        assert [(rows[seed].twin_match, rows[seed].score) for seed in (1, 2, 3)] == [
            (None, 0.5),
            (0.7, 0.7),
            (None, None),
        ]
        details = library.gallery.details(rows[2].id)
        assert (details.note.twin_match, details.note.taken_over) == (0.7, taken)
        found = read(rows[2].path)
        assert found.note is not None
        assert (found.note.twin_match, found.note.taken_over) == (0.7, taken)


def seeds(library: Library, sort: Sort = "date", **conditions: object) -> list[int | None]:
    query = Query(sort=sort, **conditions)  # type: ignore[arg-type]
    paged = library.gallery.page(query, limit=2)
    rows = list(paged.rows)
    while paged.next:
        paged = library.gallery.page(query, paged.next, limit=2)
        rows += paged.rows
    return [row.seed for row in rows]


def test_the_gallery_on_the_command_line(tmp_path: Path, fastface: Run) -> None:
    with Library() as library:
        for seed, (likeness, match) in enumerate([(0.5, None), (None, 0.7), (None, 0.2)], start=1):
            one = replace(picture(seed, likeness=likeness), twin_match=match, taken_over=TakenOver(skin=True))
            library.recorder.save(one, tmp_path / "out", NOW + timedelta(seconds=seed))
    listed = fastface("gallery", "list", "--sort", "score", "--json").json["pictures"]
    assert [(row["seed"], row["likeness"], row["twin_match"]) for row in listed] == [
        (2, None, 0.7),
        (1, 0.5, None),
        (3, None, 0.2),
    ]
    near = fastface("gallery", "list", "--min-match", "0.1", "--max-match", "0.5", "--json").json["pictures"]
    assert [row["seed"] for row in near] == [3]
    lines = fastface("gallery", "list", "--sort", "score").out.splitlines()
    assert [" ~0.70 " in line for line in lines] == [True, False, False]
    assert " 0.50 " in lines[1]
    shown = fastface("gallery", "show", listed[0]["id"])
    assert "match with the drawing: 0.70" in shown.out
    assert fastface("gallery", "show", listed[0]["id"], "--json").json["taken_over"]["skin"] is True


# The queue, and comparisons


def test_goals_that_were_kept_before_there_was_a_match() -> None:
    assert Goal.model_validate({"pictures": 2, "likeness": 0.4}) == Goal(pictures=2, score=0.4)
    assert Goal(pictures=2, score=0.4).model_dump() == {"pictures": 2, "score": 0.4}
    with pytest.raises(ValidationError):
        Goal.model_validate({"pictures": 2, "resemblance": 0.4})


def grid(**changes: object) -> Grid:
    fields = {
        "prompt": "a person",
        "preset": preset_files.find("baseline"),
        "checkpoint": "starter",
        "seeds": (1,),
        "columns": NumberAxis(setting="adapter_strength", values=(0.5, 1.0)),
    }
    return Grid.model_validate({**fields, **changes})


def test_a_comparison_is_of_one_drawing() -> None:
    shots = grid(corrections=CORRECTIONS).shots(lambda _: installed.starter().sampling)
    assert [shot.request.corrections for shot in shots] == [CORRECTIONS] * 2
    told = [recipe(1, "a person", corrections=one) for one in (CORRECTIONS, None)]
    assert key_of(told[0]) != key_of(told[1])


def test_comparisons_of_before_keep_their_number() -> None:
    plain = grid()
    content = {name: value for name, value in plain.model_dump(mode="json").items() if name != "corrections"}
    hashes = ["ab" * 32]
    subject = json.dumps([content, hashes, [], None], sort_keys=True)
    number = begun(plain, [], None, hashes, NOW).id
    assert number == hashlib.sha256(subject.encode()).hexdigest()[:16]
    assert begun(grid(corrections=CORRECTIONS), [], None, hashes, NOW).id != number
