"""Speed and memory of the model, measured the same way every time."""
