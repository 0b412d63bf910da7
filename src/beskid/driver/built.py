"""Running object bytes as the executable that `beskid build` makes of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from beskid.aot.request import OutputKind
from beskid.driver.execute import PROGRAM_NAME
from beskid.driver.failure import DriverError, status_of
from beskid.driver.foreign.policy import LinkOptions
from beskid.driver.linking import link
from beskid.files.reading import MAX_BINARY_BYTES, read_file
from beskid.files.workspace import Workspace


def execute_built(
    image: bytes, triple: str, arguments: Sequence[str], environment: dict[str, str], links: LinkOptions
) -> int:
    """Link the object in a temporary folder, run the executable on the streams of this process, and remove it."""
    with Workspace("beskid-run-") as work:
        output = Path(work.file(PROGRAM_NAME))
        link(image, OutputKind.EXECUTABLE, output, triple, environment, metadata=False, links=links)
        return run_built([], output, arguments, environment)


def executable_of(
    image: bytes, triple: str, environment: dict[str, str], links: LinkOptions | None = None, strip: bool = False
) -> bytes:
    """Link an object. Return the bytes of the executable, which has no description in a file beside it."""
    with Workspace("beskid-link-") as work:
        output = work.file(PROGRAM_NAME)
        link(image, OutputKind.EXECUTABLE, Path(output), triple, environment, strip=strip, metadata=False, links=links)
        return read_file(output, MAX_BINARY_BYTES).data


def run_built(runner: Sequence[str], output: Path, arguments: Sequence[str], environment: dict[str, str]) -> int:
    """Run an executable on the streams of this process, with an emulator if `runner` names one; return its status."""
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        done = subprocess.run([*runner, str(output.absolute()), *arguments], env=environment, check=False)
    except OSError as error:
        raise DriverError.of_os_error("cannot run", runner[0] if runner else str(output), error) from error
    return status_of(done.returncode)
