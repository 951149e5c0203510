"""Tables: columns, rows, identity by number, copies."""

import copy
import pickle  # noqa: TID251

import numpy as np
import pytest

from model.kernel.columns import Table

SPEC = {"cash": np.float64, "belt": np.int16, "young": np.bool_, "score": np.float32}


def number_of_new(table):
    rows = table.add(count=1)
    return table["number"][rows].tolist()


def test_a_new_table_is_empty_and_always_has_number_and_alive():
    table = Table(SPEC)
    assert table.names == ("number", "alive", *SPEC)
    assert table.n == 0 and len(table["cash"]) == 0 and not table.alive_rows().size
    assert "cash" in table and "crash" not in table


@pytest.mark.parametrize("name", ["n", "copy", "take", "_x", "a b"])
def test_names_that_hide_something_are_refused(name):
    with pytest.raises(ValueError, match="cannot be the name"):
        Table({name: float})


def test_identity_columns_keep_their_dtype():
    assert Table({"alive": np.bool_}).names == ("number", "alive")
    with pytest.raises(ValueError, match="dtype int64"):
        Table({"number": float})


def test_columns_are_writable_views_by_item_and_by_attribute():
    table = Table(SPEC)
    table.add({"cash": [1.0, 2.0]})
    table["cash"][0] = 5
    table.cash += 1
    table.belt = 3
    table["young"] = np.array([True, False])
    assert table["cash"].tolist() == [6, 3] and table.belt.tolist() == [3, 3]
    assert table.young.tolist() == [True, False]
    assert table.number.tolist() == [0, 1] and table["score"].dtype == np.float32


def test_writing_what_does_not_fit_is_refused():
    table = Table(SPEC)
    table.add({"cash": [1.0, 2.0]})
    with pytest.raises(ValueError, match="needs shape"):
        table["cash"] = [1.0]
    with pytest.raises(ValueError, match="does not fit"):
        table["belt"] = 70_000
    with pytest.raises(TypeError, match="'belt' holds int16"):
        table["belt"] = [0.5, 1.0]
    with pytest.raises(KeyError, match="no column 'crash'"):
        table["crash"]
    with pytest.raises(AttributeError):
        _ = table.crash
    with pytest.raises(AttributeError):
        table.crash = 1


def test_the_number_cannot_be_overwritten():
    table = Table(SPEC)
    table.add(count=2)
    with pytest.raises(ValueError, match="read-only"):
        table["number"][0] = 4
    for write in (
        lambda: table.__setitem__("number", [4, 5]),
        lambda: table.put_at("number", 0, 4),
        lambda: table.put_rows("number", np.array([0]), 4),
    ):
        with pytest.raises(TypeError, match="identity"):
            write()


def test_dead_rows_are_reused_in_order_and_numbers_never():
    table = Table(SPEC)
    table.add({"cash": np.arange(6.0), "score": 1.0})
    table.remove([4, 1])
    assert table.alive_rows().tolist() == [0, 2, 3, 5]
    rows = table.add({"cash": [10.0, 11.0, 12.0]})
    assert rows.tolist() == [1, 4, 6]
    assert table["number"].tolist() == [0, 6, 2, 3, 7, 5, 8]
    assert table["cash"].tolist() == [0, 10, 2, 3, 11, 5, 12]
    assert table["score"].tolist() == [1, 0, 1, 1, 0, 1, 0]  # unset on a reused row: zero


def test_a_refused_add_changes_nothing():
    table = Table(SPEC)
    table.add({"cash": [1.0, 2.0]})
    before = table.copy()
    for bad in ({"cash": [1.0], "belt": [1, 2]}, {"number": [9, 9]}, {"number": [1]}, {"number": [-1]}):
        with pytest.raises(ValueError):
            table.add(bad)
    with pytest.raises(ValueError, match="how many"):
        table.add({"cash": 1.0})
    assert table.equal(before)


def test_numbers_may_be_given_and_the_counter_moves_past_them():
    table = Table(SPEC, first_number=100)
    assert number_of_new(table) == [100]
    table.add({"number": [500, 50]})
    assert number_of_new(table) == [501]


def test_growth_keeps_values_and_moves_rarely():
    table = Table({"cash": float})
    moves, base = 0, None
    for i in range(2_000):
        table.add({"cash": [float(i)]})
        moves += table["cash"].base is not base
        base = table["cash"].base
    assert table["cash"].tolist() == list(range(2_000))
    assert moves < 20


