"""What goes wrong between a file and the program: said in one sentence, with the file first."""

from __future__ import annotations


class FileProblem(Exception):
    """A file or a table that cannot be read or written. The text names it, what was found and what was expected."""

    def __init__(self, name: str, message: str, hint: str = "") -> None:
        self.name, self.message, self.hint = name, message, hint
        super().__init__(f"{name}: {message}" + (f"\n  help: {hint}" if hint else ""))

    def __reduce__(self) -> tuple[type[FileProblem], tuple[str, str, str]]:
        """What another process needs to raise the same."""
        return FileProblem, (self.name, self.message, self.hint)


def not_utf_8(path: str) -> FileProblem:
    """A file in another encoding, whose letters nobody can be sure of."""
    return FileProblem(path, "is not written in UTF-8", "save it as UTF-8 (in Excel: CSV UTF-8)")
