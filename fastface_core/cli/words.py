"""The command line's own words where its library's would mislead."""

import re
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperGroup

_OF_THE_VALIDATOR = "Value error, "
_DATE, _DATE_IN_WORDS = "does not match the formats '%Y-%m-%d'", "is no date; write it as in 2026-12-31"


class Commands(TyperGroup):
    """The group that holds all commands.

    The help of our flags names no value, since they take none; an error in an option's value says what is wrong with
    the value, and not what found it.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for option in _options(self):
            if getattr(option, "is_flag", False) and option.metavar is None:
                option.metavar = ""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command; what a command below says of its options is put into our words."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = in_words(error.message)
            raise


def time_in_words(seconds: float) -> str:
    """Roughly, as nobody knows it better: "40 seconds", "20 minutes", "2 hours"."""
    if seconds < 1.5:
        return "1 second"
    if seconds < 100:
        return f"{round(seconds, -1) if seconds >= 10 else round(seconds):.0f} seconds"
    if seconds < 100 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600)} hours"


def in_words(message: str) -> str:
    """What the validator says of an option's value, in our words."""
    message = message.removeprefix(_OF_THE_VALIDATOR).replace(_DATE, _DATE_IN_WORDS)
    message = re.sub(r", unable to parse string as an? \w+|, unable to interpret input", "", message)
    message = message.replace("Input should be a valid integer", "it should be a whole number")
    return message.replace("Input should be a valid", "it should be a").replace("Input should be", "it should be")


def _options(group: TyperGroup) -> Iterator[Any]:
    yield from group.params
    for command in group.commands.values():
        if isinstance(command, TyperGroup):
            yield from _options(command)
        else:
            yield from command.params
