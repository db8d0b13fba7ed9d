"""People: photos with verdicts, the embedding of those that count, permission, and folders that are the truth."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from fastface_core import paths
from fastface_core.domain.identity import FaceQuality
from fastface_core.errors import PhotoError, SettingsError, StorageError
from fastface_core.library.library import Library
from fastface_core.library.people import verdicts
from fastface_core.library.people.files import Consent
from tests.core.library_help import embedding, person, photo

GOOD = FaceQuality(size=300, sharpness=200, yaw=0, pitch=0, roll=0, brightness=0.5)


def test_a_person_comes_back(tmp_path: Path) -> None:
    consent = Consent(text="signed at the studio", given=date(2030, 1, 1), expires=date(2031, 1, 1))
    with Library() as library:
        made = library.people.add("Erika  Müller", notes="left side", consent=consent)
        added = [photo(tmp_path, index, embedding(1, index)) for index in range(3)]
        for one in added:
            library.people.add_photo(made.uid, one, "tiny:1", 0.2)
    with Library() as library:
        (found,) = library.people.all()
        assert (found.name, found.notes, found.consent, found.model) == ("Erika Müller", "left side", consent, "tiny:1")
        assert [one.sha256 for one in found.photos] == [one.sha256 for one in added]
        assert all(one.counts and one.verdict is not None and one.verdict.good for one in found.photos)
        assert found.cover == added[0].sha256
        assert library.people.photo_bytes(found.uid, added[1].sha256) == added[1].path.read_bytes()
        with library.people.photo_file(found.uid, added[1].sha256) as file:
            assert file.read_bytes() == added[1].path.read_bytes()
        cover = library.people.cover(found.uid)
        assert cover is not None
        assert np.array_equal(cover, added[0].face.crop)
        for name in ("erika muller", "ERIKA MÜLLER", found.uid):
            assert library.people.find(name).uid == found.uid
        with pytest.raises(SettingsError, match="nobody named"):
            library.people.find("Erika")
    names = [file.name for file in paths.people_folder().rglob("*")]
    assert not any("erika" in name.lower() or "ller" in name for name in names)


def test_the_identity_is_that_of_the_photos_that_count(tmp_path: Path) -> None:
    with Library() as library:
        uid = person(library, tmp_path, photos=0).uid
        photos = [
            photo(tmp_path, index, embedding(1, index), sharpness=5.0 if index == 2 else 200.0) for index in range(4)
        ]
        for one in photos:
            library.people.add_photo(uid, one, "tiny:1", 0.2)
        identity = library.people.identity(uid, "tiny:1")
        assert identity is not None
        counting = [photos[index] for index in (0, 1, 3)]
        total = np.sum([one.face.embedding for one in counting], axis=0)
        assert np.allclose(identity.embedding, total / np.linalg.norm(total), atol=1e-6)
        assert [one.sha256 for one in identity.photos] == [one.sha256 for one in counting]
        nearest = max(counting, key=lambda one: float(one.face.embedding @ identity.embedding))
        assert np.array_equal(identity.crop, nearest.face.crop)
        first = identity.photos[0].face
        assert np.array_equal(first.embedding, photos[0].face.embedding)
        assert np.array_equal(first.points, photos[0].face.points)
        assert (first.box, first.score) == (photos[0].face.box, photos[0].face.score)
        assert first.quality.agreement is not None
        assert first.quality.agreement > 0.5
        # Against the coach's word, and back.
        library.people.take(uid, photos[2].sha256, True)
        library.people.take(uid, photos[0].sha256, False)
        changed = library.people.identity(uid, "tiny:1")
        assert changed is not None
        assert [one.sha256 for one in changed.photos] == [photos[index].sha256 for index in (1, 2, 3)]
        library.people.take(uid, photos[2].sha256, None)
        assert [one.counts for one in library.people.get(uid).photos] == [False, True, False, True]


def test_another_recogniser_has_to_look_again(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path, photos=2)
        assert library.people.identity(made.uid, "other:2") is None
        again = [photo(tmp_path, 1000 + index, embedding(7, index)) for index in range(2)]
        library.people.put_faces(made.uid, again[:1], "other:2", None)
        assert library.people.identity(made.uid, "other:2") is None
        library.people.put_faces(made.uid, again[1:], "other:2", None)
        identity = library.people.identity(made.uid, "other:2")
        assert identity is not None
        assert float(identity.embedding @ embedding(7)) > 0.8
        before = library.people.identity(made.uid, "tiny:1")
        assert before is not None
        assert float(before.embedding @ embedding(1)) > 0.8
        assert library.people.get(made.uid).model == "other:2"


def test_someone_else_among_the_photos(tmp_path: Path) -> None:
    with Library() as library:
        uid = person(library, tmp_path, photos=3).uid
        stranger = photo(tmp_path, 5, embedding(2))
        added = library.people.add_photo(uid, stranger, "tiny:1", 0.2)
        assert added.verdict is not None
        assert added.verdict.word == "other-person"
        assert not added.counts
        assert [one.counts for one in library.people.get(uid).photos] == [True, True, True, False]
        # Of two that differ, the later one.
        pair = person(library, tmp_path, "Ben", 3, photos=1).uid
        library.people.add_photo(pair, stranger, "tiny:1", 0.2)
        assert [one.counts for one in library.people.get(pair).photos] == [True, False]
        # A recogniser that cannot tell people apart says nothing.
        library.people.put_faces(
            pair, [one.measured for one in library.people.get(pair).photos if one.measured], "x", None
        )
        assert [one.counts for one in library.people.get(pair).photos] == [True, True]


def test_poor_photos_count_where_there_are_no_good_ones(tmp_path: Path) -> None:
    with Library() as library:
        uid = library.people.add("Ada").uid
        with pytest.raises(PhotoError, match="No photo of Ada"):
            library.people.identity(uid, "tiny:1")
        library.people.add_photo(uid, photo(tmp_path, 1, embedding(1, 1), size=40.0), "tiny:1", 0.2)
        (poor,) = library.people.get(uid).photos
        assert poor.counts
        assert poor.verdict is not None
        assert poor.verdict.word == "small"
        library.people.add_photo(uid, photo(tmp_path, 2, embedding(1, 2)), "tiny:1", 0.2)
        assert [one.counts for one in library.people.get(uid).photos] == [False, True]


@pytest.mark.parametrize("notes", ["x" * 20_001, "\udc80"])
def test_notes_that_cannot_be_kept(notes: str) -> None:
    with Library() as library:
        ada = library.people.add("Ada")
        for work in (lambda: library.people.set_notes(ada.uid, notes), lambda: library.people.add("Ben", notes=notes)):
            with pytest.raises(SettingsError, match=r"^(Notes have at most|The notes are no text)"):
                work()
        assert list(library.people.names().values()) == ["Ada"]


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({}, "good"),
        ({"size": 20.0}, "small"),
        ({"sharpness": 1.0}, "blurred"),
        ({"yaw": -60.0}, "side"),
        ({"pitch": 70.0}, "side"),
        ({"roll": 90.0}, "tilted"),
        ({"brightness": 0.05}, "dark"),
        ({"brightness": 0.95}, "bright"),
        ({"brightness": None}, "good"),
    ],
)
def test_the_coach(change: dict[str, float | None], word: str) -> None:
    import dataclasses

    verdict = verdicts.of_quality(dataclasses.replace(GOOD, **change))  # type: ignore[arg-type]
    assert verdict.word == word
    assert verdict.reason.endswith(".")


def test_the_same_photo_again_changes_the_face(tmp_path: Path) -> None:
    import dataclasses

    with Library() as library:
        uid = library.people.add("Ada").uid
        one = photo(tmp_path, 1, embedding(1))
        library.people.add_photo(uid, one, "tiny:1", 0.2)
        library.people.take(uid, one.sha256, False)
        other = dataclasses.replace(one, face_index=2, faces_found=2)
        library.people.add_photo(uid, other, "tiny:1", 0.2)
        (found,) = library.people.get(uid).photos
        assert (found.face, found.counts) == (2, True)


def test_a_photo_that_changed_in_the_meantime(tmp_path: Path) -> None:
    with Library() as library:
        uid = library.people.add("Ada").uid
        one = photo(tmp_path, 1, embedding(1))
        one.path.write_bytes(b"other")
        with pytest.raises(PhotoError, match="was changed"):
            library.people.add_photo(uid, one, "tiny:1", 0.2)
        one.path.unlink()
        with pytest.raises(PhotoError, match="cannot be read"):
            library.people.add_photo(uid, one, "tiny:1", 0.2)
        assert library.people.get(uid).photos == ()


def test_a_photo_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastface_core.library.people.people.LARGEST_PHOTO", 2 << 20)
    with Library() as library:
        uid = library.people.add("Ada").uid
        one = photo(tmp_path, 1, embedding(1))
        one.path.write_bytes(bytes((2 << 20) + 1))
        with pytest.raises(PhotoError, match="larger than 2 MB"):
            library.people.add_photo(uid, one, "tiny:1", 0.2)


def test_a_photo_is_erased(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path, photos=2)
        gone = made.photos[0]
        assert gone.measured is not None
        library.people.set_cover(made.uid, gone.sha256)
        library.people.remove_photo(made.uid, gone.sha256)
        after = library.people.get(made.uid)
        assert [one.sha256 for one in after.photos] == [made.photos[1].sha256]
        assert after.cover == made.photos[1].sha256
        left = b"".join(file.read_bytes() for file in paths.people_folder().rglob("*") if file.is_file())
        assert gone.measured.face.embedding.tobytes() not in left
        assert gone.measured.face.crop[100].tobytes() not in left
        with pytest.raises(SettingsError, match="no such photo"):
            library.people.photo_bytes(made.uid, gone.sha256)


def test_a_photo_that_was_removed_is_put_back_as_it_was(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path, photos=3)
        gone = made.photos[1]
        assert gone.measured is not None
        for model in ("tiny:2", "tiny:1"):
            library.people.put_faces(made.uid, [one.measured for one in made.photos if one.measured], model, 0.2)
        library.people.set_cover(made.uid, gone.sha256)
        library.people.take(made.uid, gone.sha256, False)
        content = library.people.photo_bytes(made.uid, gone.sha256)
        removed = library.people.remove_photo(made.uid, gone.sha256)
        assert library.people.get(made.uid).cover != gone.sha256
        after = library.people.put_back_photo(made.uid, removed)
        assert [one.sha256 for one in after.photos] == [one.sha256 for one in made.photos]
        back = after.photos[1]
        assert (after.cover, after.model, back.counts, back.by_hand) == (gone.sha256, "tiny:1", False, True)
        assert back.measured is not None
        assert np.array_equal(back.measured.face.embedding, gone.measured.face.embedding)
        assert library.people.photo_bytes(made.uid, gone.sha256) == content
        assert library.people.identity(made.uid, "tiny:2") is not None
        # Again: it is there already, and stays.
        assert len(library.people.put_back_photo(made.uid, removed).photos) == 3


def test_names_and_undo() -> None:
    with Library() as library:
        ada, ben = library.people.add("Ada"), library.people.add("Ben")
        for name in ("", "  ", "x" * 101):
            with pytest.raises(SettingsError, match="1 to 100"):
                library.people.add(name)
        for name in ("ada", "ADA", " Ada "):
            with pytest.raises(SettingsError, match="already"):
                library.people.add(name)
            with pytest.raises(SettingsError, match="already"):
                library.people.rename(ben.uid, name)
        before = library.people.rename(ada.uid, "Änne")
        assert before.name == "Ada"
        assert list(library.people.names().values()) == ["Änne", "Ben"]
        library.people.rename(ada.uid, before.name)
        library.people.rename(ada.uid, "ada")
        assert library.people.get(ada.uid).name == "ada"
        library.people.set_notes(ada.uid, "n")
        library.people.set_consent(ada.uid, Consent(text="yes", given=date(2030, 1, 1)))
        assert library.people.set_consent(ada.uid, None).consent is not None
        with pytest.raises(SettingsError, match="not in the library"):
            library.people.get("f" * 32)


@pytest.mark.parametrize(
    ("day", "holds"), [(date(2030, 1, 1), True), (date(2030, 6, 1), True), (date(2030, 6, 2), False)]
)
def test_permission_ends(day: date, holds: bool) -> None:
    assert Consent(text="yes", given=date(2030, 1, 1), expires=date(2030, 6, 1)).holds(day) is holds
    assert Consent(text="yes", given=date(2030, 1, 1)).holds(day)


def test_people_survive_the_database(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path)
        library.database.path.rename(tmp_path / "gone.db")
    for rest in paths.library_folder().glob("library.db*"):
        rest.unlink()
    with Library() as library:
        assert library.people.get(made.uid).name == "Ada"
        assert library.database.connection().execute("SELECT uid FROM people").fetchall() == [(made.uid,)]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda content: "{", ""),
        (lambda content: "", ""),
        (lambda content: json.dumps(content)[:120], "Ada"),
        (lambda content: json.dumps({**content, "name": ""}), ""),
        (lambda content: json.dumps({**content, "photos": [{"sha256": "../x"}]}), "Ada"),
        (lambda content: json.dumps({**content, "uid": "ab" * 16}), "Ada"),
    ],
)
def test_a_damaged_person_hides_nobody_else(
    tmp_path: Path, change: Callable[[dict[str, object]], str], name: str
) -> None:
    with Library() as library:
        people, made = library.people, person(library, tmp_path)
        other = person(library, tmp_path, "Ben", 2, photos=1)
        file = paths.people_folder() / made.uid / "person.json"
        file.write_text(change(json.loads(file.read_text())))
        with pytest.raises(StorageError, match="cannot be read"):
            people.get(made.uid)
        with pytest.raises(StorageError, match="cannot be read"):
            people.find(name or made.uid)
        assert [one.uid for one in people.all()] == [other.uid]
        assert people.names() == {other.uid: "Ben"}
        assert people.begin_with(["b", "a"]) == {"b": [other.uid], "a": []}
        assert [one.uid for one in people.with_photos([other.photos[0].sha256])] == [other.uid]

        (damaged,) = people.damaged()
        hashes = {photo.sha256 for photo in made.photos}
        assert (damaged.uid, damaged.name, damaged.photos) == (made.uid, name, hashes)
        assert damaged.crop is not None
        assert any(photo.measured and np.array_equal(damaged.crop, photo.measured.face.crop) for photo in made.photos)
        assert people.photo_hashes(made.uid) == hashes
        assert people.find_damaged(made.uid) is not None
        assert people.find_damaged("Ben") is None


def test_damaged_measures_are_made_again(tmp_path: Path) -> None:
    with Library() as library:
        made = person(library, tmp_path, photos=1)
        (faces,) = (paths.people_folder() / made.uid).glob("faces-*.npz")
        faces.write_bytes(faces.read_bytes()[:100])
        (one,) = library.people.get(made.uid).photos
        assert one.measured is None
        again = photo(tmp_path, 1000, embedding(1))
        library.people.put_faces(made.uid, [again], "tiny:1", 0.2)
        assert library.people.identity(made.uid, "tiny:1") is not None


@pytest.mark.parametrize("kind", ["shape", "text", "numbers", "bomb"])
def test_measures_of_another_kind_stop_nothing(kind: str, tmp_path: Path) -> None:
    with Library() as library:
        made, other = person(library, tmp_path, photos=1), person(library, tmp_path, "Ben", 2, photos=1)
        (faces,) = (paths.people_folder() / made.uid).glob("faces-*.npz")
        with np.load(faces) as stored:
            arrays = dict(stored)
        for name in ("embeddings", "points", "crops"):
            match kind:
                case "shape":
                    arrays[name] = arrays[name][..., :1]
                case "text":
                    arrays[name] = arrays[name].astype("U4")
                case "numbers":
                    arrays[name] = np.full(arrays[name].shape, np.nan)
                case _:
                    arrays[name] = np.zeros(1 << 28, np.uint8)
        np.savez_compressed(faces, **arrays)  # type: ignore[arg-type]
    with Library() as library:
        assert {one.name: one.photos[0].measured is not None for one in library.people.all()} == {
            "Ada": False,
            "Ben": True,
        }
        assert library.people.damaged() == ()
        assert library.people.identity(other.uid, "tiny:1") is not None
