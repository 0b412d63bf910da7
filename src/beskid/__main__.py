"""The process entry point: `python -m beskid` and the `beskid` script."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line on the process arguments; returns the exit status."""
    from beskid.cli.main import main as command_line

    return command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
