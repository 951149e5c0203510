"""The JSON schema of scenario files, for editors: `python -m experiments.scenario_schema --write`.

Made from the declarations that the checker reads (`model/scenario`), so that both allow the same words and bounds. It
says less than the checker: what hangs on several places (two `set` on one lever, a window that misses the run, a circle
of `extends`) no schema can say. Draft 2020-12.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from experiments.amounts import unit_word
from experiments.made_files import print_or_write
from experiments.words import dimension_label
from model.kernel.calendar import FIRST_MONTH, LAST_MONTH, year_of
from model.kernel.declare import Label, Parameter
from model.levers import LEVERS, LeverSpec
from model.policies import Policy, policies
from model.scenario.check import KEYS, LONGEST_NAME, MOST_SMES, WORLD_KEYS
from model.scenario.entries import MOST_DRAW, MOST_FACTOR, MOST_RAMP, OPS, WHERE_KEYS
from model.scenario.files import OLDEST_SCHEMA, SCENARIOS, SCHEMA
from model.scenario.plan import MOST_MONTHS
from model.scenario.vocabulary import DIMENSIONS, vocabulary
from model.shocks import SHOCKS, Shock

FILE: Final = SCENARIOS / "scenario.schema.json"
Node = dict[str, Any]
_NULL: Final[Node] = {"type": "null"}
_WORLD: Final = {"belts": "belt", "markets": "market", "provinces": "province"}
_TOLD: Final[Mapping[str, Label]] = {
    "schema": Label("Version of these rules, 1", "文件规则版本，写1"),
    "name": Label("Name in both languages", "情景的中英文名称"),
    "extends": Label("Scenario that this one changes; merged key by key", "以某一情景为基础，逐项覆盖"),
    "start": Label("First simulated month", "模拟起始月"),
    "months": Label("Months simulated, counted from start", "模拟月数"),
    "policies_from": Label("Month from which entries act unless they say otherwise", "政策默认生效月"),
    "scale": Label("Modelled firms over real ones", "模拟企业占真实企业的比例"),
    "history": Label("Last month whose dated rules are replayed; null for none", "历史规则回放至该月，null表示不回放"),
    "world": Label("A small world of some places and firms", "只含部分地点与企业的小世界"),
    "policies": Label("Policies by id", "政策"),
    "shocks": Label("Events from outside", "外部冲击"),
    "levers": Label("Direct settings of levers, for experiments", "直接设定杠杆，供实验用"),
    "parameters": Label("Model parameters set by this scenario", "覆盖的模型参数"),
    "belts": Label("Industrial belts kept", "保留的产业带"),
    "markets": Label("Markets kept", "保留的市场"),
    "provinces": Label("Provinces kept", "保留的省份"),
    "smes": Label("Number of modelled firms", "模拟企业数"),
    "from": Label("First month", "起始月"),
    "until": Label("Last month", "截止月"),
    "ramp_months": Label("Months until full strength", "达到全部力度所需月数"),
    "where": Label("Restriction: any of a list, all of the keys", "限定范围：同一列表任取其一，各键须同时满足"),
}


def schema() -> Node:
    """The whole schema."""
    top = {key: _top(key) for key in KEYS}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dualcirc scenario 情景文件",
        "description": "Made by `python -m experiments.scenario_schema --write`. 由声明自动生成，请勿修改。",
        **_mapping(top, required=["schema"]),
        "$defs": {
            "month": _month(),
            **{f"{key}_name": {"enum": _names(key)} for key in DIMENSIONS},
            **{key: _members(key) for key in DIMENSIONS},
        },
    }


def _top(key: str) -> Node:
    """The schema of one key of the file."""
    month, told = {"$ref": "#/$defs/month"}, _about(_TOLD[key])
    if key in ("start", "policies_from", "history"):
        return _or_null(month, **told)
    if key == "schema":
        return {"enum": list(range(OLDEST_SCHEMA, SCHEMA + 1)), **told}
    if key == "extends":
        return {"type": ["string", "null"], **told}
    if key == "months":
        return {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_MONTHS, **told}
    if key == "scale":
        return {"type": ["number", "null"], "exclusiveMinimum": 0.0, "maximum": 1.0, **told}
    return {**_part(key), **told}


def _part(key: str) -> Node:
    """The schema of a key that holds further keys or a list."""
    if key == "name":
        text = {"type": ["string", "null"], "maxLength": LONGEST_NAME}
        return _mapping({"en": text, "zh": text}, null=True)
    if key == "world":
        return _mapping({part: _world(part) for part in WORLD_KEYS}, null=True)
    if key == "policies":
        return _mapping({id: _policy(policy) for id, policy in policies().items()}, null=True)
    if key == "shocks":
        return {"type": ["array", "null"], "items": _one_of("kind", SHOCKS, map(_shock, SHOCKS.values()))}
    if key == "levers":
        return {"type": ["array", "null"], "items": _one_of("lever", LEVERS.ids(), map(_lever, LEVERS))}
    return _mapping({path: _value(item) for path, item in vocabulary().parameters.items()}, null=True)


def _world(key: str) -> Node:
    if key == "smes":
        return {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_SMES, **_about(_TOLD[key])}
    return _or_null({"$ref": f"#/$defs/{_WORLD[key]}"}, **_about(_TOLD[key]))


# --- entries ---------------------------------------------------------------------------------------------------------


def _policy(policy: Policy) -> Node:
    """A policy: its parameters, when and where. `null` takes an inherited one out."""
    own = {item.name: _value(item) for item in policy.parameters}
    return {**_mapping(own | _entry(policy.where_keys), null=True), **_about(policy.label, policy.doc)}


def _shock(shock: Shock) -> Node:
    """A kind of shock: numbers, places beside them or under `where`, at least one of those it needs."""
    own = {item.name: _value(item, null=False) for item in shock.numbers}
    own |= {key: _or_null({"$ref": f"#/$defs/{key}"}) for key in shock.places}
    found = _mapping({"kind": {"const": shock.kind}} | own | _entry(shock.where_keys), required=["kind"])
    if shock.needs:
        under = [{"required": ["where"], "properties": {"where": _given(key)}} for key in shock.needs]
        found["anyOf"] = [*(_given(key) for key in shock.needs), *under]
    return {**found, **_about(shock.label, shock.doc)}


def _given(key: str) -> Node:
    """That a key is there and not null."""
    return {"type": "object", "required": [key], "properties": {key: {"not": _NULL}}}


def _lever(spec: LeverSpec) -> Node:
    """A direct setting: exactly one of add, multiply, set."""
    span = spec.high - spec.low
    bounds = {"add": (-span, span), "multiply": (0.0, MOST_FACTOR), "set": (spec.low, spec.high)}
    operations = [op for op in OPS if not (op == "multiply" and spec.combine == "any")]
    own = {op: {"type": "number", "minimum": bounds[op][0], "maximum": bounds[op][1]} for op in operations}
    keys = [key for key in WHERE_KEYS if spec.understands(key)]
    found = _mapping({"lever": {"const": spec.id}} | own | _entry(keys), required=["lever"])
    one = [{"required": [op]} for op in operations]
    return {**found, "oneOf": one, **_about(spec.label, unit=spec.unit)}


def _entry(keys: Sequence[str]) -> dict[str, Node]:
    """When and where an entry acts."""
    month = {"$ref": "#/$defs/month"}
    ramp = {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_RAMP}
    parts = {"from": _or_null(month), "until": _or_null(month), "ramp_months": ramp, "where": _where(keys)}
    return {key: {**node, **_about(_TOLD[key])} for key, node in parts.items()}


def _where(keys: Sequence[str]) -> Node:
    """A restriction by these keys; `draw` numbers the draw of a `share`."""
    known = [*keys, *(["draw"] if "share" in keys and "draw" not in keys else [])]
    special: dict[str, Node] = {
        "pilot_zone": {"type": ["boolean", "null"]},
        "share": {"type": ["number", "null"], "minimum": 0.0, "maximum": 1.0},
        "draw": {"type": ["integer", "null"], "minimum": 0, "maximum": MOST_DRAW},
    }
    parts = {key: special.get(key) or _or_null({"$ref": f"#/$defs/{key}"}) for key in known}
    labelled = {key: {**node, **_about(dimension_label(key))} for key, node in parts.items()}
    found = _mapping(labelled, null=True)
    return {**found, "dependentRequired": {"draw": ["share"]}} if "share" in keys else found


# --- values ----------------------------------------------------------------------------------------------------------


def _value(item: Parameter, null: bool = True) -> Node:
    """A parameter. `null` stands for *none* where it is optional, else it takes an inherited value out."""
    told = _about(item.label, unit=item.unit, source=item.source)
    if item.members is not None:
        name = {"$ref": f"#/$defs/{item.members}_name"}
        return {"anyOf": [name, {"type": "array", "items": name}, _NULL], "default": list(item.value), **told}
    kind = "integer" if item.integer else "number"
    bounds = {key: end for key, end in (("minimum", item.low), ("maximum", item.high)) if end is not None}
    return {"type": [kind, "null"] if null else kind, **bounds, "default": item.value, **told}


def _members(dimension: str) -> Node:
    """One member, or a list that is not empty."""
    name = {"$ref": f"#/$defs/{dimension}_name"}
    return {"anyOf": [name, {"type": "array", "items": name, "minItems": 1}]}


def _names(dimension: str) -> list[str | int]:
    """Members of a dimension; a code of figures may be written without quotes."""
    names = vocabulary().members(dimension)
    return [*names, *(int(name) for name in names if name.isascii() and name.isdigit())]


def _month() -> Node:
    years = "|".join(str(year) for year in range(year_of(FIRST_MONTH), year_of(LAST_MONTH) + 1))
    return {"type": "string", "pattern": f"^({years})-(0[1-9]|1[0-2])$", "description": "YYYY-MM"}


def _mapping(properties: Mapping[str, Node], required: Sequence[str] = (), null: bool = False) -> Node:
    """A mapping that allows these keys and no other."""
    needed = {"required": list(required)} if required else {}
    kind = ["object", "null"] if null else "object"
    return {"type": kind, **needed, "properties": dict(properties), "additionalProperties": False}


def _one_of(key: str, known: Iterable[str], variants: Iterable[Node]) -> Node:
    """An entry whose key says which of the variants it follows; one at a time, so that an editor names the right."""
    rules = [
        {"if": {"properties": {key: {"const": name}}}, "then": node} for name, node in zip(known, variants, strict=True)
    ]
    return {"type": "object", "required": [key], "properties": {key: {"enum": list(known)}}, "allOf": rules}


def _or_null(node: Node, **more: Any) -> Node:
    return {"anyOf": [node, _NULL], **more}


def _about(label: Label, doc: Label | None = None, unit: str = "", source: str = "") -> Node:
    """Title and description in both languages."""
    words = [f"{doc.en} {doc.zh}"] if doc and doc.en else []
    words += [f"Unit 单位: {unit} {unit_word(unit, 'zh')}"] if unit else []
    words += [f"Source 来源: {source}"] if source else []
    title = {"title": f"{label.en} {label.zh}"}
    return {**title, "description": ". ".join(words)} if words else title


def text() -> str:
    """The file: one line a leaf, keys in the order of the declarations."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Print the schema, or write it with `--write`."""
    return print_or_write("scenario_schema", FILE, text, arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
