"""What can be installed: components and their files, the bundles that people choose, and the terms of each.

The data lie in `resources/models/`; FASTFACE_CATALOGUE names another folder with the same three files, for those who
keep a mirror of their own.
"""

import os
from collections.abc import Iterable
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fastface_core import paths
from fastface_core.bounded import read_bytes
from fastface_core.domain.adapter_traits import TRAITS, AdapterTraits
from fastface_core.domain.checkpoints import AdapterKind, FaceModelsKind, FamilyName
from fastface_core.errors import SettingsError
from fastface_core.validation import field_and_reason, parse_json

Role = Literal[
    "base", "unet", "own-unet", "lora", "scheduler", "vae", "preview", "adapter", "image-encoder", "control", "parser",
    "faces", "filter", "judge",
]  # fmt: skip
"""What a component is to a checkpoint. `unet` is the base's own, `own-unet` one that replaces it; a judge has
no part in pictures, and measures finished ones."""

Conversion = Literal["safetensors", "fp16"]
"""What is made of a component once it is there: of a pickle a safetensors file that replaces it, or of safetensors in
32 bits a copy in 16 beside them."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
_RESERVED = {"con", "prn", "aux", "nul"}


def safe_path(path: str) -> str:
    """`path` if it stays below the folder it is relative to on every system; raises ValueError otherwise."""
    pure = PurePosixPath(path)
    bad = (
        not path
        or path != str(pure)
        or pure.is_absolute()
        or any(part in ("..", ".") or part.endswith((".", " ")) for part in pure.parts)
        or any(part.partition(".")[0].lower() in _RESERVED for part in pure.parts)
        or any(char in path for char in '\\:*?"<>|\0')
        or not path.isprintable()
    )
    if bad:
        raise ValueError("the path leaves its folder or is not possible everywhere")
    return path


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RemoteFile(_Model):
    """One file of a repository.

    Attributes:
        path: inside the repository.
        size: bytes.
        sha256: hex; None where only the hub knows it. The first verified download locks it.
        exact: False where `size` is an estimate, in which case the hub's size counts.
    """

    path: str
    size: Annotated[int, Field(ge=0)]
    sha256: Sha256 | None = None
    exact: bool = True

    _safe = field_validator("path")(safe_path)


class Licence(_Model):
    """Terms of use.

    Attributes:
        version: of the text; an acceptance holds for this version alone.
        url: of the text.
        commercial_use: whether pictures may be made for money.
        meaning: the terms in plain words, one or two sentences; no replacement for the text.
    """

    name: Name
    title: str
    version: str
    url: Annotated[str, Field(pattern="^https://")]
    commercial_use: bool
    meaning: str


class Component(_Model):
    """Files of one repository that are installed together.

    Attributes:
        repo: ORGANISATION/NAME on the hub, and the folder in the store.
        revision: commit, or a branch where no commit is known to be good.
        place: what the engine is given, relative to the models folder: a file or a folder.
        licence: name of a `Licence`.
        kind: of a face adapter or of face models.
        alternative: a UNet, relative to the models folder, that serves in place of this LoRA where somebody put one.
    """

    name: Name
    title: str
    role: Role
    repo: Annotated[str, Field(pattern=r"^[\w.-]+/[\w.-]+$")]
    revision: Annotated[str, Field(pattern=r"^[\w.-]+$")]
    place: str
    licence: Name
    files: Annotated[tuple[RemoteFile, ...], Field(min_length=1)]
    conversion: Conversion | None = None
    kind: AdapterKind | FaceModelsKind | None = None
    alternative: str | None = None

    @field_validator("kind", mode="before")
    @classmethod
    def _renamed(cls, kind: object) -> object:
        # The name in catalogues that were made before the detector was another one.
        return "blazeface" if kind == "mtcnn" else kind

    @field_validator("repo", "place", "alternative")
    @classmethod
    def _safe(cls, path: str | None) -> str | None:
        return path if path is None else safe_path(path)

    @property
    def folder(self) -> str:
        """Where its files lie, relative to the models folder, each under its path in the repository."""
        return self.repo

    @property
    def bytes_total(self) -> int:
        return sum(file.size for file in self.files)

    def file(self, path: str) -> RemoteFile:
        """Raises KeyError where there is none of that path."""
        for file in self.files:
            if file.path == path:
                return file
        raise KeyError(path)

    @model_validator(mode="after")
    def _consistent(self) -> "Component":
        if len({file.path for file in self.files}) != len(self.files):
            raise ValueError(f"{self.name} names a file twice")
        if self.place != self.repo and not self.place.startswith(f"{self.repo}/"):
            raise ValueError(f"the place of {self.name} lies outside its repository")
        kinds = {"adapter": get_args(AdapterKind), "faces": get_args(FaceModelsKind)}.get(self.role, (None,))
        if self.kind not in kinds:
            raise ValueError(f"{self.name} cannot have the kind {self.kind}")
        return self


class Distilled(_Model):
    """How the checkpoint of a bundle is sampled: its family, and the step count it was distilled for."""

    family: FamilyName
    steps: Annotated[int, Field(ge=1, le=100)] | None = None


class Bundle(_Model):
    """What a person chooses.

    Attributes:
        purpose: what it is good for, one sentence.
        components: names, in the order in which they are fetched: what is small and shared first.
        checkpoint: for bundles that pictures are made with; the checkpoint has the bundle's name.
        recommended: the one to take without knowing better.
        commercial: promises that no component forbids commercial use.
    """

    name: Name
    title: str
    purpose: str
    components: Annotated[tuple[Name, ...], Field(min_length=1)]
    checkpoint: Distilled | None = None
    recommended: bool = False
    commercial: bool = False


class _Licences(_Model):
    licences: tuple[Licence, ...]


class _Components(_Model):
    components: tuple[Component, ...]


class _Bundles(_Model):
    bundles: tuple[Bundle, ...]


class Catalogue(_Model):
    """Everything that can be installed. Names of components, bundles and licences are unique among their own."""

    licences: tuple[Licence, ...]
    components: tuple[Component, ...]
    bundles: tuple[Bundle, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> "Catalogue":
        """The catalogue in `folder`: FASTFACE_CATALOGUE, else the one that ships with the program.

        Raises:
            SettingsError: a file is missing, or has a value that is not allowed; the sentence names it.
        """
        own = os.environ.get("FASTFACE_CATALOGUE")
        folder = folder or (Path(own) if own else paths.resource("models"))
        try:
            texts = [read_bytes(folder / f"{name}.json") for name in ("licences", "components", "bundles")]
        except OSError as error:
            raise SettingsError(
                f"The catalogue of models in {folder} cannot be read.",
                "Install the program again, or correct FASTFACE_CATALOGUE.",
            ) from error
        return _read(folder, *texts)

    def bundle(self, name: str) -> Bundle:
        """Raises SettingsError, which lists the names, where there is none of that name."""
        for bundle in self.bundles:
            if bundle.name == name:
                return bundle
        raise SettingsError(
            f'There is no bundle named "{name}".', f"Choose one of: {', '.join(one.name for one in self.bundles)}."
        )

    def component(self, name: str) -> Component:
        """Raises SettingsError, which lists the names, where there is none of that name."""
        if name in self._components:
            return self._components[name]
        raise SettingsError(f'There is no component named "{name}".', f"Choose one of: {', '.join(self._components)}.")

    def licence(self, name: str) -> Licence:
        """Raises KeyError where there is none of that name."""
        return self._licences[name]

    def of(self, bundle: Bundle) -> tuple[Component, ...]:
        """A bundle's components."""
        return tuple(self._components[name] for name in bundle.components)

    def using(self, component: Component) -> tuple[Bundle, ...]:
        """The bundles that a component belongs to."""
        return tuple(bundle for bundle in self.bundles if component.name in bundle.components)

    def terms(self, components: Iterable[Component]) -> tuple[Licence, ...]:
        """The licences of several components, each once, the ones that forbid commercial use first."""
        found = {component.licence: self._licences[component.licence] for component in components}
        return tuple(sorted(found.values(), key=lambda licence: licence.commercial_use))

    def commercial_use(self, components: Iterable[Component]) -> bool:
        """Whether all of them allow it."""
        return all(licence.commercial_use for licence in self.terms(components))

    @cached_property
    def _components(self) -> dict[str, Component]:
        return {component.name: component for component in self.components}

    @cached_property
    def _licences(self) -> dict[str, Licence]:
        return {licence.name: licence for licence in self.licences}

    @model_validator(mode="after")
    def _consistent(self) -> "Catalogue":
        for what, names in (
            ("licence", [one.name for one in self.licences]),
            ("component", [one.name for one in self.components]),
            ("bundle", [one.name for one in self.bundles]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"two {what}s have the same name")
        owners: dict[str, str] = {}
        for component in self.components:
            if component.licence not in self._licences:
                raise ValueError(f"the licence {component.licence} of {component.name} is not known")
            for file in component.files:
                place = f"{component.folder}/{file.path}".lower()
                if place in owners:
                    raise ValueError(f"{place} belongs to both {owners[place]} and {component.name}")
                owners[place] = component.name
        for bundle in self.bundles:
            for name in bundle.components:
                if name not in self._components:
                    raise ValueError(f"the component {name} of {bundle.name} is not known")
            if bundle.checkpoint is not None:
                _check_roles(bundle, self.of(bundle))
            if bundle.commercial and not self.commercial_use(self.of(bundle)):
                raise ValueError(f"{bundle.name} is for commercial use, and one of its components forbids it")
        return self


@lru_cache(maxsize=2)
def _read(folder: Path, licences: bytes, components: bytes, bundles: bytes) -> Catalogue:
    """Checking everything takes longer than a keystroke may, and hardly ever is there anything new."""
    try:
        return Catalogue(
            licences=parse_json(_Licences, licences, "The catalogue's list of licences").licences,
            components=parse_json(_Components, components, "The catalogue's list of components").components,
            bundles=parse_json(_Bundles, bundles, "The catalogue's list of bundles").bundles,
        )
    except ValidationError as error:
        _, reason = field_and_reason(error)
        raise SettingsError(
            f"The catalogue of models in {folder} contradicts itself: {reason}.", "Correct it and try again."
        ) from error


def _check_roles(bundle: Bundle, components: tuple[Component, ...]) -> None:
    roles: list[Role] = [component.role for component in components]
    if len(set(roles)) != len(roles):
        raise ValueError(f"{bundle.name} has two components of the same role")
    needed: set[Role] = {"base", "adapter", "faces"}
    for component in components:
        if component.role == "adapter":
            needed |= _needed_by(TRAITS[cast(AdapterKind, component.kind)])
    missing = needed - set(roles)
    if missing or not {"unet", "own-unet"} & set(roles):
        raise ValueError(f"{bundle.name} lacks a part that pictures need: {', '.join(sorted(missing)) or 'unet'}")


def _needed_by(traits: AdapterTraits) -> set[Role]:
    needed: set[Role] = set()
    if traits.picture is not None:
        needed.add("image-encoder")
    if traits.pose:
        needed.add("control")
    return needed
