"""The lock on people: with a passphrase, everything in their folders is encrypted at rest.

A random key encrypts the files (ChaCha20-Poly1305, RFC 8439, a random nonce for each writing, the file's place as
associated data, so that files cannot be exchanged). The passphrase, stretched by scrypt (RFC 7914), encrypts only that
key: changing it writes one small file. Nobody can open the lock without the passphrase, this program included.
"""

import base64
import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.errors import FastFaceError, SettingsError, StorageError
from fastface_core.files import atomic_write
from fastface_core.validation import parse_json

MAGIC = b"FFVAULT1"
SHORTEST = 8
"""Letters of a passphrase."""
COST = 17
"""Power of two; 128 MB and about half a second for each try."""

_NONCE, _KEY = 12, 32
_PLACE = b"fastface vault key 1"
_Bytes = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/=]{1,200}$")]


class LockedError(FastFaceError):
    """The people are locked, or the passphrase is wrong."""


class _VaultFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    cost: Annotated[int, Field(ge=4, le=22)]
    salt: _Bytes
    key: _Bytes


class Vault:
    """The lock of one folder. Usable from any thread; the key is in memory alone."""

    def __init__(self, file: Path, cost: int = COST) -> None:
        self._file = file
        self._cost = cost
        self._key: bytes | None = None

    @property
    def exists(self) -> bool:
        """Whether a passphrase was set."""
        return self._file.exists()

    @property
    def locked(self) -> bool:
        """Whether a passphrase is needed before anything can be read."""
        return self.exists and self._key is None

    def create(self, passphrase: str) -> None:
        """Sets the first passphrase, and unlocks.

        Raises:
            SettingsError: it is too short, or one is set already.
            StorageError: the disk is full or cannot be written to.
        """
        if self.exists:
            raise SettingsError("The people have a passphrase already.", "Change it instead.")
        key = secrets.token_bytes(_KEY)
        self._write(key, passphrase)
        self._key = key

    def unlock(self, passphrase: str) -> None:
        """
        Raises:
            LockedError: the passphrase is wrong.
            StorageError: the lock's file is damaged.
        """
        self._key = self._open(passphrase)

    def lock(self) -> None:
        """Forgets the key."""
        self._key = None

    def change(self, old: str, new: str) -> None:
        """Sets another passphrase; raises as `unlock` and `create`."""
        key = self._open(old)
        self._write(key, new)
        self._key = key

    def remove(self) -> None:
        """Removes the lock; nothing may be encrypted with it any more."""
        self._file.unlink(missing_ok=True)
        self._key = None

    def seal(self, data: bytes, place: str) -> bytes:
        """Encrypts a file's content.

        Args:
            place: where it lies; `open` has to be given the same.

        Raises:
            LockedError: the people are locked.
        """
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        nonce = secrets.token_bytes(_NONCE)
        return MAGIC + nonce + ChaCha20Poly1305(self._unlocked()).encrypt(nonce, data, place.encode())

    def open(self, data: bytes, place: str) -> bytes:
        """The reverse of `seal`.

        Raises:
            LockedError: the people are locked.
            StorageError: the content was damaged or exchanged.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        start = len(MAGIC)
        try:
            return ChaCha20Poly1305(self._unlocked()).decrypt(
                data[start : start + _NONCE], data[start + _NONCE :], place.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise StorageError("A file of a person is damaged.", "Restore it from a backup.") from error

    def _unlocked(self) -> bytes:
        if self._key is None:
            raise LockedError("The people are locked.", "Unlock them with the passphrase.")
        return self._key

    def _open(self, passphrase: str) -> bytes:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        try:
            text = self._file.read_bytes()
        except FileNotFoundError as error:
            raise LockedError("The people have no passphrase.", "Set one first.") from error
        except OSError as error:
            raise StorageError("The file of the lock cannot be read.", "Restore it from a backup.") from error
        try:
            kept = parse_json(_VaultFile, text, "The file of the lock")
            salt, sealed = base64.b64decode(kept.salt), base64.b64decode(kept.key)
        except (SettingsError, ValueError) as error:
            raise StorageError("The file of the lock is damaged.", "Restore it from a backup.") from error
        stretched = _stretched(passphrase, salt, kept.cost)
        try:
            return ChaCha20Poly1305(stretched).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PLACE)
        except (InvalidTag, ValueError) as error:
            raise LockedError("The passphrase is wrong.", "Try again; capital letters count.") from error

    def _write(self, key: bytes, passphrase: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

        if len(passphrase) < SHORTEST:
            raise SettingsError(
                f"The passphrase is shorter than {SHORTEST} letters.", "Take several words that only you put together."
            )
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(_NONCE)
        sealed = nonce + ChaCha20Poly1305(_stretched(passphrase, salt, self._cost)).encrypt(nonce, key, _PLACE)
        kept = _VaultFile(cost=self._cost, salt=base64.b64encode(salt).decode(), key=base64.b64encode(sealed).decode())
        with atomic_write(self._file) as file:
            file.write(kept.model_dump_json().encode())


def _stretched(passphrase: str, salt: bytes, cost: int) -> bytes:
    import unicodedata

    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    # The same letters are the same passphrase, whichever keyboard composed them.
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return Scrypt(salt=salt, length=_KEY, n=1 << cost, r=8, p=1).derive(words)
