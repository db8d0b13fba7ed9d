"""The catalogue: what is promised of bundles holds, and data that are wrong are refused with their place."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from fastface_core import paths
from fastface_core.domain.checkpoints import AdapterKind
from fastface_core.errors import SettingsError
from fastface_core.models.catalogue import Catalogue, safe_path

ISSUED = Catalogue.load(paths.resource("models"))
NON_COMMERCIAL = {
    *("faceid-plus-v2", "faceid", "faceid-portrait", "instantid", "instantid-control"),
    *("buffalo-l", "antelopev2", "turbo-unet", "turbo-scheduler", "face-parser"),
}
UNPINNED = {"content-filter", "instantid", "instantid-control", "pulid-v1", "pulid-v1-1", "eva-clip", "antelopev2"}
"""No commit of theirs is known to be good."""


def test_every_family_is_there_and_one_bundle_is_recommended() -> None:
    names = {bundle.name for bundle in ISSUED.bundles}
    assert {"hyper-1", "hyper-2", "hyper-4", "hyper-8", "lightning-2", "lightning-4", "lightning-8"} <= names
    assert {"lcm", "turbo", "base", "commercial-lightning-4", "commercial-lcm", "previews", "content-filter"} <= names
    assert [bundle.name for bundle in ISSUED.bundles if bundle.recommended] == ["hyper-4"]


def test_no_component_of_a_commercial_bundle_forbids_commercial_use() -> None:
    commercial = [bundle for bundle in ISSUED.bundles if bundle.commercial]
    assert {bundle.name for bundle in commercial} >= {"commercial-lightning-4", "commercial-lcm"}
    for bundle in commercial:
        assert not NON_COMMERCIAL & set(bundle.components)
        assert all(ISSUED.licence(component.licence).commercial_use for component in ISSUED.of(bundle))


def test_what_forbids_commercial_use_is_said_of_every_bundle_that_has_it() -> None:
    forbidding = {one.name for one in ISSUED.components if not ISSUED.licence(one.licence).commercial_use}
    assert forbidding == NON_COMMERCIAL
    for bundle in ISSUED.bundles:
        assert ISSUED.commercial_use(ISSUED.of(bundle)) is not bool(NON_COMMERCIAL & set(bundle.components))
    faceid = ISSUED.terms(ISSUED.of(ISSUED.bundle("hyper-4")))
    assert [licence.commercial_use for licence in faceid] == sorted(licence.commercial_use for licence in faceid)
    assert len({licence.name for licence in faceid}) == len(faceid)


def test_every_face_adapter_can_be_installed() -> None:
    kinds = {component.kind for component in ISSUED.components if component.role == "adapter"}
    assert kinds == set(get_args(AdapterKind))
    for kind in kinds:
        (adapter,) = (one for one in ISSUED.components if one.role == "adapter" and one.kind == kind)
        assert ISSUED.using(adapter), kind
    # The recogniser that they were trained with forbids it, whatever their own licence says.
    for name in ("instantid-lightning-4", "pulid-lightning-4", "pulid-base"):
        assert "antelopev2" in ISSUED.bundle(name).components
        assert not ISSUED.commercial_use(ISSUED.of(ISSUED.bundle(name)))


def test_bundles_share_what_they_have_in_common() -> None:
    eight, four = ISSUED.bundle("hyper-8"), ISSUED.bundle("hyper-4")
    assert set(eight.components) ^ set(four.components) == {"hyper-4-lora", "hyper-8-lora"}
    assert "sdxl-unet" not in ISSUED.bundle("turbo").components
    places = [f"{one.folder}/{file.path}" for one in ISSUED.components for file in one.files]
    assert len(set(places)) == len(places)


def test_large_downloads_are_pinned_to_a_commit() -> None:
    for component in ISSUED.components:
        if component.name not in UNPINNED:
            assert len(component.revision) == 40, component.name
        for file in component.files:
            assert file.exact is (file.sha256 is not None), file.path


def changed(folder: Path, name: str, change: Callable[[Any], None]) -> Path:
    for part in ("licences", "components", "bundles"):
        content = json.loads(paths.resource("models", f"{part}.json").read_bytes())
        if part == name:
            change(content[part])
        (folder / f"{part}.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def _named(bundles: Any, name: str) -> Any:
    return next(one for one in bundles if one["name"] == name)


WRONG: list[tuple[str, Callable[[Any], None], str]] = [
    ("components", lambda all: all[0]["files"][0].update(path="../escape"), "leaves its folder"),
    ("components", lambda all: all[0]["files"][0].update(path="a\\b"), "leaves its folder"),
    ("components", lambda all: all[0]["files"][0].update(sha256="12"), "components.0.files.0.sha256"),
    ("components", lambda all: all[0]["files"][0].pop("size"), "size"),
    ("components", lambda all: all[0].update(licence="unheard-of"), "licence unheard-of"),
    ("components", lambda all: all[0].update(place="somewhere/else"), "outside its repository"),
    ("components", lambda all: all[0].update(kind="plus-face"), "cannot have the kind"),
    ("components", lambda all: all.append(all[0]), "the same name"),
    ("components", lambda all: all.append({**all[0], "name": "twin"}), "belongs to both"),
    ("components", lambda all: all[0]["files"].append(all[0]["files"][0]), "names a file twice"),
    ("bundles", lambda all: all[0]["components"].append("unheard-of"), "component unheard-of"),
    ("bundles", lambda all: all[0].update(commercial=True), "hyper-4 is for commercial use"),
    ("bundles", lambda all: all[0]["components"].remove("clip-vit-h"), "image-encoder"),
    ("bundles", lambda all: all[0]["components"].remove("sdxl-unet"), "unet"),
    ("bundles", lambda all: _named(all, "instantid-lightning-4")["components"].remove("instantid-control"), "control"),
    ("bundles", lambda all: all[0]["components"].append("hyper-8-lora"), "same role"),
    ("bundles", lambda all: all[0].update(colour="red"), "colour"),
    ("licences", lambda all: all[0].pop("commercial_use"), "commercial_use"),
]


@pytest.mark.parametrize(("name", "change", "said"), WRONG)
def test_a_catalogue_that_is_wrong_is_refused_with_the_place(
    tmp_path: Path, name: str, change: Callable[[Any], None], said: str
) -> None:
    with pytest.raises(SettingsError, match="catalogue") as caught:
        Catalogue.load(changed(tmp_path, name, change))
    assert said in caught.value.message


def test_a_missing_or_unreadable_catalogue_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTFACE_CATALOGUE", str(tmp_path))
    with pytest.raises(SettingsError, match="cannot be read"):
        Catalogue.load()
    changed(tmp_path, "", lambda _: None)
    assert Catalogue.load() == ISSUED
    (tmp_path / "bundles.json").write_text("{", encoding="utf-8")
    with pytest.raises(SettingsError, match="list of bundles is not valid JSON"):
        Catalogue.load()


def test_unknown_names_are_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError) as caught:
        ISSUED.bundle("sdxl")
    assert "hyper-4" in caught.value.hint
    with pytest.raises(SettingsError) as caught:
        ISSUED.component("vae")
    assert "vae-fp16" in caught.value.hint


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "..",
        "a/../b",
        "a//b",
        "./a",
        "a/",
        "C:/x",
        "a\\b",
        "a\0b",
        "con",
        "a/NUL.txt",
        "a.",
        "a\n",
        "a?",
    ],
)
def test_paths_that_could_leave_their_folder_are_refused(path: str) -> None:
    with pytest.raises(ValueError, match="leaves its folder"):
        safe_path(path)


def test_ordinary_paths_are_kept() -> None:
    for path in ("model_index.json", "text_encoder_2/model.fp16.safetensors", "models/buffalo_l/det_10g.onnx"):
        assert safe_path(path) == path
