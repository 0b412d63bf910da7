"""Keys that collide under a known hash do not make a map quadratic, because the hash of strings has a secret."""

from __future__ import annotations

from pathlib import Path
from random import Random

from tests.lang.case import Case
from tests.lang.engines import compile_case, interpret_once, run_jit

from beskid.ir.oracle.machine import RunOptions

FACTOR = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1
KEYS, STEPS = 1000, 1_000_000
COUNT = """
use Collections.Map;
use Core.String;
use System.IO;

unit main() {
    let map = Map.New<string, i64>();
    for line in IO.ReadAll().Split("\\n") { map.Insert(line, 1); }
    PrintLine("${map.Count()}");
}
"""
SHOW = """
i64 hashOf<T : Hashable>(T value) { return value.Hash(); }

unit main() { PrintLine("${hashOf("some longer text")} ${hashOf("abc")}"); }
"""


def colliding_keys() -> list[bytes]:
    """Return texts of eight bytes that the documented `str_hash` puts at one place of a table of 4,096 places."""
    inverse = pow(FACTOR, -1, 1 << 64)
    random = Random(1)
    keys: set[bytes] = set()
    while len(keys) < KEYS:
        # The place is made of bits 32 to 43 of the product of the hash and the factor.
        hash = ((random.getrandbits(64) & ~(0xFFF << 32)) * inverse) & MASK
        word = (((hash ^ hash >> 32) * inverse) & MASK) ^ 8
        key = word.to_bytes(8, "little")
        if key.isascii() and not set(key) & {0, 10, 13}:
            keys.add(key)
    return sorted(keys)


def program(folder: Path, text: str, stdin: bytes = b"") -> Case:
    source = folder / "program.bd"
    source.write_text(text, encoding="utf-8")
    return Case("program", source, source, (), (), 0, stdin, (), ("jit-O2",))


def test_keys_that_collide_without_a_secret_are_spread(tmp_path: Path) -> None:
    case = program(tmp_path, COUNT, b"\n".join(colliding_keys()))
    outcome = interpret_once(case, tmp_path, None, RunOptions(step_limit=STEPS))
    assert (outcome.stdout, outcome.status) == (f"{KEYS}\n", 0)


def test_each_process_has_its_own_secret(tmp_path: Path) -> None:
    case = program(tmp_path, SHOW)
    image = compile_case(case, tmp_path)["O2"]
    oracle = interpret_once(case, tmp_path, None, RunOptions())
    assert run_jit(case, image, tmp_path, {"BESKID_HASH_SEED": "0"}) == oracle
    fixed = [run_jit(case, image, tmp_path, {"BESKID_HASH_SEED": "7"}) for _ in range(2)]
    assert fixed[0] == fixed[1] != oracle
    drawn = [run_jit(case, image, tmp_path, {"BESKID_HASH_SEED": ""}) for _ in range(2)]
    assert drawn[0] != drawn[1]
    refused = run_jit(case, image, tmp_path, {"BESKID_HASH_SEED": "x"})
    assert refused.stderr == "beskid runtime: BESKID_HASH_SEED=x is ignored: expected a whole number\n"
