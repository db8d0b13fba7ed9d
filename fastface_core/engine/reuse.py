"""One branch of decoupled guidance evaluated in every other step: quicker, and not the same picture.

What the guidance needs of the branch without a face, u, is how far it is from the others, which changes less from step
to step than the branch itself. So where u was evaluated in the step before, u = x + (u' - x') takes its place, with x
the branch i or t of this step and dashes of the step before. Guidance that is computed now and then is known from
"Applying Guidance in a Limited Interval" (arXiv 2404.07724) and "Adaptive Guidance" (arXiv 2312.12487).
"""

from collections.abc import Sequence

from torch import Tensor

from fastface_core.domain.branches import Branch


class ReusedBranch:
    """The distance of u from the others in the last step in which it was evaluated, for the one after it."""

    def __init__(self) -> None:
        self._distances: dict[Branch, Tensor] = {}

    def evaluated(self, branches: Sequence[Branch]) -> tuple[Branch, ...]:
        """What a step has to evaluate that needs `branches`."""
        known = "u" in branches and any(branch in self._distances for branch in branches)
        return tuple(branch for branch in branches if branch != "u" or not known)

    def completed(self, predictions: dict[Branch, Tensor], branches: Sequence[Branch]) -> dict[Branch, Tensor]:
        """The predictions of a step with that of u where it is needed; called in each step, after `evaluated`.

        Args:
            predictions: of the evaluated branches, (image, channel, height, width) each.
        """
        known, self._distances = self._distances, {}
        found: dict[Branch, Tensor] = dict(predictions)
        if "u" in found:
            self._distances = {branch: found["u"] - value for branch, value in found.items() if branch != "u"}
        elif "u" in branches:
            near: Branch = "i" if "i" in found and "i" in known else "t"
            found["u"] = found[near] + known[near]
        return found
