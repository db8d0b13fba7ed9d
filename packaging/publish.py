"""What a release publishes beside its installers: update packages, the signed list of updates, checksums, signatures.

    .venv/bin/python packaging/publish.py key KEY.secret
    .venv/bin/python packaging/publish.py package BUNDLE --system linux-x86_64 [--from LIST.json]... [--out FOLDER]
    .venv/bin/python packaging/publish.py release FOLDER --address https://... --page https://... [--notes NOTES.json]

`package` writes a whole update package of a bundle and its list of files, and with `--from` (the list of an older
version's files) one with only what is new. `release` takes a folder with everything that is published, writes
`newest.json` and `SHA256SUMS` into it, and signs these two with the key in FASTFACE_SIGNING_KEY. The signatures are
minisign's: `minisign -Vm SHA256SUMS -P KEY` checks them.
"""

import argparse
import base64
import hashlib
import json
import os
import secrets
import sys
from pathlib import Path

import release

sys.path.insert(0, str(release.HERE.parent))
from fastface_core.updates import package as packages
from fastface_core.updates.manifest import SIGNATURE, Manifest, Package
from fastface_core.updates.package import FileList
from fastface_core.updates.signature import PublicKey, sign

NEWEST = "newest.json"
SUMS = "SHA256SUMS"
_ABOUT = ".package.json"


def make_key(target: Path) -> PublicKey:
    """Writes a new secret key, one line, for FASTFACE_SIGNING_KEY; returns the public one."""
    seed, number = secrets.token_bytes(32), secrets.token_bytes(8)
    target.touch(0o600, exist_ok=False)
    target.write_text(base64.b64encode(number + seed).decode("ascii") + "\n", encoding="ascii")
    return public_key(number, seed)


def public_key(number: bytes, seed: bytes) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return PublicKey(number, Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def secret(text: str) -> tuple[bytes, bytes]:
    """A key's number and seed; raises ValueError where the text is no secret key."""
    content = base64.b64decode(text.strip(), validate=True)
    if len(content) != 40:
        raise ValueError("FASTFACE_SIGNING_KEY is no key made by: packaging/publish.py key")
    return content[:8], content[8:]


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_package(bundle: Path, out: Path, version: str, system: str, base: FileList | None, level: int) -> Path:
    """Writes an update package, and beside it what the list of updates says of it."""
    files = packages.list_of(bundle, version)
    name = f"fastface-{version}-{system}{f'-from-{base.release}' if base else ''}.tar.gz"
    target = out / name
    packages.write(bundle, files, target, (one.sha256 for one in base.files) if base else (), level=level)
    about = {
        "system": system,
        "name": name,
        "size": target.stat().st_size,
        "unpacked": files.size,
        "sha256": sha256(target),
        "bases": [base.release] if base else [],
    }
    (out / f"{name}{_ABOUT}").write_text(json.dumps(about), encoding="utf-8")
    (out / f"fastface-{version}-{system}.files.json").write_text(files.model_dump_json(), encoding="utf-8")
    return target


def write_release(
    folder: Path, version: str, address: str, page: str, notes: dict[str, list[str]], key: tuple[bytes, bytes]
) -> Manifest:
    """Writes and signs the list of updates and the checksums of everything in a folder."""
    told = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(f"*{_ABOUT}"))]
    manifest = Manifest(
        release=version,
        published=release.day(),
        notes={language: tuple(lines) for language, lines in notes.items()},
        page=page,
        packages=tuple(Package(url=f"{address}/{one['name']}", **one) for one in told),
    )
    for path in folder.glob(f"*{_ABOUT}"):
        path.unlink()
    (folder / NEWEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8", newline="\n")
    files = sorted(path for path in folder.iterdir() if path.name != SUMS and path.suffix != SIGNATURE)
    sums = "".join(f"{sha256(path)}  {path.name}\n" for path in files)
    (folder / SUMS).write_text(sums, encoding="utf-8", newline="\n")
    for name in (NEWEST, SUMS):
        signed = sign((folder / name).read_bytes(), key[1], key[0], f"FastFace {version}, {name}")
        (folder / f"{name}{SIGNATURE}").write_text(signed, encoding="utf-8", newline="\n")
    return manifest


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes what a release publishes beside its installers.")
    commands = parser.add_subparsers(dest="command", required=True)
    key = commands.add_parser("key")
    key.add_argument("file", type=Path)
    package = commands.add_parser("package")
    package.add_argument("bundle", type=Path)
    package.add_argument("--system", required=True)
    package.add_argument("--from", dest="bases", type=Path, action="append", default=[])
    package.add_argument("--out", type=Path, default=release.DIST)
    package.add_argument("--level", type=int, default=6)
    whole = commands.add_parser("release")
    whole.add_argument("folder", type=Path)
    whole.add_argument("--address", required=True)
    whole.add_argument("--page", required=True)
    whole.add_argument("--notes", type=Path)
    options = parser.parse_args()
    version = release.version()
    if options.command == "key":
        print(f"{options.file} is secret. Public, for FASTFACE_UPDATE_KEYS: {make_key(options.file).text()}")
    elif options.command == "package":
        bases = [FileList.model_validate_json(path.read_bytes()) for path in options.bases]
        for base in (None, *bases):
            print(write_package(options.bundle, options.out, version, options.system, base, options.level))
    else:
        text = os.environ.get("FASTFACE_SIGNING_KEY", "")
        if not text:
            print("FASTFACE_SIGNING_KEY is not set; make one with: packaging/publish.py key FILE", file=sys.stderr)
            return 1
        notes = json.loads(options.notes.read_text(encoding="utf-8")) if options.notes else {}
        write_release(options.folder, version, options.address, options.page, notes, secret(text))
        print(f"{options.folder / NEWEST} and {options.folder / SUMS}, signed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
