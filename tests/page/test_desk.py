"""The desk: order, cancelling, a worker that dies."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from model.kernel.refusals import RunFailed
from tests.page import work
from viz.desk import MOST_WAITING, Cancelled, Desk


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    made = Desk(2)
    yield made
    made.close()


def test_results_and_months_arrive(desk: Desk) -> None:
    heard: list[int] = []
    ticket = desk.submit("me", work.count, 5, on_months=heard.append)
    assert ticket.result(30) == 5
    assert heard == [1, 2, 3, 4, 5]


def test_a_fault_is_the_callers(desk: Desk) -> None:
    with pytest.raises(ValueError, match="so it goes"):
        desk.submit("me", work.fail, "so it goes").result(30)
    assert desk.submit("me", work.count, 1).result(30) == 1


def test_cancel_is_heard_at_the_next_month(desk: Desk) -> None:
    started = threading.Event()
    ticket = desk.submit("me", work.count_slowly, 10_000, on_months=lambda months: started.set())
    assert started.wait(30)
    ticket.cancel()
    with pytest.raises(Cancelled):
        ticket.result(0)
    # the lane is free again: it would take minutes if the worker had gone on
    assert desk.submit("me", work.count, 1, affinity=ticket.lane).result(30) == 1


def test_lower_ranks_come_first(desk: Desk) -> None:
    order: list[str] = []
    gate = desk.submit("me", work.sleep, 0.5)
    for name, rank in (("late", 3), ("soon", 0), ("middle", 1)):
        desk.submit("me", work.count, 1, rank=rank).when_done(lambda ticket, name=name: order.append(name))
    gate.result(30)
    deadline = time.monotonic() + 30
    while len(order) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert order == ["soon", "middle", "late"]


def test_work_taken_back_before_its_turn_is_never_done(desk: Desk) -> None:
    gate = desk.submit("me", work.sleep, 0.3)
    heard: list[int] = []
    ticket = desk.submit("me", work.count, 3, on_months=heard.append)
    ticket.cancel()
    gate.result(30)
    assert desk.submit("me", work.count, 2).result(30) == 2
    assert heard == []


def test_a_dead_worker_fails_its_ticket_and_is_replaced(desk: Desk) -> None:
    with pytest.raises(RunFailed):
        desk.submit("me", work.die, None, affinity=1).result(30)
    assert desk.submit("me", work.count, 2, affinity=1).result(30) == 2


def test_one_owner_cannot_fill_the_queue(desk: Desk) -> None:
    gate = desk.submit("someone", work.sleep, 1.0)
    tickets = [desk.submit("greedy", work.count, 1) for _ in range(MOST_WAITING)]
    with pytest.raises(RunFailed, match="waiting"):
        desk.submit("greedy", work.count, 1)
    desk.submit("someone", work.count, 1).cancel()
    for ticket in tickets:
        ticket.cancel()
    gate.result(30)


def test_closing_ends_the_workers() -> None:
    made = Desk(2)
    assert made.submit("me", work.count, 1).result(30) == 1
    waiting = made.submit("me", work.count_slowly, 10_000)
    processes = [worker.process for worker in made._workers if worker is not None]
    made.close()
    with pytest.raises(Cancelled):
        waiting.result(5)
    assert not any(process.is_alive() for process in processes)
