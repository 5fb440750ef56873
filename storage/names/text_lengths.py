"""How long a text may be before it is read. Every reader looks at the length first, and at the text only then.

What takes longer is nothing that a person wrote to be read by a program: a pasted mail, a loop, an attack. Counted in
characters. Expressions take time in proportion to the text all the same (tests/test_long_texts.py).
"""

from __future__ import annotations

# Nobody asks in so many; a message in Slack may have ten times as many.
LONGEST_SENTENCE = 4_000
# In words, numbers and signs: the reader of sentences weighs each of them against the others.
MOST_SENTENCE_WORDS = 120
# Of a message of Slack's so much is kept and looked at: more than a sentence, since links and names take room in it.
LONGEST_MESSAGE = 12_000
# An input of a form of Slack's takes no more.
LONGEST_INPUT = 3_000
# Of a model: what it may write in all, what it may write for one call, and what is shown above an answer.
LONGEST_PROSE = 8_000
LONGEST_ARGUMENTS = 20_000
LONGEST_SAID = 700
# Of a cell: a note or a mail; and what is read as a date, an amount, an address, somebody's name.
LONGEST_NOTE_CELL = 100_000
LONGEST_VALUE_CELL = 1_000
# Of a cell that is told in a reason or a note.
LONGEST_QUOTED_CELL = 60
