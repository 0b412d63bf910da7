"""Functions that C calls: shared and static libraries, their names, and a panic inside."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, call, run_both, write_program

LIBRARY = """
[Export(Abi: "C", Symbol: "shop_add")]
pub i32 Add(i32 a, i32 b) { return a + b; }

[Export(Abi: "C")]
pub bool is_even(i64 n) { return n % 2 == 0; }

[Export(Abi: "C")]
pub f64 mean(f64 a, f64 b) { return (a + b) / 2.0; }

[Export(Abi: "C")]
pub i64 churn(i64 rounds) {
    string mut text = "";
    for i in range(0, rounds) { text = "${text}${i % 10}"; }
    return text.Len();
}

[Export(Abi: "C")]
pub i32 fail(i32 index) { i32[] few = [1]; return few[index]; }

pub i32 Hidden() { return 1; }
"""

HOST = """
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
int32_t shop_add(int32_t, int32_t);
bool is_even(int64_t);
double mean(double, double);
int64_t churn(int64_t);
int32_t fail(int32_t);
int main(int count, char **words)
{
    printf("%d %d %d %.2f %d\\n", shop_add(2, 3), is_even(4), is_even(5), mean(1, 2), (int)churn(500));
    fflush(stdout);
    return count > 1 ? fail(7) : 0;
}
"""


@pytest.mark.parametrize("kind", ["shared", "static"])
def test_c_calls_a_library(tmp_path: Path, kind: str) -> None:
    program = write_program(tmp_path, LIBRARY)
    suffix = "so" if kind == "shared" else "a"
    made = call(tmp_path, [*BESKID, "build", "--kind", kind, "-o", str(tmp_path / f"libshop.{suffix}"), program])
    assert made.status == 0, made.stderr
    (tmp_path / "host.c").write_text(HOST)
    command = ["cc", "host.c", f"libshop.{suffix}", "-lm", "-Wl,-rpath,$ORIGIN", "-o", "host"]
    subprocess.run(command, cwd=tmp_path, check=True)
    for environment in ({}, {"BESKID_GC_STRESS": "1"}):
        ran = call(tmp_path, [str(tmp_path / "host")], **environment)
        assert (ran.stdout, ran.stderr, ran.status) == ("5 1 0 1.50 500\n", "", 0)
    failed = call(tmp_path, [str(tmp_path / "host"), "fail"])
    assert failed.status == 101
    assert failed.stderr.startswith("panic: index out of range: the length is 1 but the index is 7\n")
    if kind == "shared":
        symbols = subprocess.run(["nm", "-D", "--defined-only", "libshop.so"], cwd=tmp_path, capture_output=True).stdout
        names = {line.split()[-1] for line in symbols.decode().splitlines()}
        assert names == {"shop_add", "is_even", "mean", "churn", "fail"}


def test_a_library_without_exports_is_refused(tmp_path: Path) -> None:
    program = write_program(tmp_path, "pub i32 f() { return 1; }")
    made = call(tmp_path, [*BESKID, "build", "--kind", "shared", "-o", "libx.so", program])
    assert made.status == 1
    assert "E1529" in made.stderr
    assert not (tmp_path / "libx.so").exists()


def test_one_program_uses_the_library_of_another(tmp_path: Path) -> None:
    program = write_program(tmp_path, LIBRARY)
    subprocess.run([*BESKID, "build", "--kind", "shared", "-o", "libshop.so", program], cwd=tmp_path, check=True,
                   capture_output=True)  # fmt: skip
    user = write_program(
        tmp_path,
        '[Extern(Abi: "C", Library: "shop")] contract Shop { i32 shop_add(i32 a, i32 b); i64 churn(i64 n); }\n'
        'unit main() { PrintLine("${Shop.shop_add(40, 2)} ${Shop.churn(30)}"); }\n',
    )
    assert run_both(tmp_path, user, "--link", "shop", "-L", ".").stdout == "42 30\n"
