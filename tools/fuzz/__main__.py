"""`python -m tools.fuzz KIND --count N --seed S`: give N mutated inputs to the compiler and write down what fails.

The same seed and count make the same inputs. A failure is an exception, a hang, a signal or a wrong program; the first
input of each kind of failure is made smaller and written, with its trace, to `build/fuzz/`. Exit status 1 then.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from tools.fuzz.kinds import KINDS
from tools.fuzz.minimize import minimize
from tools.fuzz.pool import Failure, Pool, reason_in_child

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "fuzz"
PROGRESS_SECONDS = 30.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=__doc__, allow_abbrev=False)
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--count", type=int, default=1000, help="how many inputs (default 1000)")
    parser.add_argument("--seed", type=int, default=1, help="which inputs (default 1)")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input (default 0)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--seconds", type=float, default=60.0, help="time to make a failing input smaller (default 60)")
    options = parser.parse_args()
    start = last = time.monotonic()

    def progress(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= PROGRESS_SECONDS:
            last = time.monotonic()
            print(f"{done} of {options.count} after {last - start:.0f} s", flush=True)

    result = Pool(KINDS[options.kind], options.seed, options.count, options.jobs, options.first).run(progress)
    seconds = time.monotonic() - start
    counts = ", ".join(f"{number} {name}" for name, number in result.counts.items())
    print(f"{options.kind}: {options.count} inputs, seed {options.seed}, {seconds:.0f} s: {counts}", flush=True)
    by_reason: dict[str, list[Failure]] = {}
    for failure in result.failures:
        by_reason.setdefault(failure.reason, []).append(failure)
    for reason, failures in by_reason.items():
        path = write(options.kind, options.seed, failures[0], options.seconds)
        print(f"FAILED {len(failures)} times: {reason}; input {failures[0].number} is {path}", flush=True)
    return 1 if by_reason else 0


def write(kind: str, seed: int, failure: Failure, seconds: float) -> Path:
    """Write the input as it was, a smaller one that fails alike, and the trace; return the path of the smaller one."""
    target = KINDS[kind]
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = f"{kind}-{seed}-{failure.number}"
    (FOLDER / f"{name}.whole{target.suffix}").write_bytes(failure.data)
    (FOLDER / f"{name}.txt").write_text(f"{failure.reason}\n{failure.details}", encoding="utf-8", errors="replace")
    path = FOLDER / f"{name}{target.suffix}"

    def fails(data: bytes) -> bool:
        return reason_in_child(target, data) == failure.reason

    path.write_bytes(minimize(failure.data, fails, seconds) if fails(failure.data) else failure.data)
    return path.relative_to(ROOT)


if __name__ == "__main__":
    sys.exit(main())
