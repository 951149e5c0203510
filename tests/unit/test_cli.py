"""The command line: exit codes, what goes to stdout, and refusals in plain words."""

import errno
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import model.scenario
from experiments import cli
from experiments.jobs import Lost
from experiments.store import read_result
from model.kernel.refusals import Problem, Refused
from tests.unit import small_economy as small

PROJECT = Path(__file__).resolve().parents[2]
NAMES = {"plain": small.PLAIN, "generous": small.GENEROUS, "faulty": small.FAULTY}


def load(name: str, sets: list[str]) -> small.SmallScenario:
    if name not in NAMES:
        raise Refused([Problem("unknown_scenario", f"There is no scenario called '{name}'.")])
    if "policies.gift=yes" in sets:
        return small.SmallScenario(name, (small.GIFT,))
    return NAMES[name]


@pytest.fixture(autouse=True)
def small_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run = importlib.import_module("experiments.run")
    monkeypatch.setattr(run, "economy", small.SmallEconomy)
    monkeypatch.setattr(run, "_declared", lambda: (small.UNITS, small.KINDS))
    monkeypatch.setattr(model.scenario, "load_scenario", load)
    monkeypatch.chdir(tmp_path)


def called(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = cli.main(words)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    out, err = capsys.readouterr()
    return code, out, err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = called(capsys, "--version")
    assert (code, err) == (0, "")
    assert out.split()[0] == "dualcirc" and out.split()[1].count(".") == 2


@pytest.mark.parametrize(
    "words", [["--help"], ["run", "--help"], ["compare", "--help"], ["scenario", "check", "--help"]]
)
def test_help_goes_to_stdout(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    code, out, err = called(capsys, *words)
    assert code == 0 and "Usage: dualcirc" in out and err == ""


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from experiments.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert not [name for name in ("numpy", "pandas", "mesa", "numba", "pyarrow") if f"'{name}'" in done.stderr]


BAD_LINES = [
    [],
    ["fly"],
    ["run"],
    ["run", "plain", "more"],
    ["run", "plain", "--seed", "one"],
    ["run", "plain", "--seed", "-1"],
    ["run", "plain", "--months", "0"],
    ["run", "plain", "--detail", "everything"],
    ["run", "plain", "--colour"],
    ["run", "nowhere"],
    ["compare", "plain"],
    ["compare", "plain", "generous", "--seeds", "0"],
    ["compare", "plain", "generous", "--seeds", "3,3"],
    ["compare", "plain", "generous", "--seeds", "1-8"],
    ["compare", "plain", "generous", "--seeds", "two"],
    ["compare", "plain", "generous", "--seeds", ""],
    ["compare", "plain", "generous", "--seeds", "1,,2"],
    ["compare", "plain", "generous", "--jobs", "0"],
    ["compare", "nowhere", "generous"],
    ["policies", "no_such_policy"],
    ["scenario"],
    ["scenario", "check"],
    ["scenario", "check", "nowhere"],
    ["scenario", "new", "a/b"],
    ["bench", "--months", "0"],
]


@pytest.mark.parametrize("words", BAD_LINES, ids=" ".join)
def test_bad_lines_are_refused_in_few_words(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, words: list[str]
) -> None:
    code, out, err = called(capsys, *words)
    assert code == 2
    assert "Traceback" not in err and err.strip()
    assert len(err.splitlines()) <= 3 or "Usage:" in err
    assert list(tmp_path.iterdir()) == []
    assert out == ""


def test_run_prints_json_and_writes_a_folder(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = called(capsys, "run", "plain", "--months", "3", "--seed", "2", "--json")
    assert code == 0
    row = json.loads(out)
    assert list(row) == [
        "scenario", "seed", "start", "months", "scale", "smes", "listings", "wall_s", "out", "indicators",
    ]  # fmt: skip
    assert row["start"] == "2023-07" and row["seed"] == 2 and row["out"] == "out/plain" and row["smes"] == 10.0
    assert row["indicators"]["export_value"] == {"unit": "yuan", "kind": "flow", "values": [2e9, 2.001e9, 2.002e9]}
    stored = read_result(tmp_path / "out" / "plain")
    assert stored.names == ["indicators", "breakdowns", "ledger"]
    assert stored.manifest["command"] == "run" and stored.manifest["scenarios"][0]["name"] == "plain"
    assert "Written to out" in err and "Traceback" not in err


def test_full_detail_adds_the_panel(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert called(capsys, "run", "plain", "--detail", "full", "--out", "here")[0] == 0
    assert read_result("here").table("panel")["treated"].tolist() == [True]


def test_compare_prints_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = called(capsys, "compare", "plain", "generous", "--seeds", "3,5,", "--jobs", "1", "--json")
    assert code == 0
    row = json.loads(out)
    assert list(row) == ["baseline", "scenarios", "seeds", "out", "effects"]
    assert (row["baseline"], row["scenarios"], row["seeds"]) == ("plain", ["generous"], [3, 5])
    assert row["effects"] == [
        {key: None if value != value else value for key, value in effect.items()}
        for effect in read_result("out/generous").effects.to_dict(orient="records")
    ]


def test_compare_prints_a_table_that_says_what_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "compare", "plain", "generous", "--seeds", "2", "--jobs", "1")
    assert code == 0
    for words in ("2 paired runs", "90 % interval", "A scenario, not a forecast.", "bn yuan", "24 m yuan", "days"):
        assert words in out, out


def test_set_changes_the_scenarios_and_not_the_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", "plain", "plain", "--set", "policies.gift=yes", "--seeds", "1", "--jobs", "1", "--json")
    _, out, _ = called(capsys, *words)
    row = json.loads(out)
    assert row["scenarios"] == ["plain_2"] and row["out"] == "out/plain_2"
    assert any(effect["effect"] > 0 for effect in row["effects"] if effect["indicator"] == "export_value")


def test_explain_adds_the_parts(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("compare", "plain", "generous", "--seeds", "2", "--jobs", "1", "--explain")
    code, out, err = called(capsys, *words)
    assert code == 0 and "What each part of generous adds" in out
    assert "The explanation takes 4 runs (4 without it)." in err
    assert read_result("out/generous").table("explanation")["part"].unique().tolist() == ["gift"]


def test_seeds_whose_process_died_are_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("experiments.compare")
    real = module.run_jobs

    def lossy(*args: Any) -> Any:
        for key, result in real(*args):
            yield key, Lost(3) if key == 2 else result

    monkeypatch.setattr(module, "run_jobs", lossy)
    code, out, err = called(capsys, "compare", "plain", "generous", "--seeds", "3", "--jobs", "1")
    assert code == 3 and "2 paired runs" in out and "Not done: seeds 2" in out and "Seeds 2 were given up" in err
    assert read_result("out/generous").manifest["seeds"] == [1, 3]


def test_failed_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = called(capsys, "run", "faulty")
    assert (code, out) == (1, "")
    assert err == "The run failed: accounts of smes do not close: off by 0.1 of their turnover\n"
    assert list(tmp_path.iterdir()) == []


def test_foreign_folder_is_refused_before_anything_runs(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    run = importlib.import_module("experiments.run")
    monkeypatch.setattr(run, "economy", lambda scenario, seed: pytest.fail("it ran"))
    for words in (("run", "plain"), ("compare", "plain", "generous")):
        code, _, err = called(capsys, *words, "--out", "mine")
        assert code == 2 and "left alone" in err


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "no permission"), (errno.EROFS, "read-only")],
)
def test_trouble_with_the_disk(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    assert called(capsys, "run", "plain")[0] == 0
    before = read_result("out/plain").manifest

    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number), "out/plain")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        code, _, err = called(capsys, "run", "plain")
    assert code == 1 and words in err and "Traceback" not in err
    assert read_result("out/plain").manifest == before


def test_stop_by_the_user(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(model: small.SmallEconomy) -> None:
        os.kill(os.getpid(), signal.SIGTERM if model.month % 2 else signal.SIGINT)
        time.sleep(5.0)

    monkeypatch.setattr(small.SmallEconomy, "step", interrupted)
    code, out, err = called(capsys, "run", "plain")
    assert (code, out, err) == (4, "", "Stopped.\n")
    assert not Path("out").exists()


def test_seeds() -> None:
    assert cli.parse_seeds("3") == (1, 2, 3)
    assert cli.parse_seeds("3,") == (3,)
    assert cli.parse_seeds(" 3, 5 ,9") == (3, 5, 9)


def test_check_reports_every_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("schema: 1\nmonths: many\ncolour: red\n")
    code, out, _ = called(capsys, "scenario", "check", "bad.yaml", "--json")
    row = json.loads(out)
    assert code == 2 and row["ok"] is False and len(row["problems"]) == 2
    assert list(row["problems"][0]) >= ["code"] and {"line", "path", "suggestion"} <= row["problems"][0].keys()
    code, out, err = called(capsys, "scenario", "check", "bad.yaml")
    assert (code, out) == (2, "") and len(err.splitlines()) == 2


def test_new_scenario_is_in_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ("scenario", "new", "push", "--policy", "overseas_warehouse_fund")
    assert called(capsys, *words)[:2] == (0, "push.yaml\n")
    assert called(capsys, "scenario", "check", "push.yaml")[0] == 0
    code, out, _ = called(capsys, "scenario", "check", "push.yaml", "--resolved")
    assert code == 0 and "overseas_warehouse_fund:" in out
    code, _, err = called(capsys, *words)
    assert code == 2 and "left alone" in err


def test_list_and_diff(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    code, out, _ = called(capsys, "scenario", "list", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert code == 0 and list(rows["baseline"]) == ["name", "path", "label", "policies", "shocks"]
    code, out, _ = called(capsys, "scenario", "diff", "baseline", "overseas_warehouse_fund", "--json")
    paths = [row["path"] for row in json.loads(out)]
    assert code == 0 and "policies.overseas_warehouse_fund.rate" in paths


def test_policies_has_the_shape_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "policies", "--json")
    row = json.loads(out)
    assert code == 0
    assert list(row) == ["policies", "shocks", "levers", "indicators", "dimensions", "parameters"]
    policy = row["policies"][0]
    assert list(policy) == ["id", "label", "section", "group", "payer", "parameters", "expects", "unmoved"]
    assert list(policy["parameters"][0]) == ["name", "unit", "default", "paper", "min", "max", "source", "status"]
    assert list(policy["expects"][0]) == ["indicator", "direction", "where"]
    assert list(row["shocks"][0]) == ["kind", "parameters"]
    assert list(row["levers"][0]) == ["id", "unit", "axes", "neutral", "combine", "min", "max"]
    assert list(row["parameters"][0]) == ["path", "value", "min", "max", "unit", "source", "status"]
    assert "ASEAN" in row["dimensions"]["region"] and len(row["dimensions"]["province"]) == 31


def test_page_of_a_policy(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = called(capsys, "policies", "overseas_warehouse_fund")
    assert code == 0 and "min_area_m2" in out and "It must not move: " in out


def test_bench_has_the_shape_of_the_contract(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    speed = importlib.import_module("experiments.bench.speed")
    monkeypatch.setattr(speed, "economy", small.SmallEconomy)
    monkeypatch.setattr(speed, "oracle_class", lambda: small.SmallEconomy)
    words = ("bench", "--scenario", "plain", "--months", "4", "--json")
    code, out, _ = called(capsys, *words)
    row = json.loads(out)
    assert code == 0 and list(row) == [
        "smes", "listings", "months", "setup_s", "step_s", "total_s", "ns_per_listing_month", "peak_rss_mib",
        "first_result_s", "phases",
    ]  # fmt: skip
    assert row["listings"] == 10.0 and row["months"] == 4 and row["peak_rss_mib"] > 10.0
    row = json.loads(called(capsys, *words, "--oracle")[1])
    assert list(row)[-2:] == ["oracle_ns_per_listing_month", "speedup_over_oracle"]


def test_policies_are_readable_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    from model.policies import policies

    for policy in policies().values():
        assert cli.main(["policies", policy.id, "--lang", "zh"]) == 0
        zh = capsys.readouterr().out
        assert cli.main(["policies", policy.id, "--lang", "en"]) == 0
        en = capsys.readouterr().out
        assert policy.label.zh in zh and policy.doc.zh in zh and "预期影响" in zh
        assert policy.label.en in en and policy.doc.en in en and policy.label.zh not in en
        for parameter in policy.parameters:
            assert parameter.label.zh in zh and parameter.label.en in en
    assert cli.main(["policies", "--lang", "fr"]) == 2
    assert "en, zh" in capsys.readouterr().err
