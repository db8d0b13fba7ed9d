"""Installing a new version beside the one in use. Nothing of the user's is read or written.

Killed at any moment, the version in use is the one before, or the new one once it has drawn its window.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from fastface_core.errors import FastFaceError, ModelError, StorageError
from fastface_core.files import make_folder, storage_error
from fastface_core.models.disk.copying import Meter
from fastface_core.models.hub.client import Network
from fastface_core.models.hub.fetching import fetch, place_of
from fastface_core.models.hub.retry import RetryPolicy
from fastface_core.models.hub.transfer import Digest, Wanted
from fastface_core.models.store import gigabytes
from fastface_core.progress import CancelToken, Notice, Report, Stage, silent
from fastface_core.updates.manifest import Manifest, Package
from fastface_core.updates.package import BaseDiffersError, unpack
from fastface_core.updates.place import Place, number

_PATIENCE = 60
_SPARE = 200_000_000

Starts = Callable[[Path, str], None]
"""Raises FastFaceError where the version in a folder does not start."""


def install(
    manifest: Manifest,
    place: Place,
    report: Report = silent,
    cancel: CancelToken | None = None,
    *,
    network: Network | None = None,
    patience: RetryPolicy | None = None,
    system: str = "",
    starts: Starts | None = None,
) -> None:
    """Fetches, unpacks and tries a release, which the next start of the window then takes.

    Raises:
        NetworkError, ModelError, StorageError: it cannot be fetched or unpacked.
        FastFaceError: it is not newer, there is none for this system, or it does not start here. Whatever is raised,
            the version in use stays.
        Cancelled: what has arrived stays.
    """
    cancel = cancel or CancelToken()
    with place.lock():
        current = place.current
        if current and number(manifest.release) <= number(current):
            raise FastFaceError(f"FastFace {current} is as new as what is offered.", "Nothing is to be done.")
        package = manifest.package(current, system)
        if package is None:
            raise FastFaceError(
                f"FastFace {manifest.release} has no update package for this system.",
                f"Get an installer from {manifest.page}.",
            )
        target = place.version(manifest.release)
        if not target.is_dir():
            network = network or Network.of_user()
            try:
                _bring(manifest, package, place, network, report, cancel, patience)
            except BaseDiffersError:
                whole = manifest.package(current, system, whole=True)
                if whole is None or whole == package:
                    raise
                report(Notice("The installed version is not as it was delivered; the whole new one is fetched."))
                shutil.rmtree(place.version(f"{manifest.release}.part"), ignore_errors=True)
                _bring(manifest, whole, place, network, report, cancel, patience)
        report(Stage("Starting the new version once, without a window"))
        (starts or says_its_version)(target, manifest.release)
        place.stage(manifest.release)
        shutil.rmtree(place.downloads, ignore_errors=True)


def _bring(
    manifest: Manifest,
    package: Package,
    place: Place,
    network: Network,
    report: Report,
    cancel: CancelToken,
    patience: RetryPolicy | None,
) -> None:
    archive = place.downloads / package.name
    _check_space(place.root, package.size + package.unpacked)
    wanted = Wanted(
        url=package.url,
        place=place_of(package.url, package.name, f"FastFace {manifest.release}", network),
        size=package.size,
        digest=Digest("sha256", package.sha256),
        path=archive,
        part=archive.with_name(f"{archive.name}.part"),
    )
    fetch([wanted], network, report, cancel, why=f"Update to {manifest.release}", patience=patience)
    part = place.version(f"{manifest.release}.part")
    base = place.version(place.current) if place.current else None
    make_folder(place.versions)
    try:
        unpack(archive, manifest.release, part, base, Meter(package.unpacked, report, cancel))
    except ModelError:
        archive.unlink(missing_ok=True)
        raise
    try:
        part.replace(place.version(manifest.release))
    except OSError as error:
        raise storage_error(error, place.versions) from error


def _check_space(root: Path, wanted: int) -> None:
    free = shutil.disk_usage(root).free
    needed = wanted + min(_SPARE, wanted // 10)
    if free < needed:
        raise StorageError(
            f"There is too little space for the update in {root}: {gigabytes(needed)} are needed and {gigabytes(free)}"
            " are free.",
            "Free some space and try again.",
        )


def says_its_version(folder: Path, release: str) -> None:
    """Starts the command line of a version.

    Raises:
        FastFaceError: it does not say which version it is.
    """
    program = folder / ("fastface.exe" if sys.platform == "win32" else "fastface")
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=_PATIENCE, stdin=subprocess.DEVNULL)
        right = done.returncode == 0 and done.stdout.decode(errors="replace").split()[-1:] == [release]
    except (OSError, subprocess.TimeoutExpired):
        right = False
    if not right:
        raise FastFaceError(
            f"FastFace {release} does not start on this computer; the version that you have stays in use.",
            "Look on FastFace's page for what it needs.",
        )
