"""What a restart interrupted: jobs of an earlier start, to be gone on with or dropped, whatever was locked."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fastface_desktop.state.debounce import Debounce
from fastface_desktop.state.jobs.queue import JobQueue
from fastface_desktop.state.people.people import PeopleState
from fastface_desktop.values import Job


class Unfinished(QObject):
    """Follows the queue. Jobs of people who are locked go on once they are unlocked."""

    changed = Signal()
    """There are others, or none."""
    unlock_wanted = Signal()
    """Going on needs people who are locked."""

    def __init__(self, queue: JobQueue, people: PeopleState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue, self._people = queue, people
        self._waits: set[str] = set()
        """Jobs that go on once the people are unlocked."""
        self._soon = Debounce(0, self._look, self)
        self._jobs = queue.unfinished()
        for signal in (queue.added, queue.changed, queue.removed):
            signal.connect(self._queue_changed)
        people.changed.connect(self._people_changed)

    @property
    def jobs(self) -> tuple[Job, ...]:
        return self._jobs

    @property
    def pictures(self) -> int:
        """How many are still to be made."""
        return sum(job.order.request.count - job.pictures_done for job in self._jobs)

    @property
    def seconds(self) -> float | None:
        """How long that takes; None where that is not known."""
        each = [self._queue.seconds_of_rest(job) for job in self._jobs]
        return None if any(one is None for one in each) else sum(one for one in each if one is not None)

    def go_on(self) -> None:
        """All of them wait again, behind what is in the queue."""
        for job in self._jobs:
            if job.order.uids and self._people.locked:
                self._waits.add(job.id)
            else:
                self._queue.retry(job.id)
        if self._waits:
            self.unlock_wanted.emit()

    def drop(self) -> Callable[[], None]:
        """Takes them out of the list; their finished pictures stay. What is returned brings them back."""
        places = [(job, place) for place, job in enumerate(self._queue.jobs()) if job in self._jobs]
        for job, _ in places:
            self._queue.remove(job.id)

        def bring_back() -> None:
            for job, place in places:
                self._queue.put_back(job, place, waits=False)

        return bring_back

    def _queue_changed(self, _: str) -> None:
        # Comes at every step of every job.
        self._soon.start()

    def _look(self) -> None:
        found = self._queue.unfinished()
        if found != self._jobs:
            self._jobs = found
            self.changed.emit()

    def _people_changed(self) -> None:
        if not self._people.locked and self._waits:
            waits, self._waits = self._waits, set()
            for job in self._queue.unfinished():
                if job.id in waits:
                    self._queue.retry(job.id)
