"""What changed in the library since a moment, in this process or another: how views, and the app beside the command
line, keep up."""

from dataclasses import dataclass

from fastface_core.library.database import Database

_KEPT = 20_000
"""Changes that are remembered at least; who is further behind reads everything again."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What happened.

    Attributes:
        number: of the newest change; ask again from here.
        everything: too much happened to be told singly.
        added, changed, removed: numbers of pictures, each in one of the three.
        people: whether any person changed.
    """

    number: int
    everything: bool
    added: frozenset[int]
    changed: frozenset[int]
    removed: frozenset[int]
    people: bool

    def __bool__(self) -> bool:
        return self.everything or self.people or bool(self.added or self.changed or self.removed)


class ChangeLog:
    """Asking costs well under a millisecond, so that a view may ask every second."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(self) -> int:
        """The number of the newest change."""
        with self._database.reading() as connection:
            row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'changes'").fetchone()
        return int(row[0]) if row else 0

    def since(self, number: int) -> Changes:
        """What happened after the change of this number."""
        newest = self.newest()
        with self._database.reading() as connection:
            (oldest,) = connection.execute("SELECT min(number) FROM changes").fetchone()
            if number > newest or (newest > number and (oldest is None or oldest > number + 1)):
                return Changes(newest, True, frozenset(), frozenset(), frozenset(), True)
            found = connection.execute(
                "SELECT kind, item FROM changes WHERE number > ? AND number <= ? ORDER BY number", (number, newest)
            ).fetchall()
        last = {int(item): str(kind) for kind, item in found if kind != "people"}
        new = {int(item) for kind, item in found if kind == "added"}
        removed = frozenset(item for item, kind in last.items() if kind == "removed")
        added = frozenset(new - removed)
        # What came and went in between was never seen.
        return Changes(
            number=newest,
            everything=False,
            added=added,
            changed=frozenset(last) - removed - added,
            removed=removed - new,
            people=any(kind == "people" for kind, _ in found),
        )

    def prune(self) -> None:
        """Forgets old changes."""
        with self._database.reading() as connection:
            (oldest,) = connection.execute("SELECT min(number) FROM changes").fetchone()
        limit = self.newest() - _KEPT
        if oldest is not None and oldest < limit - _KEPT:
            with self._database.change() as connection:
                connection.execute("DELETE FROM changes WHERE number <= ?", (limit,))
