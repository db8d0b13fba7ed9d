"""From pydantic's report to one sentence that names the field."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from fastface_core.errors import SettingsError

M = TypeVar("M", bound=BaseModel)


def field_and_reason(error: ValidationError) -> tuple[str, str]:
    """The first field that is wrong, as a dotted path ("" for the whole), and why."""
    # Where a value may be of several forms, pydantic reports one problem for each; the deepest place is the
    # form that was meant, and of equals the last one, which is the most general.
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    problem = max(problems, key=lambda found: len(_path(found["loc"])))
    reason = problem["msg"].removeprefix("Value error, ")
    return ".".join(_path(problem["loc"])), reason[:1].lower() + reason[1:]


def _path(location: tuple[int | str, ...]) -> list[str]:
    # Branches of a union stand in the location too ("constrained-float", "tuple[...]", a model's name).
    return [str(part) for part in location if isinstance(part, int) or (part.isidentifier() and part.islower())]


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
        raise settings_error(error, what) from error


def settings_error(error: ValidationError, what: str) -> SettingsError:
    field, reason = field_and_reason(error)
    if error.errors()[0]["type"] == "json_invalid":
        return SettingsError(
            f"{what} is not valid JSON.", "Open it in a text editor and mend it, or choose another file."
        )
    place = f" in {field}" if field else ""
    return SettingsError(f"{what} has a value that is not allowed{place}: {reason}.", "Correct it and try again.")
