"""What a message in the window offers in addition to its text."""

from typing import Protocol


class Undo(Protocol):
    """Takes back what was just done. As the type of a signal it may be None: there is nothing to take back."""

    def __call__(self) -> object: ...
