"""What Windows does differently: names in UTF-16, translated line ends, other error numbers, tables for unwinding."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests import limits
from tests.cross.machines import build_text, require, run_executable, variables_of
from tests.lang.case import Outcome

from beskid.aot.linker import find_zig
from beskid.aot.runtime_archive import ARCHIVE_NAME, installed_folder
from beskid.aot.sysroot import find_sysroot
from beskid.codegen.target import TARGETS
from beskid.driver.cache.store import user_cache_folder

WINDOWS = TARGETS["x86_64-pc-windows-gnu"]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def wine() -> None:
    require(WINDOWS)


def run(folder: Path, source: str, *arguments: str, stdin: bytes = b"", **variables: str) -> Outcome:
    built = build_text(WINDOWS, source, folder)
    return run_executable(WINDOWS, built, *arguments, folder=folder, stdin=stdin, variables=variables)


def compile_c(folder: Path, source: str, *words: str) -> None:
    zig = {"ZIG_GLOBAL_CACHE_DIR": str(folder / "zig"), "ZIG_LOCAL_CACHE_DIR": str(folder / "zig")}
    (folder / "source.c").write_text(source, encoding="utf-8")
    command = [find_zig(), "cc", "-target", WINDOWS.zig, "-O1", "-g0", "-fno-sanitize=undefined", *words, "source.c"]
    limits.run(command, cwd=folder, env={**os.environ, **zig}, check=True)


def sysroot_files() -> tuple[str, ...]:
    sysroot = find_sysroot(WINDOWS, f"{user_cache_folder(dict(os.environ))}/sysroots")
    assert sysroot is not None
    return sysroot.files


NAMES = """\
use System.Environment;
use System.FS;

