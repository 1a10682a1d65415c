"""`python -m leadrules`: the command line."""

from leadrules.cli import main

main()
