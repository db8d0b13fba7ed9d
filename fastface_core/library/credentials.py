"""Content credentials (C2PA): exported pictures are signed with the user's own certificate.

The signature says who made the picture, with which program, and that a trained model did; a change of a single pixel
breaks it. Nothing is asked of any server: there is no time stamp from outside, and nothing is fetched.
The package c2pa-python does the signing, where it is installed (https://spec.c2pa.org/specifications).
"""

import importlib.util
import json
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, cast

from PIL import Image

from fastface_core import __version__
from fastface_core.bounded import read_bytes
from fastface_core.errors import SettingsError
from fastface_core.library import xmp
from fastface_core.library.encoding import FileFormat

_Form = FileFormat | Literal["tiff"]
_MIME: dict[_Form, str] = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp", "tiff": "image/tiff"}
_CHECK = "Choose the certificate and its key again in Settings."
_LARGEST = 1 << 20
"""Bytes of a certificate with its chain, or of a key."""
_NO_NETWORK: dict[str, object] = {
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False, "verify_trust": False},
    "builder": {"thumbnail": {"enabled": False}},
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """The user's certificate with the chain of those that vouch for it, and the key to it, each a PEM file."""

    certificate: Path
    key: Path


def available() -> bool:
    """Whether pictures can be signed: the package c2pa-python is there."""
    return importlib.util.find_spec("c2pa") is not None


class Signer:
    """Signs pictures with one certificate."""

    def __init__(self, credentials: Credentials) -> None:
        """Signs something small, so that what is wrong is known before a picture is exported.

        Raises:
            SettingsError: a file cannot be read, key and certificate do not belong together, the certificate has
                expired or may not sign, or c2pa-python is not installed.
        """
        if not available():
            raise SettingsError("Signing needs the package c2pa-python.", "Install it with: pip install c2pa-python")
        self._chain = _read(credentials.certificate)
        key = _read(credentials.key)
        self._algorithm = _algorithm(key)
        self._key = key
        self.name = self._try()

    def sign(self, data: bytes, form: _Form) -> bytes:
        """A picture with its credentials; `data` is the finished file, in which nothing may change afterwards.

        Raises:
            SettingsError: the certificate has expired in the meantime.
        """
        return self._signed(data, form)

    def _try(self) -> str:
        """Signs a picture of one colour and reads whose signature that is."""
        probe = BytesIO()
        Image.new("RGB", (16, 16)).save(probe, "PNG")
        found = read(self._signed(probe.getvalue(), "png"), "png")
        if found is None or not found.whole:
            raise SettingsError("The certificate may not sign pictures.", "Use one that is made for signing documents.")
        return found.name

    def _signed(self, data: bytes, form: _Form) -> bytes:
        import c2pa

        library = cast(Any, c2pa)
        out = BytesIO()
        try:
            info = library.C2paSignerInfo(self._algorithm, self._chain, self._key, None)
            with (
                library.Signer.from_info(info) as signer,
                library.Context.from_dict(_NO_NETWORK) as context,
                library.Builder(json.dumps(_manifest(form)), context) as builder,
            ):
                builder.sign(signer, _MIME[form], BytesIO(data), out)
        except library.C2paError as error:
            raise _refused(str(error)) from error
        return out.getvalue()


@dataclass(frozen=True, slots=True)
class Signature:
    """What a picture's credentials say.

    Attributes:
        name: whose certificate it is.
        whole: the picture is unchanged since it was signed.
        synthetic: they say that a trained model made it.
    """

    name: str
    whole: bool
    synthetic: bool


def read(data: bytes, form: _Form) -> Signature | None:
    """The credentials in a picture; None where there are none. Whether anybody trusts the certificate is not asked."""
    import c2pa

    library = cast(Any, c2pa)
    try:
        with (
            library.Context.from_dict(_NO_NETWORK) as context,
            library.Reader(_MIME[form], BytesIO(data), context=context) as reader,
        ):
            found = json.loads(reader.json())
    except library.C2paError:
        return None
    manifest = found["manifests"][found["active_manifest"]]
    about = manifest.get("signature_info", {})
    return Signature(
        name=about.get("common_name") or about.get("issuer") or "",
        whole=found.get("validation_state") in ("Valid", "Trusted"),
        synthetic=xmp.SOURCE_TYPE in json.dumps(manifest["assertions"]),
    )


def _manifest(form: _Form) -> dict[str, object]:
    # Nothing else, above all no file name: the picture may be for strangers.
    made = {"action": "c2pa.created", "digitalSourceType": xmp.SOURCE_TYPE}
    return {
        "claim_generator_info": [{"name": "FastFace Desktop", "version": __version__}],
        "format": _MIME[form],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [made]}}],
    }


def _read(file: Path) -> bytes:
    try:
        content = read_bytes(file, _LARGEST)
    except OSError as error:
        raise SettingsError(f"{file.name} cannot be read.", _CHECK) from error
    if b"-----BEGIN" not in content:
        raise SettingsError(f"{file.name} is not a PEM file.", _CHECK)
    return content


def _algorithm(key: bytes) -> str:
    """What C2PA calls the way that a key signs (specification, digital signatures)."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(key, None)
    except TypeError as error:
        raise SettingsError(
            "The key is protected with a passphrase.", "Save it without one, in a place that only you can read."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise SettingsError("The key cannot be read.", _CHECK) from error
    if isinstance(found, ec.EllipticCurvePrivateKey):
        curves = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
        if found.curve.name in curves:
            return curves[found.curve.name]
    elif isinstance(found, rsa.RSAPrivateKey):
        return "ps256"
    elif isinstance(found, ed25519.Ed25519PrivateKey):
        return "ed25519"
    raise SettingsError("A key of this kind cannot sign pictures.", "Use an EC, RSA or Ed25519 key.")


def _refused(reason: str) -> SettingsError:
    """The library's sentence in ours."""
    if "not valid at time" in reason:
        return SettingsError("The certificate has expired, or is not valid yet.", "Renew it, and choose the new one.")
    if "does not match" in reason:
        return SettingsError("The key does not belong to the certificate.", _CHECK)
    return SettingsError("The certificate may not sign pictures.", "Use one that is made for signing documents.")
