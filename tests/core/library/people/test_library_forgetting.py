"""Forgetting: after it no byte of photo, crop, embedding or name is in the data folder, however it was interrupted."""

import json
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from fastface_core import paths
from fastface_core.batch import proof
from fastface_core.batch.outcomes import Journal, Kept, Outcome
from fastface_core.compare import sheet
from fastface_core.compare.table import COLUMNS
from fastface_core.compare.table import save as save_table
from fastface_core.errors import SettingsError, StorageError
from fastface_core.evaluation import report, results
from fastface_core.evaluation.journal import Measured
from fastface_core.evaluation.people import in_folder
from fastface_core.evaluation.plan import Contender, Plan
from fastface_core.evaluation.prompts import Prompt
from fastface_core.evaluation.run_folder import RunFolder
from fastface_core.library import daily_backup, recording
from fastface_core.library.backup import backup, restore
from fastface_core.library.library import Library
from fastface_core.library.metadata import read
from fastface_core.library.people.forgetting import Forgetting
from fastface_core.library.people.person import Person
from fastface_core.library.people.vault import LockedError
from fastface_core.library.queries import Query
from fastface_core.library.sheets import SHEET, TABLE
from fastface_core.presets import files as preset_files
from tests.core.library_help import person, pixels_of, saved

NAME = "Quendolina Zyxw"
PROMPT = "portrait of Quendolina with a Xylophone"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Outside everything that is the program's own."""
    made = tmp_path / "outside"
    made.mkdir()
    return made


def traces(someone: Person) -> dict[str, bytes]:
    """Pieces of everything that says who it is."""
    found = {"name": NAME.encode(), "uid": someone.uid.encode(), "consent": b"said by Quen"}
    for number, photo in enumerate(someone.photos):
        assert photo.measured is not None
        data = photo.measured.path
        found[f"hash {number}"] = photo.sha256.encode()
        found[f"crop {number}"] = photo.measured.face.crop[112].tobytes()[:64]
        found[f"embedding {number}"] = photo.measured.face.embedding.tobytes()[100:164]
        assert data.name
    return found


def photo_pieces(library: Library, someone: Person) -> dict[str, bytes]:
    return {
        f"photo {number} at {at}": library.people.photo_bytes(someone.uid, photo.sha256)[at : at + 48]
        for number, photo in enumerate(someone.photos)
        for at in (700, 2000)
    }


def where(home: Path, pieces: dict[str, bytes]) -> set[str]:
    """Which pieces are in any file below a folder, or in its name."""
    found: set[str] = set()
    for file in home.rglob("*"):
        name = os.fsencode(file)
        content = file.read_bytes() if file.is_file() else b""
        found |= {what for what, piece in pieces.items() if piece in content or piece in name}
    return found


@pytest.mark.parametrize("pictures", [True, False])
def test_no_byte_is_left(pictures: bool, home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=3)
        other = person(library, folder, "Ben", 2, photos=1)
        made = [
            saved(library, paths.pictures_folder() / "a", seed, person=someone.uid, prompt=PROMPT) for seed in range(4)
        ]
        kept = saved(library, folder / "b", 9, person=other.uid, prompt="Ben")
        for one in (*made, kept):
            with Image.open(one.path) as image:
                library.thumbnails.put(image)
        library.trash.put([made[3].id])
        library.marks.rate([made[0].id], 5)
        library.marks.tag([made[0].id], add=["Xylophone"])
        pieces = traces(someone) | photo_pieces(library, someone)
        library.database.copy_to(library.database.backups / "before-0002-20300101-000000.db")
        assert daily_backup.keep(library) is not None
        picture_pieces = {
            f"picture {n}": (one.path.read_bytes() if one.path.exists() else b"-" * 99)[-90:-30]
            for n, one in enumerate(made[:3])
        }
        picture_pieces["prompt"] = b"Quendolina"
        # As programs that know faces write it: one beside a picture, one whose picture went to the trash.
        for one in (made[0], made[3]):
            one.path.with_name(one.path.name + ".XMP").write_bytes(f"<name>Yolanda {one.id}</name>".encode())
            picture_pieces[f"beside {one.id}"] = f"Yolanda {one.id}".encode()
        picture_pieces |= {
            f"thumbnail {n}": library.thumbnails.find(row.pixels)[-60:]  # type: ignore[index]
            for n, row in enumerate(library.gallery.rows([one.id for one in made]))
        }
        assert where(home, pieces) == set(pieces)
        assert where(home, picture_pieces) == set(picture_pieces)
        before = pixels_of(made[1].path)

        assert library.forget(someone.uid, pictures=pictures) == (4 if pictures else 0)

        assert where(home, pieces) == set()
        assert [one.uid for one in library.people.all()] == [other.uid]
        assert library.gallery.rows([kept.id])[0].person == other.uid
        if pictures:
            assert where(home, picture_pieces) == set()
            assert library.gallery.count(Query()) == 1
        else:
            assert (pixels_of(made[1].path) == before).all()
            assert [row.person for row in library.gallery.rows([one.id for one in made])] == [None] * 4
            content = read(made[0].path)
            assert content.note is not None
            assert content.note.person is None
            assert content.marks.rating == 5
    # And while nothing has it open.
    assert where(home, pieces) == set()
    with Library() as library:
        assert library.check().good


