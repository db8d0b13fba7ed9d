"""What the newest release is, as one signed file says."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fastface_core import __version__, paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError, ModelError
from fastface_core.models.catalogue import Sha256
from fastface_core.models.hub import errors as faults
from fastface_core.models.hub.client import Network, because, client
from fastface_core.models.hub.fetching import place_of
from fastface_core.models.hub.settings import address
from fastface_core.overlay import system_tag
from fastface_core.updates.place import number
from fastface_core.updates.signature import PublicKey, verify

ADDRESS = "FASTFACE_UPDATES"
"""Another address for the manifest, a mirror's; the signature has to be right all the same."""

SIGNATURE = ".minisig"
_LARGEST = 1 << 20
_TIMEOUT = 20
_WHOSE = "the list of updates"
Release = Annotated[str, Field(pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$")]


class _Model(BaseModel):
    # A later version may say more; what it says is signed.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Package(_Model):
    """A file to be fetched.

    Attributes:
        system: "linux-x86_64" for example, as `overlay.system_tag` names it.
        bases: the versions that it is enough for; empty for all, because it is whole.
        unpacked: bytes of the version that it makes.
    """

    system: str
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.+-]{1,150}$")]
    url: str
    size: Annotated[int, Field(ge=1)]
    unpacked: Annotated[int, Field(ge=1)]
    sha256: Sha256
    bases: tuple[Release, ...] = ()


class Manifest(_Model):
    """A release.

    Attributes:
        published: the day, "2026-11-30".
        notes: what is new, in sentences, by language: "en", "de".
        page: where people read about it, and get installers.
    """

    format: Literal["fastface-update"] = "fastface-update"
    version: Literal[1] = 1
    release: Release
    published: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    notes: dict[str, tuple[str, ...]] = {}
    page: str
    packages: tuple[Package, ...] = ()

    @property
    def is_newer(self) -> bool:
        return number(self.release) > number(__version__)

    def package(self, current: str, system: str = "", *, whole: bool = False) -> Package | None:
        """The smallest package that makes this release on a system from the version that is there.

        Args:
            whole: only one that needs nothing of the version that is there.
        """
        fitting = [
            one
            for one in self.packages
            if one.system == (system or system_tag()) and (not one.bases or (current in one.bases and not whole))
        ]
        return min(fitting, key=lambda one: one.size, default=None)


class _Source(BaseModel):
    address: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Server:
    """Where releases are announced, and by whom they are signed."""

    address: str
    keys: tuple[PublicKey, ...]

    @classmethod
    def of_program(cls, file: Path | None = None) -> "Server":
        """What was built into this copy.

        Raises:
            FastFaceError: nothing, as in a checkout, or it is damaged.
        """
        try:
            told = _Source.model_validate_json(read_bytes(file or paths.resource("updates", "source.json")))
            keys = tuple(PublicKey.read(text) for text in told.keys)
        except (OSError, ValidationError, ValueError) as error:
            raise FastFaceError(
                "This copy of FastFace knows no place that has updates.",
                "Update it in the way in which it was installed: with git, pip or the system's package manager.",
            ) from error
        return cls(address(os.environ.get(ADDRESS)) or told.address, keys)


def check(server: Server, network: Network | None = None) -> Manifest:
    """The newest release. Two small files are asked for, and nothing about this computer is sent.

    Raises:
        NetworkError: the server cannot be reached, refuses, or the network is switched off.
        ModelError: what it says is not signed by the right key, or is not understood.
    """
    network = network or Network.of_user()
    with client(network) as connections, because("Looking for updates"):
        content = _get(connections, server.address, network)
        signature = _get(connections, server.address + SIGNATURE, network)
    return read(content, signature.decode(errors="replace"), server.keys)


def read(content: bytes, signature: str, keys: Sequence[PublicKey]) -> Manifest:
    """A manifest whose signature is right.

    Raises:
        ModelError: it is not, or the manifest is of a later form.
    """
    verify(content, signature, keys)
    try:
        return Manifest.model_validate(json.loads(content))
    except (ValueError, ValidationError, RecursionError) as error:
        raise ModelError(
            "The list of updates is of a form that this version does not know.",
            "Get the new version from FastFace's own page.",
        ) from error


def _get(connections: httpx2.Client, url: str, network: Network) -> bytes:
    place = place_of(url, httpx2.URL(url).path.rpartition("/")[2], _WHOSE, network)
    try:
        with connections.stream("GET", url, timeout=_TIMEOUT) as response:
            if response.status_code != 200:
                fault = faults.error_from_response(response, place)
                raise fault.error if isinstance(fault, faults.TransientError) else fault
            content = b""
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    raise faults.not_understood(place)
            return content
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        fault = faults.error_from_exception(error, place, _TIMEOUT)
        raise (fault.error if isinstance(fault, faults.TransientError) else fault) from error
