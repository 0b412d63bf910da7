"""The coverage of tests: where the counters are, and what the reports say of counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.emit import EmitOptions, emit_llvm, emit_object, is_divided, object_of
from beskid.codegen.host import host_triple
from beskid.driver.execute import load_tests
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.driver.testing.coverage import Counters, FileCoverage, coverage_of, coverage_table, lcov_report
from beskid.engine.case_table import TestTable as Table
from beskid.engine.errors import JitError
from beskid.engine.runtime_library import installed_library, load_runtime

PROGRAM = """
pub i64 Twice(i64 n) {
    if n > 100 { return 0; }
    return n + n;
}
test first { let _ = Twice(1); }
test second { let _ = Twice(2) + Twice(3); }
"""


def session_of(folder: Path, coverage: bool, program: str = PROGRAM) -> Session:
    file = folder / "t.bd"
    file.write_text(program)
    resolved = resolve_input(file, None, None, folder)
    assert isinstance(resolved, ResolvedInput)
    options = CompileOptions(optimize=0, tests=True, coverage=coverage)
    return Session(resolved, options, {"XDG_CACHE_HOME": str(folder)})


def artifact_of(session: Session) -> CodegenArtifact:
    artifact = session.artifact()
    assert artifact is not None
    return artifact


def table_of(image: bytes) -> Table:
    return Table(image, load_runtime(installed_library(host_triple())), 2, "program", counts=True)


def test_only_an_object_for_coverage_has_counters(tmp_path: Path) -> None:
    plain, counted = session_of(tmp_path, coverage=False), session_of(tmp_path, coverage=True)
    options = EmitOptions(host_triple(), opt_level=0)
    assert "beskid_counters" not in emit_llvm(artifact_of(plain), options)
    assert "@beskid_counters = hidden global ptr null" in emit_llvm(artifact_of(counted), options)
    assert plain.key() != counted.key()
    # Counters are known to one module.
    assert is_divided(artifact_of(plain), options, 0)
    assert not is_divided(artifact_of(counted), options, 0)


def test_tests_at_the_same_time_count_apart(tmp_path: Path) -> None:
    session = session_of(tmp_path, coverage=True)
    image = emit_object(artifact_of(session), EmitOptions(host_triple(), opt_level=0))
    points = session.points()
    counters = Counters(len(points.counters), 2)
    table = counters.attach(table_of(image))
    for slot, number in ((0, 0), (1, 1), (1, 0)):
        counters.begin(slot)
        assert table.call(number) is None
    # Twice, the condition, the value that is never returned, the other.
    assert counters.totals() == [4, 4, 0, 4]
    assert coverage_of(points, counters.totals()) == [FileCoverage("t.bd", ((3, 4), (4, 4)), (("Twice", 2, 4),))]


def test_a_text_may_have_the_name_of_the_counters(tmp_path: Path) -> None:
    session = session_of(tmp_path, coverage=False, program='test writes { let _ = __stdout_write("beskid_counters"); }')
    image = session.object_bytes()
    assert image is not None
    assert b"beskid_counters" in image
    load_tests(image, 1, {})


def test_a_value_that_no_path_reaches_has_no_counter(tmp_path: Path) -> None:
    program = """
i64 Small(i64 n) {
    let found = match n {
        0 => {
            return 0;
            n + 1
        },
        _ => {
            let next = n;
            next + 2
        },
    };
    return found;
}
test small { let _ = Small(1); }
"""
    points = session_of(tmp_path, coverage=True, program=program).points()
    assert [line for line, _ in points.files[0].lines] == [3, 5, 9, 10, 13]


def test_counters_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    options = EmitOptions(host_triple(), opt_level=0)
    text = emit_llvm(artifact_of(session_of(tmp_path, coverage=True)), options)
    image = object_of(text.replace("hidden global ptr null", "hidden constant ptr null"), options)
    with pytest.raises(JitError, match="whose counters are not a word that can be written"):
        table_of(image)


def test_a_share_is_whole_only_if_everything_ran() -> None:
    lines = tuple([(line, int(line != 5)) for line in range(1, 2001)])
    assert coverage_table([FileCoverage("a.bd", lines, ())]).splitlines()[1].split() == ["a.bd", "1999/2000", "99.9%",
                                                                                        "0/0", "-", "5"]  # fmt: skip
    assert coverage_table([]) == "No code to cover."
    assert lcov_report([]) == b"TN:beskid_test\n"


def test_lines_without_code_do_not_interrupt_a_range() -> None:
    covered = FileCoverage("a.bd", ((1, 0), (4, 0), (5, 2), (9, 0), (10, 1), (12, 0), (13, 0)), ())
    assert covered.missed() == [(1, 4), (9, 9), (12, 13)]


def test_a_tracefile_has_the_bytes_of_a_path() -> None:
    odd = os.fsdecode(b"/a/\xff\nSF:b.bd")
    report = lcov_report([FileCoverage("a.bd", (), ()), FileCoverage(odd, (), ())])
    paths = [line for line in report.splitlines() if line.startswith(b"SF:")]
    assert paths == [b"SF:" + os.fsencode(Path("a.bd").resolve()), b"SF:/a/\xff\\nSF:b.bd"]
