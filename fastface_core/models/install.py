"""From missing to usable: download, then make of it what the engine wants."""

from collections.abc import Sequence

from fastface_core.models.catalogue import Component
from fastface_core.models.conversion import after_download
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.download import download
from fastface_core.models.store import Store
from fastface_core.progress import CancelToken, Report, Stage, silent


def install(
    components: Sequence[Component],
    store: Store,
    report: Report = silent,
    cancel: CancelToken | None = None,
    *,
    why: str,
    network: Network | None = None,
    at_once: int = 3,
) -> None:
    """Fetches what is missing of `components`, verifies it, and converts what has to be converted.

    Raises: what `download` and `after_download` raise.
    """
    cancel = cancel or CancelToken()
    download(components, store, report, cancel, why=why, network=network, at_once=at_once)
    convert(components, store, report, cancel)


def convert(
    components: Sequence[Component], store: Store, report: Report = silent, cancel: CancelToken | None = None
) -> None:
    """Makes what is still to be made of components that are ready.

    Raises: what `after_download` raises, and StorageError where another process works in the folder.
    """
    waiting = [component for component in components if component.conversion is not None]
    if not waiting:
        return
    with store.lock():
        for component in waiting:
            if cancel is not None:
                cancel.check()
            report(Stage(f"Preparing {component.title}"))
            after_download(store, component)
