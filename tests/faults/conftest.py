"""The process that runs commands under faults, started once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.harness import Injector


@pytest.fixture(scope="session")
def injector() -> Iterator[Injector]:
    # The folders of `tmp_path` are private, and some commands run as another user.
    with tempfile.TemporaryDirectory(prefix="beskid-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Injector.started(folder) as started:
            yield started
