"""The policies: one file each, found by name. A policy returns effects, grants and outlays; it changes nothing.

A policy file declares one `Policy`. From the declaration follow validation, the slider and its help, the sweep
axis, the row of the generated tables and the contract tests. Policies never import each other.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from model.kernel.declare import Label, Parameter
from model.levers import Effect, Where
from model.programmes import Grant, Outlay, Programme, firm_accounts

Values = Mapping[str, Any]
NO_WORDS = Label("", "")


@dataclass(frozen=True)
class Expectation:
    """A signed claim: in which direction an indicator moves, and for whom (`where` as in a scenario).

    `year` counts calendar years from the policy's first (1); None claims it for the last year that is looked at.
    `among` supported or others reads a column of the firm-year tables (`exports`, `sales`, `cycle_days`) over firms
    that the policy supported, or over all others, the same firms with and without it.
    """

    indicator: str
    direction: str
    kind: str
    where: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    year: int | None = None
    among: str = ""


@dataclass(frozen=True)
class Adds:
    """What the support of a policy should add to, so that its additionality can be told.

    `indicator` (with a breakdown `where`) is counted in the unit of the policy's `supported_units`, at the end of the
    support for a stock, summed over it for a flow.
    """

    indicator: str
    where: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def _nothing(values: Values, where: Where) -> list[Any]:
    return []


@dataclass(frozen=True)
class Policy:
    """One policy of the source paper.

    `kind` of an expectation is channel, outcome or side_effect; `adds` is what a grant or programme should add to.
    `unmoved` names indicators that must not move
    beyond Monte-Carlo error. `where_keys` are the keys a scenario may restrict this policy by.
    """

    id: str
    label: Label
    section: str
    group: str
    payer: str
    parameters: tuple[Parameter, ...]
    expects: tuple[Expectation, ...]
    unmoved: tuple[str, ...] = ()
    where_keys: tuple[str, ...] = ()
    effects: Callable[[Values, Where], list[Effect]] = _nothing
    grants: Callable[[Values, Where], list[Grant]] = _nothing
    outlays: Callable[[Values, Where], list[Outlay]] = _nothing
    programmes: Callable[[Values, Where], list[Programme]] = _nothing
    adds: Adds | None = None
    doc: Label = NO_WORDS

    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.value for parameter in self.parameters}


@lru_cache(maxsize=1)
def policies() -> Mapping[str, Policy]:
    """All policies by id, in alphabetical order of their files."""
    found: dict[str, Policy] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda item: item.name):
        declared = importlib.import_module(f"{__name__}.{module.name}").POLICY
        if declared.id != module.name:
            raise ValueError(f"policy file {module.name} declares '{declared.id}'")
        found[declared.id] = declared
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def firm_slots() -> Mapping[str, int]:
    """Slot in a firm's memory of every policy that deals with single firms, the same in all scenarios."""
    grants = [grant for policy in policies().values() for grant in policy.grants(policy.defaults(), Where())]
    places = [place for policy in policies().values() for place in policy.programmes(policy.defaults(), Where())]
    return MappingProxyType(firm_accounts(grants, places))
