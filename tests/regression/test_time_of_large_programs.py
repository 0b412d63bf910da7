"""Programs that took minutes are compiled in a few times the processor time of an empty one.

The tests import nothing newer than the faults, so they also run on the states that had them.
"""

from __future__ import annotations

import resource
import struct
from pathlib import Path

import pytest
from tests.complexity.inputs import LARGE
from tests.externs.libraries import BESKID, call

VARIANTS = 4000
MATCH = (
    f"enum E {{ {', '.join(f'V{number}' for number in range(VARIANTS))} }}\n"
    f"i64 f(E e) => match e {{ {', '.join(f'E.V{number} => {number}' for number in range(VARIANTS))} }};\n"
    'unit main() { PrintLine("${f(E.V3)}"); }\n'
)
PATH = f"unit main() {{ {'.'.join(['a', *['b'] * 990])}; }}\n"
LITERAL = f'unit main() {{ i64[] a = [{", ".join(map(str, range(20000)))}]; PrintLine("${{a[5]}}"); }}\n'
LOOPS = LARGE["loops_that_stay"](300)
RESULTS = 900
CALLS_OF_RESULTS = "\n".join([
    *[f"i64{'()' * RESULTS} f{number}() => f{number}();" for number in range(4)],
    *[f"i64 g{number}() => f{number}(){'()' * RESULTS};" for number in range(4)],
    "unit main() { }", "",
])  # fmt: skip


def seconds(folder: Path, command: str, text: str, status: int = 0) -> float:
    """Measure the processor time of a command, its processes included, with an empty cache."""
    (folder / "m.bd").write_text(text, encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = call(folder, [*BESKID, command, "m.bd"], XDG_CACHE_HOME=str(folder / f"cache {len(text)}"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.status == status, ran.stderr[-500:]
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@pytest.mark.parametrize(
    ("command", "text", "status", "most"),
    [
        ("check", MATCH, 0, 12), ("check", PATH, 1, 8), ("run", LITERAL, 0, 12),
        ("run", LOOPS, 0, 5), ("check", CALLS_OF_RESULTS, 0, 4),
    ],
    ids=["match", "unresolved path", "literal", "loops", "calls of results"],
)  # fmt: skip
def test_a_large_program_costs_a_few_times_an_empty_one(
    command: str, text: str, status: int, most: float, tmp_path: Path
) -> None:
    # The first command may have to compile the compiler's own modules.
    empty = min(seconds(tmp_path, command, f"unit main() {{ {' ' * each} }}\n") for each in range(3))
    assert seconds(tmp_path, command, text, status) < most * empty


def test_an_elf_file_whose_section_rows_have_no_bytes_is_refused_at_once(tmp_path: Path) -> None:
    header = b"\x7fELF\2\1\1".ljust(0x28, b"\0") + struct.pack("<Q", 64) + bytes(10)
    row = struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, 128, 1 << 20, 0, 0, 0, 0)
    image = header + struct.pack("<HHH", 0, 0xFFFF, 0) + row + b"x" * (1 << 20) + b"\0"
    (tmp_path / "m.o").write_bytes(image)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    ran = call(tmp_path, [*BESKID, "abi", "verify", "m.o"])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ran.status in (1, 3), ran.stderr[-500:]
    assert after.ru_utime - before.ru_utime < 20
