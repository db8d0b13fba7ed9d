"""Certificates made on the spot, for pictures to be signed with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from fastface_core.library.credentials import Credentials

Kind = Literal["ec", "rsa", "ed25519"]
NAME = "Studio North"


def make(
    folder: Path, kind: Kind = "ec", *, days: tuple[int, int] = (-1, 300), passphrase: bytes | None = None
) -> Credentials:
    """A certificate that a made-up authority vouches for, and its key.

    Args:
        days: from when to when it is valid, from today.
    """
    folder.mkdir(parents=True, exist_ok=True)
    authority = ec.generate_private_key(ec.SECP256R1())
    made: dict[Kind, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey] = {
        "ec": ec.generate_private_key(ec.SECP256R1()),
        "rsa": rsa.generate_private_key(65537, 2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate(),
    }
    key = made[kind]
    root = (
        _begun("An authority", "An authority", authority.public_key(), (-900, 900))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(_usage(signs_pictures=False), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    own = (
        _begun(NAME, "An authority", key.public_key(), days)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_pictures=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    certificate, key_file = folder / "chain.pem", folder / "key.pem"
    certificate.write_bytes(own.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM))
    hidden = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, hidden))
    return Credentials(certificate, key_file)


def _begun(
    name: str,
    issuer: str,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey,
    days: tuple[int, int],
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
    )


def _named(name: str) -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, name), x509.NameAttribute(NameOID.ORGANIZATION_NAME, name)]
    return x509.Name(parts)


def _usage(*, signs_pictures: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_pictures,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_pictures,
        crl_sign=not signs_pictures,
        encipher_only=False,
        decipher_only=False,
    )
