"""The language model as a better listener: it calls the same commands, and decides nothing.

See docs/architecture.md, "How text is answered".
"""
