"""What a checkpoint is made of: local files of a distilled SDXL, its face adapter and its face models.

Families and their defaults: the model cards of Hyper-SD, SDXL-Lightning, LCM-LoRA SDXL, SDXL-Turbo and SDXL base.
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from fastface_core.domain.likeness import LikenessScale, MatchScale

STARTER = "starter"
"""The name of the model that ships with the program."""
SchedulerName = Literal["ddim", "euler", "euler_a", "lcm", "tcd"]
FamilyName = Literal["hyper", "lightning", "lcm", "turbo", "base"]
Prediction = Literal["epsilon", "v", "v-zero-snr"]
"""What a UNet predicts: the noise, or the velocity; the latter also where its last step is noise alone."""
AdapterKind = Literal["faceid-plus-v2", "faceid", "faceid-portrait", "plus-face", "instantid", "pulid-v1", "pulid-v1.1"]
"""See `adapter_traits` for what each of them is."""
FaceModelsKind = Literal["insightface", "blazeface"]
IdentitySource = Literal["photo", "twin"]
"""What a model is conditioned on: the photo's face, or the drawing that is made of its measures."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sampling(_Model):
    """How a checkpoint is sampled.

    Attributes:
        scheduler: made from the base checkpoint's scheduler configuration.
        trailing: timesteps are spaced from the end of the schedule, as distilled checkpoints were trained; False
            keeps the configuration's own spacing.
        steps: the step count to take when none is asked for.
        fewest, most: the step counts the checkpoint was made for.
        guidance_scale: the checkpoint's own, for presets without weights of theirs.
        size: the side, in pixels, of the square it was trained on.
    """

    scheduler: SchedulerName
    trailing: bool
    steps: Annotated[int, Field(ge=1, le=100)]
    fewest: Annotated[int, Field(ge=1, le=100)]
    most: Annotated[int, Field(ge=1, le=100)]
    guidance_scale: float = 1.0
    size: int = 1024


class AdapterFiles(_Model):
    """A face adapter.

    Attributes:
        weights: `.bin` (a pickle, read with weights_only) or `.safetensors`, with its projection and attention keys.
        image_encoder: what it looks at faces with: folder of a CLIP vision model, or a file; None for adapters that do
            not look.
        control: folder of its control network; None for adapters without.
        lora: the adapter's LoRA, where it is a file of its own instead of being among `weights`.
        parser: of faces, for adapters that look at a face cut out of what is around it; without it the program's own
            masks are taken.
    """

    kind: AdapterKind
    weights: Path
    image_encoder: Path | None = None
    lora: Path | None = None
    control: Path | None = None
    parser: Path | None = None


class FaceModels(_Model):
    """Detector and recogniser: a folder of insightface's, or a recogniser's ONNX file that is used with BlazeFace.

    Attributes:
        likeness: what the recogniser's similarities mean in words.
    """

    kind: FaceModelsKind
    path: Path
    likeness: LikenessScale = LikenessScale()


class Terms(_Model):
    """What the terms of everything that makes a picture allow together.

    Attributes:
        commercial_use: whether the picture may be used for money; None where the terms of a part are not known.
        licences: their titles.
    """

    # A recipe leaves out what is None, and has to be read again.
    commercial_use: bool | None = None
    licences: tuple[str, ...]

    def with_those_of(self, other: "Terms | None") -> "Terms":
        """The terms of things used together: what one of them forbids is forbidden, what one leaves open is open."""
        if other is None:
            return self
        said = (self.commercial_use, other.commercial_use)
        commercial = False if False in said else None if None in said else True
        return Terms(commercial_use=commercial, licences=tuple(dict.fromkeys((*self.licences, *other.licences))))


class OwnLora(_Model):
    """A LoRA of the user's own.

    Attributes:
        name: by which presets call it.
        terms: as the person stated them.
    """

    name: str
    path: Path
    terms: Terms = Terms(commercial_use=None, licences=())


class Checkpoint(_Model):
    """Everything that generating needs, as local files.

    Attributes:
        name: as on the command line.
        title: for people.
        base: diffusers folder of an SDXL checkpoint.
        weights: one file in SDXL's original form, whose UNet and text encoders stand instead of those in `base`.
        prediction: what its UNet predicts; None where the scheduler's configuration says it.
        unet: UNet weights of its own: a file, or a folder with its configuration.
        lora: the distillation LoRA, fused into the UNet.
        loras: the user's own, which presets may put on top of one another.
        scheduler_folder: where the checkpoint brings a scheduler configuration of its own.
        vae: a VAE folder instead of the base's.
        preview: folder of a tiny decoder for previews.
        identity: a twin is measured in the photos and drawn.
        match: what a match with the drawn twin means in words; None where none is given.
        likeness_reason: why no likeness can be given, or None where it can.
        terms: of all its parts; None where nobody said.
    """

    name: str
    title: str
    sampling: Sampling
    base: Path
    weights: Path | None = None
    prediction: Prediction | None = None
    unet: Path | None = None
    lora: Path | None = None
    loras: tuple[OwnLora, ...] = ()
    scheduler_folder: Path | None = None
    vae: Path | None = None
    preview: Path | None = None
    adapter: AdapterFiles
    faces: FaceModels
    identity: IdentitySource = "photo"
    match: MatchScale | None = None
    likeness_reason: str | None = None
    terms: Terms | None = None

    @property
    def scale(self) -> LikenessScale | MatchScale | None:
        """What `Picture.score` means in words; None where its pictures have none."""
        return self.match or (self.faces.likeness if self.likeness_reason is None else None)


def sampling_of(family: FamilyName, steps: int | None = None) -> Sampling:
    """A family's sampling; `steps` is the step count a distillation was made for."""
    match family:
        case "hyper":
            count = steps or 4
            return Sampling(scheduler="ddim", trailing=True, steps=count, fewest=count, most=count)
        case "lightning":
            count = steps or 4
            return Sampling(scheduler="euler", trailing=True, steps=count, fewest=count, most=count)
        case "lcm":
            return Sampling(scheduler="lcm", trailing=False, steps=steps or 4, fewest=2, most=8, guidance_scale=1.5)
        case "turbo":
            return Sampling(scheduler="euler_a", trailing=True, steps=steps or 4, fewest=1, most=4, size=512)
        case "base":
            return Sampling(scheduler="ddim", trailing=False, steps=steps or 30, fewest=20, most=50, guidance_scale=5.0)
