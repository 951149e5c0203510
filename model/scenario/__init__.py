"""Scenarios 情景: reading, checking and writing them.

A scenario file is read in four steps, each in modules of its own: bytes to a tree that remembers lines
(`text`, `nodes`), the chain of `extends` and settings from outside (`files`), checks that tell all faults
at once (`check`, `entries`, `findings`, `vocabulary`), and the checked `Scenario` itself (`plan`). `template`
writes files.
"""

from model.scenario.check import check_scenario, check_text, list_scenarios, load_scenario, scenario_of_text
from model.scenario.files import SCENARIOS, find_scenarios
from model.scenario.plan import LeverEntry, PolicyEntry, Scenario, ShockEntry, SmallWorld
from model.scenario.template import as_yaml, differences, template

__all__ = [
    "SCENARIOS",
    "LeverEntry",
    "PolicyEntry",
    "Scenario",
    "ShockEntry",
    "SmallWorld",
    "as_yaml",
    "check_scenario",
    "check_text",
    "differences",
    "find_scenarios",
    "list_scenarios",
    "load_scenario",
    "scenario_of_text",
    "template",
]
