"""`python -m bot` is the same program as `start_leadlight`."""

from bot.shell import main

main()
