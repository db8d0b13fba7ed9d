"""One thing that was looked at on this computer, and what came of it."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["good", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Check:
    """A finding.

    Attributes:
        detail: the fact, or what is wrong, in a sentence.
        fix: the next step; empty where all is good.
    """

    name: str
    verdict: Verdict
    detail: str
    fix: str = ""
