"""Documents, clients and groups of people, and every fault of a photo."""

import dataclasses
from pathlib import Path

import pytest

from fastface_core.errors import SettingsError
from fastface_core.library.library import Library
from fastface_core.library.people import verdicts
from fastface_core.library.people.files import LONGEST_CLIENT, Client
from fastface_core.library.people.papers import LARGEST
from fastface_core.library.people.vault import LockedError
from fastface_core.pictures.names import DOCUMENT_SUFFIXES
from tests.core.library.people.test_library_people import GOOD

PDF = b"%PDF-1.7\nsigned by Ada\n"


@pytest.fixture
def library() -> Library:
    return Library()


def paper(folder: Path, name: str = "Signed release.pdf", content: bytes = PDF) -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


def test_every_fault_of_a_photo_is_told() -> None:
    quality = dataclasses.replace(GOOD, size=40, sharpness=0.0, brightness=0.01)
    verdict = verdicts.of_quality(quality)
    assert [one.word for one in verdict.all] == ["small", "blurred", "dark"]
    assert verdict.reason.startswith("The face is only 40 pixels wide")
    assert verdicts.of_quality(GOOD).all == (verdicts.of_quality(GOOD),)


def test_a_document_is_kept_once_and_comes_back(library: Library, tmp_path: Path) -> None:
    uid = library.people.add("Ada").uid
    entry = library.people.papers.add(uid, paper(tmp_path))
    assert library.people.papers.add(uid, paper(tmp_path, "again.pdf")).sha256 == entry.sha256
    assert library.people.get(uid).papers == (entry,)
    assert (entry.name, entry.size) == ("Signed release.pdf", len(PDF))
    removed = library.people.papers.remove(uid, entry.sha256)
    assert library.people.get(uid).papers == ()
    assert list((library.people.store.folder / uid / "papers").iterdir()) == []
    library.people.papers.put_back(uid, removed)
    assert library.people.papers.content(uid, entry.sha256) == PDF
    with pytest.raises(SettingsError, match="no such document"):
        library.people.papers.remove(uid, "0" * 64)


@pytest.mark.parametrize("suffix", DOCUMENT_SUFFIXES)
def test_a_scan_is_taken_by_whatever_name_its_form_has(library: Library, tmp_path: Path, suffix: str) -> None:
    beginnings = {".pdf": PDF, ".png": b"\x89PNG\r\n\x1a\n", ".tif": b"MM\x00*", ".tiff": b"II*\x00"}
    uid = library.people.add("Ada").uid
    file = paper(tmp_path, f"release{suffix.upper()}", beginnings.get(suffix, b"\xff\xd8\xff"))
    assert library.people.papers.add(uid, file).suffix == suffix


@pytest.mark.parametrize(
    ("name", "content"),
    [("run.pdf", b"#!/bin/sh\n"), ("notes.txt", b"words"), ("empty.pdf", b""), ("photo.png", PDF)],
)
def test_what_is_no_document_is_refused(library: Library, tmp_path: Path, name: str, content: bytes) -> None:
    uid = library.people.add("Ada").uid
    with pytest.raises(SettingsError, match="no PDF and no picture"):
        library.people.papers.add(uid, paper(tmp_path, name, content))
    assert library.people.get(uid).papers == ()


def test_a_document_that_is_too_large_or_a_folder_is_refused(library: Library, tmp_path: Path) -> None:
    uid = library.people.add("Ada").uid
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.write(PDF)
        file.truncate(LARGEST + 1)
    for path in (large, tmp_path, tmp_path / "gone.pdf"):
        with pytest.raises(SettingsError, match="cannot be read, or is larger"):
            library.people.papers.add(uid, path)


def test_documents_are_sealed_with_everything_else_and_go_with_the_person(library: Library, tmp_path: Path) -> None:
    uid = library.people.add("Ada").uid
    entry = library.people.papers.add(uid, paper(tmp_path))
    library.people.set_client(uid, contact="ada@example.org")
    library.people.set_client(uid, job="2026-118")
    library.people.store.protect("correct horse battery")
    folder = library.people.store.folder / uid
    written = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert b"signed" not in written
    assert b"ada@example.org" not in written
    library.people.store.lock()
    with pytest.raises(LockedError):
        library.people.papers.content(uid, entry.sha256)
    library.people.store.unlock("correct horse battery")
    assert library.people.papers.content(uid, entry.sha256) == PDF
    library.people.store.remove_person(uid)
    assert not folder.exists()


def test_what_is_noted_of_a_client_is_bounded_before_it_is_written(library: Library) -> None:
    uid = library.people.add("Ada").uid
    library.people.set_client(uid, contact="a" * LONGEST_CLIENT)
    library.people.set_client(uid, job="2026-118")
    with pytest.raises(SettingsError, match="at most 200 letters"):
        library.people.set_client(uid, job="j" * (LONGEST_CLIENT + 1))
    assert library.people.get(uid).client == Client(contact="a" * LONGEST_CLIENT, job="2026-118")


def test_groups_are_kept_once_each(library: Library) -> None:
    uid = library.people.add("Ada").uid
    library.people.set_groups(uid, [" Website ", "Team", "team", ""])
    assert library.people.get(uid).groups == ("Team", "Website")
    with pytest.raises(SettingsError, match="at most 20 groups"):
        library.people.set_groups(uid, [str(number) for number in range(21)])
    library.people.set_groups(uid, [])
    # An earlier version of the program reads the file as before.
    assert b"groups" not in library.people.store.read_person(uid)
