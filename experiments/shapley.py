"""Shapley values of a game whose players are numbered: every order at once, or a few orders drawn beforehand.

Pure arithmetic: a game is the worth (an array) of each coalition of players, the empty and the whole one included. A
player's share is the mean of what it adds when players come one by one, over the orders in which they may come.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

Coalition = frozenset[int]
Floats = NDArray[np.float64]
Worth = Mapping[Coalition, Floats]

NOBODY: Final[Coalition] = frozenset()


def coalitions(n: int) -> list[Coalition]:
    """All coalitions of n players, the smallest first."""
    return [frozenset(some) for size in range(n + 1) for some in combinations(range(n), size)]


def exact_shares(n: int, worth: Worth) -> list[Floats]:
    """Share of each of n players over all orders; needs the worth of every coalition."""
    return [_exact(n, player, worth) for player in range(n)]


def _exact(n: int, player: int, worth: Worth) -> Floats:
    others = [number for number in range(n) if number != player]
    total = np.zeros_like(worth[NOBODY])
    for size in range(n):
        weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
        for some in combinations(others, size):
            total = total + weight * (worth[frozenset(some) | {player}] - worth[frozenset(some)])
    return total


def sampled_shares(orders: Sequence[Sequence[int]], worth: Worth) -> list[Floats]:
    """Share of each player over some orders; needs the worth of their beginnings. Adds up whatever the orders are."""
    return [
        np.asarray(np.mean([_added(order, player, worth) for order in orders], axis=0))
        for player in range(len(orders[0]))
    ]


def _added(order: Sequence[int], player: int, worth: Worth) -> Floats:
    place = order.index(player)
    return worth[frozenset(order[: place + 1])] - worth[frozenset(order[:place])]


def beginnings(orders: Iterable[Sequence[int]]) -> list[Coalition]:
    """The coalitions that arise when players come in these orders, each once."""
    return list(dict.fromkeys(frozenset(order[:k]) for order in orders for k in range(len(order) + 1)))


def antithetic_orders(names: Sequence[str], seed: int, pairs: int = 1) -> list[list[int]]:
    """Orders of the players in twos, one and its reverse: who comes early in one comes late in the other.

    The order is that of hashes of seed, pair and name, so it is the same on every machine and for every order in
    which the players are given.
    """
    made = []
    for pair in range(pairs):
        order = sorted(range(len(names)), key=lambda at, pair=pair: _mark(names[at], seed, pair))
        made += [order, order[::-1]]
    return made


def _mark(name: str, seed: int, pair: int) -> bytes:
    return hashlib.sha256(f"{seed} {pair} {name}".encode()).digest()


def joint(groups: Sequence[Coalition], some: Iterable[int]) -> Coalition:
    """All members of some of the groups."""
    return NOBODY.union(*(groups[number] for number in some))


def group_worth(groups: Sequence[Coalition], worth: Worth) -> dict[Coalition, Floats]:
    """The game whose players are the groups: a group comes with all its members or not at all."""
    return {some: worth[joint(groups, some)] for some in coalitions(len(groups))}


def synergy(worth: Worth, one: Coalition, two: Coalition) -> Floats:
    """What two sets of players are worth together beyond the sum of what each is worth alone."""
    return worth[one | two] - worth[one] - worth[two] + worth[NOBODY]
