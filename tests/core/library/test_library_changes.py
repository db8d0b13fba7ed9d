"""Following the library: what changed since a number, in this program and in others."""

import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core.library import changes as module
from fastface_core.library.changes import Changes
from fastface_core.library.library import Library
from tests.core.library_help import saved


def nothing(number: int) -> Changes:
    return Changes(number, False, frozenset(), frozenset(), frozenset(), False)


def test_each_kind(tmp_path: Path) -> None:
    with Library() as library:
        start = library.changes.newest()
        assert library.changes.since(start) == nothing(start)
        assert not library.changes.since(start)
        one, two, three = (saved(library, tmp_path, seed).id for seed in range(3))
        after = library.changes.since(start)
        assert (after.added, after.changed, after.removed, after.people) == ({one, two, three}, set(), set(), False)
        library.marks.rate([one], 4)
        library.trash.put([two])
        library.trash.put([three])
        library.trash.empty()
        library.people.add("Ada")
        later = library.changes.since(after.number)
        assert (later.added, later.changed, later.people) == (set(), {one}, True)
        assert later.removed == {two, three}
        whole = library.changes.since(start)
        assert (whole.added, whole.removed) == ({one}, set())


def test_another_program_is_followed(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        start = library.changes.newest()
        code = (
            "from fastface_core.library.library import Library\n"
            f"with Library() as library: library.marks.rate([{made.id}], 5)\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)
        assert library.changes.since(start).changed == {made.id}
        assert library.gallery.rows([made.id])[0].rating == 5


def test_whoever_is_too_far_behind_reads_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 5)
    with Library() as library:
        made = saved(library, tmp_path, 1)
        start = library.changes.newest()
        for rating in (1, 2, 3, 4) * 5:
            library.marks.rate([made.id], rating)
        library.changes.prune()
        assert library.changes.since(start).everything
        newest = library.changes.newest()
        assert library.changes.since(newest - 3).changed == {made.id}
        # A rebuilt database starts counting again.
        assert library.changes.since(newest + 1).everything


def test_listeners_hear_of_changes_made_here(tmp_path: Path) -> None:
    with Library() as library:
        made = saved(library, tmp_path, 1)
        heard: list[int] = []
        library.database.listen(lambda: heard.append(library.changes.newest()))
        library.marks.rate([made.id], 1)
        assert heard == [library.changes.newest()]
