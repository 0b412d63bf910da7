"""`beskid debug`, `beskid run --on-panic debug` and `beskid build -g`: errors, statuses and what is written."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from tests import limits

from beskid.driver.debugging import (
    GDB_FILE,
    LLDB_FILE,
    USER_PYTHONPATH,
    Debugger,
    debugger_command,
    debugger_environment,
    gdb_argument,
    lldb_argument,
)

GDB = pytest.mark.skipif(shutil.which("gdb") is None, reason="gdb is not installed")
LLDB = pytest.mark.skipif(shutil.which("lldb") is None, reason="lldb is not installed")
SECONDS = 120
PROGRAM = """\
i64 pick(i64[] values, i64 place) {
    let own_name = place + 1;
    return values[own_name];
}

i64 main(string[] args) {
    PrintLine("${pick([1, 2, 3], args.Len())}");
    return 7;
}
"""
TEXT = '"a\\0b\\u{1b}[31m"'
PARTS = f"""\
type Held {{ char nul, f32 single, string text, string after }}

unit main() {{
    let held = Held {{ nul: '\\0', single: 1.2621775e-29, text: {TEXT}, after: "ende" }};
    let chars = ['a', '\\0', '\\n', '\\u{{1b}}', 'ü'];
    let text = "a${{"ü".Repeat(5_000)}}";
    PrintLine("${{chars[text.Len()]}} ${{held}}");
}}
"""
RAISES = """\
[Extern(Abi: "C", Library: "c")]
contract C {
    i32 raise(i32 number);
}

unit main(string[] args) {
    C.raise(args.Len() as i32);
}
"""
VALUES_OF_C = """\
enum color { RED, GREEN };
struct buffer { char *data; long length; };
typedef struct buffer *buffer;

int main(void)
{
    struct buffer held = {"text", 4};
    volatile enum color color = GREEN;
    buffer text = &held;
    return text->length + color;
}
"""
CALLED_BY_C = """\
[Extern(Abi: "C", Library: "libc.so.6")]
contract C {
    unit qsort(ref i32 values, u64 count, u64 size, i32(i64, i64) compare);
}

[Export(Abi: "C", Symbol: "add_one")]
pub i64 addOne(i64 number) {
    return number + 1;
}

i32 order(i64 first, i64 second) {
    let isLess = first < second;
    return if isLess { -1 } else { 1 };
}

