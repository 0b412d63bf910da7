"""`beskid serve`: who may ask it, what it answers, and what a program in it cannot do."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest
from tests import limits
from tests.serve.visitor import PROBLEM, SECONDS, Visitor, visit

from beskid.cli import serve as cli
from beskid.playground.host import MAX_OUTPUT
from beskid.serve import programs as running
from beskid.serve import server as serving
from beskid.serve.programs import End, Output, Program, Programs, Settings, _Process, _Run
from beskid.serve.server import Server, _with_an_end

TEXT = 'unit main() {\n    PrintLine("one");\n}\n'
LOOP = "    mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n"
ENDLESS = f'unit main() {{\n    PrintLine("begun");\n{LOOP}'


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    # It lives as long as all tests of this module take together.
    with visit(tmp_path_factory.mktemp("serve"), "--memory-limit", "64", timeout=3600) as found:
        yield found


def until(condition: Callable[[], object]) -> bool:
    """Wait until a condition holds; return whether it did in time."""
    end = time.monotonic() + SECONDS
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/", {}),
        ("/index.html", {}),
        ("/wrong/", {}),
        ("{path}", {"Host": "example.com"}),
        ("{path}", {"Host": "example.com:{port}"}),
        ("{path}", {"Host": "127.0.0.1"}),
        ("{path}", {"Origin": "http://example.com"}),
        ("{path}", {"Origin": "null"}),
        ("{path}", {"Origin": "https://127.0.0.1:{port}"}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_strangers_are_refused(visitor: Visitor, method: str, path: str, headers: dict[str, str]) -> None:
    given = {name: text.format(port=visitor.port) for name, text in headers.items()}
    name = path.format(path=visitor.path) + ("ask" if method == "POST" else "")
    body = json.dumps({"operation": "check", "arguments": [TEXT]}).encode() if method == "POST" else None
    status, answer = visitor.request(method, name, body, {"Content-Type": "application/json", **given})
    assert status == 403
    assert visitor.path.strip("/").encode() not in answer


def test_the_page_is_served(visitor: Visitor) -> None:
    status, body = visitor.request("GET", visitor.path)
    assert status == 200 and b"<title>Beskid playground</title>" in body
    for name in ("page.js", "compiler.js", "editor.js", "codemirror.js", "tokens.js", "style.css", "programs.json"):
        assert visitor.request("GET", visitor.path + name)[0] == 200, name
    assert visitor.request("GET", f"{visitor.path}../../README.md")[0] == 404
    own = {"Origin": f"http://127.0.0.1:{visitor.port}"}
    assert visitor.request("GET", visitor.path, headers=own)[0] == 200


def test_questions_are_answered_by_the_front_end(visitor: Visitor) -> None:
    [problem] = visitor.ask("check", "unit main() {\n    Missing();\n}\n")
    assert problem["code"] == "E1101"
    assert visitor.ask("check", TEXT) == []
    assert visitor.ask("format", "unit main( ) { }")["text"] == "unit main() { }\n"
    assert visitor.ask("hover", "i64 Two() => 2;\n", 5)["code"] == "i64 Two()"
    text = "unit main() {\n    let word = [3];\n    word.Le\n}\n"
    assert "Len" in [item["label"] for item in visitor.ask("complete", text, text.index("Le\n") + 2)["items"]]
    assert visitor.ask("explain", "E1101")["text"].startswith("# E1101")
    assert 'module "app"' in visitor.ask("intermediate", TEXT)["text"]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("ask", {"operation": "run", "arguments": [TEXT, "", [], {}]}, 400),
        ("ask", {"operation": "__init__", "arguments": [TEXT]}, 400),
        ("ask", {"operation": "check", "arguments": [1]}, 400),
        ("ask", {"operation": "check", "arguments": []}, 400),
        ("ask", {"operation": "hover", "arguments": [TEXT, "1"]}, 400),
        ("ask", {"operation": "hover", "arguments": [TEXT, 1, 2]}, 400),
        ("ask", {"operation": "check", "arguments": ["\ud800"]}, 400),
        ("ask", {"operation": "explain", "arguments": ["../../README"]}, 400),
        ("ask", {"operation": "explain", "arguments": ["E0000"]}, 400),
        ("ask", {"operation": ["check"], "arguments": [TEXT]}, 400),
        ("ask", {"operation": "check", "arguments": ["/" * (1 << 19)]}, 413),
        ("ask", [], 400),
        ("run", {"text": TEXT}, 400),
        ("run", {"text": TEXT, "stdin": "", "arguments": ["a\0b"], "files": {}}, 400),
        ("run", {"text": TEXT, "stdin": "", "arguments": [], "files": {"../outside": ""}}, 400),
        ("run", {"text": TEXT, "stdin": "", "arguments": [], "files": {"a": 1}}, 400),
        ("other", {}, 404),
    ],
)
def test_bad_questions_have_an_answer(visitor: Visitor, name: str, value: object, status: int) -> None:
    assert visitor.post(name, value)[0] == status


def test_bad_requests_have_an_answer(visitor: Visitor) -> None:
    for kind, body, status in (
        ("text/plain", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b"[" * 200_000, 400),
    ):
        assert visitor.request("POST", f"{visitor.path}ask", body, {"Content-Type": kind})[0] == status
    for length in (str(1 << 30), "9" * 5000):
        headers = {"Content-Type": "application/json", "Content-Length": length}
        assert visitor.request("POST", f"{visitor.path}ask", b"", headers)[0] == 413


def test_an_error_after_the_beginning_is_the_end_of_the_answer() -> None:
    def events() -> Iterator[Output | End]:
        yield Output(1, b"one")
        raise OSError(errno.EMFILE, "too many open files")

    assert list(_with_an_end(events())) == [
        Output(1, b"one"), End(None, "the program cannot be run: too many open files\n"),
    ]  # fmt: skip


def test_a_folder_that_cannot_be_made_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(**settings: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/full")

    programs = Programs(Settings(1, 16, False), {})
    monkeypatch.setattr(tempfile, "TemporaryDirectory", fill)
    ours, theirs = socket.socketpair()
    with ours, theirs, contextlib.closing(programs):
        [end] = _with_an_end(programs.run(Program("", b"", [], {}), ours))
    assert isinstance(end, End) and end.message == (
        "the folder of the program cannot be made: /full: no space left on device\n"
        "  = help: set TMPDIR to a folder with space that you may write to\n"
    )


def descriptors() -> int:
    """Count what this process has open, without what its other threads look at in `/proc`."""
    found = 0
    for each in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(FileNotFoundError):
            found += not str(each.readlink()).startswith("/proc")
    return found


def fail(*words: object, **settings: object) -> NoReturn:
    raise OSError(errno.EMFILE, "too many open files")


def test_a_process_that_cannot_be_started_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", fail)
    before = descriptors()
    with contextlib.closing(Programs(Settings(1, 16, False), {})) as programs, pytest.raises(OSError, match="too many"):
        programs._start()
    assert descriptors() == before


@pytest.mark.parametrize(("module", "name"), [(os, "pidfd_open"), (selectors, "DefaultSelector")])
def test_a_process_that_cannot_be_watched_leaves_nothing_open(
    module: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = socket.socketpair()
    output, report = os.open("/dev/null", os.O_RDONLY), os.open("/dev/null", os.O_RDONLY)
    with ours, theirs, limits.start([sys.executable, "--version"], stderr=subprocess.PIPE) as child:
        monkeypatch.setattr(module, name, fail)
        before = descriptors()
        with pytest.raises(OSError, match="too many"):
            next(_Run(_Process(child, output, report), Settings(1, 16, False), "", ours).events())
        assert descriptors() == before
        monkeypatch.undo()
    os.close(output)
    os.close(report)


def test_nothing_is_started_when_the_server_has_ended() -> None:
    programs = Programs(Settings(1, 16, False), {})
    programs.close()
    with pytest.raises(OSError, match="the server ends"):
        programs._take()


def test_a_process_that_is_taken_while_the_server_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    programs = Programs(Settings(1, 16, False), {})
    take = programs._next

    def late() -> _Process:
        process = take()
        programs.close()
        return process

    monkeypatch.setattr(programs, "_next", late)
    process = programs._take()
    try:
        assert process.child.wait(SECONDS) == -signal.SIGKILL
    finally:
        programs._finish(process)


def test_a_mistake_of_the_compiler_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def mistake(*words: object) -> str:
        raise TypeError("unsupported operand")

    monkeypatch.setattr(serving, "answer", mistake)
    programs = Programs(Settings(1, 16, False), {})
    with contextlib.closing(programs), Server(0, {}, programs) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        found = Visitor(os.getpid(), server.server_port, f"/{server.token}/", Path())
        status, body = found.post("ask", {"operation": "check", "arguments": [TEXT]})
        assert (status, body) == (500, b"internal compiler error; this is a bug in beskid: TypeError\n")
        assert found.post("ask", {"operation": "hover", "arguments": [TEXT]})[0] == 400
        server.shutdown()
        thread.join()


def test_a_page_that_is_missing_is_not_named_by_its_file(visitor: Visitor) -> None:
    status, body = visitor.post("ask", {"operation": "explain", "arguments": ["E0000"]})
    assert (status, body) == (400, b"there is no such code\n")


def test_a_program_gets_input_arguments_and_files(visitor: Visitor) -> None:
    text = (
        "use System.Environment;\nuse System.FS;\nuse System.IO;\n\nunit main() {\n"
        '    PrintLine("${IO.ReadLine()} ${Environment.Arguments()} ${FS.ReadAllText("given")}");\n'
        '    PrintLine("${FS.WriteAllText("made", "text")} ${Environment.Get("SECRET").IsOk()}");\n}\n'
    )
    found = visitor.run(text, "line\n", "a", "b", given="text")
    first = 'Option::Some("line") ["a", "b"] Result::Ok("text")\n'
    assert (found.output.decode(), found.status) == (f"{first}Result::Ok(true) false\n", 0)


def test_errors_and_panics_are_shown(visitor: Visitor) -> None:
    wrong = visitor.run("unit main() {\n    Missing();\n}\n")
    assert wrong.status is None and wrong.message.startswith("error[E1101]")
    panic = visitor.run("i64 main() {\n    let numbers = [1, 2];\n    return numbers[numbers.Len()];\n}\n")
    assert (
        panic.status == 101 and panic.errors.startswith(b"panic: index out of range") and b"main.bd:3" in panic.errors
    )


def test_a_program_is_ended_when_it_writes_too_much(visitor: Visitor) -> None:
    found = visitor.run('unit main() {\n    while true {\n        PrintLine("0123456789");\n    }\n}\n')
    assert len(found.output) == MAX_OUTPUT
    assert found.message == "the program was ended: it wrote more than 1 MiB\n"


def test_a_program_has_limits_of_memory_and_files(visitor: Visitor) -> None:
    text = (
        "use Collections.List;\nuse System.FS;\n\nunit main() {\n"
        '    let line = "0123456789abcdef".Repeat(1_000_000);\n    mut count = 0;\n'
        '    while FS.WriteAllText("file${count}", line).IsOk() {\n        count = count + 1;\n    }\n}\n'
    )
    assert visitor.run(text).message == "the program was ended: its files are larger than 64 MiB\n"
    text = "use Collections.List;\n\nunit main() {\n    let all = List.New<string>();\n"
    found = visitor.run(f'{text}    while true {{\n        all.Push("${{all.Count()}}".Repeat(1000));\n    }}\n}}\n')
    assert found.status == 101 and found.errors.startswith(b"panic: out of memory"), found


def test_the_heap_has_the_room_that_the_limit_says(tmp_path: Path) -> None:
    count = (256 << 20) * 8 // 10 // 8
    text = f'use Collections.Array;\n\nunit main() {{\n    PrintLine("${{Array.Filled({count}, 1).Len()}}");\n}}\n'
    with visit(tmp_path, "--memory-limit", "256") as found:
        assert found.run(text).output == f"{count}\n".encode()


LIBC = """
[Extern(Abi: "C", Library: "c")]
contract Libc {
    i32 mkdir(ref u8 path, u32 mode);
    i32 chdir(ref u8 path);
    i32 creat(ref u8 path, u32 mode);
    i32 unlink(ref u8 path);
    i64 write(i32 descriptor, i64 data, u64 size);
    i32 close(i32 descriptor);
    i64 malloc(u64 size);
    i64 memset(i64 data, i32 value, u64 size);
    i32 mprotect(i64 data, u64 size, i32 access);
    i64 aligned_alloc(u64 alignment, u64 size);
    i64 signal(i32 number, i64 action);
    i32 raise(i32 number);
    u32 sleep(u32 seconds);
    i64 dlsym(i64 library, ref u8 name);
    i32 pthread_attr_init(ref i64 attributes);
    i32 pthread_attr_setstacksize(ref i64 attributes, u64 size);
    i32 pthread_create(out i64 thread, ref i64 attributes, i64 body, i64 argument);
}

