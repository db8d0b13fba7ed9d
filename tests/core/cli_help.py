"""The command line for tests: `fastface` runs a command in this process, without a terminal."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from typer.testing import CliRunner

from fastface_core.cli.main import app


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Outcome]


@pytest.fixture
def fastface() -> Run:
    """Takes the words of a command, and what is typed into it as `answer`."""

    def run(*words: object, answer: str | None = None) -> Outcome:
        result = CliRunner().invoke(app, [str(word) for word in words], prog_name="fastface", input=answer)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(result.exit_code, result.stdout, result.stderr)

    return run
