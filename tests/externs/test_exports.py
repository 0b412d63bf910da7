"""Functions that C calls: shared and static libraries, their names, and a panic inside."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import BESKID, call, compile_library, run_both, write_program

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
    limits.run(command, cwd=tmp_path, check=True)
    for environment in ({}, {"BESKID_GC_STRESS": "1"}):
        ran = call(tmp_path, [str(tmp_path / "host")], **environment)
        assert (ran.stdout, ran.stderr, ran.status) == ("5 1 0 1.50 500\n", "", 0)
    failed = call(tmp_path, [str(tmp_path / "host"), "fail"])
    assert failed.status == 101
    assert failed.stderr == (
        "panic: index out of range: the length is 1 but the index is 7\n  at program.bd:19:51 in fail\n"
    )
    if kind == "shared":
        symbols = limits.run(["nm", "-D", "--defined-only", "libshop.so"], cwd=tmp_path, capture_output=True).stdout
        names = {line.split()[-1] for line in symbols.decode().splitlines()}
        assert names == {"shop_add", "is_even", "mean", "churn", "fail"}


NARROW = """
[Export(Abi: "C")]
pub i8 signed_byte(i64 n) { return n as i8; }
[Export(Abi: "C")]
pub u8 unsigned_byte(i64 n) { return n as u8; }
[Export(Abi: "C")]
pub i16 signed_half(i64 n) { return n as i16; }
[Export(Abi: "C")]
pub u16 unsigned_half(i64 n) { return n as u16; }
[Export(Abi: "C")]
pub bool truth(i64 n) { return n == 511; }

[Extern(Abi: "C", Library: "narrow_calls")]
contract Narrow {
    [Symbol("word")] i32 SignedByte(i8(i64) call, i64 n);
    [Symbol("word_of_u8")] i32 UnsignedByte(u8(i64) call, i64 n);
    [Symbol("word_of_i16")] i32 SignedHalf(i16(i64) call, i64 n);
    [Symbol("word_of_u16")] i32 UnsignedHalf(u16(i64) call, i64 n);
    [Symbol("word_of_bool")] i32 Truth(bool(i64) call, i64 n);
}

unit main() {
    let first = "${Narrow.SignedByte(signed_byte, 511)} ${Narrow.UnsignedByte(unsigned_byte, 511)}";
    let second = "${Narrow.SignedHalf(signed_half, 98304)} ${Narrow.UnsignedHalf(n => n as u16, -1)}";
    PrintLine("${first} ${second} ${Narrow.Truth(n => n == 511, 511)}");
}
"""

NARROW_LIBRARY = """
#include <stdbool.h>
#include <stdint.h>
int32_t word(int8_t (*call)(int64_t), int64_t n) { return call(n); }
int32_t word_of_u8(uint8_t (*call)(int64_t), int64_t n) { return call(n); }
int32_t word_of_i16(int16_t (*call)(int64_t), int64_t n) { return call(n); }
int32_t word_of_u16(uint16_t (*call)(int64_t), int64_t n) { return call(n); }
int32_t word_of_bool(bool (*call)(int64_t), int64_t n) { return call(n); }
"""

NARROW_HOST = """
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
int8_t signed_byte(int64_t);
uint8_t unsigned_byte(int64_t);
int16_t signed_half(int64_t);
uint16_t unsigned_half(int64_t);
bool truth(int64_t);
int main(void)
{
    printf("%d %d ", signed_byte(511), unsigned_byte(511));
    printf("%d %d %d\\n", signed_half(98304), unsigned_half(-1), truth(511));
}
"""


@pytest.mark.parametrize("level", ["-O0", "-O2"])
def test_narrow_results_of_callbacks_and_exports(tmp_path: Path, level: str) -> None:
    compile_library(tmp_path, "narrow_calls", NARROW_LIBRARY, level)
    program = write_program(tmp_path, NARROW)
    words = ["--link", "narrow_calls", "-L", "."]
    assert run_both(tmp_path, program, *words).stdout == "-1 255 -32768 65535 1\n"
    made = call(tmp_path, [*BESKID, "build", level, *words, "--kind", "shared", "-o", "libnarrow.so", program])
    assert made.status == 0, made.stderr
    (tmp_path / "host.c").write_text(NARROW_HOST)
    limits.run(
        ["cc", level, "host.c", "libnarrow.so", "-L.", "-lnarrow_calls", "-Wl,-rpath,$ORIGIN", "-o", "host"],
        cwd=tmp_path,
        check=True,
    )
    assert call(tmp_path, [str(tmp_path / "host")], LD_LIBRARY_PATH=".").stdout == "-1 255 -32768 65535 1\n"


def test_a_library_without_exports_is_refused(tmp_path: Path) -> None:
    program = write_program(tmp_path, "pub i32 f() { return 1; }")
    made = call(tmp_path, [*BESKID, "build", "--kind", "shared", "-o", "libx.so", program])
    assert made.status == 1
    assert "E1529" in made.stderr
    assert not (tmp_path / "libx.so").exists()


def test_one_program_uses_the_library_of_another(tmp_path: Path) -> None:
    program = write_program(tmp_path, LIBRARY)
    limits.run([*BESKID, "build", "--kind", "shared", "-o", "libshop.so", program], cwd=tmp_path, check=True,
                   capture_output=True)  # fmt: skip
    user = write_program(
        tmp_path,
        '[Extern(Abi: "C", Library: "shop")] contract Shop { i32 shop_add(i32 a, i32 b); i64 churn(i64 n); }\n'
        'unit main() { PrintLine("${Shop.shop_add(40, 2)} ${Shop.churn(30)}"); }\n',
    )
    assert run_both(tmp_path, user, "--link", "shop", "-L", ".").stdout == "42 30\n"
