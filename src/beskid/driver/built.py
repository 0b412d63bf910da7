"""Running object bytes as the executable that `beskid build` makes of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from beskid.aot.request import OutputKind
from beskid.driver.execute import PROGRAM_NAME
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.linking import link
from beskid.files.workspace import Workspace

SIGNAL_STATUS_BASE = 128
"""A program that a signal ended has this status plus the number of the signal, as in a shell."""


def execute_built(
    image: bytes, triple: str, arguments: Sequence[str], environment: dict[str, str], links: LinkOptions
) -> int:
    """Link the object in a temporary folder, run the executable on the streams of this process, and remove it."""
    sys.stdout.flush()
    sys.stderr.flush()
    with Workspace("beskid-run-") as work:
        output = Path(work.file(PROGRAM_NAME))
        link(image, OutputKind.EXECUTABLE, output, triple, environment, metadata=False, links=links)
        status = subprocess.run([str(output), *arguments], env=environment, check=False).returncode
    return status if status >= 0 else SIGNAL_STATUS_BASE - status
