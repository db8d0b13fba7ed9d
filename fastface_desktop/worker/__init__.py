"""The engine's thread. The only package of the window that touches `fastface_core.engine`, inside the thread alone."""

from fastface_desktop.worker.thread import EngineThread

__all__ = ["EngineThread"]