def test_a_library_moved_aside_is_searched_too(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        saved(library, folder / "a", 1, person=someone.uid, prompt=PROMPT)
        pieces = traces(someone) | photo_pieces(library, someone)
        backup(library, folder / "backup", pictures=False)
    _, aside = restore(folder / "backup", replace=True)
    assert aside is not None
    assert where(aside, pieces) == set(pieces)
    with Library() as library:
        library.forget(someone.uid, pictures=True)
    assert where(home, {**pieces, "prompt": b"Quendolina"}) == set()


@pytest.mark.parametrize("pictures", [True, False])
@pytest.mark.parametrize("point", ["_erase_pictures", "empty_person", "erase_free_space", "remove_person"])
def test_what_was_interrupted_is_finished_at_the_next_start(
    point: str, pictures: bool, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Power(BaseException):
        """It is cut."""

    def cut(*words: object, **more: object) -> None:
        raise Power

    library = Library()
    someone = person(library, folder, NAME)
    made = saved(library, folder / "a", 1, person=someone.uid, prompt=PROMPT)
    pieces = traces(someone) | photo_pieces(library, someone)
    owner = {"_erase_pictures": Forgetting, "erase_free_space": type(library.database)}.get(
        point, type(library.people.store)
    )
    with monkeypatch.context() as patch:
        patch.setattr(owner, point, cut)
        if point == "_erase_pictures" and not pictures:
            library.forget(someone.uid, pictures=False)
        else:
            with pytest.raises(Power):
                library.forget(someone.uid, pictures=pictures)
        library.database.close()  # the session's file stays, as after a crash
    with Library() as library:
        assert library.people.all() == ()
        assert library.gallery.count(Query()) == (0 if pictures else 1)
        assert made.path.exists() is not pictures
        assert library.check().good
    assert where(home, pieces) == set()


def test_a_file_that_cannot_be_removed_is_said(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Library() as library:
        someone = person(library, folder, NAME)
        pieces = photo_pieces(library, someone)
        unlink = Path.unlink

        def refuse(self: Path, missing_ok: bool = False) -> None:
            if self.suffix == ".jpg":
                raise PermissionError(13, "refused")
            unlink(self, missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            with pytest.raises(StorageError, match="cannot be written to"):
                library.forget(someone.uid, pictures=False)
        assert where(home, pieces) == set()  # overwritten at least
        assert library.forget(someone.uid, pictures=False) == 0
    assert where(home, {"uid": someone.uid.encode()}) == set()


@pytest.mark.parametrize("pictures", [True, False])
def test_somebody_whose_file_is_damaged(pictures: bool, home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=2)
        made = saved(library, paths.pictures_folder() / "a", person=someone.uid, prompt="x")
        pieces = {**traces(someone), **photo_pieces(library, someone)}
        file = paths.people_folder() / someone.uid / "person.json"
        file.write_bytes(file.read_bytes()[:150])
    with Library() as library:
        (damaged,) = library.people.damaged()
        assert damaged.name == NAME
        assert library.forget(damaged.uid, pictures=pictures) == int(pictures)
        assert made.path.exists() is not pictures
        assert library.people.damaged() == ()
    assert where(home, pieces) == set()


def test_an_encrypted_one_that_is_damaged(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        pieces = {**traces(someone), **photo_pieces(library, someone)}
        library.people.store.protect("correct horse")
        file = paths.people_folder() / someone.uid / "person.json"
        file.write_bytes(file.read_bytes()[:-1] + b"!")
        (damaged,) = library.people.damaged()
        assert (damaged.name, damaged.photos) == ("", {photo.sha256 for photo in someone.photos})
        assert damaged.crop is not None
        library.people.store.lock()
        with pytest.raises(LockedError):
            library.people.damaged()
        library.forget(damaged.uid, pictures=False)
    assert where(home, pieces) == set()


@pytest.mark.parametrize("table", [True, False])
def test_sheet_and_table_of_a_comparison(table: bool, home: Path, folder: Path) -> None:
    with Library() as library:
        someone, other = person(library, folder, NAME, photos=1), person(library, folder, "Ben", 2, photos=1)
        own = paths.pictures_folder() / "Compare" / ("0" * 16)
        chosen = folder / "compared"
        theirs = folder / "others"
        for place, uid in ((own, someone.uid), (chosen, someone.uid), (theirs, other.uid)):
            made = saved(library, place, 1, person=uid)
            with Image.open(made.path) as image:
                sheet.save(image, place / SHEET)
            if table or place != own:
                text = f"{','.join(COLUMNS)}\n{',' * (len(COLUMNS) - 1)}{made.path.name}\n"
                save_table(text, place / TABLE)
        assert library.forget(someone.uid, pictures=True) == 2
        assert list(own.iterdir()) == list(chosen.iterdir()) == []
        assert {file.name for file in theirs.iterdir()} >= {SHEET, TABLE}


@pytest.mark.parametrize("pictures", [True, False])
@pytest.mark.parametrize("below", ["", "of one"])
def test_outcomes_and_pages_of_a_batch(pictures: bool, below: str, home: Path, folder: Path) -> None:
    out = paths.pictures_folder() / "Batch" / "people"
    with Library() as library:
        someone, other = person(library, folder, NAME, photos=1), person(library, folder, "Ben", 2, photos=1)
        journal, outcomes = Journal(out), []
        for line, one in enumerate((someone, other, someone), start=1):
            made = saved(library, out / below, line, person=one.uid) if line < 3 else None
            kept = () if made is None else (Kept(path=made.path.relative_to(out).as_posix(), seed=line),)
            outcomes.append(
                Outcome(
                    key=f"{line:064x}", line=line, who=one.name, prompt="p", preset="b", checkpoint="c", pictures=kept
                )
            )
            journal.add(outcomes[-1])
        (page,) = proof.write(outcomes, (), out, "people")
        assert NAME.encode() in page.read_bytes()
        (paths.data_folder() / "batch-1.json").write_text(
            json.dumps(
                {"rows": [{"number": 1, "values": {"person": NAME}}, {"number": 2, "values": {"person": "Ben"}}]}
            )
        )
        library.forget(someone.uid, pictures=pictures)
        assert not page.exists()
        assert [one.who for one in journal.read().values()] == ["Ben"]
    names = {"name": NAME.encode()}
    assert where(home, names) == set()


def evaluated(out: Path, someone: Person, library: Library, photos: Path) -> tuple[RunFolder, Path]:
    """An evaluation of two people, as it lies there when it is done; its folder, and that of a second report."""
    photos.mkdir(parents=True)
    (photos / "Quendolina at home.jpg").write_bytes(library.people.photo_bytes(someone.uid, someone.photos[0].sha256))
    Image.new("RGB", (64, 64), "red").save(photos / "Ben.png")
    plan = Plan(
        people=in_folder(photos),
        prompts=(Prompt(text="a person"),),
        contenders=(Contender(name="a", preset=preset_files.built_in()["baseline"], checkpoint="starter"),),
    )
    run = RunFolder.begin(out, plan)
    with run.journal() as journal:
        for person_number in range(2):
            (cell,) = plan.cells(plan.contenders[0], person_number, 0)
            run.picture(cell).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (64, 64), "blue").save(run.picture(cell))
            journal.put(cell.key, "faces", Measured("0" * 64, "x", {"likeness": 0.5 + person_number / 10}))
            journal.fail(cell.group, f"{plan.people[person_number].photo.name} shows no face.")
    report.write([results.of_run(run)], run.report, "All")
    report.write([results.of_run(run)], out.with_name("board"), "All")
    return run, out.with_name("board")


@pytest.mark.parametrize("pictures", [True, False])
def test_evaluations_are_searched_wherever_they_lie(pictures: bool, home: Path, folder: Path, tmp_path: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        run, board = evaluated(tmp_path / "runs" / "one", someone, library, tmp_path / "photos")
        words = {"photo": b"Quendolina", "hash": someone.photos[0].sha256.encode()}
        assert where(tmp_path / "runs", words) == set(words)
        assert set(board.iterdir())

        library.forget(someone.uid, pictures=pictures)

        assert where(tmp_path / "runs", words) == set()
        assert not list(run.report.iterdir())
        assert not list(board.iterdir())
        names = {file.name for file in run.pictures_of("a").iterdir()}
        assert names == {"0001-001-01.png"} if pictures else {"0001-001-01.png", "0002-001-01.png"}
    # What is left is still an evaluation, of the others.
    left = results.of_run(RunFolder.open(run.folder))
    assert [one.name for one in left.plan.people] == ["Ben", "forgotten 2"]
    likeness = left.entries[0].values["likeness"][:, 0, 0]
    assert likeness[0] == 0.5
    assert likeness[1] != likeness[1]
    assert list(left.entries[0].failed) == ["a/0001-001"]
    assert report.write([left], run.report, "All").exists()


def test_an_evaluation_of_nobody_else_goes(home: Path, folder: Path, tmp_path: Path) -> None:
    """One from before places were noted, below the folder of the pictures; and while it is worked on."""
    out = paths.pictures_folder() / "Evaluations" / "one"
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        run, _ = evaluated(out, someone, library, tmp_path / "photos")
        plan = run.plan.model_copy(update={"people": run.plan.people[1:]})
        (out / "plan.json").write_text(plan.model_dump_json(exclude_none=True))
        for note in (paths.data_folder() / "evaluations").iterdir():
            note.unlink()
        with run.journal():
            with pytest.raises(StorageError, match="working on"):
                library.forget(someone.uid, pictures=True)
            with Library() as other:  # nobody is kept from the others meanwhile
                assert [notice.message for notice in other.notices] == [f"Another FastFace is working on {out}."]
                assert out.exists()
    with Library() as library:
        assert library.notices == []
        assert library.people.all() == ()
    assert {file.name for file in out.rglob("*") if file.is_file()} <= {".lock", "0002-001-01.png"}


@pytest.mark.parametrize("pictures", [True, False])
def test_what_the_window_keeps_is_searched_too(pictures: bool, home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        own = photo_pieces(library, someone)
        sha256, data = someone.photos[0].sha256, paths.data_folder()
        (data / "pasted").mkdir()
        (data / "pasted" / "1.png").write_bytes(library.people.photo_bytes(someone.uid, sha256))
        (data / "pasted" / "2.png").write_bytes(b"another picture")
        outside = folder / "Quendolina Zyxw at home.jpg"
        outside.write_bytes(library.people.photo_bytes(someone.uid, sha256))
        job = {"person": someone.uid, "photos": []}
        kept = {"person": None, "photos": [{"path": str(folder / "x.jpg")}]}
        mine = {"person": None, "photos": [{"path": str(outside)}]}
        (data / "queue.json").write_text(json.dumps({"version": 1, "jobs": [job, kept, mine]}))
        (data / "consents.json").write_text(json.dumps({f"{sha256}:1": "2030-01-01", "ab:1": "2030-01-01"}))
        (data / "session.json").write_text(json.dumps({"person": someone.uid, "prompt": "sea"}))
        (data / "gallery.json").write_text(f'{{"person": "{someone.uid}"')
        library.forget(someone.uid, pictures=pictures)
    words = {"uid": someone.uid.encode(), "hash": sha256.encode(), "path": b"Quendolina"}
    assert where(home, {**own, **words}) == set()
    assert (data / "pasted" / "2.png").exists()
    assert json.loads((data / "queue.json").read_text())["jobs"] == [kept]
    assert json.loads((data / "consents.json").read_text()) == {"ab:1": "2030-01-01"}
    assert json.loads((data / "session.json").read_text()) == {"prompt": "sea"}
    assert outside.exists()  # where the user put it


def test_scraps_of_interrupted_writes(home: Path, folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        made = saved(library, folder / "a", 1, person=someone.uid)
        scraps = [
            made.path.with_name(f".{'a' * 32}.part"),
            paths.people_folder() / someone.uid / "photos" / f".{'b' * 32}.part",
            paths.data_folder() / f".{'c' * 32}.part",
            paths.data_folder() / ".restore-abc" / "people" / "photo.jpg",
            # Left just now by a version that held nothing.
            paths.library_folder() / ".backup-x1y2_z" / "library.db",
        ]
        for scrap in scraps:
            scrap.parent.mkdir(exist_ok=True, parents=True)
            scrap.write_bytes(b"half a picture")
        (paths.data_folder() / ".restore-abc" / ".held").touch()
        copies = [paths.data_folder() / ".backup-old.1" / "a.jpg", paths.people_folder() / "Backup" / "b.jpg"]
        for copy in copies:
            copy.parent.mkdir()
            copy.write_bytes(library.people.photo_bytes(someone.uid, someone.photos[0].sha256))
            (copy.parent / "another.jpg").write_bytes(b"another photo")
        library.forget(someone.uid, pictures=True)
        assert not [scrap for scrap in (*scraps, *copies) if scrap.exists()]
        assert all((copy.parent / "another.jpg").exists() for copy in copies)


def test_a_picture_that_comes_too_late(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program is about to write, or has written, a picture of somebody who is being forgotten."""
    with Library() as library, Library() as other:
        someone = person(library, folder, NAME, photos=1)
        save = recording.save

        def slowly(*words: object, **more: object) -> Path:
            path: Path = save(*words, **more)  # type: ignore[arg-type]
            library.forget(someone.uid, pictures=True)
            return path

        monkeypatch.setattr(recording, "save", slowly)
        for _ in range(2):
            with pytest.raises(SettingsError, match="forgotten"):
                saved(other, folder / "a", 1, person=someone.uid)
        assert not list((folder / "a").glob("*.png"))
        assert library.check().good


def test_copies_of_the_folder_by_other_programs(home: Path, folder: Path) -> None:
    with Library() as library:
        someone, other = person(library, folder, NAME, photos=1), person(library, folder, "Ben", 2, photos=1)
        people = paths.people_folder()
        for name in (f"{someone.uid} (conflicted copy)", "Backup of June"):
            shutil.copytree(people / someone.uid, people / name)
        for name in ("library.db.bak", "library (conflicted copy).db"):
            library.database.copy_to(library.folder / name)
        (library.folder / "notes.txt").write_text(f"SQLite, {someone.uid[:8]}")
        (people / "holiday").mkdir()
        (people / "holiday" / "beach.jpg").write_bytes(b"somebody else's")
    pieces = {"name": NAME.encode(), "uid": someone.uid.encode(), "hash": someone.photos[0].sha256.encode()}
    with Library() as library:
        library.forget(someone.uid, pictures=False)
        assert where(home, pieces) == set()
        assert (people / "holiday" / "beach.jpg").exists()
        assert (library.folder / "notes.txt").exists()
        assert not list(library.folder.glob("library?*.db*"))
        assert [one.uid for one in library.people.all()] == [other.uid]


def test_a_link_is_removed_and_what_it_leads_to_stays(folder: Path) -> None:
    with Library() as library:
        someone = person(library, folder, NAME, photos=1)
        made = saved(library, folder / "a", 1, person=someone.uid)
        own = folder / "own.png"
        made.path.rename(own)
        made.path.symlink_to(own)
        before = own.read_bytes()
        library.forget(someone.uid, pictures=True)
        assert not made.path.is_symlink()
        assert own.read_bytes() == before
