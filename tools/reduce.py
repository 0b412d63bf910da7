"""Make a failing program smaller: `python tools/reduce.py HOW FILE` prints a small program that fails in the same way.

HOW is one of `--test COMMAND` (an exit status, a pattern in the output), `--crash` (the compiler fails), `--disagree`
(a stage of the compiler changes what the program does) and `--diagnostic CODE`. It uses the `beskid` package that
Python finds, so `PYTHONPATH` chooses another compiler. The exit status is 1 when the program does not fail.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

sys.path.append(str(Path(__file__).resolve().parent.parent))

from tools.reducer.judges import (
    DisagreementJudge,
    Judge,
    command_judge,
    crash_judge,
    diagnostic_judge,
    parse_once,
    prepare,
)
from tools.reducer.shrink import shrink

DEFAULT_SECONDS = 300.0
MIN_TEST_SECONDS = 2.0
PATIENCE = 5.0
"""A smaller program may take this many times as long as the first one before it counts as endless."""
FIRST_TEST_SECONDS = 60.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make a failing program smaller.", allow_abbrev=False)
    parser.add_argument("file", type=Path, help="the program that fails")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--test", metavar="COMMAND", help="it fails when this shell command over the file says so")
    how.add_argument("--crash", action="store_true", help="it makes the compiler fail")
    how.add_argument("--disagree", action="store_true", help="a stage of the compiler changes what it does")
    how.add_argument("--diagnostic", metavar="CODE", help="it has a diagnostic with this code")
    parser.add_argument("--status", type=int, default=0, help="with --test: the exit status of a failure (default 0)")
    parser.add_argument("--pattern", default="", help="with --test: a regular expression that the output must contain")
    parser.add_argument("--seconds", type=float, default=DEFAULT_SECONDS, help="time limit (default 300)")
    parser.add_argument("-o", "--output", type=Path, help="write the result to this file")
    return parser.parse_args()


def judge_of(options: argparse.Namespace) -> Judge:
    if options.test is not None:
        return command_judge(options.test, options.status, options.pattern)
    if options.diagnostic is not None:
        return diagnostic_judge(options.diagnostic)
    return crash_judge if options.crash else DisagreementJudge()


@patch("beskid.analysis.program.parse", parse_once)
def main() -> int:
    options = arguments()
    judge = judge_of(options)
    prepare()
    text = options.file.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="beskid-reduce-") as folder:
        file = Path(folder) / "reduced.bd"

        def manner(candidate: str, seconds: float) -> str:
            file.write_text(candidate, encoding="utf-8")
            return judge(file, seconds)

        start = time.monotonic()
        first = manner(text, FIRST_TEST_SECONDS)
        if not first:
            print(f"error: {options.file} does not fail", file=sys.stderr)
            return 1
        patience = max(MIN_TEST_SECONDS, PATIENCE * (time.monotonic() - start))
        reduction = shrink(text, lambda each: manner(each, patience) == first, options.seconds)
    lines = reduction.text.count("\n")
    ending = "" if reduction.is_finished else "; the time limit ended the search"
    print(
        f"{text.count(chr(10))} lines to {lines}, {reduction.tried} programs tried ({first}){ending}", file=sys.stderr
    )
    if options.output is not None:
        options.output.write_text(reduction.text, encoding="utf-8")
    else:
        print(reduction.text, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
