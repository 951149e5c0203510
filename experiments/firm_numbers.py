"""Which firm numbers can exist in a run, and what to say of those that cannot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from model.kernel.refusals import Problem, Refused

if TYPE_CHECKING:
    from model.economy import TradeEconomy


def check_number(model: TradeEconomy, firm: int, end: int) -> None:
    """Refused unless the number is a firm's at the start, or a place where one may be founded before month `end`."""
    present = model.state.firms["number"].tolist()
    if firm in set(present) or _may_be_founded(model, firm, end):
        return
    raise _refused(firm, f"No firm of number {firm} can exist in this run.", present)


def never_founded(firm: int, numbers: Iterable[int]) -> Refused:
    """The refusal for a place that stayed empty; `numbers` are all firms there ever were."""
    return _refused(firm, f"No firm of number {firm} was founded during this run.", numbers)


def _refused(firm: int, message: str, numbers: Iterable[int]) -> Refused:
    from agents.firm.life import FIRST_ENTRANT

    known = list(numbers)
    old = [number for number in known if number < FIRST_ENTRANT]
    allowed = f"{min(old)} to {max(old)}, or the number of a firm founded during the run" if old else ""
    nearest = min(known, key=lambda number: (abs(number - firm), number))
    return Refused(
        [Problem("unknown_firm", message, path="firm", given=firm, allowed=allowed, suggestion=str(nearest))]
    )


def _may_be_founded(model: TradeEconomy, firm: int, end: int) -> bool:
    """Whether the number is a place of a belt in one of the months simulated."""
    from agents.firm.life import FIRST_ENTRANT, PLACES

    if firm < FIRST_ENTRANT:
        return False
    place, slot = divmod(firm - FIRST_ENTRANT, PLACES)
    month, belt = divmod(place, model.world.n_belt)
    return model.start <= month < end and slot < int(model.state.arrays["places"][belt])
