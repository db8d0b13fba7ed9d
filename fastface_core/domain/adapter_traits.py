"""What is known of each face adapter before any of its files is opened.

Facts: the adapters' publications and files (docs/adapters.md). Strengths are those of their authors' examples.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fastface_core.domain.checkpoints import AdapterKind

Several = Literal["embedding", "tokens", "side-by-side", "fused"]
"""How several photos are combined: the mean of their embeddings, or of their tokens, all their tokens one after the
other, or one set of tokens that the adapter itself makes of all of them."""


@dataclass(frozen=True, slots=True)
class AdapterTraits:
    """
    Attributes:
        title: for people.
        good_for: a few words for somebody who chooses one.
        tokens: identity tokens of one photo, in the published file.
        embedding: what it takes of the recogniser: nothing, its L2-normalised output, or the output as it is.
        picture: what it looks at: nothing, the face aligned by five points, the head with some room around it, or the
            face cut out of what is around it.
        pose: the five points of the photo say where in the picture the face is, by a control network.
        lora: it may bring a LoRA.
        several: what its authors do with several photos.
        inverts_first: token 0 looks away from the face, so that inverting it makes sense.
        strength: the factor of the identity attention's output.
        single: its attention, and what makes its tokens, is kept in float32 whatever the UNet is computed in.
    """

    title: str
    good_for: str
    tokens: int
    embedding: Literal["normalised", "raw"] | None = None
    picture: Literal["aligned", "head", "cut-out"] | None = None
    pose: bool = False
    lora: bool = False
    several: Several = "embedding"
    inverts_first: bool = False
    strength: float = 0.8
    single: bool = False


TRAITS: Mapping[AdapterKind, AdapterTraits] = {
    "faceid-plus-v2": AdapterTraits(
        title="FaceID-Plus-v2",
        good_for="likeness and expression",
        tokens=4,
        embedding="normalised",
        picture="aligned",
        lora=True,
        inverts_first=True,
    ),
    "faceid": AdapterTraits(
        title="FaceID", good_for="likeness in any style", tokens=4, embedding="normalised", lora=True, strength=1.0
    ),
    "faceid-portrait": AdapterTraits(
        title="FaceID-Portrait",
        good_for="several photos of a person",
        tokens=16,
        embedding="normalised",
        several="side-by-side",
        strength=1.0,
    ),
    "plus-face": AdapterTraits(title="Plus-Face", good_for="free for business", tokens=16, picture="head"),
    "instantid": AdapterTraits(
        title="InstantID", good_for="likeness, and the pose from the photo", tokens=16, embedding="raw", pose=True
    ),
    "pulid-v1": AdapterTraits(
        title="PuLID v1",
        good_for="style and scene as without a face",
        tokens=10,
        embedding="raw",
        picture="cut-out",
        several="side-by-side",
        single=True,
    ),
    "pulid-v1.1": AdapterTraits(
        title="PuLID v1.1",
        good_for="most alike, scene as without a face",
        tokens=32,
        embedding="raw",
        picture="cut-out",
        several="fused",
        single=True,
    ),
}

WORDS: Mapping[str, tuple[AdapterKind, ...]] = {
    "most-alike": ("pulid-v1.1", "instantid", "faceid-plus-v2"),
    "free-for-business": ("plus-face",),
    "pose-from-photo": ("instantid",),
}
"""What somebody wants of an adapter, and those that serve it, the best first."""


def meant(word: str) -> tuple[AdapterKind, ...]:
    """The adapters that are meant by a word of `WORDS` or by their own name; empty where it is neither."""
    return WORDS.get(word) or tuple(kind for kind in TRAITS if kind == word)
