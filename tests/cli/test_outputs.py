"""No command replaces or removes what beskid did not make, and no output is ever half written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.externs.libraries import BESKID, Ran, call, compile_library

from beskid.aot.linker import find_linker
from beskid.cli.main import main

HELLO = 'unit main() { PrintLine("hello"); }\n'
PROJECT = 'project {{ name = "app" version = "1" }}\ntarget "{name}" {{ kind = App entry = "Main.bd" }}\n{more}\n'


def project(folder: Path, name: str = "app", more: str = "") -> Path:
    (folder / "Src").mkdir(parents=True)
    (folder / "Src" / "Main.bd").write_text(HELLO)
    (folder / "Project.proj").write_text(PROJECT.format(name=name, more=more))
    return folder


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a program and a cache of its own."""
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "notes.bd").write_text(HELLO)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(folder: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The message of a command that fails and changes no file."""
    before = files(folder)
    assert main(list(words)) in (1, 3)
    assert files(folder) == before
    return capsys.readouterr().err


@pytest.mark.parametrize("name", ["/tmp/x", "../../../x", "a/b", ".bashrc", "-o", "a b\\n"])
def test_a_target_is_named_by_a_plain_name(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = project(tmp_path / "p", name)
    message = refused(tmp_path, capsys, "build", str(folder))
    assert "error[E3004]" in message
    assert "of a target is not a plain file name" in message


@pytest.mark.parametrize("linked", ["obj", "obj/beskid", "obj/beskid/out"])
def test_links_to_folders_of_the_user_are_not_followed(
    linked: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = here / "photos"
    (photos / "out" / "release").mkdir(parents=True)
    (photos / "beskid" / "out" / "release").mkdir(parents=True)
    (photos / "beskid" / "cat.jpg").write_text("cat")
    folder = project(here / "p")
    link = folder / linked
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(photos)
    assert "is a symbolic link" in refused(here, capsys, "build", str(folder))
    if linked == "obj/beskid/out":
        assert main(["clean", "--project", str(folder)]) == 0
        assert not link.is_symlink()
    else:
        assert "is a symbolic link" in refused(here, capsys, "clean", "--project", str(folder))
    assert (photos / "beskid" / "cat.jpg").read_text() == "cat"


def test_clean_of_the_cache_does_not_follow_a_link(
    here: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "photo").write_text("cat")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "beskid").symlink_to(here)
    assert "is a symbolic link" in refused(here, capsys, "clean", "--cache")


def test_an_output_is_never_an_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.link(here / "notes.bd", here / "other.bd")
    for output in ("notes.bd", "./notes.bd", "other.bd"):
        for force in ([], ["--force"]):
            assert "is an input of this command" in refused(here, capsys, "build", "notes.bd", "-o", output, *force)
    folder = project(here / "p")
    message = refused(here, capsys, "build", str(folder), "-o", str(folder / "Project.proj"), "--force")
    assert "is an input of this command" in message
    (here / "g.h").write_text("int f(int x);\n")
    message = refused(here, capsys, "bind", "g.h", "--library", "g", "-o", "g.h", "--force")
    assert "is an input of this command" in message
    message = refused(here, capsys, "test", "notes.bd", "--junit", "notes.bd", "--force")
    assert "is an input of this command" in message


def test_what_beskid_did_not_make_needs_force(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "notes").write_text("remember the milk")
    (here / "bindings").write_text("remember the bread")
    (here / "data.beskid.json").write_text('{"mine": true}')
    (here / "g.h").write_text("int f(int x);\n")
    (here / "data.xml").write_text("<mine/>")
    for words in (
        ["build", "notes.bd"],
        ["build", "notes.bd", "-o", "data"],
        ["bind", "g.h", "--library", "g", "-o", "bindings"],
        ["test", "notes.bd", "--junit", "data.xml"],
    ):
        message = refused(here, capsys, *words)
        assert "exists and was not made by beskid" in message
        assert "--force" in message
        assert main([*words, "--force"]) == 0
        # Now it is ours.
        assert main(words) == 0
    assert call(here, ["./data"]).stdout == "hello\n"


@pytest.mark.parametrize("kind", ["exe", "shared", "static", "object"])
def test_every_kind_of_output_is_recognized_as_ours(kind: str, here: Path) -> None:
    (here / "lib.bd").write_text('[Export(Abi: "C")] pub i32 twice(i32 x) => 2 * x;\nunit main() {}\n')
    for strip in ([], ["--strip"]):
        assert main(["build", "lib.bd", "--kind", kind, "-o", "made", *strip]) == 0
        assert main(["build", "lib.bd", "--kind", kind, "-o", "made", *strip]) == 0


def test_special_files_are_never_replaced(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(here / "pipe")
    (here / "link").symlink_to(here / "notes.bd")
    (here / "dangling").symlink_to(here / "nowhere")
    (here / "g.h").write_text("int f(int x);\n")
    for words in (
        ["build", "notes.bd", "-o"],
        ["bind", "g.h", "--library", "g", "-o"],
        ["test", "notes.bd", "--junit"],
    ):
        # The FIFO is first: a revision that replaces it must not reach the device.
        for force in ([], ["--force"]):
            assert "is a FIFO, not a regular file" in refused(here, capsys, *words, "pipe", *force)
            assert "is a device, not a regular file" in refused(here, capsys, *words, "/dev/null", *force)
        assert "is a symbolic link" in refused(here, capsys, *words, "dangling")
        assert "error" in refused(here, capsys, *words, "link")
    assert (here / "pipe").is_fifo()
    assert (here / "dangling").is_symlink()


def test_missing_folders_of_an_output_are_made(here: Path) -> None:
    assert main(["build", "notes.bd", "-o", "a/b/out"]) == 0
    assert call(here, ["a/b/out"]).stdout == "hello\n"


def test_a_program_with_errors_makes_no_folder(here: Path) -> None:
    (here / "wrong.bd").write_text("unit main() { nothing(); }\n")
    assert main(["build", "wrong.bd", "-o", "a/out"]) == 1
    assert not (here / "a").exists()


def test_names_that_begin_with_a_dash(here: Path) -> None:
    (here / "-d").mkdir()
    (here / "-d" / "h.h").write_text("int f(int x);\n")
    assert main(["build", "notes.bd", "-o", "./-d/-out"]) == 0
    assert call(here, ["./-d/-out"]).stdout == "hello\n"
    assert main(["bind", "./-d/h.h", "--library", "g", "-o", "./-d/b.bd"]) == 0
    assert "i32 f(i32 x);" in (here / "-d" / "b.bd").read_text()


def test_names_of_other_encodings(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = os.fsdecode(b"caf\xe9,\n\x1b[31m")
    assert main(["build", "notes.bd", "--kind", "exe", "-o", name]) == 0
    assert call(here, [f"./{name}"]).stdout == "hello\n"
    (here / "lib.bd").write_text('[Export(Abi: "C")] pub i32 twice(i32 x) => 2 * x;\n')
    assert main(["build", "lib.bd", "--kind", "shared", "-o", f"lib{name}"]) == 0
    (here / f"{name}.h").write_text("int f(int x);\n")
    assert main(["bind", f"{name}.h", "--library", "g", "-o", f"{name}.bd"]) == 0
    assert "i32 f(i32 x);" in (here / f"{name}.bd").read_text()
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out + printed.err
    assert "caf\\xe9,\\x0a\\x1b[31m" in printed.out


def test_an_object_of_exported_functions_needs_no_main(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "lib.bd").write_text('[Export(Abi: "C")] pub i32 twice(i32 x) => 2 * x;\n')
    (here / "none.bd").write_text("i32 twice(i32 x) => 2 * x;\n")
    assert main(["build", "lib.bd", "--kind", "object", "-o", "lib.o"]) == 0
    assert "E1008" in refused(here, capsys, "build", "none.bd", "--kind", "object")
    assert "E1008" in refused(here, capsys, "build", "lib.bd", "--kind", "object", "--entrypoint", "start")


@pytest.mark.parametrize("command", ["build", "run"])
def test_a_blank_entry_point_is_a_usage_error(command: str, here: Path) -> None:
    assert main([command, "notes.bd", "--entrypoint", "  "]) == 2


def test_build_without_an_environment(here: Path) -> None:
    done = call_bare(here, "build", "notes.bd", "-o", "out")
    assert done.status == 0, done.stderr
    assert call(here, ["./out"]).stdout == "hello\n"


@pytest.mark.parametrize("preferred", ["", "cc -O1"])
def test_the_linker_is_called_by_its_whole_path(preferred: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiler that is called by its bare name without PATH does not find its own programs."""
    # The other tests of this file are imported by revisions that had no such modules, to show the faults of those.
    from beskid.codegen.host import host_triple
    from beskid.codegen.target import target_of

    monkeypatch.delenv("PATH")
    target = target_of(host_triple())
    assert target is not None
    command, *options = find_linker(preferred, target, native=True)
    assert Path(command).is_absolute() and options == preferred.split()[1:]


def call_bare(folder: Path, *words: str) -> Ran:
    """A command in an environment of nothing but a cache."""
    return call(folder, ["env", "-i", f"XDG_CACHE_HOME={folder}/cache", *BESKID, *words])


def test_a_killed_build_leaves_nothing_beside_the_output(here: Path, tmp_path: Path) -> None:
    """The linker of this build kills its parent, which is as sudden as it gets."""
    linker = tmp_path / "cc"
    linker.write_text("#!/bin/sh\nkill -9 $PPID\n")
    linker.chmod(0o755)
    made = here / "made"
    made.mkdir()
    done = call(here, [*BESKID, "build", "notes.bd", "-o", "made/out"], CC=str(linker))
    assert done.status == -9
    assert list(made.iterdir()) == []


# Linker arguments ---------------------------------------------------------------------------------------------------

ARGUMENTS = ["-wrapper", "-o", "@args", "-B.", "-fplugin=./evil.so", "-Wl,-o,x", "-Wl,-z,now,-o,x", "-Xlinker", "-l",
             "x.o", "-Wl,-z", "-Wl,--as-needed,-o,x", "-Wl,-rpath,/tmp", "-fuse-ld=./evil", "-specs=evil"]  # fmt: skip


@pytest.mark.parametrize("argument", ARGUMENTS)
@pytest.mark.parametrize("command", ["build", "run", "test"])
def test_arguments_that_could_run_a_command_need_an_option(
    command: str, argument: str, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(here / "p", more=f'link {{ extraArgs = ["{argument}"] }}')
    message = refused(here, capsys, command, str(folder))
    assert "error[E1894]" in message
    assert f"`{argument}`" in message
    assert "--allow-link-args" in message


def test_arguments_that_only_choose_libraries_are_fine(here: Path) -> None:
    words = '"-lm", "-L.", "-pthread", "-Wl,-z,now", "-Wl,-z,relro,-z,stack-size=1", "-Wl,--as-needed"'
    folder = project(here / "p", more=f"link {{ extraArgs = [{words}] }}")
    assert call(here, [*BESKID, "build", str(folder)]).status == 0


def test_a_wrapper_of_the_project_runs_only_when_allowed(here: Path) -> None:
    (here / "evil.sh").write_text(f'#!/bin/sh\ntouch {here}/ran\nexec "$@"\n')
    (here / "evil.sh").chmod(0o755)
    folder = project(here / "p", more=f'link {{ extraArgs = ["-wrapper", "{here}/evil.sh"] }}')
    assert call(here, [*BESKID, "build", str(folder)]).status == 1
    assert not (here / "ran").exists()
    assert call(here, [*BESKID, "build", "--allow-link-args", str(folder)]).status == 0
    assert (here / "ran").exists()


def test_a_permission_is_part_of_the_request(here: Path) -> None:
    """What `run` was once allowed to do, it does not do again without the option."""
    folder = project(here / "p", more='link { extraArgs = ["-Wl,-rpath,/tmp"] }')
    file = str(folder / "Src" / "Main.bd")
    assert call(here, [*BESKID, "run", "--allow-link-args", file]).stdout == "hello\n"
    assert call(here, [*BESKID, "run", file]).status == 1


def test_a_path_among_the_libraries_of_a_manifest_needs_the_option(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project(here / "p", more='link { libraries = ["./evil.so"] }')
    assert "error[E1894]" in refused(here, capsys, "build", str(folder))


# Libraries ----------------------------------------------------------------------------------------------------------


def test_build_runs_no_code_of_a_library(here: Path) -> None:
    source = f"""#include <stdio.h>
    __attribute__((constructor)) static void start(void) {{ fopen("{here}/ran", "w"); }}
    int f(int x) {{ return x + 1; }}"""
    compile_library(here, "loud", source)
    (here / "p.bd").write_text(
        '[Extern(Abi: "C", Library: "loud")] contract C { i32 f(i32 x); }\nunit main() { PrintLine("${C.f(1)}"); }\n'
    )
    words = ["--link", "loud", "-L", "."]
    assert call(here, [*BESKID, "build", "p.bd", *words]).status == 0
    assert not (here / "ran").exists()
    assert call(here, [*BESKID, "run", "p.bd", *words]).stdout == "2\n"
    assert (here / "ran").exists()


@pytest.mark.parametrize("symbol", ["environ", "errno", "stdout"])
def test_data_is_not_a_function(symbol: str, here: Path) -> None:
    (here / "p.bd").write_text(
        f'[Extern(Abi: "C", Library: "c")] contract C {{ i32 {symbol}(); }}\n'
        f'unit main() {{ PrintLine("${{C.{symbol}()}}"); }}\n'
    )
    ran = call(here, [*BESKID, "run", "p.bd"])
    made = call(here, [*BESKID, "build", "p.bd"])
    assert (ran.status, ran.stdout) == (3, "") == (made.status, made.stdout)
    assert ran.stderr == made.stderr
    assert f"{symbol} is data, not a function" in ran.stderr


def test_a_relative_linker_script(here: Path) -> None:
    (here / "n").mkdir()
    compile_library(here / "n", "foo", "int f(int x) { return x + 1; }").rename(here / "n" / "libfoo.so.1")
    (here / "l").mkdir()
    (here / "l" / "libfoo.so").write_text("INPUT(../n/libfoo.so.1)\n")
    (here / "p.bd").write_text(
        '[Extern(Abi: "C", Library: "foo")] contract C { i32 f(i32 x); }\nunit main() { PrintLine("${C.f(1)}"); }\n'
    )
    for words in (["--link", "foo", "-L", "l"], ["--link", "./l/libfoo.so"]):
        assert call(here, [*BESKID, "run", "p.bd", *words]).stdout == "2\n"
        made = call(here, [*BESKID, "build", "p.bd", *words])
        assert made.status == 0, made.stderr


# Formatting and fixing ----------------------------------------------------------------------------------------------


def test_fmt_and_fix_change_nothing_outside_a_project(here: Path) -> None:
    outside = here / "outside.bd"
    text = "use Core.Interop;\n" + 'unit   main() { PrintLine("hello");; }\n'
    outside.write_text(text)
    folder = project(here / "p")
    (folder / "Src" / "Linked.bd").symlink_to(outside)
    assert main(["fmt", str(folder)]) == 0
    main(["check", "--fix", str(folder)])
    assert outside.read_text() == text
    assert (folder / "Src" / "Linked.bd").is_symlink()


def test_a_read_only_source_is_not_rewritten(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    untidy, fixable = "unit main() {PrintLine( 1 );}\n", "unit main() {\n    i64 x = 1;\n    x = 2;\n    x;\n}\n"
    for name, text, command in (("a.bd", untidy, ["fmt"]), ("b.bd", fixable, ["check", "--fix"])):
        (here / name).write_text(text)
        (here / name).chmod(0o444)
        assert main([*command, name]) == 3
        assert "is read-only" in capsys.readouterr().err
        assert (here / name).read_text() == text


def test_a_header_that_is_included_is_an_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = here / 'a "quoted" folder'
    folder.mkdir()
    (folder / "inner.h").write_text("int inner(int);\n")
    (here / "outer.h").write_text('#include "inner.h"\nint outer(int);\n')
    before = files(here)
    words = ["bind", "outer.h", "--library", "x", "-I", str(folder), "--force", "-o", str(folder / "inner.h")]
    assert main(words) == 3
    assert "is an input of this command" in capsys.readouterr().err
    assert files(here) == before


def test_a_library_that_is_linked_is_an_input(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even one that beskid made itself."""
    (here / "twice.bd").write_text('[Export(Abi: "C")] pub i32 twice(i32 x) => 2 * x;\n')
    assert main(["build", "twice.bd", "--kind", "static", "-o", "libtwice.a"]) == 0
    (here / "use.bd").write_text(
        '[Extern(Abi: "C", Library: "twice")] contract C { i32 twice(i32 x); }\n'
        'unit main() { PrintLine("${C.twice(3)}"); }\n'
    )
    before = files(here)
    for force in ([], ["--force"]):
        assert main(["build", "use.bd", "-L", ".", "--link", "twice", "-o", "libtwice.a", *force]) == 3
        assert "is an input of this command" in capsys.readouterr().err
    assert files(here) == before


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("x86_64-windows-gnu", "libtwice.dll.a"),
        ("x86_64-windows-gnu", "libtwice.lib"),
        ("aarch64-macos", "libtwice.tbd"),
    ],
)
def test_a_library_of_another_target_is_an_input(
    here: Path, capsys: pytest.CaptureFixture[str], target: str, name: str
) -> None:
    (here / "use.bd").write_text("unit main() {}\n")
    (here / name).write_text("a library of another origin\n")
    before = files(here)
    words = ["build", "use.bd", "--for", target, "-L", ".", "--link", "twice", "-o", name, "--force"]
    assert main(words) == 3
    assert "is an input of this command" in capsys.readouterr().err
    assert files(here) == before
