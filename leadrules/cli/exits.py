"""Exit codes: what a pipeline can tell from how a command ended. Undecided never shares a code with clean."""

CLEAN = 0
FINDINGS = 1
USAGE = 2
UNDECIDED = 3
INTERNAL = 70
INTERRUPTED = 130
