"""Backups that the program makes by itself: they bring people back, and nobody who is to be gone."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.library import backup as module
from fastface_core.library import daily_backup, own_backups
from fastface_core.library.backup import Backup, restore
from fastface_core.library.library import Library
from fastface_core.library.people.person import Person
from fastface_core.library.people.vault import Vault
from tests.core.library_help import person

WORDS = "vier Wörter ohne Sinn"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second for each try is meant for attackers."""
    monkeypatch.setattr(Vault.__init__, "__defaults__", (4,))


def kept() -> list[Path]:
    return own_backups.all_of(paths.people_folder())


def days_ago(days: float, file: Path) -> None:
    moment = time.time() - days * 86_400
    os.utime(file, (moment, moment))


def test_one_a_day_and_only_when_people_changed(tmp_path: Path) -> None:
    with Library() as library:
        assert daily_backup.keep(library) is None
        someone = person(library, tmp_path / "photos")
        first = daily_backup.keep(library)
        assert first is not None
        assert kept() == [first]
        assert first.stat().st_mode & 0o777 == 0o600 or os.name == "nt"
        library.people.set_notes(someone.uid, "later")
        assert daily_backup.keep(library) is None
        days_ago(2, first)
        second = daily_backup.keep(library)
        assert second is not None
        days_ago(2, second)
        assert daily_backup.keep(library) is None  # nobody changed
        library.people.set_notes(someone.uid, "last")
        third = daily_backup.keep(library)
        assert len(kept()) == 2
        assert third in kept()
        assert first not in kept()


def test_it_brings_the_people_back(tmp_path: Path) -> None:
    with Library() as library:
        someone = person(library, tmp_path / "photos", photos=2)
        content = library.people.photo_bytes(someone.uid, someone.photos[0].sha256)
        file = daily_backup.keep(library)
    assert file is not None
    shutil.rmtree(paths.people_folder())
    restore(file, replace=True)
    with Library() as library:
        (again,) = library.people.all()
        assert (again.uid, again.name, len(again.photos)) == (someone.uid, someone.name, 2)
        assert library.people.photo_bytes(someone.uid, someone.photos[0].sha256) == content


def _change_passphrase(library: Library, someone: Person) -> None:
    library.people.store.protect(WORDS)
    assert daily_backup.keep(library) is not None
    library.people.store.change_passphrase(WORDS, "another passphrase")


AWAY: dict[str, Callable[[Library, Person], object]] = {
    "photo": lambda library, someone: library.people.remove_photo(someone.uid, someone.photos[0].sha256),
    "person": lambda library, someone: library.forget(someone.uid, pictures=False),
    "readable": lambda library, _: library.people.store.protect(WORDS),
    "key": _change_passphrase,
}


@pytest.mark.parametrize("what", AWAY)
def test_what_is_taken_away_is_in_none(what: str, tmp_path: Path) -> None:
    with Library() as library:
        someone = person(library, tmp_path / "photos", photos=2)
        assert daily_backup.keep(library) is not None
        AWAY[what](library, someone)
        assert kept() == []
        assert (daily_backup.keep(library) is None) == (what == "person")


@pytest.mark.parametrize("what", ["photo", "person", "readable"])
def test_one_that_is_being_made_meanwhile_is_thrown_away(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = module.backup

    def meanwhile(library: Library, file: Path, *, pictures: bool) -> Backup:
        done = whole(library, file, pictures=pictures)
        AWAY[what](library, someone)
        return done

    with Library() as library:
        someone = person(library, tmp_path / "photos", photos=2)
        monkeypatch.setattr(daily_backup, "backup", meanwhile)
        assert daily_backup.keep(library) is None
        assert kept() == []
        assert list(library.folder.glob(".backup-*")) == []
