"""Evaluation of a policy against its baseline: who loses, what is left after support ends, what support adds and what
it displaces, what pairs do together, which scenario comes first."""
