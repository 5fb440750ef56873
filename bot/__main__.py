"""`python -m bot` is the same program as `leadlight`."""

from bot.shell import main

main()
