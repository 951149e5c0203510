"""The phases of a month, in the order in which they run."""
