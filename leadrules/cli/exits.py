"""Exit codes: what a pipeline can tell from how a command ended. Undecided never shares a code with clean."""

CLEAN = 0
FINDINGS = 1
USAGE = 2
UNDECIDED = 3
DIFFERENT = 4
INTERNAL = 70
INTERRUPTED = 130
