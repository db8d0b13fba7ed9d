"""Ways to be quicker that change a picture: named by whoever wants them, kept in the recipe, and measured by
`benchmarks/approximations.py`."""

from typing import Literal

Approximation = Literal["small-decoder", "reuse-branch"]
APPROXIMATIONS: tuple[Approximation, ...] = ("small-decoder", "reuse-branch")
"""small-decoder: the finished picture comes from the decoder of the previews, where the checkpoint has one.
reuse-branch: the branch without a face is evaluated in every other step that needs it; see `engine.reuse`."""
