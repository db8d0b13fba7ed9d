"""The rows of a batch on a cluster: a worker here for each actor, all from one queue. A lost actor loses no row."""

import logging
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, cast

from fastface_core import paths
from fastface_core.batch.outcomes import Collector, Outcome
from fastface_core.batch.planning import Planned
from fastface_core.batch.running import TRIES, Done, Here
from fastface_core.cluster.connecting import connected
from fastface_core.cluster.line import Line, NodeLostError
from fastface_core.cluster.node import About, versions
from fastface_core.cluster.remote_engine import Models, NodeUnfitError, RemoteEngine
from fastface_core.cluster.sharing import Shared
from fastface_core.cluster.staging import Digests
from fastface_core.errors import DeviceError, DeviceLostError
from fastface_core.library.library import Library
from fastface_core.progress import Cancelled, CancelToken
from fastface_core.studio.make import Studio
from fastface_core.studio.orders import Event as StudioEvent

if TYPE_CHECKING:
    from fastface_core.engine.engine import Engine

_Word = Outcome | BaseException | None
"""What a worker's thread says: of a row, why it ends early, and None last."""

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.2
_PLACE_SECONDS = 300.0
"""For how long a cluster may have no room before it is said so, where nobody works yet."""


@contextmanager
def cluster(
    address: str,
    out: Path,
    library: Library,
    content_filter: Callable[[], bool],
    tell: Callable[[str], None],
    *,
    processes: int = 1,
    cpu: bool = False,
) -> "Generator[Cluster]":
    """A `Crew` of a cluster's actors, for the time of the block; their engines stay loaded between two runs.

    Args:
        address: as for `connecting.connected`.
        out: the folder of the batch.
        content_filter: as for `Studio`.
        tell: takes a sentence about a node. Called in any thread.
        processes: how many actors, where there are no GPUs, or they are not to be used.
        cpu: GPUs are not to be used.

    Raises:
        SettingsError: Ray is not installed.
        NetworkError: no cluster answers.
        DeviceError: it has nothing to compute with.
    """
    with connected(address, processes):
        workers = [Worker(room, "cpu" if cpu else "auto") for room in _rooms(processes, cpu)]
        crew = Cluster(workers, out, library, content_filter, tell)
        try:
            yield crew
        finally:
            crew.end()


