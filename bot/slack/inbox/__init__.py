"""Events that were accepted: each is worked on until it is answered once."""
