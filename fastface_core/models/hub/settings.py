"""What the user has chosen about the network, and its coming into effect."""

import contextlib
import ipaddress
import json
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError, field_serializer, field_validator

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write, exclusive
from fastface_core.models.hub import offline
from fastface_core.validation import field_and_reason

HUB = "https://huggingface.co"
_PATIENCE = 10.0
"""Seconds that a change waits for another one."""


class NetworkSettings(BaseModel):
    """What the user has chosen. The environment (HF_ENDPOINT, HF_TOKEN, the proxy variables) comes before it.

    Attributes:
        offline: nothing leaves this computer.
        endpoint: address of a mirror of the hub.
        proxy: address of a proxy, instead of the system's.
        token: access token of the hub.
        token_for: the hub that it was given for, and to which alone it is sent.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    offline: bool = False
    endpoint: str | None = None
    proxy: str | None = None
    token: SecretStr | None = None
    token_for: str | None = None

    @property
    def token_home(self) -> str:
        """The hub that the token is for; files of earlier versions name none, and mean the one that they use."""
        return self.token_for or self.endpoint or HUB

    @field_validator("endpoint", "token_for")
    @classmethod
    def _is_endpoint(cls, value: str | None) -> str | None:
        return address(value)

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: str | None) -> str | None:
        return proxy_address(value)

    @field_validator("token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        text = access_token(value.get_secret_value() if value else None)
        return SecretStr(text) if text else None

    @field_serializer("token")
    def _told(self, value: SecretStr | None) -> str | None:
        return value.get_secret_value() if value else None


def address(value: str | None) -> str | None:
    """An address of a server without a slash at its end, or None for an empty one; raises ValueError."""
    if value is None or not value.strip():
        return None
    value = value.strip().rstrip("/")
    try:
        parts = urlsplit(value)
        usable = (
            parts.scheme in ("http", "https")
            and parts.hostname
            and parts.port != 0
            and not parts.query + parts.fragment
        )
    except ValueError:
        usable = False
    if not usable or not _is_url(value):
        raise ValueError("an address begins with http:// or https:// and the name of a server")
    return value


def _is_url(value: str) -> bool:
    if any(character.isspace() for character in value):
        return False
    import httpx2  # not for those who ask nobody

    try:
        httpx2.URL(value)
    except (httpx2.InvalidURL, ValueError):
        return False
    return True


def proxy_address(value: str | None) -> str | None:
    """An address of a proxy, or None for an empty one. Nothing of it is in what is raised: a password may be in it.

    Raises:
        ValueError: it is none.
    """
    value = (value or "").strip()
    if not value:
        return None
    scheme, split, rest = value.partition("://") if "://" in value else ("http", "://", value)
    if scheme not in ("http", "https"):
        raise ValueError("an address of a proxy begins with http:// or https://")
    userinfo, at, server = rest.rpartition("@")
    name, _, password = userinfo.partition(":")
    # The last one, with what a name or a password cannot have before it: an address would end there.
    if at and re.search(r"[@#/?:\[\]\s\\]|%(?![0-9A-Fa-f]{2})", name + password):
        raise ValueError(
            "in a name and a password the characters @ # / ? : % have to be written as %40 %23 %2F %3F %3A %25"
        )
    found = address(f"{scheme}{split}{server}")
    if found is None or urlsplit(found).path:
        raise ValueError("an address of a proxy has the form http://NAME:PASSWORD@HOST:PORT")
    return f"{scheme}{split}{userinfo}{at}{found.removeprefix(scheme + split)}"


def may_carry_token(endpoint: str, home: str) -> bool:
    """Whether a token that is for the hub `home` goes to `endpoint`: to that hub alone, and where nobody can listen."""
    parts, wanted = urlsplit(endpoint), urlsplit(home)
    same = (parts.scheme, parts.hostname, parts.port) == (wanted.scheme, wanted.hostname, wanted.port)
    return same and (parts.scheme == "https" or _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _endpoint_of_environment() -> str | None:
    try:
        return address(os.environ.get("HF_ENDPOINT"))
    except ValueError:
        return None


def access_token(value: str | None) -> str | None:
    """A token as it is sent, or None for an empty one; raises ValueError."""
    value = (value or "").strip()
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("it has characters that a token cannot have")
    return value or None


def settings_file() -> Path:
    return paths.data_folder() / "network" / "settings.json"


def read_settings() -> NetworkSettings:
    """What the user has chosen.

    Raises:
        SettingsError: the file cannot be understood; to guess that the network is allowed would be wrong.
    """
    try:
        content = read_bytes(settings_file())
    except FileNotFoundError:
        return NetworkSettings()
    except OSError as error:
        raise _unreadable(error.strerror or "it cannot be opened") from error
    try:
        return NetworkSettings.model_validate_json(content)
    except ValidationError as error:
        field, reason = field_and_reason(error)
        raise _unreadable(f"{field}: {reason}" if field else reason) from error


def _unreadable(reason: str) -> SettingsError:
    return SettingsError(
        f"The settings of the network cannot be read: {reason}.", f"Correct or delete the file {settings_file()}."
    )


def change_settings(**changes: object) -> NetworkSettings:
    """Saves some settings, and puts the offline switch into effect. Changes by several threads or programs are all
    kept.

    Raises:
        SettingsError: a value that is not allowed; the sentence names the field.
        StorageError: the file cannot be written.
    """
    busy = "Another FastFace is changing the settings of the network at this moment."
    with exclusive(settings_file().with_suffix(".lock"), busy, wait=_PATIENCE):
        return _change(changes)


def _change(changes: dict[str, object]) -> NetworkSettings:
    before = read_settings()
    wanted: dict[str, object] = {**before.model_dump(), **changes}
    try:
        settings = NetworkSettings.model_validate(wanted)
        if settings.token is None:
            home = None
        elif "token" in changes:
            home = _endpoint_of_environment() or settings.endpoint or HUB
        else:
            home = before.token_home  # also where the endpoint is another one now
        settings = settings.model_copy(update={"token_for": home})
    except ValidationError as error:
        field, reason = field_and_reason(error)
        raise SettingsError(
            f"The {field} is not possible: {reason}.", "Correct it, or leave it empty for none."
        ) from error
    with atomic_write(settings_file()) as file:
        if os.name == "posix":
            os.fchmod(file.fileno(), 0o600)  # it may hold a token
        file.write(json.dumps(settings.model_dump(exclude_defaults=True), indent=2).encode() + b"\n")
    offline.put_into_effect(settings.offline or offline.asked_by_environment() is not None)
    return settings


def put_into_effect() -> None:
    """Applies the offline switch to this process.

    Raises:
        SettingsError: the settings cannot be read; the network is then off.
    """
    if offline.asked_by_environment() is not None:
        offline.put_into_effect(True)
        return
    try:
        offline.put_into_effect(read_settings().offline)
    except SettingsError:
        offline.put_into_effect(True)
        raise


def at_start() -> None:
    """What a program does first, before any other library is loaded. Settings that cannot be read keep the network
    off, and stop nobody who needs no network."""
    with contextlib.suppress(SettingsError):
        put_into_effect()
