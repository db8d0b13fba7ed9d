"""From the names of checkpoints to their files on this computer.

Downloaded repositories lie in the models folder as on the hub: `ORGANISATION/NAME/path/in/the/repository`; a
checkpoint is the bundle of its name. The starter pack ships with the program and is always there.
"""

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from pydantic import BaseModel, ConfigDict

from fastface_core import fitted_scales, footprint, paths
from fastface_core.domain.adapter_traits import TRAITS, WORDS, meant
from fastface_core.domain.checkpoints import (
    STARTER,
    AdapterFiles,
    AdapterKind,
    Checkpoint,
    FaceModels,
    FaceModelsKind,
    IdentitySource,
    Prediction,
    Sampling,
    SchedulerName,
    Terms,
    sampling_of,
)
from fastface_core.domain.likeness import DRAWN, LikenessScale, MatchScale
from fastface_core.errors import ModelError, SettingsError
from fastface_core.models import own, own_loras
from fastface_core.models.catalogue import Bundle, Component
from fastface_core.models.store import PART, Store
from fastface_core.validation import parse_json

_SPARED = ("preview", "parser")
"""Optional parts of a checkpoint, used where they are installed."""
_OPTIONAL = ("vae", *_SPARED)
"""Parts that are taken where they are installed; the base has a decoder of its own."""

_WEIGHTS = (".safetensors", ".bin", ".onnx")


class _StarterParts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    checkpoint: str
    image_encoder: str
    adapter: str
    recogniser: str
    preview: str


