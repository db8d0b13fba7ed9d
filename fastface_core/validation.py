"""From pydantic's report to one sentence that names the field."""

from collections.abc import Mapping, Sequence
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, from_json

from fastface_core.errors import SettingsError

M = TypeVar("M", bound=BaseModel)

# Where pydantic speaks of its own workings, in the reader's words.
_REASONS = {
    "extra_forbidden": "this field is not known",
    "missing": "this field is missing",
    "too_short": "it has too few entries",
    "too_long": "it has too many entries",
}
# Problems whose place ends in a field's name, which may be any text.
_ENDS_IN_NAME = ("extra_forbidden", "missing")
_NOT_GIVEN = object()


def field_and_reason(error: ValidationError, content: object = _NOT_GIVEN) -> tuple[str, str]:
    """The field that is wrong, as a dotted path ("" for the whole), and why.

    Args:
        content: the plain data that was validated, where it is at hand: then even odd names are told from
            pydantic's own remarks on the way to the field.
    """
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    # Where a value may be of several forms, pydantic reports one problem for each. The deepest place is the form that
    # was meant; of equals, what is wrong with a value of the right form says more than "it should be another form".
    problem = max(problems, key=lambda found: (len(_path(found, content)), not found["type"].endswith("_type")))
    reason = _REASONS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    return ".".join(_path(problem, content)), reason[:1].lower() + reason[1:]


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
    try:
        return model.model_validate_json(text, strict=True)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise SettingsError(
                f"{what} is not valid JSON.", "Open it in a text editor and mend it, or choose another file."
            ) from error
        raise settings_error(error, what, from_json(text)) from error


def settings_error(error: ValidationError, what: str, content: object = _NOT_GIVEN) -> SettingsError:
    """The sentence for `error`; `content` as in `field_and_reason`."""
    field, reason = field_and_reason(error, content)
    place = f" in {field}" if field else ""
    return SettingsError(f"{what} has a value that is not allowed{place}: {reason}.", "Correct it and try again.")
