"""Signatures in the form of minisign (https://jedisct1.github.io/minisign/#signature-format), which anybody can check
with that tool: Ed25519 over the BLAKE2b-512 digest, and over the trusted comment.

One offline key signs one small file. The roles and expiring metadata of TUF guard repositories with many files and
online keys; here a release is one manifest that holds every hash, older ones are refused by their number, and an asked
server can at most withhold news. Two keys may be trusted at a time, so that one can be replaced.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fastface_core.errors import ModelError

_PREHASHED = b"ED"
_PLAIN_KEY = b"Ed"
_TRUSTED = "trusted comment: "


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key that releases are signed with.

    Attributes:
        number: 8 bytes by which a signature names its key.
        key: 32 bytes, Ed25519.
    """

    number: bytes
    key: bytes

    @classmethod
    def read(cls, text: str) -> "PublicKey":
        """From the line of minisign's .pub file that begins with RW; raises ValueError where it is none."""
        try:
            content = base64.b64decode(text.strip(), validate=True)
        except binascii.Error as error:
            raise ValueError("no public key") from error
        if len(content) != 42 or content[:2] != _PLAIN_KEY:
            raise ValueError("no public key")
        return cls(content[2:10], content[10:])

    def text(self) -> str:
        return base64.b64encode(_PLAIN_KEY + self.number + self.key).decode("ascii")


def verify(content: bytes, signature: str, keys: Sequence[PublicKey]) -> str:
    """The trusted comment of a signature that is right.

    Raises:
        ModelError: it is damaged, by another key, or of other content.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    wrong = ModelError(
        "What the update server says is not signed by FastFace's makers, and is not believed.",
        "Try another network; if it recurs, get the new version from FastFace's own page.",
    )
    lines = signature.splitlines()
    if len(lines) < 4 or not lines[2].startswith(_TRUSTED):
        raise wrong
    try:
        signed, over_all = (base64.b64decode(line.strip(), validate=True) for line in (lines[1], lines[3]))
    except binascii.Error as error:
        raise wrong from error
    key = next((one for one in keys if one.number == signed[2:10]), None)
    if key is None or len(signed) != 74 or signed[:2] != _PREHASHED:
        raise wrong
    comment = lines[2].removeprefix(_TRUSTED)
    try:
        public = Ed25519PublicKey.from_public_bytes(key.key)
        public.verify(signed[10:], hashlib.blake2b(content).digest())
        public.verify(over_all, signed[10:] + comment.encode())
    except InvalidSignature as error:
        raise wrong from error
    return comment


def sign(content: bytes, seed: bytes, number: bytes, comment: str) -> str:
    """A signature as minisign writes it.

    Args:
        seed: 32 bytes, the secret half of the key.
        number: 8 bytes, the key's.
        comment: one line that is signed as well.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(seed)
    signed = private.sign(hashlib.blake2b(content).digest())
    over_all = private.sign(signed + comment.encode())
    first, last = (base64.b64encode(one).decode("ascii") for one in (_PREHASHED + number + signed, over_all))
    return f"untrusted comment: signature of FastFace\n{first}\n{_TRUSTED}{comment}\n{last}\n"
