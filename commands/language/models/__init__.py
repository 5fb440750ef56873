"""Linear models and trees: how what was learned is weighed."""
