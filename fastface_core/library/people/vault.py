"""The lock on people: with a passphrase, everything in their folders is encrypted at rest.

A random key encrypts the files (ChaCha20-Poly1305, RFC 8439, a random nonce for each writing; the file's place and the
number of the writing as associated data, so that files can be exchanged neither for one another nor for older ones, see
`seals`). The passphrase, stretched by scrypt (RFC 7914), encrypts that key. Another passphrase means another key, too:
what an old copy of the lock's file opens is old files. Nobody can open the lock without the passphrase, this program
included.

The library's lock for changes is held while the people's lock is changed.
"""

import base64
import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.bounded import read_bytes
from fastface_core.errors import FastFaceError, SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.validation import parse_json

MAGIC = b"FFVAULT2"
FIRST_MAGIC = b"FFVAULT1"
"""Of files that versions before 2026-12 have sealed; they say nothing of which writing they are."""
SHORTEST = 8
"""Letters of a passphrase."""
COST = 17
"""Power of two; 128 MB and about half a second for each try."""
HIGHEST_COST = 18
"""What a file may ask for that somebody else may have written: 256 MB, about a second."""

_NONCE, _KEY, _NUMBER = 12, 32, 8
_PLACE = b"fastface vault key 2 "
_FIRST_PLACE = b"fastface vault key 1"
_Bytes = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=]{1,1000}$")]

Doing = Literal["", "sealing", "changing", "opening"]
"""What was begun and is not done with all files: encrypting them, with another key, or decrypting them."""


class LockedError(FastFaceError):
    """The people are locked, or the passphrase is wrong."""


