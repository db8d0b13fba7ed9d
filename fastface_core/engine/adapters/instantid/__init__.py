"""InstantID (arXiv 2401.07519): 16 tokens from the recogniser's embedding, and a control network that follows the
five points of a photo."""

from fastface_core.engine.adapters.instantid.adapter import InstantId

__all__ = ["InstantId"]
