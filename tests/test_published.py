"""Everything below `examples/` is read, checked and tested: what a file shows on purpose stands beside its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadrules.dsl.rules.check import check
from leadrules.dsl.rules.parse import parse
from leadrules.files.sources import Folder, read_model, read_source
from leadrules.report.tests import draw_suites
from leadrules.verify.law_problems import law_problems
from leadrules.verify.laws import judge_laws
from leadrules.verify.suites import run_suite
from leadrules.cli.check import find_problems
from tests.chunks import EXPECTED, Chunk, Expected
from tests.conftest import compare  # noqa: F401
