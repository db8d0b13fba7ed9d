"""Which terms were accepted, when, and in which version."""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError
from fastface_core.files import atomic_write
from fastface_core.models.catalogue import Licence


class LicenceError(FastFaceError):
    """Terms that have to be accepted first."""


class Acceptance(BaseModel):
    """One licence that was accepted.

    Attributes:
        date: ISO 8601, UTC.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    licence: str
    version: str
    date: str


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    version: Literal[1] = 1
    accepted: tuple[Acceptance, ...] = ()


def acceptances(file: Path | None = None) -> tuple[Acceptance, ...]:
    """All that was accepted, oldest first. A file that cannot be read counts as none: then it is asked again."""
    try:
        return _File.model_validate_json(read_bytes(file or _file())).accepted
    except (OSError, ValidationError):
        return ()


def accepted(licence: Licence, file: Path | None = None) -> Acceptance | None:
    """When this version of the terms was accepted, or None."""
    for one in acceptances(file):
        if (one.licence, one.version) == (licence.name, licence.version):
            return one
    return None


def open_terms(licences: Iterable[Licence], file: Path | None = None) -> tuple[Licence, ...]:
    """Those that were not accepted yet in their present version."""
    done = {(one.licence, one.version) for one in acceptances(file)}
    return tuple(one for one in licences if (one.name, one.version) not in done)


def accept(licences: Iterable[Licence], file: Path | None = None) -> None:
    """Records that the person accepts these terms, today. What was accepted before is unchanged.

    Raises:
        StorageError: it cannot be written.
    """
    file = file or _file()
    new = open_terms(licences, file)
    if not new:
        return
    date = datetime.now(UTC).isoformat(timespec="seconds")
    added = tuple(Acceptance(licence=one.name, version=one.version, date=date) for one in new)
    content = _File(accepted=(*acceptances(file), *added))
    with atomic_write(file) as opened:
        opened.write(content.model_dump_json(indent=1).encode() + b"\n")


def require(licences: Iterable[Licence], file: Path | None = None) -> None:
    """Raises LicenceError, which names them, where terms were not accepted yet."""
    missing = open_terms(licences, file)
    if missing:
        titles = "; ".join(one.title for one in missing)
        raise LicenceError(
            f"These terms have to be accepted first: {titles}.",
            "Read them with: fastface models licences. Then repeat the command with --accept-licences.",
        )


def _file() -> Path:
    return paths.data_folder() / "licences.json"
