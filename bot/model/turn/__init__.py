"""One turn of the model: what it is told, which commands it calls, and how it gets their answers."""
