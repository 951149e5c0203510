"""What may be set and what is measured, as plain data: the declarations read once more, nothing kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from model.kernel.refusals import Refused, unknown

if TYPE_CHECKING:
    from model.kernel.declare import Parameter
    from model.policies import Policy


def catalogue(policy: str = "") -> dict[str, Any]:
    """Policies, shocks, levers, indicators, dimensions and parameters; with `policy`, of policies only that one."""
    import model.indicators  # noqa: F401  (fills the registry)
    from experiments.resilience import PAIRED
    from model.kernel.declare import INDICATORS
    from model.levers import LEVERS
    from model.policies import policies
    from model.scenario.vocabulary import DIMENSIONS, vocabulary
    from model.shocks import SHOCKS

    words = vocabulary()
    chosen = [find_policy(policy)] if policy else list(policies().values())
    return {
        "policies": [policy_row(item) for item in chosen],
        "shocks": [
            {"kind": shock.kind, "parameters": _parameter_rows(shock.parameters)} for shock in SHOCKS.values()
        ],
        "levers": [_lever_row(lever) for lever in LEVERS],
        "indicators": [
            {"id": i.id, "label": i.label.as_row(), "unit": i.unit, "kind": i.kind, "level": i.level,
             "dimensions": list(i.dimensions)}
            for i in (*INDICATORS, *PAIRED.values())
        ],
        "dimensions": {name: list(words.members(name)) for name in DIMENSIONS},
        "parameters": [
            {"path": path, "value": p.value, "min": p.low, "max": p.high, "unit": p.unit, "source": p.source,
             "status": p.status}
            for path, p in words.parameters.items()
        ],
    }  # fmt: skip


def find_policy(name: str) -> Policy:
    """A policy by its id; Refused, with the nearest name, when there is none."""
    from model.policies import policies

    if name not in policies():
        raise Refused([unknown("policy", name, list(policies()))])
    return policies()[name]


def policy_row(policy: Policy) -> dict[str, Any]:
    """One policy's declaration as plain data."""
    return {
        "id": policy.id,
        "label": policy.label.as_row(),
        "section": policy.section,
        "group": policy.group,
        "payer": policy.payer,
        "parameters": _parameter_rows(policy.parameters),
        "expects": [
            {"indicator": e.indicator, "direction": e.direction, "where": {k: list(v) for k, v in e.where.items()}}
            for e in policy.expects
        ],
        "unmoved": list(policy.unmoved),
    }  # fmt: skip


def _parameter_rows(parameters: Iterable[Parameter]) -> list[dict[str, Any]]:
    return [
        {
            "name": p.name,
            "unit": p.unit,
            "default": list(p.value) if isinstance(p.value, tuple) else p.value,
            "paper": p.paper,
            "min": p.low,
            "max": p.high,
            "source": p.source,
            "status": p.status,
        }
        for p in parameters
    ]


def _lever_row(lever: Any) -> dict[str, Any]:
    """`neutral` is null where the base comes from evidence: nothing happens at the base itself."""
    return {
        "id": lever.id,
        "unit": lever.unit,
        "axes": list(lever.axes),
        "neutral": lever.neutral,
        "combine": lever.combine,
        "min": lever.low,
        "max": lever.high,
    }
