"""The experiments, a module a theme: each says `EXPERIMENTS`."""