def _rooms(processes: int, cpu: bool) -> list[dict[str, float]]:
    """What each actor needs of a node."""
    import ray

    nodes: list[Mapping[str, float]] = [one["Resources"] for one in cast(Any, ray).nodes() if one["Alive"]]
    gpus = 0 if cpu else int(sum(one.get("GPU", 0) for one in nodes))
    if gpus:
        return [{"num_gpus": 1, "num_cpus": 1}] * gpus
    cpus = [int(one.get("CPU", 0)) for one in nodes]
    if not sum(cpus):
        raise DeviceError("The cluster has neither GPUs nor CPUs.", "See what it has with: ray status.")
    several = min(processes, sum(cpus))
    # torch takes as many threads as Ray gives it CPUs.
    each = max(min(one for one in cpus if one) // -(-several // len(cpus)), 1)
    return [{"num_cpus": each}] * several


class Cluster:
    """A `Crew` of actors."""

    def __init__(
        self,
        workers: "list[Worker]",
        out: Path,
        library: Library,
        content_filter: Callable[[], bool],
        tell: Callable[[str], None],
    ) -> None:
        """As for `cluster`."""
        self.workers = workers
        self._out = out
        self._library = library
        self._content_filter = content_filter
        self._tell = tell
        self._models = Models(Digests(paths.cache_folder() / "digests.json"))

    def run(self, rows: Iterable[Planned], done: Done, cancel: CancelToken) -> None:
        rows = list(rows)
        asked = {one.name for row in rows for one in row.order.request.preset.loras or ()}
        self._models.loras = self._models.loras | asked
        shared = Shared(rows, (worker.loaded for worker in self.workers if worker.loaded is not None))
        said: SimpleQueue[_Word] = SimpleQueue()
        threads = [
            threading.Thread(target=self._serve, args=(worker, shared, said.put, cancel), name="fastface node")
            for worker in self.workers
        ]
        for thread in threads:
            thread.start()
        problem: BaseException | None = None
        told: set[str] = set()
        working = len(threads)
        try:
            while working:
                try:
                    word = said.get(timeout=_LOOK_SECONDS)  # not for ever: Ctrl-C has to come through
                except Empty:
                    continue
                match word:
                    case None:
                        working -= 1
                    case Outcome():
                        done(word)
                    case NodeUnfitError():
                        problem = problem or word  # others may be fit
                        if word.message not in told:  # each GPU of a node says it
                            told.add(word.message)
                            self._tell(f"{word.message} {word.hint}")
                    case _:
                        problem = word
                        shared.close()
        finally:
            shared.close()
            for thread in threads:
                thread.join()
        cancel.check()
        if problem is not None and not (isinstance(problem, NodeUnfitError) and not shared.waiting):
            raise problem

    def end(self) -> None:
        """Lets all nodes erase what was their own, and ends them."""
        for worker in self.workers:
            worker.end()

    def _serve(
        self,
        worker: "Worker",
        rows: Shared,
        say: "Callable[[Outcome | BaseException | None], None]",
        cancel: CancelToken,
    ) -> None:
        """One worker's thread."""
        held: list[Planned] = []

        def pulled() -> Generator[Planned]:
            while (row := rows.take(worker.loaded, lambda: cancel.cancelled)) is not None:
                held[:] = [row]
                worker.loaded = row.order.checkpoint
                yield row

        def done(outcome: Outcome) -> None:
            held.clear()
            say(outcome)
            rows.ended()

        try:
            while worker.begun(self._models, rows, cancel):
                studio = Studio(worker.engine, lambda: self._library, self._content_filter)
                try:
                    Here(studio, self._out, _unheard).run(pulled(), done, cancel)
                    return
                except DeviceLostError as error:
                    rows.gone(worker.loaded)
                    worker.drop()
                    if held:
                        row, unfit = held.pop(), isinstance(error, NodeUnfitError)
                        if not rows.back(row, lost=not unfit):
                            say(Collector(row, self._out).outcome(error))
                    if isinstance(error, NodeUnfitError):
                        raise
                    logger.warning("a node was lost: %s", error.message)
        except Cancelled:
            pass
        except BaseException as error:
            say(error)
        finally:
            if held:
                rows.ended()
            say(None)


class Worker:
    """An actor's place: what it needs, the actor, and what it has loaded.

    Attributes:
        loaded: the checkpoint of its last row.
        process: of the actor; None while there is none.
    """

    def __init__(self, room: Mapping[str, float], device: str) -> None:
        self.loaded: str | None = None
        self.process: int | None = None
        self._room, self._device = room, device
        self._line: Line | None = None
        self._engine: RemoteEngine | None = None
        self._failed = 0

    def engine(self) -> "Engine":
        """What `Studio` asks for; `begun` comes first."""
        return cast("Engine", self._engine)  # everything that a studio asks of one

    def begun(self, models: Models, rows: Shared, cancel: CancelToken) -> bool:
        """Begins an actor where there is none; False where nothing was left to do before there was room for one.

        Raises:
            NodeUnfitError: it begins nowhere, or has other versions.
        """
        since = time.monotonic()

        def enough() -> bool:
            return rows.over or cancel.cancelled

        def patience() -> bool:
            if rows.under_way:
                return not enough()
            return not enough() and time.monotonic() - since < _PLACE_SECONDS

        while self._engine is None:
            try:
                line = self._line = Line(self._device, **self._room)
                about = cast(About, line.ask("about", patience=patience))
                check_versions(about)
                self._engine = RemoteEngine(line, models)
                self.process = about.process
            except NodeLostError as error:
                self.drop()
                if enough():
                    return False
                self._failed += 1
                if self._failed >= TRIES or not patience():
                    raise NodeUnfitError(
                        "The cluster's actors do not begin.",
                        "Install the same FastFace on every node, and see what the cluster does with: ray status.",
                    ) from error
            except BaseException:
                self.drop()
                raise
        self._failed = 0
        self._engine.begin_run(cancel)
        return True

    def drop(self) -> None:
        """Gives the actor up."""
        if self._line is not None:
            self._line.kill()
        self._line = self._engine = self.loaded = self.process = None

    def end(self) -> None:
        if self._line is not None:
            self._line.end()
        self._line = self._engine = None


def check_versions(about: About) -> None:
    """Whether a node is of the same versions as this computer.

    Raises:
        NodeUnfitError: something there is of another version than here.
    """
    for (name, here), (_, there) in zip(versions(), about.versions, strict=True):
        if here != there:
            raise NodeUnfitError(
                f"The node {about.host} has {name} {there}, and this computer has {here}.",
                "Install the same on all computers; docs/cluster.md says how.",
            )


def _unheard(_row: Planned, _event: StudioEvent) -> None:
    """Only whole rows are reported."""
