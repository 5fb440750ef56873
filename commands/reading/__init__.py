"""From words to values and commands, without a language model."""
