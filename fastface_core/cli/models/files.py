"""`fastface models import` and `export`: models from and to other places on this computer, or another one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fastface_core.cli.models.command import AcceptLicences, AsJson
from fastface_core.cli.output import known_errors, print_json, say

if TYPE_CHECKING:
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.domain.checkpoints import Prediction
    from fastface_core.models.store import Store

_PREDICTIONS: "dict[str, Prediction | None]" = {
    "file": None,
    "epsilon": "epsilon",
    "v": "v",
    "v-zero-snr": "v-zero-snr",
}
_SAID_PREDICTIONS = {
    "v": "It is sampled by its velocity (v-prediction).",
    "v-zero-snr": "It is sampled by its velocity (v-prediction), from pure noise on (zero terminal SNR).",
}
_USE = {"yes": True, "no": False, "unknown": None}


def import_models(
    source: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A pack, a folder, a hub cache, or an SDXL checkpoint (.safetensors)."),
    ],
    name: Annotated[
        str | None, typer.Option(help="A checkpoint's name for --checkpoint; else made of its file's.")
    ] = None,
    like: Annotated[
        str | None, typer.Option(metavar="BUNDLE", help="The bundle whose other parts a checkpoint is used with.")
    ] = None,
    commercial_use: Annotated[
        str, typer.Option(metavar="yes|no|unknown", help="What the checkpoint's own terms say of commercial use.")
    ] = "unknown",
    prediction: Annotated[
        str,
        typer.Option(
            metavar="file|epsilon|v|v-zero-snr",
            help="What a checkpoint predicts, where you know better than its file.",
        ),
    ] = "file",
    accept_licences: AcceptLicences = False,
    as_json: AsJson = False,
) -> None:
    """Take over models that are on this computer, without a second copy where the disk can share one."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.models.disk import packs
    from fastface_core.models.store import Store

    if prediction not in _PREDICTIONS:
        raise typer.BadParameter("write file, epsilon, v or v-zero-snr", param_hint="--prediction")
    if commercial_use not in _USE:
        raise typer.BadParameter("write yes, no or unknown", param_hint="--commercial-use")
    with known_errors(as_json):
        store = Store()
        with WorkDisplay() as display:
            if source.is_file() and packs.is_pack(source):
                result = _import_pack(store, source, accept_licences, display)
            else:
                found = _import_files(store, source, accept_licences, display)
                result = found or _import_base(
                    store, source, name, like, _USE[commercial_use], _PREDICTIONS[prediction], display
                )
        if as_json:
            print_json(result)


