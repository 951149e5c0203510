"""The story of a firm agrees with the run it is told of, and numbers that cannot be are refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from experiments import build, load_scenario
from experiments.cli import main
from experiments.firm_events import Seen, events_of, gone, resized
from experiments.roster import RosterJob, narrowed, roster, suggestions
from experiments.trace import MEASURES, FirmStory, TraceJob, trace, trace_job
from model.kernel.refusals import Refused
from model.phases.settle import POSTINGS

TOY = load_scenario("toy")


@pytest.fixture(scope="module")
def stories() -> list[FirmStory]:
    return [trace(TOY, seed=1, firm=number) for number in range(12)]


def kinds(story: FirmStory) -> set[str]:
    return {event.kind for event in story.events}


def test_story_holds_what_the_run_holds() -> None:
    model = build(TOY, seed=1)
    story = trace(TOY, seed=1, firm=3, months=2)
    model.run_months(2)
    firms, row = model.state.firms, int(model.state.firms.row_of([3])[0])
    last = story.months[-1]
    assert last.values["cash"] == firms["cash"][row] and last.values["sales"] == firms["sales"][row]
    assert last.values["quality"] == firms["quality"][row]
    own = model.state.listings["firm"] == row
    assert last.values["sales"] == pytest.approx(model.state.listings["revenue"][own].sum())
    assert sum(offer.yuan for offer in last.offers) == pytest.approx(last.values["exports"])


def test_looking_on_changes_nothing() -> None:
    one, two = build(TOY, seed=2), build(TOY, seed=2)
    from experiments.steps import phases

    one.run_months(2)
    for _ in range(2):
        assert len(list(phases(two))) == 10
    assert one.state.equal(two.state) and one.month == two.month


def test_same_story_each_time(stories: list[FirmStory]) -> None:
    assert json.dumps(trace_job(TraceJob(TOY, 5)).as_row()) == json.dumps(stories[5].as_row())


def test_months_follow_each_other_until_the_firm_leaves(stories: list[FirmStory]) -> None:
    for story in stories:
        months = [one.month for one in story.months]
        assert months == list(range(TOY.start, TOY.start + len(months)))
        assert all(set(one.values) == set(MEASURES) for one in story.months)
        left = [event for event in story.events if event.kind == "left"]
        if story.left is None:
            assert len(months) == TOY.months and not left
        else:
            assert months[-1] == story.left == left[0].month == story.events[-1].month
    assert any(story.left is not None for story in stories), "some firm of the toy leaves"


def test_events_are_told_in_both_languages_and_in_order(stories: list[FirmStory]) -> None:
    for story in stories:
        assert [event.month for event in story.events] == sorted(event.month for event in story.events)
        for event in story.events:
            assert event.text.en and any(ord(letter) > 0x2E7F for letter in event.text.zh)
    assert {"product", "quality", "dropped", "inspected"} <= set().union(*(kinds(story) for story in stories))


def test_listings_told_are_the_listings_there_are(stories: list[FirmStory]) -> None:
    model = build(TOY, seed=1)
    start = {number: Seen.of(model, number).listings for number in range(12)}
    for story in stories:
        if story.left is None:
            count = len(start[story.firm])
            count += sum((event.kind == "entered") - (event.kind == "dropped") for event in story.events)
            row = story.months[-1]
            home = 1 if row.values["home_sales"] > 0.0 else 0
            assert count == len(row.offers) + home


def test_inspections_add_up_to_looks(stories: list[FirmStory]) -> None:
    for story in stories:
        told = sum(event.kind == "inspected" for event in story.events)
        assert told == sum(value > 0.0 for value in story.series("looks"))


def test_a_newcomer_s_story_begins_when_it_is_founded() -> None:
    model = build(TOY, seed=1)
    born: dict[int, int] = {}
    while model.month < TOY.start + TOY.months - 1:
        model.step()
        for number in model.state.firms["number"].tolist():
            if number >= 10**8:
                born.setdefault(number, model.month - 1)
    stories = [trace(TOY, seed=1, firm=number) for number in born]
    for story in stories:
        assert story.events[0].kind == "founded" and story.events[0].month == born[story.firm]
        assert story.months[0].month == born[story.firm] + 1
        entered = sum(event.kind == "entered" for event in story.events)
        sold = {offer.market for month in story.months for offer in month.offers}
        assert entered >= len(sold), "a newcomer enters every market in which it sells"
    assert "entered" in set().union(*(kinds(story) for story in stories))


@pytest.mark.parametrize("number", [-1, 12, 99_999_999, 10**8 + 5, 10**15])
def test_a_number_that_cannot_be_is_refused_before_the_run(number: int) -> None:
    heard: list[int] = []
    with pytest.raises(Refused) as fault:
        trace(TOY, 1, number, report=heard.append)
    problem = fault.value.problems[0]
    assert (problem.code, problem.given, heard) == ("unknown_firm", number, [])
    assert problem.allowed.startswith("0 to 11") and problem.suggestion == ("0" if number < 0 else "11")


def test_a_place_that_stayed_empty_is_refused_with_the_nearest_firm() -> None:
    model = build(TOY, seed=1)
    taken = {n for n in model.state.firms["number"].tolist()}
    place = 10**8 + (TOY.start * model.world.n_belt) * 4096
    model.run_months(TOY.months)
    assert place not in taken | set(model.state.firms["number"].tolist())
    with pytest.raises(Refused) as fault:
        trace(TOY, 1, place)
    assert "was founded during this run" in str(fault.value) and fault.value.problems[0].suggestion.isdigit()


def test_grants_loans_tiers_and_sizes_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    model = build(TOY, seed=1)
    before = Seen.of(model, 0)
    model.step()
    firms, accounts = model.state.firms, model.env.flows.values["accounts"]
    accounts["loans"][0], accounts["repayments"][0] = 5000.0, 0.0
    accounts["overseas_warehouse_fund"] = np.full(firms.n, 7000.0)
    monkeypatch.setitem(POSTINGS, "overseas_warehouse_fund", ("government", "smes"))
    firms["tier"][0], firms["digital_level"][0] = 2 - before.tier, 1.0
    model.env.flows.values["looks"][:, 0], model.env.flows.values["hits"][:, 0] = [2.0, 1.0], [1.0, 0.0]
    now = Seen.of(model, 0)
    found = {event.kind: event.text for event in events_of(model, 0, before, now)}
    assert found["borrowed"].en == "Borrowed 5,000 yuan"
    assert "7,000 yuan" in found["grant"].en and "海外仓" in found["grant"].zh
    assert "inspected 3 of" in found["inspected"].en and "查获违规1起" in found["inspected"].zh
    assert ("tools" in found) == (not before.tools)
    assert [event.text.zh for event in resized(1, 0, 2)] == ["升入中型企业"] and not list(resized(1, 2, 2))


def test_a_firm_beyond_its_credit_line_leaves_for_its_debt() -> None:
    model = build(TOY, seed=1)
    model.step()
    model.state.firms["debt"][0] = 1e12
    assert "debt" in gone(1, Seen.of(model, 0)).text.en
    assert "debt" not in gone(1, Seen.of(model, 1)).text.en


# --- choosing a firm -------------------------------------------------------------------------------------------------


def test_roster_lists_living_firms_and_suggests_some() -> None:
    firms = roster(RosterJob(TOY, 1))
    model = build(TOY, seed=1)
    model.run_months(12)
    assert firms["number"].tolist() == sorted(model.state.firms["number"][model.state.firms.alive_rows()].tolist())
    found = suggestions(firms)
    assert found["largest"] == int(firms.loc[firms["sales"].idxmax(), "number"])
    assert firms.set_index("number").loc[found["typical"], "size"] == "micro"
    province = narrowed(firms, province="Zhejiang")
    assert set(province["province"]) == {"Zhejiang"} and len(narrowed(firms, "Zhejiang", "electronics")) == 0
    assert suggestions(firms.iloc[:0]) == {}


# --- command line ----------------------------------------------------------------------------------------------------


def test_command_prints_the_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["run", "toy", "--months", "3", "--out", str(tmp_path / "one")]
    assert main([*options, "--trace", "3"]) == 0
    text = capsys.readouterr().out
    assert "Firm 3 in toy, seed 1." in text and "Launched a new product" in text
    assert main([*options, "--trace", "3", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["trace"]["firm"] == 3 and len(row["trace"]["months"]) == 3
    assert row["trace"]["events"][0]["text"]["zh"]
    assert main([*options, "--json"]) == 0
    assert "trace" not in json.loads(capsys.readouterr().out)


def test_command_refuses_an_unknown_firm(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "none"
    assert main(["run", "toy", "--trace", "12345", "--out", str(folder)]) == 2
    said = capsys.readouterr()
    assert "0 to 11" in said.err and "'11'" in said.err and said.out == "" and not folder.exists()
