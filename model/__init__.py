"""The economy: places, levers, policies and the month."""
