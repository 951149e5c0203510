"""The draft: what a person has changed so far, as a small document laid on the scenario the page starts from.

The document has the keys of a scenario file and holds only what differs, so it fits into an address, can be read by a
person, and saved is a file the command line takes. A draft never changes; every edit gives a new one.
"""

from __future__ import annotations

import copy
import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Final

from model.kernel.calendar import format_month
from model.kernel.declare import Parameter
from model.kernel.refusals import Problem, Refused, unknown
from model.policies import policies
from model.scenario import Scenario, check_text, load_scenario
from model.scenario.template import yaml_text
from model.shocks import SHOCKS

BASE: Final = "recent"
STEM: Final = "my_scenario"
NAME: Final = {"en": "My scenario", "zh": "我的情景"}
WINDOW: Final = ("from", "until", "ramp_months", "where")
RUN: Final = ("months", "scale")
KEYS: Final = ("name", "policies", "shocks", "levers", "parameters", *RUN)
LONGEST_ADDRESS: Final = 3000
"""Characters of an address: all fifteen policies at the ends of their ranges fit; browsers carry ten times as many."""


@lru_cache(maxsize=1)
def base_scenario() -> Scenario:
    """The scenario every draft extends."""
    return load_scenario(BASE)


@dataclass(frozen=True)
class Draft:
    """`document`: name, policies, shocks, levers, parameters and the two run settings, as plain data."""

    document: Mapping[str, Any] = field(default_factory=dict)

    # --- reading -----------------------------------------------------------------------------------------------

    @cached_property
    def checked(self) -> tuple[Scenario | None, list[Problem]]:
        """The scenario this draft describes (None when refused) and everything found in it."""
        return check_text(self.text(), STEM)

    @property
    def scenario(self) -> Scenario | None:
        return self.checked[0]

    @cached_property
    def baseline(self) -> Scenario:
        """What it is compared with: the base with the same length and scale. Raises Refused."""
        return base_scenario().with_(months=self.document.get("months"), scale=self.document.get("scale"))

    @property
    def changes_nothing(self) -> bool:
        return not any(self.document.get(key) for key in ("policies", "shocks", "levers", "parameters"))

    def text(self) -> str:
        """The scenario file."""
        head = {"schema": 1, "name": self.document.get("name") or NAME}
        body = {key: value for key, value in self.document.items() if key != "name" and value not in ({}, [])}
        return yaml_text({**head, "extends": BASE, **body})

    def entry(self, policy: str) -> Mapping[str, Any] | None:
        """What is set of a policy; None when it is off."""
        found: Mapping[str, Any] | None = self.document.get("policies", {}).get(policy)
        return found

    def shock(self, kind: str) -> Mapping[str, Any] | None:
        """What is set of the first shock of a kind; None when there is none."""
        return next((entry for entry in self.document.get("shocks", []) if entry["kind"] == kind), None)

    # --- editing -----------------------------------------------------------------------------------------------

    def with_policy(self, policy: str, on: bool) -> Draft:
        """Switched on with its defaults, or off."""
        changed = self._open("policies", {})
        changed["policies"].pop(policy, None)
        if on:
            changed["policies"][policy] = {}
        return Draft(changed)

    def with_value(self, policy: str, key: str, value: Any) -> Draft:
        """One value of a policy, or of its window; the default is left out of the document."""
        changed = self._open("policies", {})
        entry = changed["policies"].setdefault(policy, {})
        _put(entry, key, value, {p.name: p for p in policies()[policy].parameters})
        return Draft(changed)

    def with_shock(self, kind: str, on: bool) -> Draft:
        """A shock switched on with its defaults, at the first place it must name, or off."""
        changed = self._open("shocks", [])
        changed["shocks"] = [entry for entry in changed["shocks"] if entry["kind"] != kind]
        if on:
            changed["shocks"].append({"kind": kind, **_first_places(kind)})
        return Draft(changed)

    def with_shock_value(self, kind: str, key: str, value: Any) -> Draft:
        """One value of a shock."""
        changed = self._open("shocks", [])
        entry = next((one for one in changed["shocks"] if one["kind"] == kind), None)
        if entry is None:
            return self.with_shock(kind, True).with_shock_value(kind, key, value)
        _put(entry, key, value, {p.name: p for p in SHOCKS[kind].parameters})
        return Draft(changed)

    def with_run(self, key: str, value: float) -> Draft:
        """Length or scale of the runs."""
        changed = copy.deepcopy(dict(self.document))
        changed[key] = value
        if value == getattr(base_scenario(), key):
            del changed[key]
        return Draft(changed)

    def _open(self, key: str, empty: Any) -> dict[str, Any]:
        changed = copy.deepcopy(dict(self.document))
        changed.setdefault(key, empty)
        return changed

    # --- the address -------------------------------------------------------------------------------------------

    def query(self) -> str:
        """The draft as a part of an address: JSON, percent-encoded."""
        plain = json.dumps(self.document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return "" if not self.document else urllib.parse.quote(plain, safe="{}:,[]._-")

    @classmethod
    def of_query(cls, text: str) -> Draft:
        """The draft of an address. Raises Refused when the text describes none."""
        if len(text) > 4 * LONGEST_ADDRESS:
            raise Refused([Problem("bad_address", "The address is too long to hold a scenario.")])
        try:
            document = json.loads(text)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise Refused([Problem("bad_address", "The address holds no scenario.", given=text[:60])])
        problems = [unknown("key", str(key), KEYS) for key in document if key not in KEYS]
        if problems:
            raise Refused(problems)
        return cls(document).accepted()

    def checked_or_refused(self) -> Scenario:
        """The scenario; Refused with every fault when it is not in order."""
        scenario, problems = self.checked
        if scenario is None:
            raise Refused([problem for problem in problems if problem.severity == "error"])
        return scenario

    def accepted(self) -> Draft:
        """This draft in its shortest form; Refused when it is not in order."""
        return of_scenario(self.checked_or_refused())

    @classmethod
    def of_text(cls, text: str, name: str) -> Draft:
        """The draft of a scenario file's text. Raises Refused."""
        scenario, problems = check_text(text, name)
        if scenario is None:
            raise Refused([problem for problem in problems if problem.severity == "error"])
        return of_scenario(scenario)


def of_scenario(scenario: Scenario) -> Draft:
    """What a scenario changes. Its years and scale stay the page's, except that a draft of the page keeps its own."""
    base = base_scenario()
    rows = scenario.resolved()
    default_from = format_month(scenario.policies_from)
    document: dict[str, Any] = {} if rows["name"] in (NAME, base.name.as_row()) else {"name": rows["name"]}
    document["policies"] = {
        policy: _short(entry, {p.name: p for p in policies()[policy].parameters}, default_from)
        for policy, entry in rows["policies"].items()
    }
    document["shocks"] = [
        {"kind": entry["kind"]} | _short(entry, {p.name: p for p in SHOCKS[entry["kind"]].parameters}, default_from)
        for entry in rows["shocks"]
    ]
    document["levers"] = [_short(entry, {}, default_from) for entry in rows["levers"]]
    document["parameters"] = {
        path: value for path, value in rows["parameters"].items() if base.parameters.get(path) != value
    }
    if scenario.start == base.start:
        document |= {key: rows[key] for key in RUN if rows[key] != getattr(base, key)}
    return Draft({key: value for key, value in document.items() if value not in ({}, [])})


def _short(entry: Mapping[str, Any], declared: Mapping[str, Parameter], default_from: str) -> dict[str, Any]:
    """An entry without what goes without saying."""
    plain: Mapping[str, Any] = {"from": default_from, "until": None, "ramp_months": 0, "where": {}}
    kept = {}
    for key, value in entry.items():
        usual = plain[key] if key in plain else _default(declared.get(key))
        if key != "kind" and value != usual:
            kept[key] = value
    return kept


def _default(parameter: Parameter | None) -> Any:
    if parameter is None:
        return object()
    return list(parameter.value) if isinstance(parameter.value, tuple) else parameter.value


def _put(entry: dict[str, Any], key: str, value: Any, declared: Mapping[str, Parameter]) -> None:
    """Write a value, or take it out when it says what holds anyway."""
    missing = value is None and key in WINDOW
    usual = key in declared and value == _default(declared[key])
    if missing or usual or (key in WINDOW and value in (0, {}, "")):
        entry.pop(key, None)
    else:
        entry[key] = value


def _first_places(kind: str) -> dict[str, Any]:
    """A place for a shock that needs one: the largest market where a market will do."""
    shock = SHOCKS[kind]
    if not shock.needs:
        return {}
    if "market" in shock.needs:
        return {"market": ["USA"]}
    from model.scenario.vocabulary import vocabulary

    key = shock.needs[0]
    return {"where": {key: [vocabulary().members(key)[0]]}}
