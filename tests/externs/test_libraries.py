"""Binding at link time: real libraries, the same by `run` and by `build`, and every way in which it can fail."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import Ran, build, call, compile_library, fail_both, run, run_both, write_program

GREET = """
#include <stdint.h>
#include <stdbool.h>
int32_t twice(int32_t x) { return 2 * x; }
int8_t narrow_signed(int8_t x) { return x - 1; }
uint8_t narrow_unsigned(uint8_t x) { return x + 1; }
int16_t short_signed(int16_t x) { return x; }
uint16_t short_unsigned(uint16_t x) { return x; }
int32_t widen(int8_t a, uint8_t b, int16_t c, uint16_t d) { return a + b + c + d; }
bool flip(bool b) { return !b; }
float half(float x) { return x / 2; }
int64_t sum(const int64_t *values, int64_t length, int64_t capacity)
{ int64_t total = capacity - length; for (int64_t i = 0; i < length; i++) total += values[i]; return total; }
typedef struct { int8_t kind; double weight; bool used; int32_t number; } entry;
int64_t scale(entry *entries, int64_t length, int64_t capacity)
{ int64_t total = capacity; for (int64_t i = 0; i < length; i++) {
    total += entries[i].number * (entries[i].used ? entries[i].kind : 1000);
    entries[i] = (entry){ (int8_t)-entries[i].kind, entries[i].weight * 2, !entries[i].used, (int32_t)i }; }
  return total; }
int64_t count(const char *text, int64_t length)
{ int64_t n = 0; for (int64_t i = 0; i < length; i++) n += text[i] == 'a'; return n; }
typedef int64_t (*visitor)(int64_t value, bool last, double half, void *data);
int64_t visit(visitor call, void *data)
{ int64_t total = 0; for (int i = 0; i < 3; i++) total += call(i, i == 2, i / 2.0, data); return total; }
void fill(uint8_t *a, uint16_t *b, float *c, double *d, bool *e) { *a = 255; *b = 65535; *c = 1.5f; *d = 2.5; *e = 1; }
"""

PROGRAM = """
use Core.Interop;
use Core.Interop.CArrayView;
use Core.Interop.CStringView;
use Core.Interop.Userdata;

[Extern(Abi: "C", Library: "greet")]
contract Greet {
    i32 twice(i32 x);
    i8 narrow_signed(i8 x);
    u8 narrow_unsigned(u8 x);
    i16 short_signed(i16 x);
    u16 short_unsigned(u16 x);
    i32 widen(i8 a, u8 b, i16 c, u16 d);
    bool flip(bool b);
    f32 half(f32 x);
    i64 sum(CArrayView values);
    i64 count(CStringView text);
    i64 scale(CArrayView entries);
    i64 visit(i64(i64, bool, f64, Userdata) call, Userdata data);
    unit fill(out u8 a, out u16 b, out f32 c, ref f64 d, out bool e);
}

type Log { string text }

[Value]
type Entry { i8 kind, f64 weight, bool used, i32 number }

i64 Visit(i64 value, bool last, f64 half, Userdata data) {
    let log = Interop.ObjectOf<Log>(data);
    log.text = "${log.text} ${value} ${last} ${half};";
    return value * 10;
}