class _StarterPack(BaseModel):
    """What this program reads of `resources/starter/pack.json`; its sums and notes are for others."""

    model_config = ConfigDict(frozen=True)

    title: str
    trained: bool
    licence: Literal["Apache-2.0"]
    size: int
    steps: int
    scheduler: SchedulerName
    identity: IdentitySource = "photo"
    likeness: LikenessScale = LikenessScale()
    match: MatchScale | None = None
    parts: _StarterParts
    sha256: dict[str, str]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a checkpoint is on this computer.

    Attributes:
        missing: what is not there, as places on the hub; empty for an installed checkpoint.
        purpose: what it is good for, a sentence; empty where that is not known.
    """

    name: str
    title: str
    missing: tuple[str, ...]
    purpose: str = ""


def availability(folder: Path | None = None) -> tuple[Availability, ...]:
    """Every checkpoint, best first: the catalogue's, the user's own, the starter."""
    store, seen = Store(folder), dict[str, bool]()
    found = [
        # The base of one's own may be anything; what is known of the bundle is its adapter.
        Availability(one.name, one.title, _missing(one.bundle, store, one.base, seen), one.bundle.purpose)
        for one in _choices(store)
    ]
    return (*found, Availability(STARTER, starter().title, ()))


def best(folder: Path | None = None) -> Checkpoint:
    """The best checkpoint that is installed and that this computer can carry now, else the starter.

    Where there is a GPU its memory decides later, when it is known; without one, main memory decides here, so that
    nothing is begun to load under which the system would end the program.
    """
    store, seen = Store(folder), dict[str, bool]()
    graphics = footprint.graphics_likely()
    for choice in _choices(store):
        if not _missing(choice.bundle, store, choice.base, seen):
            # An earlier version took over bases that cannot be sampled.
            with contextlib.suppress(ModelError):
                found = _checkpoint(choice, store)
                if graphics or footprint.fits_main_memory(found):
                    return found
    return starter()


def too_large(folder: Path | None = None) -> tuple[str, ...]:
    """The names of installed checkpoints that `best` passes over, because main memory cannot hold them now."""
    if footprint.graphics_likely():
        return ()
    names = [one.name for one in availability(folder) if not one.missing and one.name != STARTER]
    return tuple(name for name in names if not footprint.fits_main_memory(find(name, folder)))


def find(name: str, folder: Path | None = None) -> Checkpoint:
    """A checkpoint by its name.

    Raises:
        SettingsError: there is none of that name.
        ModelError: it is not, or not wholly, installed; the sentence names what is missing.
    """
    if name == STARTER:
        return starter()
    store = Store(folder)
    by_name = {choice.name: choice for choice in _choices(store)}
    if name not in by_name:
        raise SettingsError(
            f'There is no checkpoint named "{name}".', f"Choose one of: {', '.join([*by_name, STARTER])}."
        )
    choice = by_name[name]
    if missing := _missing(choice.bundle, store, choice.base):
        raise ModelError(
            f"The checkpoint {name} is not installed; what is missing: {', '.join(missing)}.",
            f"Get it with: fastface models download {choice.bundle.name}. Or use --checkpoint {STARTER}.",
        )
    return _checkpoint(choice, store)


def with_adapter(word: str, folder: Path | None = None) -> Checkpoint:
    """The best checkpoint that is installed with a face adapter, by the adapter's name or by what is wanted of it.

    Raises:
        SettingsError: the word names no adapter.
        ModelError: no checkpoint with such an adapter is installed; the sentence names one that would be.
    """
    kinds = meant(word)
    if not kinds:
        raise SettingsError(f'"{word}" names no face adapter.', f"Choose one of: {', '.join([*WORDS, *TRAITS])}.")
    store = Store(folder)
    for kind in kinds:
        for choice in _choices(store):
            if _adapter_of(choice.bundle, store) == kind and not _missing(choice.bundle, store, choice.base):
                return _checkpoint(choice, store)
    wanted = next(one.bundle for kind in kinds for one in _choices(store) if _adapter_of(one.bundle, store) == kind)
    raise ModelError(
        f"No model with the face adapter {TRAITS[kinds[0]].title} is installed.",
        f"Get it on the page Models, or with: fastface models download {wanted.name}.",
    )


def _adapter_of(bundle: Bundle, store: Store) -> str | None:
    return next((one.kind for one in store.catalogue.of(bundle) if one.role == "adapter"), None)


def content_filter(folder: Path | None = None) -> Path | None:
    """Where the classifier of pictures that are not safe for work lies; None where it is not installed."""
    store = Store(folder)
    found = next((one for one in store.catalogue.components if one.role == "filter"), None)
    return _place(store, found) if found is not None and _present(found, store) else None


def judge(name: str, folder: Path | None = None) -> Path | None:
    """Where a component that judges pictures lies, by its name; None where it is not installed."""
    store = Store(folder)
    found = next((one for one in store.catalogue.components if one.name == name), None)
    return _place(store, found) if found is not None and _present(found, store) else None


def starter(folder: Path | None = None) -> Checkpoint:
    """The pack that ships with the program, or another one of its form in a folder."""
    folder = folder or paths.resource("starter")
    pack = parse_json(_StarterPack, (folder / "pack.json").read_bytes(), "The starter pack")
    parts = pack.parts
    drawn = pack.identity == "twin"
    match = pack.match or MatchScale(**pack.likeness.model_dump())
    untrained = None if pack.trained else "The starter model is not trained yet, so a likeness means nothing."
    return Checkpoint(
        name=STARTER,
        title=pack.title,
        sampling=Sampling(
            scheduler=pack.scheduler, trailing=True, steps=pack.steps, fewest=1, most=100, size=pack.size
        ),
        base=folder / parts.checkpoint,
        preview=folder / parts.preview,
        adapter=AdapterFiles(
            kind="faceid-plus-v2", weights=folder / parts.adapter, image_encoder=folder / parts.image_encoder
        ),
        faces=FaceModels(kind="blazeface", path=folder / parts.recogniser, likeness=pack.likeness),
        identity=pack.identity,
        match=match if drawn and pack.trained else None,
        likeness_reason=untrained or (DRAWN if drawn else None),
        terms=Terms(commercial_use=True, licences=(pack.licence,)),
        loras=own_loras.loras(Store()),
    )


def damaged_starter_files() -> tuple[str, ...]:
    """The files of the starter pack that are missing or differ from their sums."""
    folder = paths.resource("starter")
    pack = parse_json(_StarterPack, (folder / "pack.json").read_bytes(), "The starter pack")
    return tuple(
        name
        for name, digest in pack.sha256.items()
        if not (folder / name).is_file() or hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    """A checkpoint by name: a bundle, with the user's own base in place of SDXL's where there is one."""

    name: str
    title: str
    bundle: Bundle
    base: own.CustomCheckpoint | None = None


def _choices(store: Store) -> list[_Choice]:
    bundles = {bundle.name: bundle for bundle in store.catalogue.bundles if bundle.checkpoint is not None}
    found = [_Choice(bundle.name, bundle.title, bundle) for bundle in bundles.values()]
    for base in own.bases(store):
        if base.like in bundles and base.name not in bundles:
            found.append(_Choice(base.name, base.title, bundles[base.like], base))
    return found


def _missing(
    bundle: Bundle, store: Store, base: own.CustomCheckpoint | None, seen: dict[str, bool] | None = None
) -> tuple[str, ...]:
    """What a bundle lacks. `seen`: which components are here, kept between bundles, since they share most of them."""
    seen = {} if seen is None else seen
    parts = {component.role: component for component in store.catalogue.of(bundle)}
    missing: list[str] = []
    for role, component in parts.items():
        if component.name not in seen:
            seen[component.name] = _present(component, store)
        if seen[component.name] or role in _SPARED or (base is not None and role in ("unet", "own-unet")):
            continue
        if component.alternative is not None and (store.folder / component.alternative).exists():
            continue
        # The base's own decoder serves too, where somebody put it there.
        if role == "vae" and _has_weights(store.folder / parts["base"].place / "vae"):
            continue
        missing.append(component.place)
    if base is not None and not base.path(store).is_file():
        missing.append(f"{own.FOLDER}/{base.file}")
    return tuple(missing)


def _present(component: Component, store: Store) -> bool:
    """Whether the engine may be given this component.

    What this program put there has to be complete. What a person put there may have another form than the catalogue's
    (another precision, other files), so that its place alone is asked for; the engine then names what it misses.
    """
    if store.began(component):
        return store.state(component) in ("ready", "unverified")
    place = _place(store, component)
    if not place.is_dir():
        return place.exists()
    if component.role == "scheduler":
        # A download makes the folder before the first byte comes.
        return any(file.suffix != PART for file in place.iterdir())
    return _has_weights(place / "text_encoder" if component.role == "base" else place)


def _has_weights(folder: Path) -> bool:
    return folder.is_dir() and any(file.suffix in _WEIGHTS for file in folder.iterdir())


def _place(store: Store, component: Component) -> Path:
    """The file for the engine: the converted `.safetensors` instead of a pickle."""
    path = store.folder / component.place
    converted = path.with_suffix(".safetensors")
    return converted if path.suffix in (".bin", ".pt", ".pth") and converted.exists() else path


def _prediction(base: own.CustomCheckpoint, store: Store) -> Prediction:
    if base.prediction is not None:
        return base.prediction
    # Which files are no checkpoints takes hundreds of patterns, which nobody else is to wait for.
    from fastface_core.models.base_files import prediction_in

    return prediction_in(base.path(store))


def _checkpoint(choice: _Choice, store: Store) -> Checkpoint:
    bundle, base = choice.bundle, choice.base
    assert bundle.checkpoint is not None
    parts = {component.role: component for component in store.catalogue.of(bundle)}
    places = {
        role: _place(store, component)
        for role, component in parts.items()
        if role not in _OPTIONAL or _present(component, store)
    }
    lora, unet = places.get("lora"), places.get("own-unet")
    alternative = parts["lora"].alternative if "lora" in parts else None
    if lora is not None and alternative is not None and not _present(parts["lora"], store):
        lora, unet = None, store.folder / alternative
    used = [component for component in parts.values() if component.role in places]
    terms = store.catalogue.terms(used)
    own_terms = base.terms if base is not None else None
    return Checkpoint(
        name=choice.name,
        title=choice.title,
        sampling=sampling_of(bundle.checkpoint.family, bundle.checkpoint.steps),
        base=places["base"],
        weights=base.path(store) if base is not None else None,
        prediction=_prediction(base, store) if base is not None else None,
        unet=unet if base is None else None,
        lora=lora,
        scheduler_folder=places.get("scheduler"),
        vae=places.get("vae"),
        preview=places.get("preview"),
        adapter=AdapterFiles(
            kind=cast(AdapterKind, parts["adapter"].kind),
            weights=places["adapter"],
            image_encoder=places.get("image-encoder"),
            control=places.get("control"),
            parser=places.get("parser"),
        ),
        faces=FaceModels(
            kind=cast(FaceModelsKind, parts["faces"].kind),
            path=places["faces"],
            likeness=fitted_scales.of(places["faces"]),
        ),
        terms=Terms(
            commercial_use=all(licence.commercial_use for licence in terms),
            licences=tuple(licence.title for licence in terms),
        ).with_those_of(own_terms),
        loras=own_loras.loras(store),
    )
