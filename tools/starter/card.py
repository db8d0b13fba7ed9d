"""The pack's own description: the fields of `pack.json` and the model card, for trained and untrained weights."""

from __future__ import annotations

from tools.starter import architecture, vocabulary
from tools.starter.export import ADAPTER_FILE


def pack_fields(trained: bool, prediction: str, seed: int) -> dict[str, object]:
    """What `pack.json` says besides the sums of the files."""
    return {
        "name": "starter",
        "title": "Starter, illustrated, 256 px",
        "trained": trained,
        "licence": "Apache-2.0",
        "size": architecture.SIZE,
        "steps": architecture.STEPS,
        "scheduler": "ddim",
        "timestep_spacing": "trailing",
        "prediction_type": prediction,
        "seed": seed,
        # It is conditioned on the reference drawing of a person's twin, never on a photo.
        "identity": "twin",
        "data": "drawings of people by lot (tools/starter/people.py), and nothing else",
        "parts": {
            "checkpoint": "sdxl",
            "image_encoder": "image_encoder",
            "adapter": ADAPTER_FILE,
            "recogniser": "recogniser.onnx",
            "preview": "preview",
        },
    }


_HEAD = """# Starter, illustrated, 256 px

A very small model with the same parts, files and layouts as SDXL with IP-Adapter FaceID-Plus-v2: a diffusers folder
(`sdxl/`), a CLIP vision encoder (`image_encoder/`), the adapter with its LoRA (`faceid/`), a face recogniser in
ArcFace's form (`recogniser.onnx`) and a preview decoder (`preview/`). Licence: Apache-2.0. All weights were made by
`tools/starter` from drawn pictures of people drawn by lot; no photograph and no other model's weights went into them.
The shapes of the drawn faces follow those of MakeHuman's heads (CC0).
"""

_UNTRAINED = """
**These weights are not trained.** They are seeded random numbers of exactly the final shapes, so that every part of
the app can load them and run. The pictures they give are noise, and the recogniser recognises nobody.
"""

_TRAINED = """
It draws illustrated portraits at 256x256 in 4 steps (DDIM, trailing spacing) in six styles. Who a person is, it is told
by a drawing: the reference picture of their twin, shown whole to the vision encoder, and its aligned face to the
recogniser. The program makes that drawing from the measures of a photo. Expression, clothes, background, light, age
and glasses come from the prompt.

What it cannot do: it knows only drawn people and {words} words. It does not draw hands, bodies, several people or
anything that is no portrait. What the drawing does not say of a person, it does not know: a picture is an illustration
of somebody with this skin, hair and shape of face, and no likeness. How well the method keeps a face is to be judged
with the real model.

{about}

`docs/starter-model.md` tells how it was made and what it measures.
"""

_CRUDE = """
**Training did not reach its aim.** The weights are trained, but the pictures are crude and the people hardly kept:
see `docs/starter-model.md` for the numbers.
"""


def model_card(state: str, prediction: str, distilled: bool) -> str:
    """The model card for weights that are `untrained`, `crude` or `trained`."""
    kind = {"v_prediction": "v, not epsilon", "epsilon": "epsilon"}[prediction]
    steps = "has been distilled to four steps" if distilled else "has not been distilled"
    words = len(vocabulary.words())
    trained = _TRAINED.format(words=words, about=f"It predicts {kind} (`prediction_type`), and {steps}.")
    return _HEAD + {"untrained": _UNTRAINED, "crude": _CRUDE + trained, "trained": trained}[state]
