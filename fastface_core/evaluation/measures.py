"""Every number that a metric may give: its name for people, which way is better, and what it means."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of number.

    Attributes:
        title: for tables.
        better: whether more of it is wanted; "none" where that depends on what is asked.
        digits: that are worth showing.
        meaning: one sentence.
        share: whether each picture has 0 or 1.
    """

    title: str
    better: Literal["more", "less", "none"]
    digits: int
    meaning: str
    share: bool = False


MEASURES: dict[str, Measure] = {
    "likeness": Measure(
        "Likeness", "more", 3, "Cosine similarity of the faces in photo and picture, by the recogniser that conditions."
    ),
    "likeness_second": Measure(
        "Likeness, second judge", "more", 3, "The same by a recogniser that had no part in the picture."
    ),
    "face_found": Measure("Face found", "more", 3, "The share of pictures in which a face is found.", share=True),
    "face_ratio": Measure("Face size", "none", 3, "The area of the face's box over the picture's; 0 without a face."),
    "clip_b32": Measure("CLIP B/32", "more", 3, "How well picture and whole prompt fit, by CLIP ViT-B/32."),
    "clip_l14": Measure("CLIP L/14", "more", 3, "How well picture and whole prompt fit, by CLIP ViT-L/14."),
    "face_style": Measure(
        "Style of the face", "more", 3, "How well the cut-out face fits the prompt's style, by CLIP ViT-L/14."
    ),
    "aesthetics": Measure("Aesthetics", "more", 2, "LAION's estimate of how people would rate the picture, 1 to 10."),
    "image_reward": Measure(
        "Image reward",
        "more",
        3,
        "ImageReward's estimate of how people would rate picture and prompt, in deviations from the mean.",
    ),
    "copied": Measure(
        "Copied from the photo",
        "less",
        3,
        "Likeness to this very photo minus the mean likeness to other photos of the same person.",
    ),
    "likeness_others": Measure(
        "Likeness to other photos", "more", 3, "Mean cosine similarity to photos of the person that told nothing."
    ),
    "pose_apart": Measure("Pose, from the photo's", "none", 1, "Degrees by which the head is turned differently."),
    "light_apart": Measure(
        "Light, from the photo's", "none", 3, "How differently light falls across the face, 0 to about 1."
    ),
    "expression_apart": Measure(
        "Expression, from the photo's",
        "none",
        1,
        "How differently mouth and brows stand, in eye distances / 100.",
    ),
    "expression_followed": Measure(
        "Expression as prompted",
        "more",
        3,
        "Whether the expression that the prompt asks for is the one shown; only where it asks for one.",
        share=True,
    ),
    "look_followed": Measure(
        "Look as prompted",
        "more",
        3,
        "Whether the head turns where the prompt says, where it says so.",
        share=True,
    ),
    "variety_seeds": Measure(
        "Variety over seeds",
        "more",
        3,
        "How far pictures of one prompt differ, by colours in a grid, 0 to 1.",
    ),
    "variety_prompts": Measure(
        "Variety over prompts", "more", 3, "How far a person's pictures of neighbouring prompts differ, likewise."
    ),
    "variety_seeds_clip": Measure(
        "Variety over seeds, CLIP", "more", 3, "One minus the cosine of CLIP's features of pictures of the same prompt."
    ),
    "variety_prompts_clip": Measure(
        "Variety over prompts, CLIP", "more", 3, "One minus the cosine of CLIP's features of neighbouring prompts."
    ),
}


def of(name: str) -> Measure:
    """A measure by its name; one that is not known is shown plainly."""
    return MEASURES.get(name) or Measure(name.replace("_", " ").capitalize(), "none", 3, "")
