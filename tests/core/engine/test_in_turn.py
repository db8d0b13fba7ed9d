"""What is finished in a second thread while something else goes on, and told of in its order."""

import threading
from collections.abc import Callable

import pytest
import torch

from fastface_core.engine.in_turn import InTurn
from fastface_core.progress import Cancelled, CancelToken

CPU = torch.device("cpu")


def made(event: str, after: threading.Event | None = None) -> Callable[[CancelToken], object]:
    def work(_cancel: CancelToken) -> object:
        if after is not None:
            assert after.wait(60)
        return event

    return work


def failing(error: Exception) -> Callable[[CancelToken], object]:
    def work(_cancel: CancelToken) -> object:
        raise error

    return work


def finishing() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name.startswith("finishing")]


@pytest.mark.parametrize("beside", [None, CPU])
def test_everything_is_told_in_its_order_and_in_this_thread(beside: torch.device | None) -> None:
    told: list[tuple[object, threading.Thread]] = []
    with InTurn(lambda event: told.append((event, threading.current_thread())), CancelToken(), beside) as in_turn:
        for number in range(3):
            in_turn.tell(f"step {number}")
            in_turn.do(made(f"picture {number}"))
        in_turn.pass_on(all_of_it=True)
    assert [event for event, _ in told] == [f"{what} {number}" for number in range(3) for what in ("step", "picture")]
    assert {thread for _, thread in told} == {threading.current_thread()}
    assert finishing() == []


def test_what_goes_on_meanwhile_is_told_after_the_work_before_it() -> None:
    told: list[object] = []
    go = threading.Event()
    with InTurn(told.append, CancelToken(), CPU) as in_turn:
        in_turn.do(made("first", go))
        in_turn.tell("meanwhile")
        in_turn.pass_on()
        assert told == []
        go.set()
        in_turn.pass_on(all_of_it=True)
        assert told == ["first", "meanwhile"]


def test_an_error_in_the_work_is_raised_here_and_ends_what_is_behind_it() -> None:
    told: list[object] = []

    def run() -> None:
        with InTurn(told.append, CancelToken(), CPU) as in_turn:
            in_turn.do(made("first"))
            in_turn.do(failing(ValueError("broken")))
            in_turn.do(made("third"))
            in_turn.pass_on(all_of_it=True)

    with pytest.raises(ValueError, match="broken"):
        run()
    assert told == ["first"]
    assert finishing() == []


def test_after_an_error_beside_the_work_it_is_finished_and_told() -> None:
    told: list[object] = []

    def run() -> None:
        with InTurn(told.append, CancelToken(), CPU) as in_turn:
            in_turn.do(made("first"))
            in_turn.tell("a step of the next")
            raise ValueError("sampling")

    with pytest.raises(ValueError, match="sampling"):
        run()
    assert told[0] == "first"


def test_cancel_ends_the_work_too() -> None:
    told: list[object] = []
    cancel, begun = CancelToken(), threading.Event()

    def long(token: CancelToken) -> object:
        begun.set()
        token.wait(60)
        raise AssertionError("it was not cancelled")

    def run() -> None:
        with InTurn(told.append, cancel, CPU) as in_turn:
            in_turn.do(made("first"))
            in_turn.do(long)
            assert begun.wait(60)
            cancel.cancel()
            cancel.check()

    with pytest.raises(Cancelled):
        run()
    assert told == ["first"]
    assert finishing() == []


def test_who_hears_an_event_may_end_it_all() -> None:
    told: list[object] = []

    def hear(event: object) -> None:
        told.append(event)
        raise RuntimeError("the disk is full")

    begun = threading.Event()

    def long(token: CancelToken) -> object:
        begun.set()
        token.wait(60)
        raise AssertionError("it was not cancelled")

    def run() -> None:
        with InTurn(hear, CancelToken(), CPU) as in_turn:
            in_turn.do(made("first"))
            in_turn.do(long)
            assert begun.wait(60)
            in_turn.pass_on()

    with pytest.raises(RuntimeError, match="disk"):
        run()
    assert told == ["first"]
    assert finishing() == []


def test_where_memory_runs_out_what_is_good_is_told_and_the_rest_is_forgotten() -> None:
    told: list[object] = []
    with InTurn(told.append, CancelToken(), CPU) as in_turn:
        in_turn.do(made("first"))
        in_turn.do(failing(MemoryError()))
        in_turn.tell("a step of the third")
        in_turn.settle(alone=True)
        assert told == ["first"]
        in_turn.do(made("second"))
        assert told == ["first", "second"]
        assert finishing() == []
