"""The language model as a better listener: it calls the same commands, and decides nothing (DESIGN.md section 3)."""
