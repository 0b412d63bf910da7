"""Checks foreign libraries in a separate process, because opening a library runs its constructors.

`python -m beskid.engine.probe` reads lines `library<TAB>name<TAB>symbol` and writes the error that `run` would report:
nothing, or a code, a message and a help text on three lines. `build` uses it, so that both back ends report the same
errors. Output of the libraries is discarded.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Resolve the symbols on standard input; return 1 after writing the error when that fails."""
    from beskid.engine.errors import JitError
    from beskid.engine.externs import PROCESS_LIBRARIES

    rows = [line.split("\t") for line in sys.stdin.read().splitlines()]
    answer = os.dup(1)
    silence = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):
        os.dup2(silence, descriptor)
    names = {library: name for library, name, _ in rows if name}
    try:
        PROCESS_LIBRARIES.resolve([(library, symbol) for library, _, symbol in rows], names)
    except JitError as error:
        os.write(answer, f"{error.code}\n{error.message}\n{error.help}".encode())
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    # A destructor of a foreign library must not change the exit status.
    os._exit(status)
