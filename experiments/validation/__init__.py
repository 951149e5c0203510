"""Is the model to be believed? Published experiments and figures against what the model gives, one row a statement."""