def import_lora(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A LoRA for SDXL (.safetensors), of any program.")],
    name: Annotated[str | None, typer.Option(help="What --with-lora calls it; else made of its file's.")] = None,
    commercial_use: Annotated[
        str, typer.Option(metavar="yes|no|unknown", help="What its own terms say of commercial use.")
    ] = "unknown",
    licence: Annotated[
        list[str] | None, typer.Option("--licence", metavar="TITLE", help="Its licence, for the pictures' terms.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take over a LoRA, to be put on any checkpoint with `fastface generate --with-lora`."""
    from fastface_core.domain.checkpoints import Terms
    from fastface_core.models.disk import lora_import
    from fastface_core.models.store import Store

    if commercial_use not in _USE:
        raise typer.BadParameter("write yes, no or unknown", param_hint="--commercial-use")
    with known_errors(as_json):
        terms = Terms(commercial_use=_USE[commercial_use], licences=tuple(licence or ()))
        taken = lora_import.take_over(Store(), source, name, terms)
        if as_json:
            print_json({"kind": "lora", "name": taken.name, "terms": terms.model_dump(mode="json")})
        else:
            say(f"Imported. Use it with: fastface generate --with-lora {taken.name}=0.8")


def _import_pack(store: "Store", source: Path, accept: bool, display: "WorkDisplay") -> dict[str, object]:
    from fastface_core.cli.models.terms import agree
    from fastface_core.models.disk import packs

    manifest = packs.read_manifest(source)
    say(packs.describe(manifest))
    agree(store.catalogue.terms(packs.components_of(manifest, store.catalogue)), accept=accept)
    with store.lock():
        components = packs.import_pack(source, store, display.report)
    say(f"Imported {manifest.title}.")
    return {"kind": "pack", "bundle": manifest.bundle, "components": [one.name for one in components]}


def _import_files(store: "Store", source: Path, accept: bool, display: "WorkDisplay") -> dict[str, object] | None:
    """Takes over files of the catalogue; None where there are none."""
    from fastface_core.cli.models.terms import agree
    from fastface_core.models.disk import importing

    findings = importing.search(source, store.catalogue, display.report, store=store)
    for path in findings.damaged:
        say(f"{path} is damaged: its content is not what its place says. It is left out.")
    if not findings.found and (findings.damaged or not source.is_file()):
        raise importing.nothing_found(
            source, findings, "For a checkpoint of your own, give its file: fastface models import FILE.safetensors."
        )
    if not findings.found:
        return None
    for path in findings.others:
        say(f"{path} is another file than the one that its name stands for, such as a finetune. It is left out.")
    agree(store.catalogue.terms(one.component for one in findings.found), accept=accept)
    with store.lock():
        done = importing.take_over(findings, store, display.report)
    states = {name: store.state(store.catalogue.component(name)) for name in done.components}
    for name, state in states.items():
        say(f"{store.catalogue.component(name).title}: {state}")
    if done.unverified:
        say(f"Files known by their name alone, without a checksum to compare with: {done.unverified}.")
    say(f"Imported {done.taken} files, {done.shared} of them without a second copy.")
    return {
        "kind": "files",
        "taken": done.taken,
        "shared": done.shared,
        "unverified": done.unverified,
        "damaged": [str(path) for path in findings.damaged],
        "others": [str(path) for path in findings.others],
        "components": states,
    }


def _import_base(
    store: "Store",
    source: Path,
    name: str | None,
    like: str | None,
    commercial_use: bool | None,
    prediction: "Prediction | None",
    display: "WorkDisplay",
) -> dict[str, object]:
    from fastface_core.errors import SettingsError
    from fastface_core.models import base_files, own
    from fastface_core.models.disk import own_import

    catalogue = store.catalogue
    bundle = catalogue.bundle(like) if like else own.suited(prediction or base_files.check(source, store), catalogue)
    if bundle.checkpoint is None:
        raise SettingsError(f"{bundle.title} is no checkpoint.", "Choose one such as --like hyper-4 or --like base.")
    with store.lock():
        base, shared = own_import.take(
            source,
            store,
            name=name,
            like=bundle,
            commercial_use=commercial_use,
            prediction=prediction,
            report=display.report,
        )
    say(f"Imported {base.title}{', without a second copy' if shared else ''}. Use it with --checkpoint {base.name}.")
    if base.prediction in _SAID_PREDICTIONS:
        say(_SAID_PREDICTIONS[base.prediction])
        if not own.fits(base.prediction, bundle):
            say(f"{bundle.title} was distilled for checkpoints that predict noise: --like base is the safer choice.")
    if store.bundle_state(bundle) not in ("ready", "unverified"):
        say(f"It needs the other parts of {bundle.title}: fastface models download {bundle.name}.")
    return {"kind": "base", "name": base.name, "like": bundle.name, "shared": shared, "prediction": base.prediction}


def export_pack(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="The bundle to pack; it has to be installed.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The pack to write.")],
    replace: Annotated[bool, typer.Option(help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a bundle into one file, for a computer without network. Broken off, the same command goes on."""
    from fastface_core.cli.generate.progress_display import WorkDisplay
    from fastface_core.errors import StorageError
    from fastface_core.models.disk import packing, packs
    from fastface_core.models.store import Store

    with known_errors(as_json):
        store = Store()
        wanted = store.catalogue.bundle(bundle)
        if file.exists() and not replace:
            raise StorageError(f"The file {file.name} exists already.", "Choose another name, or use --replace.")
        with store.lock(), WorkDisplay() as display:
            manifest = packing.export(store, wanted, file, display.report)
        if as_json:
            print_json({"path": str(file.absolute()), "bundle": wanted.name, "bytes": file.stat().st_size})
        else:
            typer.echo(str(file))
            say(f"{packs.describe(manifest)}. On the other computer: fastface models import {file.name}.")
