"""`fastface network`: the offline switch, the hub's address, proxy and token, and the list of all requests."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from fastface_core.cli.output import known_errors, print_json, say

if TYPE_CHECKING:
    from fastface_core.models.hub.settings import NetworkSettings

app = typer.Typer(help="The network: Offline, mirror, proxy, token, and what was ever asked.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
_Address = Annotated[
    str | None, typer.Argument(metavar="[ADDRESS]", help="http:// or https://; none to go back to the usual one.")
]


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """Show how the network is used."""
    from fastface_core.models.hub import offline
    from fastface_core.models.hub.settings import read_settings

    with known_errors(as_json):
        settings = read_settings()
        found = _in_words(settings)
        if as_json:
            print_json({**found, "offline": offline.is_on(), "offline_by": offline.asked_by_environment()})
            return
        by = offline.asked_by_environment()
        typer.echo(f"offline:  {'on' if offline.is_on() else 'off'}{f' (by {by})' if by else ''}")
        typer.echo(f"endpoint: {found['endpoint']}")
        typer.echo(f"proxy:    {found['proxy'] or 'the system decides'}")
        typer.echo(f"token:    {'there is one' if found['token'] else 'none'}")


def _in_words(settings: "NetworkSettings") -> dict[str, object]:
    import os

    from fastface_core.models.hub.client import HUB

    return {
        "endpoint": os.environ.get("HF_ENDPOINT") or settings.endpoint or HUB,
        "proxy": settings.proxy,
        "token": bool(os.environ.get("HF_TOKEN") or settings.token),
    }


@app.command("offline")
def switch_offline(
    state: Annotated[Literal["on", "off"], typer.Argument(metavar="on|off", help="on: nothing leaves this computer.")],
    as_json: AsJson = False,
) -> None:
    """Switch the network off for FastFace, or on again."""
    from fastface_core.models.hub import offline
    from fastface_core.models.hub.settings import change_settings

    with known_errors(as_json):
        change_settings(offline=state == "on")
        by = offline.asked_by_environment()
        if as_json:
            print_json({"offline": offline.is_on(), "offline_by": by})
        elif state == "off" and by:
            say(f"Kept, but {by} still asks for no network: unset it.")
        else:
            say("The network is switched off for FastFace." if state == "on" else "FastFace may use the network.")


@app.command("endpoint")
def set_endpoint(address: _Address = None, as_json: AsJson = False) -> None:
    """Take another address for the hub: a mirror."""
    _change(as_json, endpoint=address)


@app.command("proxy")
def set_proxy(address: _Address = None, as_json: AsJson = False) -> None:
    """Take a proxy, instead of the system's."""
    _change(as_json, proxy=address)


@app.command("token")
def set_token(
    remove: Annotated[bool, typer.Option("--remove", help="Forget it.")] = False, as_json: AsJson = False
) -> None:
    """Keep an access token of the hub. It is asked for, or read from the input, so that no history has it."""
    token = None
    if not remove:
        token = getpass.getpass("Access token: ") if sys.stdin.isatty() else sys.stdin.readline()
    _change(as_json, token=token)


def _change(as_json: bool, **changes: str | None) -> None:
    from fastface_core.models.hub.settings import change_settings

    with known_errors(as_json):
        settings = change_settings(**changes)
        if as_json:
            print_json(_in_words(settings))
        else:
            say("Kept.")


@app.command("log")
def show_log(
    last: Annotated[int | None, typer.Option("--last", metavar="N", min=1, help="Only the newest.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every request that FastFace ever sent: when, to whom, for what, and how much came."""
    from dataclasses import asdict

    from fastface_core.models.hub.request_log import NetworkLog
    from fastface_core.models.store import gigabytes

    log = NetworkLog()
    requests = log.read(last)
    if as_json:
        print_json({"file": str(log.file), "requests": [asdict(request) for request in requests]})
        return
    for one in requests:
        came = "no answer" if one.status is None else f"{one.status}, {gigabytes(one.received or 0)}"
        typer.echo(f"{one.time[:19].replace('T', ' ')}  {one.method} {one.host}{one.path}  ({came})  {one.why}")
    say(
        f"Requests: {len(requests)}. The list is in {log.folder}." if requests else "FastFace has never sent a request."
    )
