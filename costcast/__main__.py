"""`python -m costcast` is the command `costcast`."""

from costcast.cli import main

main()
