"""The demonstration of `make demo`: one program on real input, by JIT and as an executable, with equal outputs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def run(command: list[str]) -> tuple[bytes, float]:
    """Run a command of the demonstration; returns its output and the seconds it took."""
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        sys.exit(f"failed with status {done.returncode}: {' '.join(command)}")
    return done.stdout, time.perf_counter() - begin


def main() -> None:
    program, data = sys.argv[1], sys.argv[2]
    beskid = [sys.executable, "-m", "beskid"]
    with tempfile.TemporaryDirectory() as folder:
        executable = str(Path(folder) / Path(program).stem)
        print(f"$ beskid run {program} -- {data}", flush=True)
        by_jit, jit_seconds = run([*beskid, "run", program, "--", data])
        sys.stdout.write(by_jit.decode())
        print(f"\n$ beskid build {program} -o {Path(executable).name}", flush=True)
        _, build_seconds = run([*beskid, "build", program, "-o", executable])
        size = Path(executable).stat().st_size
        print(f"$ ./{Path(executable).name} {data}", flush=True)
        by_executable, run_seconds = run([executable, data])
        sys.stdout.write(by_executable.decode())
    if by_jit != by_executable:
        sys.exit("the two outputs differ")
    print(f"\nBoth print the same {len(by_jit)} bytes.")
    print(
        f"run {jit_seconds * 1000:.0f} ms, build {build_seconds * 1000:.0f} ms ({size // 1024} KiB), "
        f"executable {run_seconds * 1000:.1f} ms"
    )


if __name__ == "__main__":
    main()
