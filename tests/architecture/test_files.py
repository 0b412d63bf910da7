"""One door to the file system: no module outside `beskid.files` reads, writes, lists or removes files itself."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / "src" / "beskid"

SYSTEM_CALLS = frozenset(
    (
        "open", "unlink", "remove", "replace", "rename", "renames", "mkdir", "makedirs", "rmdir", "removedirs", "walk",
        "fwalk", "scandir", "listdir", "link", "symlink", "truncate", "mkfifo", "mknod", "chmod", "utime",
    )
)  # fmt: skip
"""Functions of `os`."""

PATH_CALLS = frozenset(
    (
        "write_text", "write_bytes", "read_text", "read_bytes", "unlink", "mkdir", "rmdir", "touch", "iterdir", "glob",
        "rglob", "symlink_to", "hardlink_to", "lchmod",
        # In contrast to their counterparts in `os.path` these raise `PermissionError`.
        "is_file", "is_dir", "exists", "is_symlink",
    )
)  # fmt: skip
"""Methods that only `pathlib.Path` has."""

MODULES = frozenset(("tempfile", "shutil", "glob", "fileinput", "mmap"))
HARMLESS = frozenset(("shutil.which", "shutil.get_terminal_size"))

EXCEPTIONS: dict[tuple[str, str], str] = {
    ("ir/oracle/real_host.py", "open"): "the oracle's real host performs the system calls of the program",
    ("ir/oracle/real_host.py", "os.listdir"): "as above",
    ("ir/oracle/real_host.py", "os.mkdir"): "as above",
    ("ir/oracle/real_host.py", "os.rmdir"): "as above",
    ("ir/oracle/real_host.py", "os.unlink"): "as above",
    ("ir/oracle/real_host.py", "os.chmod"): "as above",
    ("ir/oracle/real_host.py", "os.open"): "as above",
    ("ir/oracle/real_host.py", "os.rename"): "as above",
    ("ir/oracle/real_host.py", "os.symlink"): "as above",
    ("ir/oracle/real_host.py", "os.utime"): "as above",
    ("ir/oracle/host.py", "exists"): "a method of the oracle's host, not of a path",
    ("ir/oracle/system.py", "read_bytes"): "a method of the oracle's host, not of a path",
    ("abi/generate.py", "read_text"): "writes the generated files of a checkout, and runs before the package exists",
    ("abi/generate.py", "write_text"): "as above",
    ("abi/generate.py", "exists"): "as above",
    ("abi/generate.py", "mkdir"): "as above",
    ("serve/sandbox.py", "os.open"): "opens places for the kernel's rules, and reads nothing",
    ("serve/child.py", "os.open"): "opens the standard input of a program",
    ("cli/main.py", "open"): "opens a stream over a closed standard descriptor",
    ("cli/main.py", "os.open"): "opens the null device for descriptors 0 to 2",
    ("driver/testing/run.py", "os.open"): "opens the null device as the standard input of a test",
    (
        "driver/testing/descendants.py",
        "os.listdir",
    ): "lists the processes of the system, not files",
    ("driver/testing/coverage.py", "mmap.mmap"): "maps memory that processes share, without a file",
    ("driver/profiling/sampling.py", "mmap.mmap"): "maps memory that processes share, without a file",
    ("driver/profiling/sampling.py", "open"): "reads what the system tells of this process",
    ("driver/bisect.py", "tempfile.TemporaryFile"): "holds the output of a stage in a file without a name",
    ("codegen/llvm_library.py", "open"): "reads the version of an installed package on a warm start",
}
"""Module and call, with the reason."""


def calls_of(path: Path) -> list[str]:
    """Every call in a module that reaches the file system, as it is written."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Name) and function.id == "open":
            found.append("open")
        if not isinstance(function, ast.Attribute):
            continue
        name = ast.unparse(function)
        owner = ast.unparse(function.value)
        is_system = owner == "os" and function.attr in SYSTEM_CALLS
        is_module = owner in MODULES and name not in HARMLESS
        # `str.replace` has two arguments; `Path.replace` and `Path.rename` have one.
        is_move = function.attr in ("replace", "rename") and len(node.args) == 1 and not node.keywords
        if is_system or is_module:
            found.append(name)
        elif (function.attr in PATH_CALLS and owner != "os.path") or (is_move and owner != "dataclasses"):
            found.append(function.attr)
    return found


def all_calls() -> set[tuple[str, str]]:
    return {
        (path.relative_to(ROOT).as_posix(), call)
        for path in sorted(ROOT.rglob("*.py"))
        if path.relative_to(ROOT).parts[0] != "files"
        for call in calls_of(path)
    }


def test_every_access_to_files_goes_through_the_files_package() -> None:
    assert sorted(all_calls() - EXCEPTIONS.keys()) == []


def test_every_exception_is_still_needed() -> None:
    assert sorted(EXCEPTIONS.keys() - all_calls()) == []


def test_the_search_finds_each_kind_of_call(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "open('a')\nos.listdir('a')\ntempfile.mkdtemp()\nshutil.rmtree('a')\npath.write_text('x')\npath.replace(other)\n"
        "text.replace('a', 'b')\nshutil.which('cc')\nos.getcwd()\nfolder.remove('x')\n"
    )
    assert calls_of(module) == ["open", "os.listdir", "tempfile.mkdtemp", "shutil.rmtree", "write_text", "replace"]
