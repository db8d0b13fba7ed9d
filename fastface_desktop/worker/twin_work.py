"""Drawing people while their photos are in view, in the engine's thread: a few hundredths of a second each."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from fastface_core.domain.checkpoints import Checkpoint
from fastface_core.domain.identity import Identity
from fastface_core.errors import FastFaceError
from fastface_core.models import installed
from fastface_core.studio.measuring import identity_of
from fastface_desktop.values import TwinInfo, TwinOrder
from fastface_desktop.worker.inbox import TwinTask
from fastface_desktop.worker.unexpected import unexpected

if TYPE_CHECKING:
    from fastface_core.engine.engine import Engine
    from fastface_desktop.worker.work import EngineHost

_SIDE = 256


class TwinWork:
    def __init__(self, work: "EngineHost") -> None:
        self._work = work
        self._own: Engine | None = None
        """With the face models of a checkpoint other than the one that is loaded: that one stays as it is."""

    def draw(self, task: TwinTask) -> None:
        """Says how somebody looks, drawn."""
        self._work.outlet.twin_drawn.emit(task.number, self._draw(task.order))
        self._work.tell_imported()

    def forget_faces(self) -> None:
        """Of what was seen in photos nothing stays in memory."""
        if self._own is not None:
            self._own.forget_faces()

    def _draw(self, order: TwinOrder) -> TwinInfo:
        from fastface_desktop.worker.images import from_pixels

        try:
            checkpoint = installed.find(order.checkpoint)
            engine = self._seeing(checkpoint)
            identity = self._identity(order, engine, checkpoint)
            drawn = engine.twin_of(identity, order.corrections, size=_SIDE)
            styles = {
                name: from_pixels(engine.twin_of(identity, order.corrections, size=_SIDE, style=name).image)
                for name in order.styles
            }
        except FastFaceError as error:
            return TwinInfo(QImage(), error=error)
        except Exception as error:
            return TwinInfo(QImage(), error=unexpected(error))
        image = from_pixels(drawn.image)
        return TwinInfo(image, drawn.twin, drawn.measured, drawn.sure, drawn.notes, styles=styles)

    def _identity(self, order: TwinOrder, engine: "Engine", checkpoint: Checkpoint) -> Identity:
        if order.person is None:
            return engine.identify(order.photos)
        library = self._work.library()
        return identity_of(library.people.get(order.person), library, engine, checkpoint)

    def _seeing(self, checkpoint: Checkpoint) -> "Engine":
        engine, seeing = self._work.seeing()
        if seeing.name == checkpoint.name:
            self._own = None
            return engine
        if self._own is None:
            from fastface_core.engine.engine import Engine

            self._own = Engine("cpu")
        self._own.load_faces(checkpoint)
        return self._own
