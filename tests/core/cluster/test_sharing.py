"""Rows that several workers share: what is loaded goes on, and nothing is lost or waited for in vain."""

import itertools
import threading
from pathlib import Path

import pytest

from fastface_core.batch.planning import Planned
from fastface_core.batch.running import TRIES
from fastface_core.cluster.sharing import Shared
from fastface_core.domain.request import PortraitRequest
from fastface_core.presets import files as preset_files
from fastface_core.studio.orders import Keep, Order, Photos


def row(number: int, checkpoint: str) -> Planned:
    request = PortraitRequest(prompt="a portrait", preset=preset_files.find("baseline"), seed=number)
    order = Order(request, Photos(()), checkpoint, Keep(folder=Path("out"), names=(str(number),)))
    return Planned(number, "Ada", "", order, f"{number:064x}")


def never() -> bool:
    return False


def test_each_worker_goes_on_with_what_it_has_loaded() -> None:
    shared = Shared([row(number, "hyper" if number < 6 else "lcm") for number in range(9)])
    loaded: list[str | None] = [None, None]
    seen: list[list[str]] = [[], []]
    while not shared.over:
        for worker in (0, 1):
            taken = shared.take(loaded[worker], never)
            if taken is not None:
                loaded[worker] = taken.order.checkpoint
                seen[worker].append(taken.order.checkpoint)
                shared.ended()
    assert sum(map(len, seen)) == 9
    loads = [1 + sum(one != two for one, two in itertools.pairwise(names)) for names in seen]
    # The second helps with what is left of the first one's when its own are done, and nobody goes back.
    assert seen[0] == ["hyper"] * len(seen[0])
    assert seen[1][:3] == ["lcm"] * 3
    assert loads == [1, 2]


def test_a_row_that_comes_back_is_waited_for_and_taken_first() -> None:
    shared = Shared([row(1, "hyper"), row(2, "hyper")])
    lost, other = shared.take(None, never), shared.take(None, never)
    assert lost is not None
    assert other is not None
    found: list[Planned | None] = []
    waiting = threading.Thread(target=lambda: found.append(shared.take("hyper", never)))
    waiting.start()
    assert shared.back(lost, lost=True)
    waiting.join()
    assert found == [lost]
    shared.ended()
    shared.ended()
    assert shared.over
    assert shared.take("hyper", never) is None


@pytest.mark.parametrize(("lost", "times"), [(True, TRIES), (False, 10)])
def test_only_what_loses_its_maker_again_and_again_is_given_up(lost: bool, times: int) -> None:
    shared = Shared([row(1, "hyper")])
    answers: list[bool] = []
    for _ in range(times):
        taken = shared.take(None, never)
        assert taken is not None
        answers.append(shared.back(taken, lost=lost))
    assert answers == [True] * (times - 1) + [not lost]
    assert shared.over == lost


def test_what_a_run_before_left_loaded_counts_and_may_be_lost() -> None:
    shared = Shared([row(1, "hyper"), row(2, "lcm")], ["hyper", "hyper"])
    taken = shared.take("hyper", never)
    assert taken is not None
    shared.gone("hyper")
    assert shared.back(taken, lost=True)
    # The other one still has it loaded: a new one starts where nothing runs.
    found = shared.take(None, never)
    assert found is not None
    assert found.order.checkpoint == "lcm"
    shared.gone("lcm")
    assert shared.back(found, lost=True)
    assert shared.take("hyper", never) == taken


def test_who_waits_is_let_go() -> None:
    shared = Shared([row(1, "hyper")])
    shared.take(None, never)
    assert shared.take(None, lambda: True) is None
    shared.close()
    assert shared.take(None, never) is None
