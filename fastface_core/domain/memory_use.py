"""The ways to use a GPU's memory, by name; `memory_plans` says what they are."""

from typing import Literal

PlanName = Literal["resident", "apart", "strips", "streamed"]
