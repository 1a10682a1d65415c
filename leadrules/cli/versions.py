"""What makes a result: the versions that it says of itself."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import version


def versions() -> Mapping[str, str]:
    """The versions of the programs that figures hang on."""
    return {"leadrules": version("leadrules"), "numpy": version("numpy"), "python": platform.python_version()}
