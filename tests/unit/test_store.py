"""Result folders: the same bytes, never half a result, nobody else's folder touched."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from experiments import store
from model.kernel.refusals import Refused

MANIFEST = {
    "schema": 1, "command": "run", "scenarios": [], "seeds": [1], "start": "2019-01", "months": 2, "scale": 0.05,
    "version": "0", "packages": {}, "data_version": "", "wall_s": 1.0, "finished": "2026-01-01T00:00:00+00:00",
}  # fmt: skip


def indicators(rows: int = 4, shift: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "scenario": "toy",
            "seed": np.arange(rows) % 2 + 1,
            "month": "2019-01",
            "indicator": [f"i{n}" for n in range(rows)],
            "value": np.linspace(0.0, 1.0, rows) + shift,
        }
    )


def write(folder: Path, shift: float = 0.0) -> Path:
    return store.write_result(folder, {"indicators": indicators(shift=shift)}, MANIFEST)


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    write(tmp_path / "out")
    result = store.read_result(tmp_path / "out")
    assert result.names == ["indicators"]
    assert result.manifest["start"] == "2019-01"
    rows = result.indicators
    assert list(rows.columns) == ["scenario", "seed", "month", "indicator", "value"]
    assert rows["value"].dtype == np.float64 and rows["seed"].dtype == np.int64
    assert list(zip(rows["seed"], rows["indicator"], strict=True)) == [(1, "i0"), (1, "i2"), (2, "i1"), (2, "i3")]
    assert names(tmp_path) == ["out"]
    assert names(tmp_path / "out") == ["indicators.parquet", "manifest.json"]


def test_order_and_kind_of_columns_do_not_move_a_byte(tmp_path: Path) -> None:
    frame = indicators(1000)
    other = frame.sample(frac=1.0, random_state=3).astype({"seed": "int32", "indicator": "category"})
    other = other[["value", "indicator", "month", "seed", "scenario"]].assign(extra=1)
    one = store.write_result(tmp_path / "one", {"indicators": frame}, MANIFEST)
    two = store.write_result(tmp_path / "two", {"indicators": other}, MANIFEST)
    assert (one / "indicators.parquet").read_bytes() == (two / "indicators.parquet").read_bytes()
    assert pq.read_metadata(one / "indicators.parquet").metadata is None


def test_missing_numbers_survive_and_become_null_in_json(tmp_path: Path) -> None:
    frame = indicators().assign(value=[np.nan, 1.0, np.inf, 2.0])
    store.write_result(tmp_path / "out", {"indicators": frame}, MANIFEST)
    assert np.isnan(store.read_result(tmp_path / "out").indicators["value"].to_numpy()[0])
    assert store.plain({"a": [np.float64("nan"), np.int64(3), (1.5,)]}) == {"a": [None, 3, [1.5]]}


def test_every_table_of_the_contract_can_be_written(tmp_path: Path) -> None:
    frames = {}
    for name, table in store.TABLES.items():
        kinds = {str(kind): 1 for kind in table.columns.values()}
        sample = {"string": "x", "int64": 1, "double": 0.5, "bool": True}
        assert kinds.keys() <= sample.keys()
        frames[name] = pd.DataFrame([{column: sample[str(kind)] for column, kind in table.columns.items()}])
    store.write_result(tmp_path / "out", frames, MANIFEST)
    read = store.read_result(tmp_path / "out")
    assert {name: list(read.table(name).columns) for name in frames} == {
        name: list(table.columns) for name, table in store.TABLES.items()
    }


def test_columns_are_those_of_the_contract() -> None:
    assert {name: " ".join(table.columns) for name, table in store.TABLES.items()} == {
        "indicators": "scenario seed month indicator value",
        "breakdowns": "scenario seed period indicator dimension member value",
        "effects": "scenario indicator period unit baseline policy effect low high se relative p_positive "
        "public_cost effect_per_yuan draws",
        "ledger": "scenario seed month payer payee account yuan",
        "panel": "scenario seed period firm weight belt city province category size tier market platform mode "
        "revenue_yuan units parcels price_yuan delivered_days clearance_hours treated",
        "validation": "id output theme kind target low high simulated sim_low sim_high tier used_in_calibration "
        "passed reason",
        "explanation": "scenario indicator period kind part unit value low high se p_negative orders draws",
        "evaluation": "scenario measure policy indicator dimension member period unit value low high se p_negative "
        "draws",
    }


def test_our_folder_is_replaced_and_notes_in_it_stay(tmp_path: Path) -> None:
    folder = write(tmp_path / "out")
    (folder / "notes.txt").write_text("mine")
    (folder / "panel.parquet").write_text("of the older result")
    write(folder, shift=5.0)
    assert names(folder) == ["indicators.parquet", "manifest.json", "notes.txt"]
    assert store.read_result(folder).indicators["value"].max() == 6.0
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("content", [None, "{", "[]", '{"name": "a web app", "icons": []}'])
def test_foreign_folder_is_refused_and_left_alone(tmp_path: Path, content: str | None) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work")
    if content is not None:
        (folder / "manifest.json").write_text(content)
    before = names(folder)
    with pytest.raises(Refused, match="holds no result of dualcirc"):
        write(folder)
    assert names(folder) == before and names(tmp_path) == ["thesis"]


def test_a_file_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(Refused, match="is a file"):
        write(tmp_path / "out")


STEPS = ("fsync", "replace", "rename")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("nth", range(8))
def test_fault_at_any_step_keeps_the_older_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, nth: int
) -> None:
    folder = write(tmp_path / "out")
    old = {name: (folder / name).read_bytes() for name in names(folder)}
    calls = 0
    real = getattr(os, step)

    def faulty(*args: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth + 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*args)

    monkeypatch.setattr(os, step, faulty)
    try:
        write(folder, shift=5.0)
    except OSError as fault:
        assert fault.errno == errno.ENOSPC
        monkeypatch.undo()
        found = {name: (folder / name).read_bytes() for name in names(folder)}
        new = store.read_result(folder).indicators["value"].max() == 6.0
        assert found == old or new
    else:
        assert calls <= nth
        monkeypatch.undo()
    assert names(tmp_path) == ["out"]
    store.read_result(folder).table("indicators")


KILLED_WRITER = """
import os, sys
import pandas as pd
from experiments import store

