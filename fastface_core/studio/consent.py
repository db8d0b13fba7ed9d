"""The rule of consent: pictures of a person of the library are made while a permission of theirs holds."""

from datetime import date
from typing import TYPE_CHECKING, Literal

from fastface_core.errors import PermissionMissingError

if TYPE_CHECKING:  # it brings NumPy, which the window does not wait for
    from fastface_core.library.people.files import Consent

Permission = Literal["none", "holds", "ended"]


def permission_of(consent: "Consent | None", on: date | None = None) -> Permission:
    """Whether a permission is noted and holds; `on` is today where it is not given."""
    if consent is None:
        return "none"
    return "holds" if consent.holds(on or date.today()) else "ended"


def missing(name: str, consent: "Consent | None", on: date | None = None) -> PermissionMissingError | None:
    """Why no pictures of a person may be made; None where a permission holds."""
    hint = "Note it on the page People, then try again."
    match permission_of(consent, on):
        case "holds":
            return None
        case "none":
            return PermissionMissingError(f"No permission of {name} is noted.", hint)
        case "ended":
            return PermissionMissingError(f"No permission of {name} that still holds is noted.", hint)
