"""The facade: load a checkpoint, identify a person, generate pictures."""

from collections.abc import Collection, Sequence
from pathlib import Path

from fastface_core.domain.adapter_traits import TRAITS, Several
from fastface_core.domain.approximations import Approximation
from fastface_core.domain.checkpoints import AdapterKind, Checkpoint, FaceModels, IdentitySource
from fastface_core.domain.identity import Identity, PhotoChoice
from fastface_core.domain.measures import DrawnTwin
from fastface_core.domain.places import MOST_PEOPLE
from fastface_core.domain.presets import Preset
from fastface_core.domain.request import (
    PortraitRequest,
    Result,
)
from fastface_core.domain.twin import Corrections
from fastface_core.engine import conditioning, device, drawn_twin, loading, own_loras
from fastface_core.engine.adapters import in_unet
from fastface_core.engine.blazeface import BlazeFaces
from fastface_core.engine.conditioning import FaceTokens
from fastface_core.engine.content_filter import ContentFilter
from fastface_core.engine.detectors import FaceDetector, InsightFaces
from fastface_core.engine.device import Device, Precision
from fastface_core.engine.face_memory import FaceMemory, PhotoInfo
from fastface_core.engine.face_parser import FaceParser
from fastface_core.engine.job import Clock, Job, as_told
from fastface_core.engine.loading import Parts
from fastface_core.engine.recogniser import SAME_PERSON
from fastface_core.engine.references import alike
from fastface_core.engine.sampler import Sampling
from fastface_core.engine.series import Encode, Series
from fastface_core.engine.ways import Ways
from fastface_core.errors import SettingsError
from fastface_core.presets.adapters import fitted
from fastface_core.progress import CancelToken, Notice, Report, Stage, silent
from fastface_core.settings import Memory


