"""From pydantic's report to one sentence that names the field."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar, cast

from pydantic import AfterValidator, BaseModel, PlainSerializer, ValidationError
from pydantic_core import ErrorDetails, from_json

from fastface_core.bounded import shortened
from fastface_core.errors import SettingsError
from fastface_core.paths import can_be_path

M = TypeVar("M", bound=BaseModel)


def _in_the_calendar(moment: datetime) -> datetime:
    if not 1900 <= moment.year <= 9000:
        raise ValueError("it should be a moment of our time")
    return moment


Moment = Annotated[datetime, AfterValidator(_in_the_calendar)]
"""One that is a moment in every part of the world."""


def _a_path(path: Path) -> Path:
    if not can_be_path(os.fspath(path)):
        raise ValueError("it should be a path")
    return path


FilePath = Annotated[Path, AfterValidator(_a_path), PlainSerializer(os.fspath, return_type=str)]
"""One that the system takes as a path; whether something is there is another question."""

# What pydantic reports, by its name for it, in the reader's words.
_REASONS = {
    "extra_forbidden": "this field is not known",
    "missing": "this field is missing",
    "too_short": "it has too few entries",
    "too_long": "it has too many entries",
    "json_invalid": "it is not valid JSON",
    "finite_number": "it should be a number that is not infinite",
    "string_pattern_mismatch": "it is not written as it should be",
    "timezone_aware": "it should be a moment with its time zone",
    "none_required": "it should be left out",
}
# The same with what pydantic compared with, by its name for that.
_LIMITS = {
    "multiple_of": ("it should be a multiple of {}", "multiple_of"),
    "greater_than": ("it should be more than {}", "gt"),
    "greater_than_equal": ("it should be at least {}", "ge"),
    "less_than": ("it should be less than {}", "lt"),
    "less_than_equal": ("it should be at most {}", "le"),
    "string_too_short": ("it should have at least {} letters", "min_length"),
    "string_too_long": ("it should have at most {} letters", "max_length"),
    "literal_error": ("it should be one of: {}", "expected"),
    "enum": ("it should be one of: {}", "expected"),
    "union_tag_invalid": ("its field {} is not known", "discriminator"),
    "union_tag_not_found": ("its field {} is missing", "discriminator"),
    "value_error": ("{}", "error"),
}
# The same for families of names: "int_type", "int_parsing", "int_from_float", ...
_KINDS = {
    "int": "it should be a whole number",
    "float": "it should be a number",
    "decimal": "it should be a number",
    "bool": "it should be true or false",
    "string": "it should be a text",
    "date": "it should be a date",
    "datetime": "it should be a moment",
    "list": "it should be a list",
    "tuple": "it should be a list",
    "set": "it should be a list",
    "frozen": "it should be a list",
    "dict": "it should be an object",
    "mapping": "it should be an object",
    "model": "it should be an object",
    "path": "it should be a path",
}
_QUOTED = re.compile("'([^']*)'")
_OTHERWISE = "it is of another form than it should be"
_LONGEST_REASON, _LONGEST_PATH, _LONGEST_NAME = 200, 120, 60
# Problems whose place ends in a field's name, which may be any text.
_ENDS_IN_NAME = ("extra_forbidden", "missing")
_NOT_GIVEN = object()


def field_and_reason(error: ValidationError, content: object = _NOT_GIVEN) -> tuple[str, str]:
    """The field that is wrong, as a dotted path ("" for the whole), and why.

    Args:
        content: the plain data that was validated, where it is at hand: then even odd names are distinguished from
            pydantic's own remarks on the way to the field.
    """
    problems = error.errors(include_url=False, include_input=False)
    # Where a value may be of several forms, pydantic reports one problem for each. The deepest place is the form that
    # was meant; of equals, what is wrong with a value of the right form says more than "it should be another form".
    problem = max(problems, key=lambda found: (len(_path(found, content)), not found["type"].endswith("_type")))
    path = ".".join(shortened(part, _LONGEST_NAME) for part in _path(problem, content))
    return shortened(path, _LONGEST_PATH), _reason(problem)


def _reason(problem: ErrorDetails) -> str:
    kind = problem["type"]
    if kind in _LIMITS:
        said, name = _LIMITS[kind]
        limit = problem.get("ctx", {}).get(name, "")
        if isinstance(limit, float) and limit.is_integer():
            limit = int(limit)
        elif name in ("expected", "discriminator"):  # 'ddim', 'euler' or 'lcm'
            limit = ", ".join(_QUOTED.findall(str(limit)))
        reason = said.format(limit)
    else:
        reason = _REASONS.get(kind) or _KINDS.get(kind.partition("_")[0], _OTHERWISE)
    return shortened(reason[:1].lower() + reason[1:], _LONGEST_REASON)


def _path(problem: ErrorDetails, content: object) -> list[str]:
    # Branches of a union stand in the location too ("constrained-float", "tuple[...]", a model's name, a tag).
    location = problem["loc"]
    last = len(location) - 1 if problem["type"] in _ENDS_IN_NAME else -1
    if content is _NOT_GIVEN:
        return [
            str(part)
            for index, part in enumerate(location)
            if index == last or isinstance(part, int) or (part.isidentifier() and part.islower())
        ]
    path: list[str] = []
    for index, part in enumerate(location):
        if isinstance(content, Mapping) and part in content:
            content = cast(Mapping[object, object], content)[part]
        elif isinstance(content, Sequence) and isinstance(part, int) and part < len(cast(Sequence[object], content)):
            content = cast(Sequence[object], content)[part]
        elif index != last:
            continue
        path.append(str(part))
    return path


def parse_json(model: type[M], text: str | bytes, what: str) -> M:
    """`text` as `model`.

    Args:
        what: the thing that is read, for the sentence: "The preset portrait.json".

    Raises:
        SettingsError: it is not JSON, or a field is absent, unknown or out of range; the sentence names it.
    """
    # Letters that are none are no JSON; pydantic refuses them as a bug of ours.
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        return model.model_validate_json(data, strict=True)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
            raise SettingsError(
                f"{what} is not valid JSON.", "Open it in a text editor and mend it, or choose another file."
            ) from error
        raise settings_error(error, what, from_json(data)) from error


def settings_error(error: ValidationError, what: str, content: object = _NOT_GIVEN) -> SettingsError:
    """The sentence for `error`; `content` as in `field_and_reason`."""
    field, reason = field_and_reason(error, content)
    what = shortened(what, _LONGEST_PATH)
    place = f" in {field}" if field else ""
    return SettingsError(f"{what} has a value that is not allowed{place}: {reason}.", "Correct it and try again.")
