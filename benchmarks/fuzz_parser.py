"""What a parser is to `benchmarks/fuzz.py`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutations import Mutate, any_bytes


@dataclass(frozen=True, slots=True)
class Parser:
    """One thing that reads.

    Attributes:
        run: reads an input; what it returns is of no interest.
        known: errors besides `FastFaceError` that it documents.
        weight: how often it has its turn, in comparison; less for those that take long.
    """

    name: str
    samples: Sequence[bytes]
    run: Callable[[bytes], object]
    mutate: Mutate = any_bytes
    known: tuple[type[Exception], ...] = ()
    weight: float = 1.0


def in_file(path: Path, run: Callable[[Path], object]) -> Callable[[bytes], object]:
    path.parent.mkdir(parents=True, exist_ok=True)

    def read_it(data: bytes) -> object:
        path.write_bytes(data)
        return run(path)

    return read_it
