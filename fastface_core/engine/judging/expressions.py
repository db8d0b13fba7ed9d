"""Which expression a face shows, from where its mouth and brows stand."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from fastface_core.engine.judging.mimic import Mimic
from fastface_core.errors import ModelError
from fastface_core.paths import resource


@dataclass(frozen=True, eq=False, slots=True)
class Expressions:
    """Linear discriminant analysis with equal priors (Hastie et al., The Elements of Statistical Learning, 4.3).

    Attributes:
        names: of the expressions.
        means: (expressions, 4) of `Mimic.expression`.
        precision: (4, 4) inverse of the covariance within the expressions.
    """

    names: tuple[str, ...]
    means: NDArray[np.float64]
    precision: NDArray[np.float64]

    def nearest(self, shown: Mimic) -> str:
        """The expression whose mean is nearest, by Mahalanobis' distance."""
        apart = self.means - shown.expression
        return self.names[int(np.argmin(np.einsum("ki,ij,kj->k", apart, self.precision, apart)))]


@cache
def expressions() -> Expressions:
    """Those fitted to drawings by `tools/evaluation/expressions.py`.

    Raises:
        ModelError: their file is missing or damaged.
    """
    try:
        content = json.loads(resource("evaluation", "expressions.json").read_bytes())
        means, precision = (np.array(content[name], np.float64) for name in ("means", "precision"))
        names = tuple(str(name) for name in content["names"])
        if means.shape != (len(names), 4) or precision.shape != (4, 4):
            raise ValueError("of another form")
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(
            "The file expressions.json, with which expressions are recognised, is missing or damaged.",
            "Install FastFace again.",
        ) from error
    return Expressions(names, means, precision)