unit main(string[] args) {
    let name = args[0];
    PrintLine("${args.Len()} ${name} ${args[1]} [${args[2]}]");
    PrintLine("${FS.WriteAllText(name, "läuft\\r\\n日本\\n")} ${FS.AppendAllText(name, "")}");
    PrintLine("${FS.ReadAllText(name)} ${FS.ReadAllBytes(name)}");
    PrintLine("${FS.Exists(name)} ${FS.IsDirectory(name)} ${FS.IsDirectory(".")}");
    PrintLine("${FS.CreateDirectory("žluť")} ${FS.CreateDirectory("žluť")}");
    PrintLine("${FS.WriteAllText("žluť/a", "")} ${FS.List("žluť")} ${FS.Delete("žluť")}");
    PrintLine("${FS.Delete("žluť/a")} ${FS.Delete("žluť")} ${FS.Exists("žluť")}");
    PrintLine("${Environment.Get("BESKID_TEST")} ${Environment.Set("Ö", "ü")} ${Environment.Get("ö")}");
    PrintLine("${Environment.Set("EMPTY", "")} ${Environment.Get("EMPTY")} ${Environment.Has("MISSING")}");
}
"""
NAMED = """\
3 žluť-日本.txt a*b "c" [d "e\\]
Result::Ok(true) Result::Ok(true)
Result::Ok("läuft\\r\\n日本\\n") Result::Ok([108, 195, 164, 117, 102, 116, 13, 10, 230, 151, 165, 230, 156, 172, 10])
true false true
Result::Ok(true) Result::Error(FsError::AlreadyExists("žluť"))
Result::Ok(true) Result::Ok(["a"]) Result::Error(FsError::Unknown("žluť: Directory not empty"))
Result::Ok(true) Result::Ok(true) false
Result::Ok("Nil 𓆈") Result::Ok(true) Result::Ok("ü")
Result::Ok(true) Result::Ok("") false
"""


def test_names_of_files_arguments_and_variables_are_unicode(tmp_path: Path) -> None:
    arguments = ("žluť-日本.txt", 'a*b "c"', 'd "e\\')
    outcome = run(tmp_path, NAMES, *arguments, BESKID_TEST="Nil 𓆈")
    assert outcome == Outcome(NAMED, "", 0)
    assert (tmp_path / "žluť-日本.txt").read_bytes() == "läuft\r\n日本\n".encode()


ERRORS = """\
use System.FS;

unit main() {
    for path in ["missing", "missing/file", ".", "nul\\u{0}", "bad"] { PrintLine("${FS.ReadAllText(path)}"); }
    PrintLine("${FS.List("missing")} ${FS.List("bad")} ${FS.Delete("missing")}");
    PrintLine("${FS.WriteAllText("missing/file", "")} ${FS.CreateDirectory("missing/folder")}");
}
"""
FAILED = """\
Result::Error(FsError::NotFound("missing"))
Result::Error(FsError::NotFound("missing/file"))
Result::Error(FsError::Unknown(".: Is a directory"))
Result::Error(FsError::Unknown("nul\\0: Invalid argument"))
Result::Error(FsError::InvalidData("bad"))
Result::Error(FsError::NotFound("missing")) Result::Error(FsError::Unknown("bad: Not a directory")) \
Result::Error(FsError::NotFound("missing"))
Result::Error(FsError::NotFound("missing/file")) Result::Error(FsError::NotFound("missing/folder"))
"""


def test_errors_are_those_of_every_system(tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(b"a\xff")
    assert run(tmp_path, ERRORS) == Outcome(FAILED, "", 0)


PROGRAMS = """\
use System.FS;
use System.IO.File;
use System.Process;
use System.Process.Command;
use System.Time;

unit main(string[] args) {
    if args.Len() == 1 {
        Time.Sleep(Time.FromSeconds(60));
        return;
    }
    if args.Len() > 1 {
        PrintLine("${args} ${System.Environment.TryGet("BESKID_X")} ${System.IO.ReadAll().Len()}");
        PrintErrorLine("errors");
        Process.Exit(7);
    }
    let program = System.Environment.TryGet("BESKID_PROGRAM").Unwrap();
    let child = Command.New(program).Arguments(["a b", "q\\"x\\\\", "", "ä"]);
    child.Variable("BESKID_X", "old").Variable("beskid_x", "v");
    let done = child.InputText("x".Repeat(200000)).Run().Expect("starts");
    Print("${done.ending} ${done.OutputText()}${done.ErrorText()}");
    let late = Command.New(program).Argument("sleep").Timeout(Time.FromMilliseconds(500)).Run();
    PrintLine("${late.Expect("starts").ending} ${Command.New("no-such-program").Run().IsError()}");
    FS.WriteAllText("file", "one").Expect("written");
    FS.AppendAllText("file", "two").Expect("at the end");
    let file = File.Update("file").Expect("opened");
    PrintLine("${file.Seek(3)} ${file.WriteText("TWO")} ${file.Size()} ${file.Resize(4)} ${file.TryLock()}");
    file.Close().Expect("closed");
    PrintLine("${FS.Rename("file", "other")} ${FS.ReplaceAllText("other", "new")} ${FS.ReadAllText("other")}");
    File.Create("unclosed").Expect("created").WriteText("kept").Expect("written");
}
"""
PROGRAMS_PRINTED = """\
Ending::Exited(7) ["a b", "q\\"x\\\\", "", "ä"] Option::Some("v") 200000
errors
Ending::TimedOut true
Result::Ok(3) Result::Ok(3) Result::Ok(6) Result::Ok(true) Result::Ok(true)
Result::Ok(true) Result::Ok(true) Result::Ok("new")
"""


def test_other_programs_and_open_files(tmp_path: Path) -> None:
    built = build_text(WINDOWS, PROGRAMS, tmp_path)
    outcome = run_executable(WINDOWS, built, folder=tmp_path, variables={"BESKID_PROGRAM": built.name})
    assert Outcome(outcome.stdout.replace("\r\n", "\n"), outcome.stderr, outcome.status) == Outcome(
        PROGRAMS_PRINTED, "", 0
    )
    assert (tmp_path / "unclosed").read_text() == "kept"


LONG = """\
use System.FS;

unit main() {
    let mut path = "";
    for i in range(0, 40) {
        path = "${path}folder-${i}";
        if !(FS.CreateDirectory(path) is Result::Ok(_)) { PrintLine("no ${path.Len()}"); return; }
        path = "${path}/";
    }
    let file = "${path}../${"x".Repeat(60)}";
    PrintLine("${path.Len() > 350} ${FS.WriteAllText(file, "kept")} ${FS.ReadAllText(file)} ${FS.Exists(path)}");
}
"""


def test_paths_have_no_limit_of_260_characters(tmp_path: Path) -> None:
    source = LONG.replace("!(FS.CreateDirectory(path) is Result::Ok(_))", "FS.CreateDirectory(path).IsError()")
    assert run(tmp_path, source) == Outcome('true Result::Ok(true) Result::Ok("kept") true\n', "", 0)


BYTES = """\
unit main() {
    let bytes = __syscall_read_bytes(0, 100);
    PrintLine("${bytes}");
    PrintLine("a\\r\\nb");
}
"""


def test_bytes_are_not_translated(tmp_path: Path) -> None:
    """In text mode a line feed becomes two bytes, and the byte 26 ends a file."""
    outcome = run(tmp_path, BYTES, stdin=b"x\r\n\x1ay\n")
    assert outcome == Outcome("[120, 13, 10, 26, 121, 10]\na\r\nb\n", "", 0)


def test_foreign_output_is_not_translated_either(tmp_path: Path) -> None:
    source = """
[Extern(Abi: "C", Library: "c")]
contract C { i32 putchar(i32 byte); }
unit main() { PrintLine("1"); C.putchar(50); C.putchar(10); PrintLine("3"); }
"""
    assert run(tmp_path, source) == Outcome("1\n2\n3\n", "", 0)


# The C program is a host that goes on after a panic: the jump leaves frames without tables for unwinding.
HOST = """\
#include "beskid_abi.h"
#include <stdio.h>
static const BeskidProgram program = {.abi_version = BESKID_RUNTIME_ABI_VERSION, .level = BESKID_RUNTIME_ABI_LEVEL,
                                      .draft_hash = BESKID_DRAFT_HASH, .name = "host"};
static int64_t panics(void **stack, void *argument)
{
    volatile char large[100000];
    large[0] = 1;
    large[99999] = large[0];
    if (argument != NULL) {
        panic((const uint8_t *)"on purpose", 10);
    }
    return large[99999] + 41;
}
int main(void)
{
    for (int turn = 0; turn < 3; turn++) {
        double kept = turn * 1.5;
        int64_t status = beskid_call(&program, (void *)panics, (void *)&program, BESKID_ENTER_QUIET);
        printf("%d %s ", (int)status, beskid_last_panic());
        printf("%d %.1f\\n", (int)beskid_call(&program, (void *)panics, NULL, BESKID_ENTER_QUIET), kept);
    }
    return 0;
}
"""


def test_a_host_in_c_goes_on_after_a_panic(tmp_path: Path) -> None:
    archive = installed_folder(WINDOWS.triple) / ARCHIVE_NAME
    include = [f"-I{ROOT / 'runtime' / 'include'}", f"-I{ROOT / 'runtime' / 'src'}"]
    compile_c(tmp_path, HOST, *include, "-c", "-o", "host.o")
    words = ["-lldmingw", "-NOLOGO", "-MACHINE:X64", "-SUBSYSTEM:CONSOLE", "-OUT:host.exe", "host.o", str(archive)]
    words += ["-ALTERNATENAME:__image_base__=__ImageBase", *sysroot_files()]
    limits.run([find_zig(), "lld-link", *words], cwd=tmp_path, check=True)
    outcome = run_executable(WINDOWS, tmp_path / "host.exe", folder=tmp_path)
    lines = "".join([f"101 on purpose 42 {turn * 1.5:.1f}\n" for turn in range(3)])
    assert outcome == Outcome(lines.replace("\n", "\r\n"), "", 0)


# The division is a function of the compiler's library, whose object has the stack probes too.
LIBRARY = """\
__declspec(dllexport) long long ratio(long long a, long long b)
{
    volatile char frame[20000];
    frame[b & 1023] = 1;
    return (long long)(((__int128)a << 20) / b) + frame[b & 1023] - 1;
}
"""
RATIO = """
[Extern(Abi: "C", Library: "ratio")]
contract C { i64 ratio(i64 a, i64 b); }
unit main() { PrintLine("${C.ratio(1_i64 << 50, 1 << 40)}"); }
"""


def test_a_foreign_archive_may_need_the_library_of_the_compiler(tmp_path: Path) -> None:
    compile_c(tmp_path, LIBRARY.replace("__declspec(dllexport) ", ""), "-c", "-o", "ratio.o")
    limits.run([find_zig(), "ar", "rcs", "libratio.a", "ratio.o"], cwd=tmp_path, check=True)
    built = build_text(WINDOWS, RATIO, tmp_path, "--link", "ratio", "-L", ".")
    assert run_executable(WINDOWS, built, folder=tmp_path) == Outcome(f"{1 << 30}\n", "", 0)


def test_a_library_that_is_loaded_is_linked_by_its_imports(tmp_path: Path) -> None:
    compile_c(tmp_path, LIBRARY, "-c", "-o", "ratio.o")
    words = ["-lldmingw", "-NOLOGO", "-MACHINE:X64", "-DLL", "-NOENTRY", "-OUT:ratio.dll", "-IMPLIB:ratio.lib"]
    limits.run([find_zig(), "lld-link", *words, "ratio.o", sysroot_files()[-1]], cwd=tmp_path, check=True)
    built = build_text(WINDOWS, RATIO, tmp_path, "--link", str(tmp_path / "ratio.lib"))
    assert run_executable(WINDOWS, built, folder=tmp_path) == Outcome(f"{1 << 30}\n", "", 0)
    (tmp_path / "ratio.dll").unlink()
    assert run_executable(WINDOWS, built, folder=tmp_path).status != 0


def test_functions_of_equal_code_are_not_equal(tmp_path: Path) -> None:
    source = """
i64 First(i64 x) { return x + 1; }
i64 Second(i64 x) { return x + 1; }
unit main() { let f = First; let g = Second; PrintLine("${f == g} ${f(1)} ${g(1)}"); }
"""
    assert run(tmp_path, source) == Outcome("false 2 2\n", "", 0)


def test_output_without_a_reader_ends_a_program(tmp_path: Path) -> None:
    built = build_text(WINDOWS, 'unit main() { while true { PrintLine("y"); } }\n', tmp_path)
    environment = {**os.environ, **variables_of(WINDOWS)}
    with limits.start(["wine", str(built)], stdout=-1, stderr=-3, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.read(2) == b"y\n"
        process.stdout.close()
        assert process.wait() == 141


def test_the_error_of_a_foreign_call_is_known(tmp_path: Path) -> None:
    source = """
use System.Errno;
[Extern(Abi: "C", Library: "c")]
contract C { i32 strtol(ref u8 text, out i64 end, i32 base); }
unit main() {
    i64 mut end = 0;
    PrintLine("${C.strtol("9999999999", out end, 10)} ${Errno.Last()} ${Errno.Text(2)}");
}
"""
    assert run(tmp_path, source) == Outcome("2147483647 34 No such file or directory\n", "", 0)