class Engine:
    """One loaded checkpoint on one device. Not for several threads at once.

    A run that is cancelled or fails leaves the engine as it was before it.
    """

    def __init__(
        self, device_name: str = "auto", precision: Precision | None = None, memory: Memory = "automatic"
    ) -> None:
        """
        Raises:
            DeviceError: the device named is not there or cannot be used.
        """
        self._as_chosen, self._precision_chosen = device.choose(device_name, precision, memory), precision is not None
        self._ways = Ways((self._as_chosen,))
        self._parts: Parts | None = None
        self._faces: FaceMemory | None = None
        self._tokens: list[tuple[Identity, Several | None, FaceTokens]] = []
        self._faces_of: tuple[FaceModels, bool, IdentitySource, AdapterKind, Path | None] | None = None
        self._filter_folder: Path | None = None
        self._filter: ContentFilter | None = None

    @property
    def device(self) -> Device:
        """What is computed with, and how its memory is used for the checkpoint that is loaded."""
        return self._ways.device

    @property
    def checkpoint(self) -> Checkpoint | None:
        """What is loaded."""
        return self._parts.checkpoint if self._parts else None

    def load(self, checkpoint: Checkpoint, report: Report = silent, cancel: CancelToken | None = None) -> None:
        """Loads a checkpoint, replacing the one that is loaded; loading the same one again costs nothing.

        Raises:
            ModelError: a file is missing, damaged, or made for another architecture; nothing is loaded then.
            DeviceError: there is not enough memory; where that shows from the files, before anything is loaded.
            Cancelled: between two parts.
        """
        if self.checkpoint == checkpoint:
            return
        self.load_faces(checkpoint)
        self._unload_parts()
        self._ways = Ways(device.prepared(self._as_chosen, checkpoint, chosen=self._precision_chosen))
        self._parts = self._ways.load(lambda on: loading.load(checkpoint, on, report, cancel or CancelToken()))

    def load_faces(self, checkpoint: Checkpoint) -> None:
        """Loads only a checkpoint's face models, which takes a second: `identify` can then check the photos before the
        rest is loaded, which takes long.

        Raises:
            ModelError: a file is missing or damaged.
        """
        adapter, judged = checkpoint.adapter, checkpoint.likeness_reason is None
        models = (checkpoint.faces, judged, checkpoint.identity, adapter.kind, adapter.parser)
        if self._faces is not None and self._faces_of == models:
            return
        self.unload()
        self._faces = FaceMemory(
            _load_faces(checkpoint),
            measures=checkpoint.identity == "twin",
            traits=TRAITS[adapter.kind],
            parser=FaceParser.load(adapter.parser) if adapter.parser is not None else None,
        )
        self._faces_of = models

    def forget_faces(self) -> None:
        """Clears the cache of photos' faces and tokens. May be called from within `report`."""
        self._tokens.clear()
        if self._faces is not None:
            self._faces.forget()

    def unload(self) -> None:
        """Frees the memory of the loaded checkpoint."""
        self._faces = self._faces_of = None
        self._unload_parts()

    def filter_content(self, folder: Path | None) -> None:
        """Has the classifier in `folder` check every picture and preview before it is reported; None switches it off.
        It is loaded with the next pictures."""
        if folder != self._filter_folder:
            self._filter_folder, self._filter = folder, None

    def _loaded_filter(self, report: Report) -> ContentFilter | None:
        if self._filter is None and self._filter_folder is not None:
            report(Stage("Loading the content filter"))
            self._filter = ContentFilter(self._filter_folder, self.device)
        return self._filter

    def _unload_parts(self) -> None:
        self._tokens.clear()
        self._filter = None
        if self._parts is not None:
            self._parts = None
            device.free_memory()

    def identify(
        self, photos: Sequence[PhotoChoice], report: Report = silent, cancel: CancelToken | None = None
    ) -> Identity:
        """The person in the photos.

        Raises:
            PhotoError: a photo cannot be read, or shows no face, or another person than the others.
            Cancelled: between two photos.
        """
        report(Stage("Looking at the face" if len(photos) == 1 else "Looking at the faces"))
        return self.loaded_faces.identify(photos, cancel)

    def look(self, path: Path) -> PhotoInfo:
        """All faces in a photo. May be called from within `report`, between two steps of a run.

        Raises:
            PhotoError: the photo cannot be read.
        """
        return self.loaded_faces.look(path)

    def twin_of(
        self,
        identity: Identity,
        corrections: Corrections | None = None,
        *,
        size: int = 256,
        style: str | None = None,
        expression: str = "gentle",
    ) -> DrawnTwin:
        """The drawing of an identified person that a checkpoint of drawn people is conditioned on; see
        `drawn_twin.twin_of`. May be called from within `report`.

        Raises:
            PhotoError: no photo's face could be measured.
        """
        return drawn_twin.twin_of(identity, corrections, size=size, style=style, expression=expression)

    def generate(
        self,
        request: PortraitRequest,
        identity: Identity | Sequence[Identity],
        report: Report = silent,
        cancel: CancelToken | None = None,
        *,
        previews: bool = False,
        attention_maps: bool = False,
        encode: Encode | None = None,
        approximations: Collection[Approximation] = (),
    ) -> Result:
        """Makes the pictures of a request. Each is also reported, as `PictureDone`, as soon as it is there.

        Where there is room for both, a picture is decoded and scored in a second thread while the next one is
        sampled; events keep their order, and come in the calling thread.

        One that the content filter holds back is reported as `PictureWithheld`; it is not in the result, and its
        previews are grey.

        Args:
            identity: the person, or everybody in the order of the request's `people`.
            previews: `StepDone` events carry previews.
            attention_maps: before each picture, its identity attention maps are reported, as `MapsDone`. The picture
                is the same; it takes a little longer.
            encode: makes the file that comes with `PictureDone`; called in any thread.
            approximations: ways to be quicker that change the picture.

        Raises:
            SettingsError: `attention_maps` were asked for, but the preset leaves the face out, or they are too large;
                or the preset asks for a LoRA that is not there.
            PhotoError: the checkpoint draws people by their measures, and no photo's face could be measured.
            DeviceError: there is not enough memory, or the device failed; pictures reported before are good.
            ModelError: the content filter is damaged.
            Cancelled: between two blocks of the UNet or of the decoder; pictures reported before are good.
        """
        parts = self.loaded
        cancel = cancel or CancelToken()
        clock = Clock(self.device)
        preset, said = fitted(request.preset, parts.checkpoint.adapter.kind)
        if said is not None:
            report(Notice(said))
            request = request.model_copy(update={"preset": preset})
        own_loras.made_ready(parts.unet, parts.checkpoint, preset)
        wanted = Job(request, parts, approximations)
        plan = wanted.plan
        if "small-decoder" in approximations and "small-decoder" not in wanted.approximations:
            report(Notice("This model has no small decoder: its pictures are decoded as always."))
        for sentence in conditioning.notices(parts, request.prompt, request.negative_prompt):
            report(Notice(sentence))
        if request.people is not None and parts.checkpoint.identity == "twin":
            report(Notice("The starter has learnt pictures of one person: the heads of several may grow together."))
        people = as_told(identity, request, parts.checkpoint, self._faces)
        adapter = parts.adapter
        if attention_maps and preset.adapter_strength == 0:
            raise SettingsError(
                "With an adapter strength of 0 no attention goes to the face, so that there are no maps of it.",
                "Choose a preset with an adapter strength above 0.",
            )
        with device.memory_errors(), in_unet(parts.unet, adapter, preset) as attention:
            content_filter = self._loaded_filter(report)
            report(Stage("Reading the prompt"))
            with clock.measure("condition"):
                tokens = self._ways.within(
                    parts, lambda: [self._face_tokens(parts, one.identity, preset) for one in people]
                )
                conditions = self._ways.within(
                    parts, lambda: conditioning.condition(parts, request.prompt, request.negative_prompt, *tokens)
                )
            job = Sampling(
                unet=parts.unet,
                attention=attention,
                conditioning=conditions,
                preset=preset,
                own_scale=parts.checkpoint.sampling.guidance_scale,
                steps=plan.steps,
                width=plan.width,
                height=plan.height,
                latent_shape=wanted.latent_shape,
                controls=conditioning.controls(
                    parts, [(one.identity, one.place) for one in people], preset, plan.width, plan.height
                ),
                regions=wanted.regions,
                biases=tuple(one.bias for one in tokens),
                reuse="reuse-branch" in wanted.approximations,
            )
            # Where there is nothing to look for, face models need not be there.
            looked_for = parts.checkpoint.match is not None or parts.checkpoint.likeness_reason is None
            series = Series(
                parts=parts,
                wanted=wanted,
                sampling=job,
                people=people,
                faces=self.loaded_faces if looked_for else None,
                content_filter=content_filter,
                ways=self._ways,
                clock=clock,
                report=report,
                cancel=cancel,
                previews=previews,
                maps=attention_maps,
                encode=encode,
            )
            return Result(series.make(), clock.seconds)

    def _face_tokens(self, parts: Parts, identity: Identity, preset: Preset) -> FaceTokens:
        """The same person's tokens are made once, as long as the checkpoint stays."""
        several = preset.several
        for known, how, tokens in self._tokens:
            if how == several and alike(known, identity):
                return tokens
        tokens = conditioning.face_tokens(parts, identity, several)
        self._tokens.append((identity, several, tokens))
        del self._tokens[:-MOST_PEOPLE]
        return tokens

    @property
    def same_person(self) -> float | None:
        """The least agreement, as a cosine, of photos of one person; None where the recogniser cannot tell them apart.

        `load` or `load_faces` comes first.
        """
        return self.loaded_faces.detector.same_person

    @property
    def loaded(self) -> Parts:
        """The models of the checkpoint; `load` comes first."""
        if self._parts is None:
            raise RuntimeError("load() comes before anything else")
        return self._parts

    @property
    def loaded_faces(self) -> FaceMemory:
        """The face models and the cache of their results; `load` or `load_faces` comes first."""
        if self._faces is None:
            raise RuntimeError("load() or load_faces() comes before anything else")
        return self._faces


def _load_faces(checkpoint: Checkpoint) -> FaceDetector:
    # A recogniser whose likeness means nothing cannot tell people apart either.
    same_person = SAME_PERSON if checkpoint.likeness_reason is None else None
    faces = checkpoint.faces
    if faces.kind == "insightface":
        return InsightFaces(faces.path, same_person)
    return BlazeFaces(faces.path, same_person)