calls = 0
def last(one, two):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os._exit(0)
    os.replace(one, two)

store.os.rename = last
row = {"scenario": "toy", "seed": 1, "month": "2019-01", "indicator": "i", "value": 6.0}
manifest = dict.fromkeys(("command", "scenarios", "seeds", "version", "finished"), "") | {"schema": 1}
store.write_result(sys.argv[1], {"indicators": pd.DataFrame([row])}, manifest)
os._exit(1)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="asks whether a process still runs")
@pytest.mark.parametrize("nth", [1, 2])
def test_killed_between_the_renames_the_older_result_comes_back(tmp_path: Path, nth: int) -> None:
    folder = write(tmp_path / "out")
    done = subprocess.run([sys.executable, "-c", KILLED_WRITER, str(folder), str(nth)], timeout=60)
    assert done.returncode == 0
    assert len(names(tmp_path)) == 2, "a draft is left"
    assert store.read_result(folder).indicators["value"].max() == 1.0
    write(folder, shift=2.0)
    assert store.read_result(folder).indicators["value"].max() == 3.0
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("damage", ["cut", "flip", "gone"])
def test_damage_is_found(tmp_path: Path, damage: str) -> None:
    file = write(tmp_path / "out") / "indicators.parquet"
    content = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    else:
        content = content[:-9] if damage == "cut" else content
        content[40] ^= damage == "flip"
        file.write_bytes(content)
    with pytest.raises(Refused, match="missing or damaged"):
        _ = store.read_result(tmp_path / "out").indicators


def test_no_manifest_no_result(tmp_path: Path) -> None:
    folder = write(tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").unlink()
    with pytest.raises(Refused, match="no complete result"):
        store.read_result(folder)
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": 99}))
    with pytest.raises(Refused, match="newer dualcirc"):
        store.read_result(folder)


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    write(tmp_path / "out")
    with pytest.raises(Refused, match="holds no effects; it has indicators"):
        _ = store.read_result(tmp_path / "out").effects
