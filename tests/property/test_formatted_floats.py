"""`Math.Format` writes the digits that Python's exact formatting writes, for random floats of every size."""

from __future__ import annotations

import os
import struct
from pathlib import Path
from random import Random

from tests import fresh
from tests.lang.case import Case
from tests.lang.engines import compile_case, interpret_once, run_jit

from beskid.ir.oracle.machine import RunOptions

PROGRAM = """
use Core.String;
use Math;

Result<unit, string> main(string[] args) {
    i64 mut i = 0;
    while i < args.Len() {
        PrintLine(Math.Format(__f64_from_bits(String.ParseI64(args[i])?), String.ParseI64(args[i + 1])?));
        i += 2;
    }
    return Result::Ok({});
}
"""
EXAMPLES = int(os.environ.get("BESKID_EXAMPLES", "100")) * 4


def values() -> list[tuple[float, int]]:
    random = Random(fresh.seed(0))
    chosen = [(5e-324, 1074), (5e-324, 1080), (1.7976931348623157e308, 3), (9.995, 2), (9.5, 0), (0.5, 0), (-0.0, 1)]
    for _ in range(EXAMPLES):
        digits = random.randrange(25)
        chosen += [
            (random.randrange(-(10**6), 10**6) / 2 ** random.randrange(12), digits % 12),
            (round(random.uniform(0, 100), digits % 6) + 0.5 * 10 ** -(digits % 6), digits % 6),
        ]
        number = struct.unpack("<d", random.randbytes(8))[0]
        if abs(number) < float("inf"):
            chosen.append((number, digits))
    return chosen


def test_every_float_is_written_exactly(tmp_path: Path) -> None:
    source = tmp_path / "formats.bd"
    source.write_text(PROGRAM, encoding="utf-8")
    chosen = values()
    wanted = "".join(f"{value:.{digits}f}\n" for value, digits in chosen)
    words = [
        word
        for value, digits in chosen
        for word in (str(struct.unpack("<q", struct.pack("<d", value))[0]), str(digits))
    ]
    case = Case("formats", source, source, (), (), 0, b"", tuple(words), ("jit-O0", "jit-O2"))
    objects = compile_case(case, tmp_path)
    for level, image in objects.items():
        outcome = run_jit(case, image, tmp_path, {})
        assert (outcome.stderr, outcome.status) == ("", 0)
        assert outcome.stdout == wanted, level
    few = Case("formats", source, source, (), (), 0, b"", tuple(words[:100]), ())
    assert interpret_once(few, tmp_path, None, RunOptions()).stdout == "".join(wanted.splitlines(True)[:50])
