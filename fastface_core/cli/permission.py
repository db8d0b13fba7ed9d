"""The command line says where a permission is missing, and leaves the decision to the user."""

from typing import TYPE_CHECKING

from fastface_core.cli.output import say
from fastface_core.studio import consent

if TYPE_CHECKING:
    from fastface_core.library.people.person import Person

HINT = "Note it with `fastface people change NAME --consent TEXT`."


def warn(person: "Person") -> None:
    """Says where no permission of a person holds."""
    if error := consent.missing(person.name, person.consent):
        say(f"{error.message} {HINT}")
