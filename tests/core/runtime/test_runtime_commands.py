"""`fastface runtime`, and what `fastface doctor` says of it."""

import json
from pathlib import Path

import pytest

from fastface_core.runtime import gpus
from tests.core.downloads import online as online
from tests.core.tiny_lanes import LIBRARY, Place
from tests.core.tiny_lanes import place as place

pytestmark = pytest.mark.usefixtures("online")


def test_doctor_says_what_is_wrong_with_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from fastface_core.cli import doctor

    monkeypatch.setenv("FASTFACE_RUNTIME", str(place.root))
    monkeypatch.setattr(gpus, "find", lambda: ())
    assert doctor.runtime_checks() == []
    installer = place.installer()
    installer.install()
    (found,) = doctor.runtime_checks()
    assert (found.verdict, found.fix) == ("good", "")
    (installer.place / LIBRARY).unlink()
    (found,) = doctor.runtime_checks()
    assert found.verdict == "warn"
    assert "is missing" in found.detail
    assert "fastface runtime repair" in found.fix


def test_status_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    from fastface_core.cli.main import app

    monkeypatch.setenv("PATH", str(tmp_path))
    runner = CliRunner()
    found = json.loads(runner.invoke(app, ["runtime", "status", "--json"]).stdout)
    assert (found["installed"], found["used"], found["problem"]) == (None, False, "")
    for command, says in (
        (["install", "--lane", "cu999"], 'There is no GPU runtime named "cu999"'),
        (["verify"], "No GPU runtime is installed"),
        (["repair"], "No GPU runtime is installed"),
    ):
        done = runner.invoke(app, ["runtime", *command])
        assert done.exit_code == 1
        assert says in done.stderr
    assert runner.invoke(app, ["runtime", "remove"]).exit_code == 0
