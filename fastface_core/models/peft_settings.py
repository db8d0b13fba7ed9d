"""peft's settings of a LoRA, `adapter_config.json` beside it: how strong it is, which goes into the head."""

import json
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from fastface_core.bounded import read_object
from fastface_core.domain.lora_names import PEFT_SETTINGS
from fastface_core.models.disk.copying import pieces

_FILE = "adapter_config.json"
_KEPT = ("r", "lora_alpha", "use_rslora", "alpha_pattern", "rank_pattern")


def beside(lora: Path) -> Mapping[str, object] | None:
    """The settings next to a LoRA; None where there are none."""
    try:
        said = read_object(lora.with_name(_FILE))
    except (OSError, ValueError):
        return None
    return {f"unet.{name}": said[name] for name in _KEPT if name in said} if "lora_alpha" in said else None


def content(lora: Path, settings: Mapping[str, object]) -> Iterator[bytes]:
    """A .safetensors file, piece by piece, with these settings in its head.

    Raises:
        ModelError: it cannot be read.
    """
    source = pieces(lora)
    first = next(source, b"")
    (length,) = struct.unpack("<Q", first[:8])
    while len(first) < 8 + length and (more := next(source, b"")):
        first += more
    head = cast("dict[str, dict[str, object]]", json.loads(first[8 : 8 + length]))
    head["__metadata__"] = {**(head.get("__metadata__") or {}), PEFT_SETTINGS: json.dumps(settings)}
    text = json.dumps(head, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield struct.pack("<Q", len(text)) + text
    yield first[8 + length :]
    yield from source