unit main() {
    i32[] values = [3, 1];
    C.qsort(values, 2, 4, order);
    PrintLine("${addOne(1)}");
}
"""


def beskid(
    *words: str, folder: Path, input: str = "", environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return limits.run(
        [sys.executable, "-m", "beskid", *words],
        input=input,
        capture_output=True,
        text=True,
        cwd=folder,
        env=os.environ | (environment or {}),
        timeout=SECONDS,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "main.bd").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("words", "name"), [(["debug"], "gdb"), (["debug", "--lldb"], "lldb"), (["run", "--on-panic", "debug"], "gdb")]
)
def test_a_missing_debugger(words: list[str], name: str, folder: Path) -> None:
    done = beskid(*words, "main.bd", folder=folder, environment={"PATH": str(folder)})
    assert (done.returncode, done.stdout) == (3, "")
    assert f"error: cannot find {name}\n  = help: install it, for example with `apt install {name}`" in done.stderr


@GDB
def test_a_program_with_errors(folder: Path) -> None:
    (folder / "main.bd").write_text("unit main() { missing(); }\n", encoding="utf-8")
    done = beskid("debug", "main.bd", folder=folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "error[E1101]" in done.stderr


@GDB
def test_a_panic_stops_in_gdb(folder: Path) -> None:
    words = ("run", "-O0", "--on-panic", "debug", "main.bd", "--", "a", "b")
    done = beskid(*words, folder=folder, input="print own_name\nkill\n")
    assert "pick (values=[1, 2, 3], place=2) at ./main.bd:3\n" in done.stdout
    assert "(gdb) $1 = 3\n" in done.stdout
    assert done.returncode == 101


@GDB
def test_no_part_hides_the_others(folder: Path) -> None:
    """The program prints control characters as they are. A form is of one line, in every locale."""
    (folder / "main.bd").write_text(PARTS, encoding="utf-8")
    typed = ("print held", "print chars", "print text", "set var held.text->length = -1", "print held")
    words = ("run", "-O0", "--on-panic", "debug", "main.bd")
    done = beskid(*words, folder=folder, input="\n".join(typed), environment={"LC_ALL": "C"})
    held = 'Held {{ nul: \\0, single: 1.2621775e-29, text: {}, after: "ende" }}'
    assert f"$1 = {held.format(TEXT)}\n" in done.stdout
    assert "$2 = [a, \\0, \\n, \\u{1b}, ü]\n" in done.stdout
    assert f'$3 = "a{"ü" * 4_999}…"\n' in done.stdout
    assert "$4 = Held { nul: \\0, single: 1.2621775e-29, text: <not readable: " in done.stdout
    assert '>, after: "ende" }\n' in done.stdout
    # The end of the input ends gdb as the program would have ended.
    assert done.returncode == 101


@GDB
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGKILL])
def test_a_fatal_signal_is_the_status(number: signal.Signals, folder: Path) -> None:
    """gdb stops at the first, and cannot at the other."""
    (folder / "main.bd").write_text(RAISES, encoding="utf-8")
    done = beskid("run", "--on-panic", "debug", "main.bd", "--", *["x"] * number, folder=folder)
    assert f"signal {number.name}" in done.stdout
    assert done.returncode == 128 + number


@GDB
def test_a_program_without_panic_ends_with_its_status(folder: Path) -> None:
    done = beskid("run", "--on-panic", "debug", "main.bd", folder=folder, input="print 1\n")
    assert done.returncode == 7
    assert "(gdb)" not in done.stdout


def test_a_panic_can_only_stop_an_executable(folder: Path) -> None:
    done = beskid("run", "--on-panic", "debug", "--engine", "oracle", "main.bd", folder=folder)
    assert done.returncode == 2
    assert "leave out `--engine`" in done.stderr


@GDB
def test_values_of_c_have_the_form_of_c(tmp_path: Path) -> None:
    (tmp_path / "values.c").write_text(VALUES_OF_C, encoding="utf-8")
    limits.run(["cc", "-g", "-O0", "-o", "values", "values.c"], cwd=tmp_path, timeout=SECONDS, check=True)
    words = ["-ex", "break values.c:10", "-ex", "run", "-ex", "print color", "-ex", "print text->length"]
    command = ["gdb", "-q", "-nx", "-batch", "-x", GDB_FILE, *words, "-ex", "print text", "values"]
    done = limits.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert "$1 = GREEN\n$2 = 4\n$3 = (buffer) \n" in done.stdout


@GDB
def test_functions_that_c_calls(folder: Path) -> None:
    """Adapters are in no line of the source, so they have no frames, and no breakpoint stops in them."""
    (folder / "main.bd").write_text(CALLED_BY_C, encoding="utf-8")
    typed = ("break order", "run", "backtrace", "break addOne", "continue", "backtrace", "kill")
    done = beskid("debug", "main.bd", folder=folder, input="\n".join(typed))
    frames = re.findall(r"^(?:\(gdb\) )?#\d+ +(\w+) \(.*?\) at (main\.bd:\d+)$", done.stdout, re.MULTILINE)
    assert frames == [("order", "main.bd:12"), ("main", "main.bd:18"), ("addOne", "main.bd:8"), ("main", "main.bd:19")]
    assert "<program>" not in done.stdout


@GDB
def test_commands_of_a_file_come_first(folder: Path) -> None:
    (folder / "first").write_text("break pick\nrun\n", encoding="utf-8")
    done = beskid("debug", "-x", "first", "main.bd", folder=folder, input="info args\nkill\n")
    assert "values = [1, 2, 3]\nplace = 0\n" in done.stdout


@GDB
def test_sources_are_found_from_another_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("else where")
    done = beskid("debug", str(folder / "main.bd"), folder=elsewhere, input="list pick\n")
    assert "    let own_name = place + 1;\n" in done.stdout


def test_the_debug_information_is_reproducible(folder: Path) -> None:
    images = []
    for name in ("first", "second"):
        own = folder / name
        own.mkdir()
        (own / "main.bd").write_text(PROGRAM, encoding="utf-8")
        environment = {"XDG_CACHE_HOME": str(own / "cache")}
        for words in (("-O0", "-g"), ("-O2", "-g"), ("-O2",)):
            done = beskid(
                "build", *words, "--kind", "object", "-o", "out.o", "main.bd", folder=own, environment=environment
            )
            assert done.returncode == 0, done.stderr
            images.append((own / "out.o").read_bytes())
    assert images[:3] == images[3:]
    assert [b"own_name\0" in image for image in images[:3]] == [True, True, False]
    assert not any(str(folder).encode() in image for image in images)


def test_stripped_executables_have_none(folder: Path) -> None:
    assert beskid("build", "-g", "--strip", "main.bd", folder=folder).returncode == 2


def test_paths_in_commands_are_quoted() -> None:
    assert gdb_argument("/a b/'c\"") == "/a\\ b/\\'c\\\""
    assert lldb_argument('/a "b"') == '"/a \\"b\\""'


@GDB
def test_the_command_line_of_gdb() -> None:
    places = [(".", "/work"), ("corelib", "/lib/core")]
    words = debugger_command(Debugger.GDB, "/usr/bin/gdb", "/cache/p", ["--", "x"], places, ("run",), "file")
    assert words[0] == "/usr/bin/gdb"
    assert words[-4:] == ["--args", "/cache/p", "--", "x"]
    assert words[words.index("-d") + 1] == "/work"
    assert "set substitute-path ./corelib /lib/core" in words


def test_the_command_line_of_lldb() -> None:
    places = [(".", "/work"), ("corelib", "/lib/core")]
    words = debugger_command(Debugger.LLDB, "/usr/bin/lldb", "/cache/p", ["--", "x"], places, ("run",), "file")
    assert words[-4:] == ["--", "/cache/p", "--", "x"]
    # The user's commands come after the printers and the folders.
    assert words[1:] == [
        *("-o", f'command script import "{LLDB_FILE}"'),
        *("-o", 'settings append target.source-map "." "/work"'),
        *("-o", 'settings append target.source-map "corelib" "/lib/core"'),
        *("-o", "run", "-s", "file", *words[-4:]),
    ]


def test_the_python_module_of_lldb_is_found(tmp_path: Path) -> None:
    own = tmp_path / "lib" / "python3.11" / "dist-packages"
    (own / "lldb").mkdir(parents=True)
    (own / "lldb" / "embedded_interpreter.py").touch()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "lldb").touch()
    (tmp_path / "lldb").symlink_to(tmp_path / "bin" / "lldb")
    path = str(tmp_path / "lldb")
    assert debugger_environment(Debugger.GDB, path, {"A": "b"}) == {"A": "b"}
    shared = tmp_path.parent / "python3" / "dist-packages"
    for environment, known, joined in (
        ({"A": "b"}, "", (own, shared)),
        ({"PYTHONPATH": "/c:/d"}, "/c:/d", (own, "/c:/d", shared)),
    ):
        changed = {"PYTHONPATH": os.pathsep.join(map(str, joined)), USER_PYTHONPATH: known}
        assert debugger_environment(Debugger.LLDB, path, environment) == environment | changed
    assert debugger_environment(Debugger.LLDB, str(tmp_path / "a" / "b" / "lldb"), {"A": "b"}) == {"A": "b"}


@LLDB
@pytest.mark.parametrize("known", ["", "/c", "own"])
def test_the_program_has_the_python_path_of_the_user(known: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one in which the user has a module of lldb."""
    (folder / "own" / "lldb").mkdir(parents=True)
    (folder / "own" / "lldb" / "embedded_interpreter.py").touch()
    (folder / "first").write_text("target create /usr/bin/env\nrun\nkill\n", encoding="utf-8")
    monkeypatch.delenv("PYTHONPATH", raising=False)
    environment = {"PYTHONPATH": known} if known else {}
    done = beskid("debug", "--lldb", "-x", "first", "main.bd", folder=folder, environment=environment)
    found = re.findall(r"^(\w*PYTHONPATH)=(.*)$", done.stdout, re.MULTILINE)
    assert dict(found) == environment, done.stdout


