"""Takes a checkpoint from a single file over as a base of the user's own."""

import re
from pathlib import Path

from fastface_core.domain.checkpoints import Prediction, Terms
from fastface_core.errors import SettingsError
from fastface_core.files import atomic_write
from fastface_core.models.base_files import check
from fastface_core.models.catalogue import Bundle
from fastface_core.models.disk.copying import Meter, copy, sha256_of, share
from fastface_core.models.own import FOLDER, CustomCheckpoint, bases
from fastface_core.models.store import PART, Store
from fastface_core.progress import CancelToken, Report, silent

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def take(
    source: Path,
    store: Store,
    *,
    name: str | None = None,
    like: Bundle,
    commercial_use: bool | None = None,
    prediction: Prediction | None = None,
    report: Report = silent,
    cancel: CancelToken | None = None,
) -> tuple[CustomCheckpoint, bool]:
    """Takes a checkpoint over as a base of the user's own. Call it with the lock.

    Args:
        name: as for --checkpoint; made from the file's name where none is given.
        like: the bundle whose distillation and adapter it is used with.
        commercial_use: what the checkpoint's own terms say; None where the person does not know.
        prediction: how it is sampled, where the person knows better than the file; None takes what the file says.

    Returns:
        The base, and whether it shares its place on the disk with the source.

    Raises:
        SettingsError: the name is taken or not possible.
        ModelError: it is not an SDXL checkpoint, or cannot be read.
        StorageError: too little space, or a folder that cannot be written to.
        Cancelled: between two pieces.
    """
    said = check(source, store)
    name = name or _name_of(source)
    taken = {base.name: base for base in bases(store)}
    if not _NAME.fullmatch(name) or name == "starter" or name in {bundle.name for bundle in store.catalogue.bundles}:
        raise SettingsError(
            f'The name "{name}" cannot be used.', "Give another one with --name: small letters, digits, - and _."
        )
    size = source.stat().st_size
    meter = Meter(2 * size, report, cancel or CancelToken())
    meter.at(source.name)
    digest = sha256_of(source, meter)
    if name in taken and taken[name].sha256 != digest:
        raise SettingsError(
            f'There is already a base named "{name}".', "Give another name with --name, or remove that one first."
        )
    file = f"{name}.safetensors"
    target = store.folder / FOLDER / file
    shared = source.resolve() == target.resolve() or share(source, target)
    if not shared:
        store.check_space(size)
        copy(source, target, target.with_name(file + PART), meter, expected=digest)
    title = source.stem.replace("_", " ").strip() or name
    base = CustomCheckpoint(
        name=name,
        title=title,
        file=file,
        like=like.name,
        size=size,
        sha256=digest,
        prediction=prediction or said,
        terms=Terms(commercial_use=commercial_use, licences=(f"{title}: its own terms",)),
    )
    with atomic_write(store.folder / FOLDER / f"{name}.json") as opened:
        opened.write(base.model_dump_json(indent=1).encode() + b"\n")
    return base, shared


def _name_of(source: Path) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", source.stem.lower()).strip("-")
    return name or "own"
