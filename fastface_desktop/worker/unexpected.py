"""Bugs in the engine's thread: the window goes on, the log has the trace, and the user gets one message."""

import logging

from fastface_desktop.log import UnexpectedError

logger = logging.getLogger(__name__)


def unexpected(error: Exception) -> UnexpectedError:
    """The sentence for a bug, which is logged with its trace."""
    logger.error("unexpected error in the engine's thread", exc_info=error)
    told = UnexpectedError(
        f"Something unexpected happened: {type(error).__name__}.",
        "Try again; if it recurs, report it with its details.",
    )
    told.__cause__ = error
    return told
