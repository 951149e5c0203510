"""Published natural experiments, run in the model and measured with the estimator of their source.

`declared` says what an experiment is, `watching` what is noted of a run, `running` runs draws, `items/` holds the
experiments by theme, `registry` finds them.
"""
