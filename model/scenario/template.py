"""Writing scenarios: a resolved scenario as YAML, a commented template, the differences of two scenarios."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import RoundTripRepresenter

from model.kernel.declare import Parameter
from model.kernel.refusals import Refused, unknown
from model.policies import Policy, policies
from model.scenario.files import SCHEMA
from model.scenario.findings import bounds_text, compact
from model.scenario.plan import Scenario


class _Representer(RoundTripRepresenter):
    """Writes nothing as `null`, so that a reader sees that it was meant."""


def _null(representer: _Representer, _: None) -> ScalarNode:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _null)


def as_yaml(scenario: Scenario) -> str:
    """The resolved scenario as a file."""
    return yaml_text(scenario.resolved())


def yaml_text(document: Mapping[str, Any]) -> str:
    """Plain data as YAML."""
    writer = YAML(typ="rt")
    writer.Representer = _Representer
    writer.width = 110
    stream = io.StringIO()
    writer.dump(document, stream)
    return stream.getvalue()


def template(policy_ids: Sequence[str] = (), base: str = "baseline") -> str:
    """A commented scenario file with these policies at their defaults. Raises Refused for an unknown id."""
    known = list(policies())
    problems = [unknown("policy", id, known) for id in policy_ids if id not in known]
    if problems:
        raise Refused(problems)
    chosen = [policies()[id] for id in policy_ids]
    lines = [
        "# What this scenario asks, in a sentence.",
        "# 用一句话说明本情景要回答的问题。",
        f"schema: {SCHEMA}",
        "name: {en: My scenario, zh: 我的情景}",
        f"extends: {base} # everything not written here is taken from there",
    ]
    lines += ["policies:"] if chosen else ["policies: {}"]
    for policy in chosen:
        lines += _policy_lines(policy)
    lines += [
        "# shocks:",
        "#   - {kind: tariff, market: USA, points: 0.10, from: 2025-06}",
        "# levers: # direct settings for experiments: exactly one of add, multiply, set",
        "#   - {lever: export_clearance_hours, add: 24, where: {share: 0.5, draw: 7}, from: 2025-01}",
    ]
    return "\n".join(lines) + "\n"


def _policy_lines(policy: Policy) -> list[str]:
    lines = [
        f"  # {policy.label.en} {policy.label.zh} (source paper, section {policy.section})",
        f"  {policy.id}:",
    ]
    for parameter in policy.parameters:
        lines.append(f"    # {parameter.label.en} {parameter.label.zh}: {_range(parameter)}; {parameter.status}")
        lines.append(f"    {parameter.name}: {_literal(parameter.value)}")
    lines += [
        "    # ramp_months: 6 # months until it works in full",
        "    # from: 2024-01",
        "    # until: 2027-12",
    ]
    if policy.where_keys:
        lines.append(f"    # where: {{...}} # may name {', '.join(policy.where_keys)}")
    return lines


def _range(parameter: Parameter) -> str:
    if parameter.members:
        return f"any of the members of '{parameter.members}'"
    none = ", or null for none" if parameter.optional else ""
    return bounds_text(parameter.low, parameter.high, parameter.unit) + none


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    return f"[{', '.join(value)}]" if isinstance(value, (tuple, list)) else compact(value)


def differences(one: Scenario, two: Scenario) -> list[tuple[str, Any, Any]]:
    """(path, value in the first, value in the second) of everything in which two scenarios differ."""
    left, right = dict(_leaves(one.resolved(), "")), dict(_leaves(two.resolved(), ""))
    paths = list(dict.fromkeys([*left, *right]))
    return [(path, left.get(path), right.get(path)) for path in paths if left.get(path) != right.get(path)]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Dotted paths and values of everything that is not itself a container."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}.{number}")
    else:
        yield path, value
