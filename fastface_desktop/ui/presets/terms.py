"""What a setting is, for its tooltip: the plain word first, then the field's term, its range, its equation."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

_FASTFACE = "arXiv 2505.21144"
_IP_ADAPTER = "arXiv 2308.06721"


@dataclass(frozen=True, slots=True)
class Equation:
    """
    Attributes:
        source: the paper it is of.
        after: the paper whose equation that one changes; empty where it is its own.
    """

    text: str
    source: str = _FASTFACE
    after: str = ""

    def __str__(self) -> str:
        source = f"{self.source} ← {self.after}" if self.after else self.source
        return f"{self.text}   ({source})"


GUIDANCE = Equation("ε = u + a (i − u) + b (t − i)")  # noqa: RUF001 - a real minus
RESCALE = Equation("ε ← ε (φ (σᵢ + σₜ) / (2 σ) + 1 − φ)", after="arXiv 2305.08891")  # noqa: RUF001
POWER = Equation("A ← Aᵖ")
SCALE = Equation("A ← min(c A, m)")
SOFTMASK = Equation("A ← N(sigmoid(s (N(A) − m))), m = max(quantile(A, q), 10⁻⁶)")  # noqa: RUF001
INVERT = Equation("A₀ ← 1 − A₀ … A₀ ← max A₀ − A₀")  # noqa: RUF001
ADAIN = Equation(
    "A ← w A + (1 − w) ((A − μ(A)) σ(A⁰) / σ(A) + μ(A⁰))",  # noqa: RUF001
    after="arXiv 1703.06868",
)
STRENGTH = Equation("h ← softmax(Q Kᵀ / √d) V + λ A V′", _IP_ADAPTER)  # noqa: RUF001 - of the face, beside the text's V


def tip(plain: str, term: str, span: str = "", equation: Equation | None = None) -> str:
    """Lines of a tooltip.

    Args:
        plain: what it does, in everyday words.
        term: what the field calls it.
        span: the values it may have.
        equation: one of those above.
    """
    lines = [plain, f"{term} · {span}" if span else term]
    if equation is not None:
        lines.append(str(equation))
    return "\n".join(lines)


def blocks() -> str:
    """What down, middle and up are."""
    return tip(
        QCoreApplication.translate(
            "terms", "Parts of the model: down takes the picture apart, middle is its core, up puts it together again"
        ),
        QCoreApplication.translate("terms", "Down, mid and up blocks of the U-Net"),
    )
