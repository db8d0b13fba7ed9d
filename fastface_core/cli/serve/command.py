"""`fastface serve`: orders from other programs of this computer."""

import os
from pathlib import Path
from typing import Annotated

import typer

from fastface_core.cli.folders import check_folder, folder
from fastface_core.cli.output import known_errors

VARIABLE = "FASTFACE_TOKEN"
"""The environment variable that holds the token; else each start makes a new one."""


def serve(
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port; 0 takes a free one.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", parser=folder, help="Where pictures go; else Pictures/FastFace/Orders."),
    ] = None,
    device: Annotated[str, typer.Option("--device", metavar="NAME", help="auto, cuda, mps or cpu.")] = "auto",
    content_filter: Annotated[
        bool,
        typer.Option(
            "--content-filter/--no-content-filter",
            help="Hold back what is not safe for work, where the model content-filter is installed.",
        ),
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print address and token as one JSON object.")] = False,
) -> None:
    """Take orders from other programs of this computer, until Ctrl-C.

    Listens on this computer alone, and answers only requests with the token, that of FASTFACE_TOKEN or a new one. The
    address is printed on stdout; /openapi.json below it describes everything.
    """
    from fastface_core.cli.serve.run import run

    with known_errors(as_json):
        check_folder(out)
        run(port, out, device, content_filter, os.environ.get(VARIABLE), as_json)
