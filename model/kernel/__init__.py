"""The lowest floor: declarations, calendar, draws, columns, ledger, refusals."""