def test_remove_takes_codes_or_a_mask_and_checks_them():
    table = Table(SPEC)
    table.add(count=3)
    table.remove(np.array([True, False, False]))
    table.remove(0)
    table.remove([])
    assert table.alive_rows().tolist() == [1, 2]
    for bad, error in (([3], IndexError), ([-1], IndexError), ([0.5], TypeError), ([True], ValueError)):
        with pytest.raises(error):
            table.remove(bad)


def test_row_of_follows_adding_removing_and_reuse():
    table = Table(SPEC)
    assert table.row_of([0, 1]).tolist() == [-1, -1]
    table.add({"number": [30, 10, 20]})
    assert table.row_of([10, 20, 30, 40, -5]).tolist() == [1, 2, 0, -1, -1]
    table.remove([2])
    assert table.row_of(20) == -1
    table.add(count=1)
    assert table.row_of([[20, 31], [10, 30]]).tolist() == [[-1, 2], [1, 0]]


def test_replace_swaps_in_whole_columns():
    table = Table(SPEC)
    table.add({"cash": [1.0, 2.0]})
    cash, belt = np.array([3.0, 4.0, 5.0]), [1, 2, 3]
    table.replace({"cash": cash, "belt": belt})
    assert table.n == 3 and table.alive.all() and table["number"].tolist() == [2, 3, 4]
    assert np.shares_memory(table["cash"], cash) and table["belt"].dtype == np.int16
    assert table["score"].tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="needs shape"):
        table.replace({"cash": [1.0], "belt": [1, 2]})
    assert table["belt"].tolist() == belt
    table.replace({}, count=0)
    assert table.n == 0 and table.next_number == 5


def test_replace_copies_what_others_could_write_to():
    table = Table({"a": float, "b": float, "c": float})
    shared, frozen = np.ones(4), np.ones(2)
    frozen.flags.writeable = False
    table.replace({"a": shared[:2], "b": frozen, "c": 7.0})
    table["a"][:], table["b"][:] = 2, 2
    assert shared.tolist() == [1, 1, 1, 1] and frozen.tolist() == [1, 1]
    same = np.zeros(2)
    table.replace({"a": same, "b": same})
    assert not np.shares_memory(table["a"], table["b"])


def test_compress_drops_dead_rows_and_tells_where_the_others_went():
    table = Table(SPEC)
    table.add({"cash": np.arange(5.0)})
    table.remove([0, 3])
    assert table.compress().tolist() == [-1, 0, 1, -1, 2]
    assert table["cash"].tolist() == [1, 2, 4] and table.row_of([4, 0]).tolist() == [2, -1]
    assert number_of_new(table) == [5]


def test_take_copies():
    table = Table(SPEC)
    table.add({"cash": [1.0, 2.0, 3.0]})
    taken = table.take([2, 0])
    taken["cash"][:] = 0
    assert taken["number"].tolist() == [2, 0] and table["cash"].tolist() == [1, 2, 3]


def test_subarray_columns():
    table = Table({"sales": np.dtype((np.float64, (3,)))})
    table.add({"sales": np.ones((20, 3))})
    table.add({"sales": [[1.0, 2.0, 3.0]]})
    assert table["sales"].shape == (21, 3) and table.value_at("sales", 20) == [1, 2, 3]
    table.put_at("sales", 0, [4.0, 5.0, 6.0])
    assert table["sales"][0].tolist() == [4, 5, 6]
    with pytest.raises(ValueError, match="needs shape"):
        table["sales"] = np.ones(21)
    assert pickle.loads(pickle.dumps(table)).equal(table)  # noqa: S301


@pytest.mark.parametrize(
    "clone",
    [Table.copy, copy.copy, copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t))],  # noqa: S301
)
def test_copies_are_bit_equal_and_independent(clone):
    table = Table(SPEC, capacity=64)
    table.add({"cash": [np.nan, 0.0, 1.0]})
    table.remove([1])
    other = clone(table)
    assert other.equal(table) and table.equal(other)
    other["cash"][2] = 9
    assert table["cash"][2] == 1 and other.differing(table) == ["cash"]
    other["cash"][2] = 1
    assert other.add(count=2).tolist() == table.add(count=2).tolist()
    assert other.equal(table)


def test_equality_is_by_bits():
    table = Table({"x": float})
    table.add({"x": [0.0]})
    other = table.copy()
    other["x"][0] = -0.0
    assert not table.equal(other)
    assert not table.equal(Table({"x": np.float32})) and not table.equal(Table({"y": float}))
