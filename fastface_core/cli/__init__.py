"""The command line, `fastface`."""

from fastface_core.cli.main import main

__all__ = ["main"]
