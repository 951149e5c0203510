"""The table of parameters is true, complete, in both languages; no number lacks a source or the word assumed."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from experiments import parameter_table
from experiments.parameter_table import DOCUMENT, STATUS_WORDS, document, main, number, sections
from model.kernel.declare import STATUSES, Parameter
from model.policies import policies
from model.scenario.vocabulary import vocabulary
from model.shocks import SHOCKS

ROWS: list[tuple[str, Parameter]] = [row for section in sections() for row in section.rows]
NO_SOURCE = re.compile(r"no (?:source|estimate)\b|^-?$", flags=re.IGNORECASE)


def test_the_document_is_as_declared() -> None:
    told = DOCUMENT.read_text(encoding="utf-8")
    assert told == document(), "stale: run `python -m experiments.parameter_table --write`"


def test_every_declared_parameter_stands_in_it_once() -> None:
    count = len(vocabulary().parameters) + sum(len(item.parameters) for item in policies().values())
    count += sum(len(item.numbers) for item in SHOCKS.values())
    lines = [line for line in document().splitlines() if line.startswith("| `")]
    assert len(ROWS) == len({path for path, _ in ROWS}) == len(lines) == count
    assert all(len(re.split(r"(?<!\\)\|", line)) == 10 for line in lines)


@pytest.mark.parametrize(("path", "item"), ROWS, ids=[path for path, _ in ROWS])
def test_no_parameter_lacks_a_source_or_the_word_assumed(path: str, item: Parameter) -> None:
    assert item.status in STATUSES
    assert item.unit and item.label.en and item.label.zh and item.label.zh != item.label.en
    if item.status != "assumed":
        assert not NO_SOURCE.search(item.source), f"{path}: '{item.source}' is no source for the status {item.status}"


def test_counts_add_up() -> None:
    counts = Counter(item.status for _, item in ROWS)
    told = dict(re.findall(r"^\| (\w+) [^|]+ \| (\d+) \|$", document(), flags=re.MULTILINE))
    assert told == {**{status: str(many) for status, many in counts.items()}, "all": str(len(ROWS))}
    assert set(STATUS_WORDS) == set(STATUSES)


def test_numbers_are_written_plainly() -> None:
    told = [number(value) for value in (0.0005, 2.0e9, 5000.0, -1.2, 0.0, 1.0e15)]
    assert "| 2028 | 2025 – 2035 | year |" in document()
    assert told == ["0.0005", "2,000,000,000", "5,000", "-1.2", "0", "1e+15"]


def test_it_is_written_where_it_belongs(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path

    place = Path(str(tmp_path)) / "PARAMETERS.md"
    monkeypatch.setattr(parameter_table, "DOCUMENT", place)
    assert main(["--wirte"]) == 2 and not place.exists()
    assert main(["--write"]) == 0 and place.read_text(encoding="utf-8") == document()


def test_a_new_group_needs_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    fewer = {group: label for group, label in parameter_table.GROUPS.items() if group != "customs"}
    monkeypatch.setattr(parameter_table, "GROUPS", fewer)
    with pytest.raises(ValueError, match="customs"):
        sections()
