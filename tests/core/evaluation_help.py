"""One engine for all tests of evaluations: loading it takes longer than what they make with it."""

from functools import cache

import pytest

from fastface_core.studio.resident import ResidentEngine


@cache
def resident() -> ResidentEngine:
    return ResidentEngine("cpu")


@pytest.fixture
def one_engine(monkeypatch: pytest.MonkeyPatch) -> ResidentEngine:
    """The commands use it instead of one of their own."""
    for module in ("evaluate.run", "tune.run"):
        monkeypatch.setattr(f"fastface_core.cli.{module}.ResidentEngine", lambda _: resident())
    return resident()
