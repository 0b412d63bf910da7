"""`beskid test` on real programs: an interrupt ends everything, deep recursion and large output are only failures."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from tests import limits

TIME_LIMIT = 120

PROGRAM = """
use Testing.Assert;

i64 deep(i64 n) {
    if n < 0 { return 0; }
    return deep(n + 1) + 1;
}

test before { }

test recurses {
    Assert.True(deep(0) > 0, "never");
}

test prints {
    for i in range(0, 200000) { PrintLine("line ${i}"); }
    Assert.Fail("enough");
}

test allocates {
    string mut text = "x";
    for i in range(0, 100) { text = text + text; }
}

test divides {
    i64 mut zero = 0;
    Assert.Equal(1 / zero, 0, "never");
    zero = 1;
}

[Extern(Abi: "C", Library: "c")]
pub contract C {
    unit abort();
    i64 strlen(i64 address);
}

test aborts {
    C.abort();
}

test faults_in_foreign_code {
    Assert.Equal(C.strlen(8), 0, "never");
}

test leaves_the_array {
    let values = [1, 2, 3];
    Assert.Equal(values[values.Len()], 0, "never");
}

test after { }
"""


def command(folder: Path, *words: str) -> tuple[list[str], dict[str, str]]:
    # Without a limit, a test that allocates without end takes most of the machine's memory before it fails.
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / ".cache"), "BESKID_GC_LIMIT": "256m"}
    return [sys.executable, "-m", "beskid", "test", *words], environment


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line, environment = command(folder, *words)
    return limits.run(
        line, cwd=folder, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT, check=False
    )


def outcomes(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    done = run(folder, *words, "--json")
    return {entry["qualified_name"]: entry for entry in json.loads(done.stdout)["tests"]}


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_a_crash_is_reported_for_its_test(tmp_path: Path, level: str) -> None:
    (tmp_path / "faults.bd").write_text(PROGRAM)
    found = outcomes(tmp_path, "faults.bd", level, "--junit", "report.xml")
    assert {name for name, entry in found.items() if entry["outcome"] == "passed"} == {"before", "after"}
    assert found["recurses"]["reason"] == "panic: stack overflow"
    assert found["divides"]["reason"] == "panic: division by zero"
    assert found["allocates"]["reason"] == "panic: out of memory"
    assert found["aborts"]["reason"] == "ended by SIGABRT"
    assert found["faults_in_foreign_code"]["reason"] == "ended by SIGSEGV"
    assert found["leaves_the_array"]["reason"].startswith("panic: index out of range")
    assert "at faults.bd:47:18" in found["leaves_the_array"]["stderr"]
    assert found["prints"]["reason"] == "panic: Assertion failed: enough"
    assert found["prints"]["stdout"].startswith("line 0\nline 1\n")
    report = ElementTree.parse(tmp_path / "report.xml").getroot()
    assert (report.get("tests"), report.get("failures")) == ("9", "7")


def test_an_interrupt_ends_the_tests_too(tmp_path: Path) -> None:
    (tmp_path / "loops.bd").write_text(
        'test loops { System.FS.WriteAllText("process", "${System.Process.Id()}").Expect("written"); while true { } }'
    )
    line, environment = command(tmp_path, "loops.bd")
    file = tmp_path / "process"
    with limits.start(line, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        for _ in range(TIME_LIMIT * 20):
            if (file.exists() and file.read_text()) or tool.poll() is not None:
                break
            time.sleep(0.05)
        tool.send_signal(signal.SIGINT)
        assert tool.wait(TIME_LIMIT) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text()), 0)


def test_a_test_is_not_a_function(tmp_path: Path) -> None:
    (tmp_path / "calls.bd").write_text("test one { }\ntest two { one(); }\ntest three { let f = one; f(); }\n")
    done = run(tmp_path, "calls.bd")
    assert done.returncode == 1
    assert "calls.bd:2:12" in done.stderr
    assert "calls.bd:3:22" in done.stderr


def test_the_object_is_made_once(tmp_path: Path) -> None:
    (tmp_path / "once.bd").write_text("test one { }\ntest two { }\n")
    objects = tmp_path / ".cache" / "beskid" / "objects"
    for words in ((), ("--filter", "one"), ("--jobs", "1")):
        assert run(tmp_path, "once.bd", *words).returncode == 0
        assert len(list(objects.iterdir())) == 1


def test_a_main_is_not_needed_and_not_run(tmp_path: Path) -> None:
    (tmp_path / "main.bd").write_text('unit main() { PrintLine("main"); }\ntest one { }\n')
    done = run(tmp_path, "main.bd", "--no-capture")
    assert (done.returncode, done.stdout) == (0, "PASS one\nResult: passed=1, failed=0, skipped=0, filtered_out=0\n")
