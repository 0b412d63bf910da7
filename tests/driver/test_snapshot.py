"""What a user changes while the compiler works is never mistaken for what was compiled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from beskid.driver.cache.warm import RunRequest, find_object
from beskid.driver.inputs.project import ResolvedInput, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session

MANIFEST = 'project { name = "Demo" version = "0.1.0" root = "Src" }\ntarget "demo" { kind = App entry = "Main.bd" }\n'
LINKED = MANIFEST + 'dependency "Other" { source = path path = "../other" }\n'

OVERRIDDEN = 'workspace { name = "W" }\nmember "demo" { path = "demo" }\noverride "Other" { path = "third" }\n'

EDITS: dict[str, Callable[[Path], object]] = {
    "source": lambda folder: (folder / "demo/Src/Main.bd").write_text('unit main() { PrintLine("new"); }\n'),
    "second source": lambda folder: (folder / "demo/Src/Text.bd").write_text('pub string text() => "new";\n'),
    "manifest": lambda folder: (folder / "demo/Project.proj").write_text(LINKED.replace("0.1.0", "0.2.0")),
    "added file": lambda folder: (folder / "demo/Src/Added.bd").write_text("pub i64 added() => 1;\n"),
    "removed file": lambda folder: (folder / "demo/Src/Text.bd").unlink(),
    "dependency": lambda folder: (folder / "other/Src/Lib.bd").write_text("pub i64 lib() => 2;\n"),
    "workspace that appears": lambda folder: (folder / "Workspace.proj").write_text(OVERRIDDEN),
    "lock file that appears": lambda folder: (folder / "demo/Project.lock").write_text('lock { format = "2" }\n'),
    "manifest of the dependency": lambda folder: (folder / "other/Project.proj").write_text(MANIFEST + "\n"),
}
STAGES = ("check", "passed", "artifact", "object_bytes")


def write_project(folder: Path) -> None:
    """A project of two files with a dependency."""
    for name, text in {
        "demo/Project.proj": LINKED,
        "demo/Src/Main.bd": "unit main() { PrintLine(Text.text()); }\n",
        "demo/Src/Text.bd": 'pub string text() => "old";\n',
        "other/Project.proj": 'project { name = "Other" version = "0.1.0" root = "Src" }\n'
        'target "other" { kind = Lib entry = "Lib.bd" }\n',
        "other/Src/Lib.bd": "pub i64 lib() => 1;\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def opened(tmp_path: Path) -> Session:
    """A session over the project, its snapshot taken."""
    write_project(tmp_path)
    resolved = resolve_input(tmp_path / "demo", None, None, tmp_path)
    assert isinstance(resolved, ResolvedInput)
    return Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def is_remembered(folder: Path, request: RunRequest) -> bool:
    """Whether the next run would start without a compilation."""
    return find_object(request, {"XDG_CACHE_HOME": str(folder / "cache")}) is not None


def test_without_a_change_the_next_run_is_warm(opened: Session, tmp_path: Path) -> None:
    request = RunRequest(str(tmp_path / "demo"))
    assert opened.object_bytes()
    opened.remember(request)
    assert is_remembered(tmp_path, request)


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("stage", STAGES)
def test_an_edit_during_the_compilation_is_compiled_next(
    opened: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str, edit: str
) -> None:
    stages: Callable[..., object] = getattr(Session, stage)

    def edited(self: Session, *arguments: object, **named: object) -> object:
        result = stages(self, *arguments, **named)
        if self is opened:
            monkeypatch.undo()
            EDITS[edit](tmp_path)
        return result

    monkeypatch.setattr(Session, stage, edited)
    request = RunRequest(str(tmp_path / "demo"))
    first = opened.object_bytes()
    assert first
    opened.remember(request)
    assert not is_remembered(tmp_path, request)


def test_the_sources_are_those_of_the_snapshot(opened: Session, tmp_path: Path) -> None:
    EDITS["second source"](tmp_path)
    checked = opened.check(needs_entry=True)
    assert checked.typed is not None
    assert opened.snapshot.user_files()[("Text",)].data == b'pub string text() => "old";\n'


def test_every_option_is_part_of_the_key(opened: Session) -> None:
    options = [
        CompileOptions(), CompileOptions(optimize=0), CompileOptions(print_result=True), CompileOptions(entrypoint="x"),
        CompileOptions(triple="x"), CompileOptions(cpu="x"), CompileOptions(tests=True), CompileOptions(library=True),
        CompileOptions(roots=False),
    ]  # fmt: skip
    assert len({opened.snapshot.key(each, "triple", "compiler") for each in options}) == len(options)
    first = opened.snapshot.key(options[0], "triple", "compiler")
    assert opened.snapshot.key(options[0], "other", "compiler") != first
    assert opened.snapshot.key(options[0], "triple", "other") != first


def test_a_compiler_that_changes_stores_nothing(
    opened: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beskid.driver.inputs.snapshot.compiler_stamp", lambda: "another")
    assert opened.object_bytes()
    opened.remember(RunRequest(str(tmp_path / "demo")))
    assert not list((tmp_path / "cache").rglob("*"))
