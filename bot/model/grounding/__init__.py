"""Whether the model's prose stands on what the commands returned."""
