"""Results that come when whoever asked may be gone: a page is made anew in another language."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

Result = TypeVar("Result")


def late(owner: QObject, then: Callable[[Result], object]) -> Callable[[Result], None]:
    """Calls `then` as long as `owner` lives."""

    def call(result: Result) -> None:
        if isValid(owner):
            then(result)

    return call
