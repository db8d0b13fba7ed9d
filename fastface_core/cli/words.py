"""The command line's own words where its library's would mislead."""

import re
from collections.abc import Iterator
from typing import Any

import typer
from typer.core import TyperArgument, TyperGroup

_OF_THE_VALIDATOR = "Value error, "
_DATE, _DATE_IN_WORDS = "does not match the formats '%Y-%m-%d'", "is no date; write it as in 2026-12-31"


class Commands(TyperGroup):
    """The group that holds all commands.

    The help of our flags names no value, since they take none, and that of our arguments no type of Python. An error in
    an option's value says what is wrong with the value, and not what found it.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in _commands(self):
            _help_without_value(command)
            for parameter in command.params:
                if isinstance(parameter, TyperArgument):
                    parameter.display_type_rich = _no_type
                elif getattr(parameter, "is_flag", False) and parameter.metavar is None:
                    parameter.metavar = ""

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
    message = re.sub(
        r"Input should be a valid (datetime|date)\b.*", "it should be a date, written as in 2026-12-31", message
    )
    message = re.sub(r", unable to parse string as an? \w+|, unable to interpret input", "", message)
    message = message.replace("Input should be a valid integer", "it should be a whole number")
    return message.replace("Input should be a valid", "it should be a").replace("Input should be", "it should be")


def _commands(group: TyperGroup) -> Iterator[Any]:
    yield group
    for command in group.commands.values():
        if isinstance(command, TyperGroup):
            yield from _commands(command)
        else:
            yield command


def _no_type(ctx: object) -> None:
    """What an argument shows beside its name, which says enough."""


def _help_without_value(command: Any) -> None:
    """`--help` is made when it is first asked for."""
    made = command.get_help_option

    def without(context: Any) -> Any:
        option = made(context)
        if option is not None:
            option.metavar = ""
        return option

    command.get_help_option = without
