"""Checking foreign libraries in a process of its own, which may run their constructors without harm.

`python -m beskid.engine.probe` reads lines `library<TAB>name<TAB>symbol` and writes what `run` would say about them:
nothing, or a code, a message and a help on three lines. A build asks it, so that both back ends fail with the same
words. What the libraries themselves write is dropped.
"""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Resolve what is on standard input; status 1 with the message when it fails."""
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
    except JitError as fault:
        os.write(answer, f"{fault.code}\n{fault.message}\n{fault.help}".encode())
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    # A destructor of a foreign library must not decide how this ends.
    os._exit(status)