@LLDB
def test_lldb_starts_in_a_virtual_environment(folder: Path) -> None:
    """The Python in lldb looks for its modules where the first `python3` of `PATH` has them."""
    venv.create(folder / "own", symlinks=True)
    (folder / "first").write_text("catch-panic\nrun\nbt\nkill\n", encoding="utf-8")
    environment = {"PATH": f"{folder}/own/bin{os.pathsep}{os.environ['PATH']}"}
    done = beskid("debug", "--lldb", "-x", "first", "main.bd", "--", "a", "b", folder=folder, environment=environment)
    assert "Traceback" not in done.stdout + done.stderr
    assert "pick(values=[1, 2, 3], place=2) at main.bd:3" in done.stdout


@LLDB
def test_no_part_hides_the_others_in_lldb(folder: Path) -> None:
    (folder / "main.bd").write_text(PARTS, encoding="utf-8")
    typed = ("catch-panic", "run", "v held", "v chars", "v text", "expr held->text->length = -1", "v held")
    (folder / "first").write_text("\n".join(typed), encoding="utf-8")
    done = beskid("debug", "--lldb", "-x", "first", "main.bd", folder=folder)
    held = '(Held) held = Held {{ nul: \\0, single: 1.2621775e-29, text: {}, after: "ende" }}\n'
    assert held.format(TEXT) in done.stdout
    assert "(char[]) chars = [a, \\0, \\n, \\u{1b}, ü]\n" in done.stdout
    assert f'(string) text = "a{"ü" * 4_999}…"\n' in done.stdout
    assert "text: <not readable" in done.stdout


@pytest.mark.parametrize(("option", "file"), [("--gdb-file", GDB_FILE), ("--lldb-file", LLDB_FILE)])
def test_the_files_of_debuggers(option: str, file: str, folder: Path) -> None:
    assert beskid("debug", option, folder=folder).stdout == f"{file}\n"
    assert Path(file).exists()


def test_one_file_of_a_debugger_is_asked_for(folder: Path) -> None:
    done = beskid("debug", "--gdb-file", "--lldb-file", folder=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "argument --lldb-file: not allowed with argument --gdb-file" in done.stderr