unit main() {
    let data = Libc.malloc(1_000_000);
"""
WRITING = "    for part in range(0, 20) {\n        Libc.write(file, data, 1_000_000);\n    }\n"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            f'for count in range(0, 6) {{\n    let file = Libc.creat("x", 420);\n    Libc.unlink("x");\n{WRITING}}}\n',
            "its files are larger than 64 MiB",
        ),
        (
            'let name = "x".Repeat(200);\nfor count in range(0, 40) {\n    Libc.mkdir(name, 448);\n'
            "    Libc.chdir(name);\n}\n"
            f'for count in range(0, 5) {{\n    let file = Libc.creat("${{count}}", 420);\n{WRITING}'
            "    Libc.close(file);\n}\n",
            "its files are larger than 64 MiB",
        ),
        (
            "i64[] attributes = [0, 0, 0, 0, 0, 0, 0, 0];\nLibc.pthread_attr_init(attributes);\n"
            "Libc.pthread_attr_setstacksize(attributes, 16384);\ni64 mut thread = 0;\nfor count in range(0, 400) {\n"
            '    Libc.pthread_create(out thread, attributes, Libc.dlsym(0, "sleep"), 300);\n}\n',
            "it had more than 256 threads",
        ),
        (
            "for count in range(0, 20) {\n    let part = Libc.aligned_alloc(4096, 64 << 20);\n    if part != 0 {\n"
            "        Libc.memset(part, 1, 64 << 20);\n        Libc.mprotect(part, 64 << 20, 1);\n    }\n}\n",
            "it used more memory than it may",
        ),
    ],
    ids=["unlinked", "deep", "threads", "memory"],
)
def test_a_program_is_ended_when_it_takes_too_much(visitor: Visitor, body: str, reason: str) -> None:
    found = visitor.run(f"{LIBC}{body}    Libc.sleep(300);\n}}\n")
    assert found.message == f"the program was ended: {reason}\n", found
    assert until(lambda: not visitor.folders())


@pytest.mark.parametrize(
    ("text", "output"),
    [(ENDLESS, b"begun\n"), (f"{LIBC}    Libc.signal(24, 1);\n{LOOP}", b"")],
    ids=["ends", "ignores"],
)
def test_a_program_is_ended_when_its_time_is_used(monkeypatch: pytest.MonkeyPatch, text: str, output: bytes) -> None:
    # On a busy machine a second of processor time takes long.
    monkeypatch.setattr(running, "WAIT_FACTOR", 100)
    programs = Programs(Settings(1, 64, not PROBLEM), os.environ)
    ours, theirs = socket.socketpair()
    with ours, theirs, contextlib.closing(programs):
        *outputs, end = programs.run(Program(text, b"", [], {}), ours)
    assert b"".join([each.data for each in outputs if isinstance(each, Output)]) == output
    assert end == End(None, "the program was ended: it used more than 1 s of processor time\n")


def test_signals_are_told(visitor: Visitor) -> None:
    assert visitor.run(f"{LIBC}    Libc.raise(40);\n}}\n").message == "the program was ended by signal 40\n"


def test_a_process_that_was_ended_while_it_waited_is_not_used(visitor: Visitor) -> None:
    assert until(lambda: len(visitor.programs()) == 1)
    [waiting] = visitor.programs()
    os.kill(waiting, signal.SIGKILL)
    assert until(lambda: b") Z" in Path(f"/proc/{waiting}/stat").read_bytes())
    assert visitor.run(TEXT).output == b"one\n"


def test_a_visitor_who_hangs_up_after_another_request_is_noticed(visitor: Visitor) -> None:
    with visitor.start(f"{LIBC}    Libc.sleep(300);\n}}\n") as connection:
        received = b""
        while b"HTTP" not in received:
            received += connection.recv(4096)
        connection.sendall(b"another request")
        assert until(visitor.folders)
        time.sleep(0.3)
        connection.shutdown(socket.SHUT_WR)
        assert until(lambda: not visitor.folders())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_programs_and_removes_their_folders(tmp_path: Path, number: int) -> None:
    with visit(tmp_path, "--no-sandbox", end=number) as found:
        connection = found.start(ENDLESS)
        assert until(found.folders)
    connection.close()


def test_a_browser_that_runs_until_it_is_closed_does_not_keep_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    closed, ended = threading.Event(), threading.Event()

    def browse(address: str) -> None:
        closed.wait(SECONDS)
        ended.set()

    monkeypatch.setattr(webbrowser, "open", browse)
    cli._show("http://127.0.0.1/")
    assert not ended.is_set()
    closed.set()
    assert ended.wait(SECONDS)


ESCAPES = """
use System.FS;
use System.Process.Command;

[Extern(Abi: "C", Library: "c")]
contract Libc {
    i32 socket(i32 domain, i32 kind, i32 protocol);
    i32 fork();
    i32 kill(i32 process, i32 signal);
    i32 getppid();
    i32 setpriority(i32 which, i32 who, i32 priority);
    i32 unshare(i32 flags);
    i32 shmget(i32 key, u64 size, i32 flags);
    i32 chmod(ref u8 path, u32 mode);
    i32 socketpair(i32 domain, i32 kind, i32 protocol, ref i32 ends);
    i64 mmap(i64 address, u64 size, i32 access, i32 flags, i32 descriptor, i64 offset);
    i32 memfd_create(ref u8 name, u32 flags);
    i32 creat(ref u8 path, u32 mode);
    i32 fallocate(i32 descriptor, i32 mode, i64 offset, i64 size);
    i32 mknod(ref u8 path, u32 mode, u64 device);
    i32 msgctl(i32 queue, i32 command, i64 data);
    i32 inotify_init();
}

unit main() {
    PrintLine("network ${Libc.socket(2, 1, 0)} ${Libc.socket(2, 2, 0)} ${Libc.socket(1, 1, 0)}");
    PrintLine("processes ${Libc.fork()} ${Libc.kill(Libc.getppid(), 0)}");
    PrintLine("others ${Libc.setpriority(0, Libc.getppid(), 19)}");
    PrintLine("system ${Libc.unshare(0)} ${Libc.shmget(0, 4096, 0)} ${Libc.chmod("OUTSIDE", 0)}");
    i32[] ends = [0, 0];
    PrintLine("messages ${Libc.socketpair(1, 2, 0, ends)} ${Libc.msgctl(0, 0, 0)} ${Libc.inotify_init()}");
    PrintLine("memory ${Libc.mmap(0, 4096, 3, 33, -1, 0)} ${Libc.memfd_create("x", 0)}");
    PrintLine("disk ${Libc.fallocate(Libc.creat("y", 420), 1, 0, 1000000)} ${Libc.mknod("z", 8192 + 384, 259)}");
    PrintLine("command ${Command.New("true").Run().IsOk()}");
    PrintLine("outside ${FS.WriteAllText("OUTSIDE", "x").IsOk()} ${FS.WriteAllText("../x", "x").IsOk()}");
    PrintLine("reading ${FS.ReadAllText("OUTSIDE").IsOk()} ${FS.ReadAllText("/etc/passwd").IsOk()}");
    PrintLine("inside ${FS.WriteAllText("x", "x").IsOk()} ${FS.ReadAllText("x").IsOk()}");
}
"""


@pytest.mark.skipif(bool(PROBLEM), reason=PROBLEM)
def test_a_program_is_confined(visitor: Visitor, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("kept", encoding="utf-8")
    found = visitor.run(ESCAPES.replace("OUTSIDE", str(outside)))
    assert found.status == 0, found
    assert found.output.decode().splitlines() == [
        "network -1 -1 -1", "processes -1 -1", "others -1", "system -1 -1 -1", "messages -1 -1 -1",
        "memory -1 -1", "disk -1 -1", "command false", "outside false false",
        "reading false false", "inside true true",
    ]  # fmt: skip
    assert outside.read_text(encoding="utf-8") == "kept"


def test_without_a_sandbox_a_program_may_do_what_its_user_may(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    text = f'use System.FS;\n\nunit main() {{\n    PrintLine("${{FS.WriteAllText("{outside}", "x").IsOk()}}");\n}}\n'
    with visit(tmp_path, "--no-sandbox") as found:
        assert found.run(text).output == b"true\n"
        assert outside.read_text(encoding="utf-8") == "x"
