"""Accounts: one posting per payment, payer to payee, and the proof that the month closes.

A posting moves yuan between two of the ten sectors, so the matrix of a month sums to zero by construction; what has
to be proved is that the agents' own balance sheets moved by exactly the postings of their sector. The SMEs, whose
cash stands firm by firm in the state, are checked every month of every run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.kernel.members import SECTORS
from model.kernel.refusals import RunFailed

Floats = NDArray[np.float64]

_CODE: Final = {name: code for code, name in enumerate(SECTORS)}
TOLERANCE: Final = 1e-9


class Ledger:
    """The payments of one month."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str, str], float] = {}

    def post(self, payer: str, payee: str, account: str, yuan: float) -> None:
        """Post one payment; several of one kind add up. Negative or unfinite payments are defects."""
        if not (np.isfinite(yuan) and yuan >= 0.0):
            raise RunFailed(f"the ledger refuses {yuan} yuan from {payer} to {payee} for {account}")
        if payer not in _CODE or payee not in _CODE:
            raise RunFailed(f"the ledger knows no sector {payer if payer not in _CODE else payee}")
        if yuan > 0.0:
            key = (payer, payee, account)
            self._entries[key] = self._entries.get(key, 0.0) + float(yuan)

    def __iter__(self) -> Iterator[tuple[str, str, str, float]]:
        """Postings sorted by payer, payee, account."""
        for payer, payee, account in sorted(self._entries):
            yield payer, payee, account, self._entries[payer, payee, account]

    def paid(self, payer: str, account: str) -> float:
        """Yuan a sector paid under an account."""
        return sum(yuan for one, _, name, yuan in self if one == payer and name == account)

    def total(self, payee: str, account: str) -> float:
        """Yuan a sector received under an account."""
        return sum(yuan for _, one, name, yuan in self if one == payee and name == account)

    def matrix(self) -> Floats:
        """Payments, shape [payer, payee], in the order of SECTORS."""
        square = np.zeros((len(SECTORS), len(SECTORS)))
        for payer, payee, _, yuan in self:
            square[_CODE[payer], _CODE[payee]] += yuan
        return square

    def net(self) -> Floats:
        """Receipts less payments of each sector; sums to zero."""
        square = self.matrix()
        net: Floats = square.sum(axis=0) - square.sum(axis=1)
        return net

    def check(self, sector: str, change: float) -> float:
        """Prove that a sector's balance sheets moved by `change`; returns the relative discrepancy.

        Raises RunFailed above 1e-9 of the sector's turnover.
        """
        square = self.matrix()
        code = _CODE[sector]
        turnover = float(square[code].sum() + square[:, code].sum())
        off = abs(float(self.net()[code]) - change) / max(turnover, 1.0)
        if off > TOLERANCE:
            raise RunFailed(f"accounts of {sector} do not close: off by {off:.3g} of their turnover")
        return off
