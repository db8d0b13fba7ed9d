"""What a setting is, for its tooltip: the plain word first, then the field's term, its range, its equation."""

PAPER = "arXiv 2505.21144"
GUIDANCE = "ε = u + a (i − u) + b (t − i)"  # noqa: RUF001 - a real minus
RESCALE = "ε ← ε (φ (σᵢ + σₜ) / (2 σ) + 1 − φ)"  # noqa: RUF001
POWER = "A ← Aᵖ"
SCALE = "A ← min(c A, m)"
SOFTMASK = "A ← N(sigmoid(s (N(A) − m))), m = max(quantile q of A, 10⁻⁶)"  # noqa: RUF001
INVERT = "A₀ ← 1 − A₀, then A₀ ← max A₀ − A₀"  # noqa: RUF001
ADAIN = "A ← w A + (1 − w) ((A − μ(A)) σ(A⁰) / σ(A) + μ(A⁰))"  # noqa: RUF001
STRENGTH = "h ← softmax(Q Kᵀ / √d) V + λ A V"


def tip(plain: str, term: str, span: str = "", equation: str = "") -> str:
    """Lines of a tooltip.

    Args:
        plain: what it does, in everyday words.
        term: what the field calls it.
        span: the values it may have.
        equation: one of those above, of `PAPER`.
    """
    lines = [plain, f"{term} · {span}" if span else term]
    if equation:
        lines.append(f"{equation}   ({PAPER})")
    return "\n".join(lines)
