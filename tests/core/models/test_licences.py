"""Terms of use: accepted by date and version, asked for again when they change, never accepted in anyone's stead."""

import json
from pathlib import Path

import pytest

from fastface_core import paths
from fastface_core.domain.checkpoints import Terms
from fastface_core.errors import StorageError
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.licences import LicenceError, accept, acceptances, accepted, open_terms, require

ISSUED = Catalogue.load(paths.resource("models"))
ALL = ISSUED.licences


def test_nothing_is_accepted_before_somebody_accepts_it(home: Path) -> None:
    assert open_terms(ALL) == ALL
    assert accepted(ALL[0]) is None
    with pytest.raises(LicenceError) as caught:
        require(ALL)
    assert all(licence.title in caught.value.message for licence in ALL)
    assert "--accept-licences" in caught.value.hint
    accept(ALL[:2])
    assert open_terms(ALL) == ALL[2:]
    require(ALL[:2])
    found = accepted(ALL[0])
    assert found is not None
    assert found.date.startswith("20")
    assert found.version == ALL[0].version


def test_another_version_has_to_be_accepted_again_and_the_old_acceptance_is_kept() -> None:
    accept(ALL[:1])
    newer = ALL[0].model_copy(update={"version": "later"})
    assert open_terms([newer]) == (newer,)
    accept([newer])
    assert [(one.licence, one.version) for one in acceptances()] == [
        (ALL[0].name, ALL[0].version),
        (ALL[0].name, "later"),
    ]


def test_accepting_twice_keeps_the_first_date() -> None:
    accept(ALL)
    before = (paths.data_folder() / "licences.json").read_bytes()
    accept(ALL)
    assert (paths.data_folder() / "licences.json").read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"accepted": 3}', b'{"version": 9}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_accepts_nothing(content: bytes) -> None:
    file = paths.data_folder() / "licences.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert open_terms(ALL) == ALL
    accept(ALL)
    assert open_terms(ALL) == ()
    assert json.loads(file.read_bytes())["accepted"]


def test_where_it_cannot_be_written_down_it_is_not_accepted(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StorageError):
        accept(ALL, tmp_path / "data" / "licences.json")
    assert open_terms(ALL, tmp_path / "data" / "licences.json") == ALL


def test_the_terms_of_things_used_together() -> None:
    free, forbids, unknown = (
        Terms(commercial_use=use, licences=(name,)) for use, name in ((True, "MIT"), (False, "NC"), (None, "?"))
    )
    assert free.with_those_of(None) == free
    assert free.with_those_of(forbids) == Terms(commercial_use=False, licences=("MIT", "NC"))
    assert unknown.with_those_of(forbids).commercial_use is False
    assert free.with_those_of(unknown).commercial_use is None
    assert free.with_those_of(free) == free


def test_every_licence_says_in_plain_words_what_it_means() -> None:
    for licence in ALL:
        assert len(licence.meaning) > 20, licence.name
        assert ("non-commercial" in licence.title) <= (not licence.commercial_use)
        if not licence.commercial_use:
            assert "ommercial" in licence.meaning
