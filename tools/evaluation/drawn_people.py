"""Writes the people of the starter's own evaluation: `python -m tools.evaluation.drawn_people`.

Drawn by lot from numbers that no training has met, as the twins from which `fastface_core.evaluation.drawn_set` draws
their photos.
"""

from __future__ import annotations

import json
from typing import Any

from fastface_core.domain.twin import Twin
from fastface_core.files import atomic_write
from fastface_core.paths import resource
from tools.starter import dataset
from tools.starter.people import person

PEOPLE = 50


def _short(value: Any) -> Any:
    """Numbers with four digits, as many as are seen."""
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {name: _short(one) for name, one in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value


def further(count: int) -> tuple[Twin, ...]:
    """So many others of the same kind, for who needs more than the file has."""
    return tuple(Twin.model_validate(one) for one in _numbers(PEOPLE, PEOPLE + count))


def _numbers(first: int, last: int) -> list[Any]:
    numbers = range(dataset.EVALUATION + first, dataset.EVALUATION + last)
    return [_short(person(number).twin.model_dump(mode="json")) for number in numbers]


def main() -> None:
    """Write them."""
    people = _numbers(0, PEOPLE)
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in people)
    with atomic_write(resource("evaluation", "people.json")) as file:
        file.write(f'{{"people": [\n{lines}\n]}}\n'.encode())


if __name__ == "__main__":
    main()
