"""The lesson plays the model's own months, and its sums are checked."""

import pytest

from experiments import build, load_scenario
from experiments.facts import Fact
from experiments.lesson import QUESTIONS, TITLES, Lesson, Sum, adds_up, same_by_step
from experiments.lesson_month import ACCOUNTS
from model.economy import MONTH
from model.kernel.declare import Label
from model.kernel.refusals import RunFailed
from model.phases.settle import POSTINGS


def test_the_lesson_knows_the_phases_and_accounts_of_the_model() -> None:
    assert list(TITLES) == [name for name, _ in MONTH] == list(QUESTIONS)
    assert set(ACCOUNTS) == set(POSTINGS)


def test_ten_phases_make_a_month() -> None:
    lesson = Lesson()
    start = lesson.month
    for number, (name, _) in enumerate(MONTH, start=1):
        assert lesson.months == []
        told = lesson.next_phase()
        assert told is not None and (told.phase, told.number) == (name, number)
    assert lesson.months == [start] and lesson.month == start
    lesson.next_phase()
    assert lesson.month == start + 1 and len(lesson.told) == 1


@pytest.mark.parametrize("seed", [1, 3])
def test_all_months_are_those_of_plain_steps(seed: int) -> None:
    lesson = Lesson(seed)
    lesson.next_phase()
    while not lesson.finished:
        assert [told.number for told in lesson.play_month()] == list(range(1, 11))
    assert len(lesson.months) == 24 and same_by_step(lesson)
    assert lesson.next_phase() is None and lesson.play_month() == []
    model = build(load_scenario("toy"), seed)
    model.run_months(24)
    frame = model.recorder.indicator_frame()
    exports = frame[frame["indicator"] == "export_value"].sort_values("month")["value"].tolist()
    assert lesson.history["export_value"] == exports


def test_everything_is_said_in_both_languages() -> None:
    told = Lesson().play_month()
    facts = [fact for one in told for fact in one.facts]
    facts += [fact for one in told for part in one.sums for fact in (*part.parts, part.whole)]
    for fact in facts:
        assert fact.label.en and any(ord(letter) > 0x2E7F for letter in fact.label.zh), fact.label
        assert fact.exact("en") and fact.exact("zh") and fact.text("en") and fact.text("zh")


def test_sums_of_the_month_are_there() -> None:
    lesson = Lesson()
    assert lesson.cost_parts() is None
    told = {one.phase: one for one in lesson.play_month()}
    names = {phase: [one.name.en for one in told[phase].sums] for phase in told}
    assert names["clear"] == ["clearance", "the buyer waits"]
    assert names["settle"] == [
        "the firm's cash", "where the buyers' money went", "all sectors, received less paid",
    ]  # fmt: skip
    cost = lesson.cost_parts()
    assert cost is not None and len(cost.parts) == 7
    assert sum(part.value for part in cost.parts) == pytest.approx(cost.whole.value, rel=1e-9)  # type: ignore[misc]


def test_a_sum_that_is_wrong_is_not_made() -> None:
    part = Fact(Label("part", "部分"), 1.0, "yuan")
    with pytest.raises(RunFailed, match=r"the parts make 2\.0, not 3\.0"):
        Sum(Label("whole", "合计"), (part, part), Fact(Label("whole", "合计"), 3.0, "yuan", True))
    adds_up([1e12, -1e12], 0.0, "rounding")
    with pytest.raises(RunFailed):
        adds_up([1.0], 1.0001, "too far")


def test_agents_are_counted_as_mesa_knows_them() -> None:
    lesson = Lesson()
    counts = {label.en: count for label, count in lesson.agents()}
    assert counts["Firms"] == 12 and counts["Markets abroad"] == 2 and counts["Government"] == 1
    assert sum(counts.values()) == len(lesson.model.agents)


def test_a_fact_counts_whole_things_without_decimals() -> None:
    assert Fact(Label("a", "甲"), 3.0, "looks").exact("en") == "3 looks"
    assert Fact(Label("a", "甲"), 3.0, "yuan").exact("zh") == "3.00元"
    assert Fact(Label("a", "甲"), 0.125, "share").exact("en") == "12.50 %"
    assert Fact(Label("a", "甲"), Label("yes", "是")).exact("zh") == "是"
