"""What the user has chosen for the program as a whole, kept in one file.

One declaration gives a setting its type, its default and its title.
"""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from fastface_core.bounded import read_bytes
from fastface_core.domain.approximations import APPROXIMATIONS, Approximation
from fastface_core.paths import data_folder

Language = Literal["system", "en", "de"]
Appearance = Literal["system", "dark", "light"]
Memory = Literal["automatic", "saving", "fast"]
MAX_LINE = 200
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_LINE)]
_WRITTEN = TypeAdapter(dict[str, Any])


class AppSettings(BaseModel):
    """Frozen: a change makes a new one, with `model_copy`. What it does not know is kept, for a newer version."""

    model_config = ConfigDict(frozen=True, extra="allow", validate_default=True)

    language: Language = Field(default="system", title="Language")
    theme: Appearance = Field(default="system", title="Appearance")
    text_scale: float = Field(default=1.0, ge=1.0, le=2.0, title="Text size")
    device: str = Field(default="auto", pattern=r"^(auto|cpu|mps|cuda(:\d{1,2})?)$", title="Device")
    memory: Memory = Field(default="automatic", title="Memory")
    small_decoder: bool = Field(default=False, title="The small decoder makes the pictures")
    reuse_branch: bool = Field(default=False, title="The branch without a face counts for two steps")
    content_filter: bool = Field(default=True, title="Content filter")
    disclosure: bool = Field(default=True, title="Exported pictures say that a model made them")
    creator: Line = Field(default="", title="Creator")
    rights: Line = Field(default="", title="Copyright")
    signing: bool = Field(default=False, title="Sign exported pictures")
    certificate: str = Field(default="", title="The file of the certificate to sign with")
    certificate_key: str = Field(default="", title="The file of its key")
    shortcuts: dict[str, tuple[str, ...]] = Field(default={}, title="Shortcuts that differ from the usual ones")
    preset: str = Field(default="fastface-scale-power", title="The preset that new pictures begin with")
    window: str = Field(default="", title="Where the window was, as Qt writes it")
    page: str = Field(default="", title="The page that was open")
    first_run_seen: bool = Field(default=False, title="The first steps were shown")

    @property
    def approximations(self) -> tuple[Approximation, ...]:
        """What makes pictures quicker, and other ones."""
        chosen = {"small-decoder": self.small_decoder, "reuse-branch": self.reuse_branch}
        return tuple(one for one in APPROXIMATIONS if chosen[one])


def settings_file() -> Path:
    return data_folder() / "settings.json"


def read_settings(file: Path | None = None) -> AppSettings:
    """The settings of a file.

    A setting that cannot be understood has its default, and the others keep their values: nobody is kept out of the
    program by a file.
    """
    file = file or settings_file()
    try:
        found = _WRITTEN.validate_json(read_bytes(file))
    except (OSError, ValueError):
        return AppSettings()
    try:
        return AppSettings.model_validate(found)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
        return AppSettings.model_validate({name: value for name, value in found.items() if name not in wrong})


def file_content(settings: AppSettings) -> bytes:
    """What `read_settings` reads: only what differs from the defaults, so that a later default reaches those who never
    chose."""
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(chosen, indent=2, sort_keys=True).encode() + b"\n"
