"""A map of keys with one beginning finds them in constant time.

The place of a key came from the low half of a product alone, which for keys of up to eight bytes depends on their
first two characters, so a thousand keys of one beginning stood in one long chain.
"""

from __future__ import annotations

from pathlib import Path

from tests.lang.case import Case
from tests.lang.engines import interpret_once

from beskid.ir.oracle.machine import RunOptions

PROGRAM = """
use Collections.Map;

unit main() {
    let map = Map.New<string, i64>();
    for i in range(1000_i64, 3000) { map.Insert("key${i}", i); }
    i64 mut sum = 0;
    for i in range(1000_i64, 3000) { sum += map.GetOr("key${i}", 0); }
    PrintLine("${map.Count()} ${sum}");
}
"""
STEPS = 3_000_000


def test_keys_of_one_beginning_are_spread(tmp_path: Path) -> None:
    source = tmp_path / "keys.bd"
    source.write_text(PROGRAM, encoding="utf-8")
    case = Case("keys", source, source, (), (), 0, b"", (), ())
    outcome = interpret_once(case, tmp_path, None, RunOptions(step_limit=STEPS))
    assert (outcome.stdout, outcome.status) == ("2000 3999000\n", 0)
