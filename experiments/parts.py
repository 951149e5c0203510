"""The parts of a scenario: the entries by which it differs from its baseline, each with a name of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.scenario import Scenario


def parts_of(scenario: Scenario, baseline: Scenario) -> dict[str, Any]:
    """Policies, shocks and lever settings that the baseline does not have, by name; a second of one kind is `_2`."""
    known = [*baseline.policies, *baseline.shocks, *baseline.levers]
    entries: list[Any] = [*scenario.policies, *scenario.shocks, *scenario.levers]
    parts: dict[str, Any] = {}
    for entry in entries:
        if entry in known:
            continue
        word = getattr(entry, "id", None) or getattr(entry, "kind", None) or entry.lever
        name, number = word, 2
        while name in parts:
            name, number = f"{word}_{number}", number + 1
        parts[name] = entry
    return parts


def kind_of_part(entry: Any) -> str:
    """policy, shock or lever."""
    return "policy" if hasattr(entry, "id") else "shock" if hasattr(entry, "kind") else "lever"


def is_alone(scenario: Scenario, baseline: Scenario) -> bool:
    """Whether one entry is all that a scenario adds, so that the whole effect is this entry's."""
    known = [*scenario.policies, *scenario.shocks, *scenario.levers]
    gone = [entry for entry in (*baseline.policies, *baseline.shocks, *baseline.levers) if entry not in known]
    return len(parts_of(scenario, baseline)) == 1 and not gone and scenario.parameters == baseline.parameters
