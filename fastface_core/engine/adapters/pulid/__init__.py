"""PuLID v1 and v1.1 (arXiv 2404.16022): tokens from the recogniser's embedding and from what an EVA02-CLIP tower sees
in the grey, cut-out face; their output joins the text's by a projection that leaves the scene as it is."""

from fastface_core.engine.adapters.pulid.adapter import Pulid, PulidV1, PulidV11

__all__ = ["Pulid", "PulidV1", "PulidV11"]
