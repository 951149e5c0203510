"""The document of policies is true, whole and in both languages; a new policy or kind of act appears by itself."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

import model.policies as declared
from experiments import policy_document
from experiments.policy_document import DOCUMENT, act_text, acts_of, document, main, policy_text, unit_text
from experiments.words import indicators
from model.levers import LEVERS, Effect, Where
from model.policies import Policy, policies
from model.programmes import Outlay
from model.shocks import SHOCKS


def test_the_document_is_as_declared() -> None:
    told = DOCUMENT.read_text(encoding="utf-8")
    assert told == document(), "stale: run `python -m experiments.policy_document --write`"


def test_everything_declared_stands_in_it() -> None:
    text = document()
    rows = re.findall(r"^\| `(\w+)`", text, flags=re.M)
    for policy in policies().values():
        assert text.count(f'<a id="{policy.id}"></a>') == 1
        assert f"](#{policy.id})" in text and policy.doc.en in text and policy.doc.zh in text
        assert {item.name for item in policy.parameters} <= set(rows)
    for shock in SHOCKS.values():
        assert f"### {shock.label.en} {shock.label.zh}" in text
    assert not [name for name in (*LEVERS.ids(), *indicators()) if rows.count(name) < 1]


def test_rows_of_a_table_are_as_long_as_its_head() -> None:
    cells = [len(re.split(r"(?<!\\)\|", line)) if line.startswith("|") else 0 for line in document().splitlines()]
    assert not [at for at, many in enumerate(cells) if at and many and cells[at - 1] and many != cells[at - 1]]


@pytest.mark.parametrize("id", list(policies()))
def test_every_policy_acts_and_tells_its_claims(id: str) -> None:
    policy, text = policies()[id], policy_text(policies()[id])
    kinds = {kind for kind, _ in acts_of(policy)}
    assert kinds, f"{id} does nothing that the document could tell"
    assert "side effect 副作用" in text
    assert len(re.findall(r"^\| (?:channel|outcome|side effect) ", text, flags=re.M)) == len(policy.expects)
    assert not re.search(r"\b(None|nan)\b", text)


def test_acts_are_told_with_their_places() -> None:
    effect = Effect("reach", "multiply", 1.5, Where((("market", ("VNM",)),), pilot_zone=True, share=0.5))
    told = act_text(effect)
    assert "`reach` Reach 触达 × 1.5" in told and "越南" in told and "综试区内" in told and "0.5" in told
    assert act_text(Outlay("x", "labour", 10.0 / 3.0)) == "to 收款方: Labour 劳动者; yuan a month 每月（元）: 3.33333"


def test_a_new_kind_of_act_appears_by_itself() -> None:
    """A further part of a policy's declaration, such as programmes, needs no change here."""

    @dataclasses.dataclass(frozen=True)
    class Course:
        account: str
        hours: float

    wider = dataclasses.make_dataclass(
        "Wider", [("courses", object, dataclasses.field(default=declared._nothing))], bases=(Policy,), frozen=True
    )
    one = next(iter(policies().values()))
    values = {item.name: getattr(one, item.name) for item in dataclasses.fields(one)}
    policy = wider(**values, courses=lambda values, where: [Course(one.id, 12.0)])
    before, policy_document.Policy = policy_document.Policy, wider  # type: ignore[misc, assignment]
    try:
        assert acts_of(policy)[-1] == ("courses courses", "hours: 12")
    finally:
        policy_document.Policy = before  # type: ignore[misc]


def test_units_are_told_as_they_are_written_in_a_file() -> None:
    assert unit_text("share of cost") == "share of cost 比例（占成本）"
    assert unit_text("share per month") == "share per month 比例/月"
    assert unit_text("yuan per m2") == "yuan per m² 元/平方米"


def test_it_is_written_where_it_belongs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "POLICIES.md"
    monkeypatch.setattr(policy_document, "DOCUMENT", place)
    assert main(["--wirte"]) == 2 and not place.exists()
    assert main(["--write"]) == 0 and place.read_text(encoding="utf-8") == document()
