"""Joins a Ray cluster, or starts one of this computer for as long as it is needed."""

import os
import secrets
import signal
import tempfile
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from fastface_core.erasing import erase_folder
from fastface_core.errors import FastFaceError, NetworkError, SettingsError

LOCAL, AUTO = "local", "auto"
_STORE = 512 << 20
"""Bytes of main memory for what travels on this computer alone: pieces of models, photos, finished pictures."""

_STARTS = 3
"""Ray waits half a minute for its own processes, which a busy computer may need more of."""


@contextmanager
def connected(address: str, processes: int = 1) -> Generator[None]:
    """Ray for the time of the block.

    Args:
        address: "local" starts one here; "auto" is the cluster that this computer belongs to; else HOST:PORT of it.
        processes: how many actors there has to be room for, where it is started here.

    Raises:
        SettingsError: Ray is not installed, or the address is of another kind.
        NetworkError: no cluster answers there.
    """
    # Read when it is imported.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if "://" in address:
        raise SettingsError(
            f'"{address}" is not an address of a cluster.',
            "Let this computer join it with: ray start --address=HOST:PORT. Then use --ray auto.",
        )
    with _private(address == LOCAL) as options:
        ray = _imported()
        before = signal.getsignal(signal.SIGTERM)
        _quiet(ray)
        if address == LOCAL:
            options["num_cpus"] = max(os.cpu_count() or 1, processes)
            options["object_store_memory"] = _STORE
        else:
            options["address"] = address
        options["namespace"] = f"fastface-{secrets.token_hex(4)}"
        try:
            _begun(ray, address, options)
        finally:
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, before)
        try:
            yield
        finally:
            ray.shutdown()


def _begun(ray: Any, address: str, options: dict[str, object]) -> None:
    for left in reversed(range(_STARTS)):
        try:
            ray.init(log_to_driver=False, logging_level="ERROR", **options)
        except Exception as error:  # of any class: a start that is too slow has none of its own
            ray.shutdown()
            if not (left and "timed out during startup" in str(error)):
                raise refused(address, error) from error
        else:
            return


def _imported() -> Any:
    try:
        import ray
    except ImportError as error:
        raise SettingsError(
            "Ray is not installed, and a cluster needs it.", "Install it with: pip install fastface-desktop[cluster]"
        ) from error
    return ray


@cache
def _token() -> str:
    """Ray reads it once in the life of a process."""
    return secrets.token_hex(32)


@contextmanager
def _private(local: bool) -> Generator[dict[str, object]]:
    """For a cluster of this computer alone: its files are for this user, its ports answer nobody without the token, and
    both are gone in the end."""
    if not local:
        yield {}
        return
    # Ray's sockets lie in it, whose paths may have a hundred letters.
    roof = "/tmp" if os.name == "posix" else None
    folder = Path(tempfile.mkdtemp(prefix="ff-", dir=roof))
    names = ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN")
    before = {name: os.environ.get(name) for name in names}
    os.environ |= dict(zip(names, ("token", _token()), strict=True))
    try:
        yield {
            # Inside of ours, since Ray lets everybody into its own.
            "_temp_dir": str(folder / "ray"),
            "_node_ip_address": "127.0.0.1",
            # Else its actors would stand behind every other program.
            "_system_config": {"worker_niceness": 0},
            "include_dashboard": False,
        }
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        with suppress(FastFaceError):  # a log may still be written
            erase_folder(folder)


def _quiet(ray: Any) -> None:
    """Keeps Ray's own sentences from stdout, where results go: what they tell of, we say."""
    if hasattr(ray._private.worker, "_worker_logs_enabled"):
        ray._private.worker._worker_logs_enabled = False


def refused(address: str, error: Exception) -> FastFaceError:
    """The sentence for what Ray raises."""
    if "ersion mismatch" in str(error):
        return SettingsError(
            "The cluster has another version of Ray or Python than this computer.",
            "Install the same on all computers; docs/cluster.md says how.",
        )
    where = "here" if address == LOCAL else "that this computer belongs to" if address == AUTO else f"at {address}"
    if address == LOCAL:
        return NetworkError(f"Ray does not start {where}: {type(error).__name__}.", "Use --processes without --ray.")
    return NetworkError(
        f"There is no cluster {where}.", "Start one with: ray start --head. docs/cluster.md says the rest."
    )