class _VaultFile(BaseModel):
    """`vault.json`; `id` tells one key from another, and is empty in files of the first version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1, 2] = 2
    id: Annotated[str, Field(pattern="^([0-9a-f]{32})?$")] = ""
    cost: Annotated[int, Field(ge=4, le=HIGHEST_COST)]
    salt: _Bytes
    key: _Bytes


@dataclass(frozen=True, slots=True)
class _Open:
    """What an open lock knows.

    Attributes:
        name: which lock: another program may have put another one in its place.
        before: the key before this one, while files may still be sealed with it.
        stretched, salt, cost: of the passphrase, to rewrite the lock's file.
    """

    name: str
    key: bytes
    before: bytes | None
    doing: Doing
    stretched: bytes
    salt: bytes
    cost: int


class Vault:
    """The lock of one folder. Usable from any thread; the key is in memory alone."""

    def __init__(self, file: Path, cost: int = COST) -> None:
        self._file = file
        self._cost = cost
        self._opened: _Open | None = None
        self._seen: tuple[tuple[int, int, int], str] | None = None

    @property
    def exists(self) -> bool:
        """Whether a passphrase was set."""
        return self._file.exists()

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed before anything can be read."""
        return self.exists and self._current() is None

    @property
    def doing(self) -> Doing:
        """What is not done yet with all files.

        Raises:
            LockedError: the people are locked.
        """
        return self._unlocked().doing

    def create(self, passphrase: str) -> None:
        """Sets the first passphrase, and unlocks; from now on files are being sealed.

        Raises:
            SettingsError: it is too short, or one is set already.
            StorageError: the disk is full or cannot be written to.
        """
        if self.exists:
            raise SettingsError("The people have a passphrase already.", "Change it instead.")
        self._opened = self._write_new(None, "sealing", passphrase)

    def unlock(self, passphrase: str) -> None:
        """
        Raises:
            LockedError: the passphrase is wrong.
            StorageError: the lock's file is damaged.
        """
        self._opened = self._open(passphrase)

    def lock(self) -> None:
        """Forgets the key."""
        self._opened = None

    def change(self, new: str) -> None:
        """Sets another passphrase, and another key; files are being changed from now on.

        Raises:
            LockedError: the people are locked.
            SettingsError: the new passphrase is too short.
            StorageError: the last change is not done, or the disk is full or cannot be written to.
        """
        opened = self._unlocked()
        if opened.doing:
            raise StorageError("The last change of the passphrase is not done.", "Unlock the people, then try again.")
        self._opened = self._write_new(opened.key, "changing", new)

    def renew(self, passphrase: str) -> None:
        """Gives a lock of the first version the form of this one; files are being sealed from now on."""
        self._opened = self._write_new(self._unlocked().key, "sealing", passphrase)

    def begin_opening(self) -> None:
        """Files are being decrypted from now on.

        Raises:
            LockedError: the people are locked.
            StorageError: the disk is full or cannot be written to.
        """
        self._opened = self._written(replace(self._unlocked(), doing="opening"))

    def settle(self) -> None:
        """Every file is sealed with this key, and no other one is one; raises as `begin_opening`."""
        self._opened = self._written(replace(self._unlocked(), before=None, doing=""))

    def remove(self) -> None:
        """Removes the lock; nothing may be encrypted with it any more."""
        self._file.unlink(missing_ok=True)
        self._opened = None

    @property
    def first_version(self) -> bool:
        """Whether the lock that is open is one of the first version; see `renew`."""
        return self._unlocked().name.startswith("1 ")

    def seal(self, data: bytes, place: str, number: int = 0) -> bytes:
        """Encrypts a file's content.

        Args:
            place: where it lies; `open` has to be given the same.
            number: of the writing; see `number_of`.

        Raises:
            LockedError: the people are locked.
        """
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce, counted = secrets.token_bytes(_NONCE), number.to_bytes(_NUMBER, "big")
        sealed = ChaCha20Poly1305(self._unlocked().key).encrypt(nonce, data, os.fsencode(place) + b"\0" + counted)
        return MAGIC + counted + nonce + sealed

    def open(self, data: bytes, place: str) -> bytes:
        """The reverse of `seal`; content that the key before has sealed is opened while files are being changed.

        Raises:
            LockedError: the people are locked.
            StorageError: the content is not sealed, or was damaged or exchanged.
        """
        opened = self._unlocked()
        for key in (opened.key, opened.before):
            if key is not None and (content := _opened(data, place, key)) is not None:
                return content
        raise StorageError(
            f"The file {place} of a person is damaged, or was exchanged.",
            "Restore the folder of people from a backup, or forget this person.",
        )

    def is_current(self, data: bytes, place: str) -> bool:
        """Whether content was sealed with the key that holds now; raises as `begin_opening`."""
        return data.startswith(MAGIC) and _opened(data, place, self._unlocked().key) is not None

    def _current(self) -> _Open | None:
        """What is open, as long as the lock's file is still the same lock's."""
        opened = self._opened
        if opened is not None and self._name() != opened.name:
            opened = self._opened = None
        return opened

    def _name(self) -> str:
        try:
            status = self._file.stat()
            state = (status.st_mtime_ns, status.st_size, status.st_ino)
            if self._seen is None or self._seen[0] != state:
                self._seen = (state, _name_of(self._read()))
            return self._seen[1]
        except (OSError, FastFaceError):
            return ""

    def _unlocked(self) -> _Open:
        opened = self._current()
        if opened is None:
            raise LockedError("The people are locked.", "Unlock them with the passphrase.")
        return opened

    def _read(self) -> _VaultFile:
        try:
            return parse_json(_VaultFile, read_bytes(self._file), "The file of the lock")
        except FileNotFoundError as error:
            raise LockedError("The people have no passphrase.", "Set one first.") from error
        except OSError as error:
            raise StorageError("The file of the lock cannot be read.", "Restore it from a backup.") from error
        except SettingsError as error:
            raise StorageError("The file of the lock is damaged.", "Restore it from a backup.") from error

    def _open(self, passphrase: str) -> _Open:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        kept = self._read()
        try:
            salt, sealed = base64.b64decode(kept.salt), base64.b64decode(kept.key)
        except ValueError as error:
            raise StorageError("The file of the lock is damaged.", "Restore it from a backup.") from error
        stretched = _stretched(passphrase, salt, kept.cost)
        place = _FIRST_PLACE if kept.version == 1 else _PLACE + kept.id.encode()
        try:
            secret = ChaCha20Poly1305(stretched).decrypt(sealed[:_NONCE], sealed[_NONCE:], place)
        except (InvalidTag, ValueError) as error:
            raise LockedError("The passphrase is wrong.", "Try again; capital letters count.") from error
        if kept.version == 1:
            return _Open(_name_of(kept), secret, None, "sealing", stretched, salt, kept.cost)
        content = cast("dict[str, str]", json.loads(secret))
        before = base64.b64decode(content["before"]) or None
        doing = cast(Doing, content["doing"])
        return _Open(_name_of(kept), base64.b64decode(content["key"]), before, doing, stretched, salt, kept.cost)

    def _write_new(self, before: bytes | None, doing: Doing, passphrase: str) -> _Open:
        check_passphrase(passphrase)
        salt, key = secrets.token_bytes(16), secrets.token_bytes(_KEY)
        stretched = _stretched(passphrase, salt, self._cost)
        return self._written(_Open(f"2 {secrets.token_hex(16)}", key, before, doing, stretched, salt, self._cost))

    def _written(self, opened: _Open) -> _Open:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        name, nonce = opened.name.removeprefix("2 "), secrets.token_bytes(_NONCE)
        secret = {"key": _text(opened.key), "before": _text(opened.before or b""), "doing": opened.doing}
        sealed = ChaCha20Poly1305(opened.stretched).encrypt(nonce, json.dumps(secret).encode(), _PLACE + name.encode())
        kept = _VaultFile(id=name, cost=opened.cost, salt=_text(opened.salt), key=_text(nonce + sealed))
        with atomic_write(self._file) as file:
            file.write(kept.model_dump_json().encode())
        return opened


def is_sealed(data: bytes) -> bool:
    """Whether content looks as if it was encrypted."""
    return data.startswith((MAGIC, FIRST_MAGIC))


def number_of(data: bytes) -> int:
    """The number of the writing that sealed content says, which `open` makes sure of; 0 for the first version's."""
    return int.from_bytes(data[len(MAGIC) : len(MAGIC) + _NUMBER], "big") if data.startswith(MAGIC) else 0


def check_passphrase(passphrase: str) -> None:
    """
    Raises:
        SettingsError: it is too short.
    """
    if len(passphrase) < SHORTEST:
        raise SettingsError(
            f"The passphrase is shorter than {SHORTEST} letters.", "Take several words that only you put together."
        )


def _name_of(kept: _VaultFile) -> str:
    return f"2 {kept.id}" if kept.version == 2 else f"1 {kept.salt}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _opened(data: bytes, place: str, key: bytes) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

    if data.startswith(MAGIC):
        start = len(MAGIC) + _NUMBER
        about = os.fsencode(place) + b"\0" + data[len(MAGIC) : start]
    elif data.startswith(FIRST_MAGIC):
        start, about = len(FIRST_MAGIC), os.fsencode(place)
    else:
        return None
    try:
        return ChaCha20Poly1305(key).decrypt(data[start : start + _NONCE], data[start + _NONCE :], about)
    except (InvalidTag, ValueError):
        return None


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    import unicodedata

    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same letters are the same passphrase, whichever keyboard composed them.
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=_KEY, n=1 << cost, r=8, p=1).derive(words)
