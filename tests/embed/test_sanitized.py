"""Runs the tests of this folder in a Python whose runtime and extension AddressSanitizer watches.

Every allocation does a piece of a collection meanwhile (`BESKID_GC_STRESS=1`), and `faulthandler` is on. One file is
run by default; with `BESKID_EMBED_TESTS=all` every file is, with and without such collections.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests import limits
from tests.inner_pytest import PYTEST
from tests.sanitized import FOLDER, is_requested, sanitized_environment

HERE = Path(__file__).parent
ALL = os.environ.get("BESKID_EMBED_TESTS", "") == "all"
OTHERS = ("test_sanitized.py", "test_guide.py", "test_tables.py", "test_tools.py")
"""Files that add nothing: these call nothing, or what the other files call."""

SHORT = ("test_calls.py",)
LONG = tuple(sorted([path.name for path in HERE.glob("test_*.py") if path.name not in OTHERS]))
CASES = [(name, stress) for name in LONG for stress in ("", "1")] if ALL else [(" ".join(SHORT), "1")]
SECONDS = 1200

WHERE = "import beskid; beskid.Array; print(__import__('sys').modules['beskid.embed'].this_extension().__file__)"


def sanitized(**variables: str) -> dict[str, str]:
    environment = sanitized_environment()
    if environment is None:
        pytest.skip("this machine's gcc has no sanitizers")
    return {**os.environ, **environment, **variables}


@pytest.mark.skipif(is_requested(), reason="this process is not watched")
@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize(("names", "stress"), CASES)
def test_under_address_sanitizer(names: str, stress: str, tmp_path: Path) -> None:
    options = ["-n0", f"--basetemp={tmp_path / 'run'}"]
    done = limits.run(
        [*PYTEST, *options, *[str(HERE / name) for name in names.split()]],
        capture_output=True,
        text=True,
        cwd=HERE.parents[1],
        timeout=SECONDS,
        env=sanitized(BESKID_GC_STRESS=stress, PYTHONFAULTHANDLER="1"),
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.skipif(is_requested(), reason="this process is not watched")
def test_the_extension_is_the_one_that_is_watched() -> None:
    done = limits.run([sys.executable, "-c", WHERE], capture_output=True, text=True, env=sanitized())
    assert done.stdout == f"{FOLDER}/_embed.abi3.so\n", done.stderr
