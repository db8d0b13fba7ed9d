"""The store: states of components, records, the lock, space, verify, repair, remove."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fastface_core.errors import ModelError, StorageError
from fastface_core.models import installed
from fastface_core.models.catalogue import Catalogue
from fastface_core.models.conversion import after_download
from fastface_core.models.disk import maintenance
from fastface_core.models.store import Store, Transferred, gigabytes
from fastface_core.progress import Cancelled, CancelToken
from tests.core.tiny_catalogue import contents, fill


def test_a_component_goes_from_absent_to_ready(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("sdxl-text")
    first, *others = component.files
    assert store.state(component) == "absent"
    assert store.component_bytes_missing(component) == component.bytes_total
    assert not store.began(component)

    part = store.part_path(component, first)
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (first.size // 2))
    assert store.state(component) == "partial"
    assert store.component_bytes_missing(component) == component.bytes_total - first.size // 2
    assert store.began(component)
    # A download makes the part before the first byte comes.
    part.write_bytes(b"")
    assert store.state(component) == "absent"
    assert store.component_bytes_missing(component) == component.bytes_total
    assert not store.began(component)
    part.unlink()

    fill(store, repositories, {"sdxl-text"}, verified=False)
    assert store.state(component) == "unverified"
    assert store.needed(component) == ()
    fill(store, repositories, {"sdxl-text"})
    assert store.state(component) == "ready"

    store.path(component, others[0]).unlink()
    assert store.state(component) == "partial"
    assert store.needed(component) == (others[0],)


def test_a_download_to_which_nothing_came_changes_nothing_of_what_can_be_used(store: Store, repositories: Path) -> None:
    """It leaves a folder with an empty part: no beginning of what a person put there, and no model either."""

    def missing(bundle: str) -> tuple[str, ...]:
        return next(one.missing for one in installed.availability(store.folder) if one.name == bundle)

    fill(store, repositories, verified=False)
    unet, scheduler = store.catalogue.component("sdxl-unet"), store.catalogue.component("turbo-scheduler")
    (file,) = unet.files
    # Another precision than the catalogue's.
    store.path(unet, file).rename(store.path(unet, file).with_name("diffusion_pytorch_model.safetensors"))
    store.part_path(unet, file).touch()
    assert missing("hyper-4") == ()
    assert missing("turbo") == ()
    (file,) = scheduler.files
    store.path(scheduler, file).rename(store.part_path(scheduler, file))
    store.part_path(scheduler, file).write_bytes(b"")
    assert missing("turbo") == (scheduler.place,)


def test_the_state_of_a_bundle_is_that_of_its_components(store: Store, repositories: Path) -> None:
    bundle = store.catalogue.bundle("hyper-4")
    assert store.bundle_state(bundle) == "absent"
    fill(store, repositories, {"preview-decoder"})
    assert store.bundle_state(store.catalogue.bundle("previews")) == "ready"
    assert store.bundle_state(bundle) == "partial"
    total = sum(component.bytes_total for component in store.catalogue.of(bundle))
    assert store.bytes_missing(bundle) == total - store.catalogue.component("preview-decoder").bytes_total
    fill(store, repositories, bundle.components)
    assert store.bundle_state(bundle) == "ready"
    assert store.bytes_missing(bundle) == 0
    eight = store.catalogue.bundle("hyper-8")
    assert store.bytes_missing(eight) == store.catalogue.component("hyper-8-lora").bytes_total


def test_what_changed_since_it_was_verified_is_not_called_ready(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("sdxl-unet")
    fill(store, repositories, {"sdxl-unet"})
    path = store.path(component, component.files[0])
    content = path.read_bytes()
    path.write_bytes(b"\0" + content[1:])
    os.utime(path, ns=(1, 1))
    assert store.state(component) == "unverified"
    path.write_bytes(content[:-1])
    assert store.state(component) == "damaged"
    assert store.needed(component) == component.files


def test_a_file_of_the_wrong_size_is_damaged_even_without_a_record(store: Store, repositories: Path) -> None:
    fill(store, repositories, {"sdxl-unet", "hyper-4-lora"}, verified=False)
    for name, state in (("sdxl-unet", "damaged"), ("hyper-4-lora", "unverified")):
        component = store.catalogue.component(name)
        path = store.path(component, component.files[0])
        path.write_bytes(path.read_bytes()[:-1])
        assert store.state(component) == state, name


def test_a_record_that_cannot_be_read_counts_as_none(store: Store, repositories: Path) -> None:
    fill(store, repositories, {"sdxl-unet"})
    component = store.catalogue.component("sdxl-unet")
    (record,) = (store.knowledge / "components").iterdir()
    for text in ("", "{", "[]", '{"files": {"a": 1}}'):
        record.write_text(text, encoding="utf-8")
        assert store.state(component) == "unverified"


# The lock


HOLD = "import sys; from fastface_core.models.store import Store; from pathlib import Path\n" \
    "with Store(Path(sys.argv[1])).lock(): print('held', flush=True); sys.stdin.read()"  # fmt: skip


def test_two_processes_do_not_change_one_folder(store: Store) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, store.folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="Another FastFace is changing the models folder"), store.lock():
            pytest.fail("two processes hold the lock")
        other.kill()
        other.wait()
        # The system frees the lock of a process that was killed.
        with store.lock():
            pass


def test_two_threads_of_one_program_do_not_either(store: Store) -> None:
    again = Store(store.folder, store.catalogue)
    with store.lock(), pytest.raises(StorageError, match="Another FastFace"), again.lock():
        pytest.fail("two hold the lock")
    with again.lock():
        pass


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="is not a folder"), Store(tmp_path / "file", catalogue).lock():
        pytest.fail("there is no folder to lock")


def test_space_is_looked_at_before(store: Store) -> None:
    store.check_space(0)
    store.check_space(-5)
    store.check_space(1000)
    with pytest.raises(StorageError, match=r"too little space for the models in .*models: .* are needed") as caught:
        store.check_space(10**18)
    assert "fastface models move" in caught.value.hint
    assert not store.folder.exists()


def test_sizes_are_said_in_a_person_s_units() -> None:
    assert [gigabytes(size) for size in (0, 999, 12_345, 9_793_292, 5_135_149_760)] == [
        "0 bytes",
        "999 bytes",
        "12 kB",
        "10 MB",
        "5.1 GB",
    ]


# Verify and repair


def test_verify_finds_the_changed_byte_and_names_its_file(store: Store, repositories: Path) -> None:
    fill(store, repositories, {"sdxl-text", "sdxl-unet"}, verified=False)
    text, unet = store.catalogue.component("sdxl-text"), store.catalogue.component("sdxl-unet")
    wrong = text.files[3]
    path = store.path(text, wrong)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    os.utime(path)
    events: list[object] = []

    checked = maintenance.verify(store, (text, unet), events.append)

    assert {one.file for one in checked if one.verdict == "damaged"} == {wrong.path}
    assert all(one.verdict == "ok" for one in checked if one.file != wrong.path)
    assert (store.state(text), store.state(unet)) == ("damaged", "ready")
    assert store.needed(text) == (wrong,)
    last = events[-1]
    assert isinstance(last, Transferred)
    assert last.done == last.total == text.bytes_total + unet.bytes_total

    path.write_bytes((repositories / text.folder / wrong.path).read_bytes())
    assert all(one.verdict == "ok" for one in maintenance.verify(store, (text,)))
    assert store.state(text) == "ready"


def test_a_locked_checksum_finds_damage_where_the_catalogue_knows_none(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("hyper-4-lora")
    fill(store, repositories, {component.name}, verified=False)
    (unknown,) = maintenance.verify(store, (component,))
    assert unknown.verdict == "unknown"
    assert store.state(component) == "unverified"
    fill(store, repositories, {component.name})
    path = store.path(component, component.files[0])
    path.write_bytes(bytes(len(path.read_bytes())))
    (wrong,) = maintenance.verify(store, (component,))
    assert wrong.verdict == "damaged"
    assert store.state(component) == "damaged"


def test_verify_names_what_is_missing_and_can_be_stopped(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("buffalo-l")
    fill(store, repositories, {"buffalo-l"})
    store.path(component, component.files[1]).unlink()
    assert [one.verdict for one in maintenance.verify(store, (component,))] == ["ok", "missing"]
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        maintenance.verify(store, (component,), cancel=cancel)


def test_a_damaged_copy_that_was_made_here_is_made_again(store: Store, repositories: Path) -> None:
    component = store.catalogue.component("clip-vit-h")
    fill(store, repositories, {component.name})
    after_download(store, component)
    made = store.path(component, "models/image_encoder/model.fp16.safetensors")
    right = made.read_bytes()
    made.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    os.utime(made, ns=(5, 5))
    verdicts = {one.path: one.verdict for one in maintenance.verify(store, (component,))}
    assert verdicts[made] == "damaged"
    maintenance.drop_damaged_copies(store, component)
    after_download(store, component)
    assert made.read_bytes() == right
    assert all(one.verdict == "ok" for one in maintenance.verify(store, (component,)))


# Remove


def test_what_another_bundle_needs_stays(store: Store, repositories: Path) -> None:
    four, eight = store.catalogue.bundle("hyper-4"), store.catalogue.bundle("hyper-8")
    fill(store, repositories, {*four.components, *eight.components})
    removal = maintenance.plan_removal(store, "hyper-4")
    assert [component.name for component in removal.components] == ["hyper-4-lora"]
    assert removal.kept["sdxl-unet"] == ("hyper-8",)
    assert removal.needed_by == ()
    assert removal.size == store.catalogue.component("hyper-4-lora").bytes_total
    maintenance.remove(store, removal)
    assert store.bundle_state(eight) == "ready"
    assert store.state(store.catalogue.component("hyper-4-lora")) == "absent"
    assert (store.folder / "ByteDance/Hyper-SD/Hyper-SDXL-8steps-lora.safetensors").exists()


def test_a_bundle_that_is_only_a_part_of_the_removed_one_goes_with_it_and_is_named(
    store: Store, repositories: Path
) -> None:
    bundle = store.catalogue.bundle("hyper-4")
    fill(store, repositories, bundle.components)
    removal = maintenance.plan_removal(store, "hyper-4")
    assert {component.name for component in removal.components} == set(bundle.components)
    assert set(removal.needed_by) == {"base", "previews"}
    maintenance.remove(store, removal)
    assert contents(store.folder) == {}


def test_the_last_bundle_takes_everything_with_it_but_files_of_others(store: Store, repositories: Path) -> None:
    bundle = store.catalogue.bundle("previews")
    fill(store, repositories, bundle.components)
    component = store.catalogue.component("preview-decoder")
    store.part_path(component, component.files[0]).write_bytes(b"half")
    foreign = store.folder / component.folder / "notes.txt"
    foreign.write_text("mine", encoding="utf-8")
    maintenance.remove(store, maintenance.plan_removal(store, "previews"))
    assert list(contents(store.folder)) == [f"{component.folder}/notes.txt"]
    foreign.unlink()
    with pytest.raises(ModelError, match="Nothing of previews can be removed"):
        maintenance.plan_removal(store, "previews")


def test_removing_a_component_says_who_needs_it(store: Store, repositories: Path) -> None:
    fill(store, repositories, store.catalogue.bundle("lcm").components)
    removal = maintenance.plan_removal(store, "sdxl-unet")
    assert "lcm" in removal.needed_by
    maintenance.remove(store, removal)
    assert (store.folder / "stabilityai/stable-diffusion-xl-base-1.0/unet/config.json").exists()
    assert store.state(store.catalogue.component("sdxl-text")) == "ready"
    with pytest.raises(ModelError, match='Nothing is named "nobody"') as caught:
        maintenance.plan_removal(store, "nobody")
    assert "hyper-4" in caught.value.hint


def test_a_bundle_whose_parts_all_belong_to_others_is_not_taken_apart(store: Store, repositories: Path) -> None:
    fill(store, repositories, store.catalogue.bundle("hyper-4").components)
    with pytest.raises(ModelError, match="all of it is needed") as caught:
        maintenance.plan_removal(store, "previews")
    assert "hyper-4" in caught.value.hint


def test_the_record_is_readable_and_names_what_was_verified(store: Store, repositories: Path) -> None:
    fill(store, repositories, {"lcm-lora"})
    record = json.loads((store.knowledge / "components/lcm-lora.json").read_bytes())
    component = store.catalogue.component("lcm-lora")
    assert record["revision"] == component.revision
    assert record["files"]["pytorch_lora_weights.safetensors"]["sha256"] == component.files[0].sha256
