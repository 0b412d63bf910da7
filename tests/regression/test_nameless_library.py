"""An executable finds a library that does not state its own name beside it, wherever both were when it was built.

The whole path of the library was in the executable and in its description.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from tests import limits
from tests.externs.libraries import BESKID, call, write_program

PROGRAM = """
[Extern(Abi: "C", Library: "plain")]
contract P { i64 answer(); }
unit main() { PrintLine("${P.answer()}"); }
"""


def test_no_path_of_the_build_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "made here"
    folder.mkdir()
    (folder / "plain.c").write_text("long answer(void) { return 42; }\n")
    limits.run(["cc", "-shared", "-fPIC", "plain.c", "-o", "libplain.so"], cwd=folder, check=True)
    program = write_program(folder, PROGRAM)
    made = call(
        folder, [*BESKID, "build", program, "--link", str(folder / "libplain.so"), "-o", str(folder / "program")]
    )
    assert made.status == 0, made.stderr
    for name in ("program", "program.beskid.json"):
        assert str(tmp_path).encode() not in (folder / name).read_bytes()
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("program", "libplain.so"):
        shutil.move(folder / name, moved / name)
    ran = call(tmp_path, [str(moved / "program")])
    assert (ran.stdout, ran.stderr, ran.status) == ("42\n", "", 0)


def test_a_search_folder_is_named_by_its_last_part(tmp_path: Path) -> None:
    (tmp_path / "plain.c").write_text("long answer(void) { return 42; }\n")
    limits.run(["cc", "-shared", "-fPIC", "plain.c", "-o", "libplain.so"], cwd=tmp_path, check=True)
    program = write_program(tmp_path, PROGRAM)
    made = call(tmp_path, [*BESKID, "build", program, "--link", "plain", "-L", str(tmp_path), "-o", "program"])
    assert made.status == 0, made.stderr
    assert str(tmp_path) not in (tmp_path / "program.beskid.json").read_text()
    assert call(tmp_path, [str(tmp_path / "program")]).stdout == "42\n"


def test_a_stripped_object_has_no_debug_information(tmp_path: Path) -> None:
    """Its description said so, but it was as large as without `--strip`."""
    program = write_program(tmp_path, 'pub i64 Twice(i64 n) => 2 * n;\nunit main() { PrintLine("${Twice(21)}"); }\n')
    for words in ((), ("--strip",)):
        command = [*BESKID, "build", program, "--kind", "object", "--entrypoint", "main", "-O0", *words, "-o"]
        assert call(tmp_path, [*command, f"program{len(words)}.o"]).status == 0
    whole, stripped = [(tmp_path / f"program{number}.o").read_bytes() for number in (0, 1)]
    assert b".debug_line" in whole and b".debug_" not in stripped
    assert b"beskid_program_entry" in stripped
    assert '"stripped"' in (tmp_path / "program1.o.beskid.json").read_text()
    assert call(tmp_path, [*BESKID, "abi", "verify", "program1.o"]).status == 0