unit main() {
    PrintLine("${Greet.twice(21)} ${Greet.narrow_signed(-128)} ${Greet.narrow_unsigned(255)}");
    PrintLine("${Greet.short_signed(-5)} ${Greet.short_unsigned(65535)} ${Greet.widen(-1, 255, -2, 65535)}");
    PrintLine("${Greet.flip(true)} ${Greet.flip(false)} ${Greet.half(3.0)}");
    i64[] values = [1, 2, 3];
    PrintLine("${Greet.sum(values)} ${Greet.count("banana" + "a")}");
    let entries = [
        Entry { kind: 2, weight: 1.5, used: true, number: 7 },
        Entry { kind: -3, weight: 0.25, used: false, number: -1 },
    ];
    PrintLine("${Greet.scale(entries)} ${entries}");
    let log = Log { text: "" };
    PrintLine("${Greet.visit(Visit, log)}${log.text}");
    u8 mut a = 0;
    u16 mut b = 0;
    f32 mut c = 0.0;
    f64 mut d = 0.0;
    bool mut e = false;
    Greet.fill(out a, out b, out c, ref d, out e);
    PrintLine("${a} ${b} ${c} ${d} ${e}");
}
"""

EXPECTED = """42 127 0
-5 65535 65787
false true 1.5
6 4
-984 [Entry { kind: -2, weight: 3.0, used: false, number: 0 }, Entry { kind: 3, weight: 0.5, used: true, number: 1 }]
30 0 false 0.0; 1 false 0.5; 2 true 1.0;
255 65535 1.5 2.5 true
"""


@pytest.mark.parametrize("form", ["-L", "path", "manifest"])
def test_a_library_of_ones_own(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "with spaces"
    folder.mkdir()
    library = compile_library(tmp_path, "greet", GREET)
    library.rename(folder / library.name)
    program = write_program(tmp_path, PROGRAM)
    words = ["--link", "greet", "-L", str(folder)] if form == "-L" else ["--link", str(folder / library.name)]
    if form == "manifest":
        words = []
        (tmp_path / "src").mkdir()
        (tmp_path / program).rename(tmp_path / "src" / "Main.bd")
        (tmp_path / "Project.proj").write_text(
            'project { name = "app" version = "1" root = "src" }\n'
            'target "app" { kind = App entry = "Main.bd" }\n'
            'link { libraries = ["greet"] searchPaths = ["with spaces"] }\n'
        )
        program = "."
    ran = run_both(tmp_path, program, *words)
    assert (ran.stdout, ran.stderr, ran.status) == (EXPECTED, "", 0)


def test_executables_name_their_libraries_and_never_dlopen(tmp_path: Path) -> None:
    program = write_program(
        tmp_path, '[Extern(Abi: "C", Library: "z")] contract Z { u64 compressBound(u64 n); }\n'
        'unit main() { PrintLine("${Z.compressBound(100)}"); }\n',
    )  # fmt: skip
    assert run_both(tmp_path, program, "--link", "z").status == 0
    dynamic = limits.run(["readelf", "-d", "-W", "--dyn-syms", tmp_path / "program"], capture_output=True, check=True)
    assert b"libz.so.1" in dynamic.stdout
    assert b"compressBound" in dynamic.stdout
    assert b"dlopen" not in (tmp_path / "program").read_bytes()


ONE = '[Extern(Abi: "C", Library: "{library}")] contract C {{ {declaration} }}\nunit main() {{ {call}; }}\n'


def one(library: str, declaration: str = "i32 f(i32 x);", call: str = "C.f(1)") -> str:
    return ONE.format(library=library, declaration=declaration, call=call)


def test_a_missing_library_names_every_pair(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("nowhere", "i32 f(i32 x); i32 g();", "C.f(C.g())"))
    failed = fail_both(tmp_path, program, "--link", "nowhere")
    assert failed.status == 3
    assert "E1526" in failed.stderr
    assert "nowhere:f" in failed.stderr
    assert "nowhere:g" in failed.stderr


def test_a_missing_file_has_the_words_of_the_loader(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("libnowhere.so.7"))
    failed = fail_both(tmp_path, program, "--link", "libnowhere.so.7")
    assert "libnowhere.so.7: cannot open shared object file: No such file or directory" in failed.stderr


def test_a_missing_symbol_names_library_and_symbol(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("z", "i32 no_such_function(i32 x);", "C.no_such_function(1)"))
    failed = fail_both(tmp_path, program, "--link", "z")
    assert "z:no_such_function" in failed.stderr
    assert "undefined symbol: no_such_function" in failed.stderr


def test_a_file_that_is_not_a_library(tmp_path: Path) -> None:
    (tmp_path / "libbad.so").write_bytes(b"\x7fELF\x01\x01\x01" + bytes(60))
    program = write_program(tmp_path, one("bad"))
    failed = fail_both(tmp_path, program, "--link", "./libbad.so")
    assert "E1526" in failed.stderr
    assert "libbad.so" in failed.stderr


@pytest.mark.parametrize("words", [["--link", "other", "-L", "."], ["--link", "./libother.so"]])
def test_a_library_of_another_machine(tmp_path: Path, words: list[str]) -> None:
    library = compile_library(tmp_path, "other", "int f(int x) { return x; }")
    image = bytearray(library.read_bytes())
    image[18:20] = (183).to_bytes(2, "little")  # e_machine: AArch64
    library.write_bytes(image)
    failed = fail_both(tmp_path, write_program(tmp_path, one("other")), *words)
    assert failed.status == 3
    assert "E1526" in failed.stderr
    assert "other:f" in failed.stderr
    assert f"{library}: cannot open shared object file" in failed.stderr


def test_a_path_with_spaces(tmp_path: Path) -> None:
    folder = tmp_path / "my libraries"
    folder.mkdir()
    compile_library(folder, "spaced", "int f(int x) { return x + 1; }")
    program = write_program(tmp_path, one("spaced", call='PrintLine("${C.f(1)}")'))
    for words in (["--link", "spaced", "-L", "my libraries"], ["--link", "my libraries/libspaced.so"]):
        assert run_both(tmp_path, program, *words).stdout == "2\n"


def test_no_code_runs_before_all_symbols_are_found(tmp_path: Path) -> None:
    text = one("z", "i32 no_such_function(i32 x);", 'PrintLine("started"); C.no_such_function(1)')
    ran = run(tmp_path, write_program(tmp_path, text), "--link", "z")
    assert "started" not in ran.stdout


def test_two_libraries_that_define_the_symbol(tmp_path: Path) -> None:
    compile_library(tmp_path, "one", "int f(int x) { return x; } int first(void) { return 1; }")
    compile_library(tmp_path, "two", "int f(int x) { return 2 * x; } int second(void) { return 2; }")
    program = write_program(
        tmp_path,
        '[Extern(Abi: "C", Library: "two")] contract Two { i32 f(i32 x); }\n'
        '[Extern(Abi: "C", Library: "one")] contract One { i32 first(); }\n'
        'unit main() { PrintLine("${Two.f(One.first())}"); }\n',
    )
    failed = fail_both(tmp_path, program, "--link", "one", "--link", "two", "-L", str(tmp_path))
    assert "E1528" in failed.stderr
    assert "libone.so" in failed.stderr
    assert "libtwo.so" in failed.stderr


def test_a_library_whose_constructor_prints(tmp_path: Path) -> None:
    source = (
        "#include <unistd.h>\n__attribute__((constructor)) static void start(void)"
        ' { if (write(1, "loaded\\n", 7) < 0) _exit(9); }\nint f(int x) { return x; }'
    )
    compile_library(tmp_path, "loud", source)
    program = write_program(tmp_path, one("loud", call='PrintLine("${C.f(5)}")'))
    assert run_both(tmp_path, program, "--link", "loud", "-L", ".").stdout == "loaded\n5\n"


def test_a_static_library(tmp_path: Path) -> None:
    (tmp_path / "s.c").write_text("int f(int x) { return 3 * x; }")
    limits.run(["cc", "-c", "s.c", "-o", "s.o"], cwd=tmp_path, check=True)
    limits.run(["ar", "rcs", "libs.a", "s.o"], cwd=tmp_path, check=True)
    program = write_program(tmp_path, one("s", call='PrintLine("${C.f(5)}")'))
    assert build(tmp_path, program, "--link", "s", "-L", ".").status == 0
    assert call(tmp_path, [str(tmp_path / "program")]).stdout == "15\n"
    refused = run(tmp_path, program, "--link", "s", "-L", ".")
    assert refused.status == 3
    assert "static library" in refused.stderr


def test_manifest_and_command_line_must_agree(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("z"))
    failed = fail_both(tmp_path, program, "--link", "/a/libz.so", "--link", "/b/libz.so")
    assert "given twice" in failed.stderr


# Policy ---------------------------------------------------------------------------------------------------------

PAIRS = """
[Extern(Abi: "C", Library: "alpha")] contract A { i32 first(); i32 second(); }
[Extern(Abi: "C", Library: "libbeta.so.2")] contract B { i32 third(); }
unit main() { PrintLine("${A.first() + A.second() + B.third()}"); }
"""


def test_the_switched_off_path_lists_every_pair(tmp_path: Path) -> None:
    failed = fail_both(tmp_path, write_program(tmp_path, PAIRS))
    assert failed.status == 1
    assert "E1527" in failed.stderr
    for pair in ("alpha:first", "alpha:second", "libbeta.so.2:third"):
        assert pair in failed.stderr
    assert "--link alpha" in failed.stderr
    assert "--extern-dlopen" in failed.stderr


@pytest.mark.parametrize("by_environment", [False, True])
def test_the_legacy_path_opens_libraries_that_are_not_listed(tmp_path: Path, by_environment: bool) -> None:
    compile_library(tmp_path, "free", "int f(int x) { return x + 1; }")
    program = write_program(tmp_path, one(str(tmp_path / "libfree.so"), call='PrintLine("${C.f(1)}")'))
    words = [] if by_environment else ["--extern-dlopen"]
    environment = {"BESKID_EXTERN_DLOPEN": "1"} if by_environment else {}
    assert run_both(tmp_path, program, *words, **environment).stdout == "2\n"
    assert fail_both_again(tmp_path, program).status == 1


def fail_both_again(folder: Path, program: str) -> Ran:
    (folder / "program").unlink()
    return fail_both(folder, program)


def test_the_legacy_path_takes_machine_words_only(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("/lib/libq.so", "f32 f(f32 x);", "C.f(1.0)"))
    failed = fail_both(tmp_path, program, "--extern-dlopen")
    assert "E1524" in failed.stderr
    assert "--link q" in failed.stderr


@pytest.mark.parametrize(
    ("variable", "value", "denied"),
    [
        ("BESKID_EXTERN_ALLOW", "libc.so.6:abs", ""),
        ("BESKID_EXTERN_ALLOW", " c:* ,, ", ""),
        ("BESKID_EXTERN_ALLOW", "abs", ""),
        ("BESKID_EXTERN_ALLOW", "*:a*", ""),
        ("BESKID_EXTERN_ALLOW", "", ""),
        ("BESKID_EXTERN_ALLOW", "z:*", "allowlist"),
        ("BESKID_EXTERN_DENY", "abs", "denylist"),
        ("BESKID_EXTERN_DENY", "libc*:*", "denylist"),
        ("BESKID_EXTERN_DENY", "*", "denylist"),
        ("BESKID_EXTERN_DENY", "c:labs", ""),
    ],
)
def test_policy_lists(tmp_path: Path, variable: str, value: str, denied: str) -> None:
    program = write_program(tmp_path, one("libc.so.6", "i32 abs(i32 x);", 'PrintLine("${C.abs(-4)}")'))
    if not denied:
        assert run_both(tmp_path, program, **{variable: value}).stdout == "4\n"
        return
    failed = fail_both(tmp_path, program, **{variable: value})
    assert failed.status == 1
    assert f"extern libc.so.6:abs denied by {denied}" in failed.stderr


def test_deny_wins_over_allow_and_binds_the_warm_start(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("libc.so.6", "i32 abs(i32 x);", 'PrintLine("${C.abs(-4)}")'))
    assert run(tmp_path, program).stdout == "4\n"
    denied = run(tmp_path, program, BESKID_EXTERN_ALLOW="abs", BESKID_EXTERN_DENY="abs")
    assert "denied by denylist" in denied.stderr
    assert run(tmp_path, program).stdout == "4\n"


def test_a_permission_does_not_outlive_its_command(tmp_path: Path) -> None:
    program = write_program(tmp_path, one("z", "u64 compressBound(u64 n);", "C.compressBound(1)"))
    assert run(tmp_path, program, "--link", "z").status == 0
    assert run(tmp_path, program).status == 1
