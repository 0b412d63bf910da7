"""`Console.ReadKey` on a terminal: keys, time limits, and that the terminal is restored by every end of a program."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.corelib.building import PROGRAMS, built
from tests.terminals import SECONDS, Terminal, open_terminal

KEYS = PROGRAMS / "keys.bd"
PRESSED = {
    b"a": "Key::Character(a)",
    "é".encode(): "Key::Character(é)",
    "😀".encode(): "Key::Character(😀)",
    b"\r": "Key::Enter",
    b"\t": "Key::Tab",
    b"\x7f": "Key::Backspace",
    b"\x01": "Key::Control(a)",
    b"\x11": "Key::Control(q)",
    b"\x16": "Key::Control(v)",
    b"\x00": "Key::Control( )",
    b"\x1d": "Key::Control(])",
    b"\x1b": "Key::Escape",
    b"\x1bq": "Key::Alt(q)",
    "\x1bß".encode(): "Key::Alt(ß)",
    b"\x1b[A": "Key::Up",
    b"\x1bOB": "Key::Down",
    b"\x1b[C": "Key::Right",
    b"\x1b[D": "Key::Left",
    b"\x1b[H": "Key::Home",
    b"\x1b[4~": "Key::End",
    b"\x1b[2~": "Key::Insert",
    b"\x1b[3~": "Key::Delete",
    b"\x1b[5~": "Key::PageUp",
    b"\x1b[6~": "Key::PageDown",
    b"\x1b[Z": "Key::BackTab",
    b"\x1bOP": "Key::Function(1)",
    b"\x1b[[E": "Key::Function(5)",
    b"\x1b[24~": "Key::Function(12)",
    b"\x1b[1;5C": 'Key::Other("\\u{1b}[1;5C")',
    b"\xff": "Key::Character(�)",
    b"\xc3z": "Key::Character(�)\nKey::Character(z)",
    b"\xc3\r": "Key::Character(�)\nKey::Enter",
    b"\xe2\x82\x1b[A": "Key::Character(�)\nKey::Up",
    b"\xe9bq": "Key::Character(�)\nKey::Character(b)\nKey::Character(q)",
    b"\xe0\x80": "Key::Character(�)\nKey::Character(�)",
    b"\x1b\xc3\t": "Key::Alt(�)\nKey::Tab",
    b"\x1b\r": "Key::Alt(\r)",
    b"\x1b[\rq": "Key::Alt([)\nKey::Enter\nKey::Character(q)",
    "\x1b[é".encode(): "Key::Alt([)\nKey::Character(é)",
    b"\x1b\x1b[A": "Key::Escape\nKey::Up",
    b"\x1b[1\x1b[A": 'Key::Other("\\u{1b}[1")\nKey::Up',
}
"""What the terminal sends, and what the program shows."""

DEADLY = [
    signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE,
    signal.SIGILL, signal.SIGALRM, signal.SIGUSR1, signal.SIGTRAP, signal.SIGSYS, signal.SIGVTALRM, signal.SIGPROF,
    signal.SIGIO, signal.SIGPWR, signal.SIGSTKFLT, signal.SIGRTMIN, signal.SIGRTMAX,
]  # fmt: skip

Settings = list[Any]


class Session:
    """A program on a terminal, as a job in the foreground of its leader."""

    def __init__(self, leader: subprocess.Popen[bytes], terminal: Terminal) -> None:
        self.before: Settings = termios.tcgetattr(terminal.theirs)
        self.shown_before = shown_settings(terminal.theirs)
        self.press = terminal.type
        self.wait_for = terminal.wait_for
        self._leader = leader
        self._terminal = terminal
        self.wait_for("process ")
        self.job = int(self.wait_for("\n"))
        self.wait_for("ready\n")

    @property
    def written(self) -> str:
        return self._terminal.written

    def send(self, number: int) -> None:
        os.kill(self.job, number)

    def wait(self) -> int:
        """Return the status of the program, which is negative after a signal."""
        try:
            return self._leader.wait(SECONDS)
        except subprocess.TimeoutExpired:
            status = ""
            with contextlib.suppress(FileNotFoundError):
                status = Path(f"/proc/{self.job}/status").read_text()
            raise AssertionError(f"{self.written}\n{status}") from None

    @property
    def is_restored(self) -> bool:
        theirs = self._terminal.theirs
        return termios.tcgetattr(theirs) == self.before and shown_settings(theirs) == self.shown_before

    @property
    def echoes(self) -> bool:
        return bool(termios.tcgetattr(self._terminal.theirs)[3] & termios.ECHO)

    @property
    def is_stopped(self) -> bool:
        return Path(f"/proc/{self.job}/stat").read_text().rpartition(")")[2].split()[0] == "T"

    def stop(self) -> None:
        """Stop the job, and let the leader take the terminal."""
        self.send(signal.SIGTSTP)
        wait_until(lambda: self.is_stopped and os.tcgetpgrp(self._terminal.ours) == self._leader.pid)

    def continue_in_foreground(self) -> None:
        self._leader.send_signal(signal.SIGUSR1)
        wait_until(lambda: os.tcgetpgrp(self._terminal.ours) == self.job and not self.is_stopped)


def shown_settings(terminal: int) -> str:
    return limits.run(["stty", "-a"], stdin=terminal, capture_output=True, text=True, check=True).stdout


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


LEADER = """
import fcntl, os, signal, sys, termios

EVENTS = {signal.SIGCHLD, signal.SIGUSR1}
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, EVENTS)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    if "STARTS_IN_BACKGROUND" not in os.environ:
        os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, EVENTS)
    os.write(1, b"process %d\\n" % os.getpid())
    os.execv(sys.argv[1], sys.argv[1:])
is_stopped = False
while True:
    # One signal may stand for several changes of the child, of which each call of waitpid returns one; no signal comes
    # for the others, so each second asks again.
    event = signal.sigtimedwait(EVENTS, 1)
    found, status = os.waitpid(child, os.WUNTRACED | os.WCONTINUED | os.WNOHANG)
    if found:
        if not os.WIFSTOPPED(status) and not os.WIFCONTINUED(status):
            break
        is_stopped = os.WIFSTOPPED(status)
        if is_stopped:
            os.tcsetpgrp(0, os.getpid())
    if event is not None and event.si_signo == signal.SIGUSR1:
        os.tcsetpgrp(0, child)
        if is_stopped:
            os.kill(child, signal.SIGCONT)
signal.pthread_sigmask(signal.SIG_UNBLOCK, EVENTS)
status = os.waitstatus_to_exitcode(status)
sys.exit(status) if status >= 0 else (signal.signal(-status, signal.SIG_DFL), os.kill(os.getpid(), -status))
"""
"""What a shell does: the program is a job in the foreground, which it could not be stopped as otherwise.

Like bash it sends no signal to a job that runs in the background and comes to the foreground.
"""


@contextlib.contextmanager
def on_a_terminal(*words: str | Path) -> Iterator[Session]:
    command = [sys.executable, "-c", LEADER, *words]
    with open_terminal() as terminal, limits.start(command, **terminal.streams) as process:
        session = Session(process, terminal)
        try:
            yield session
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(session.job, signal.SIGKILL)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(KEYS, tmp_path_factory.mktemp("keys"), "-O0")


def engine_words(program: Path, engine: str) -> list[str | Path]:
    if engine == "aot":
        return [program]
    return [sys.executable, "-m", "beskid", "run", "-O0", "--engine", engine, str(KEYS), "--"]


@pytest.mark.parametrize("engine", ["aot", "jit", "oracle"])
def test_keys_one_after_the_other(program: Path, engine: str) -> None:
    with on_a_terminal(*engine_words(program, engine)) as session:
        for sent, shown in PRESSED.items():
            session.press(sent)
            session.wait_for(f"{shown}\n")
        assert not session.echoes
        assert session.written == ""
        session.press(b"\x18")
        session.wait_for("ending\n")
        assert session.wait() == 0
        assert session.is_restored


def test_a_paste_loses_nothing(program: Path) -> None:
    text = "".join(chr(ord("a") + index % 26) for index in range(3000)) + "é"
    with on_a_terminal(program) as session:
        session.press(b"*")
        session.wait_for("(*)\n")
        # A terminal holds 4,095 bytes.
        session.press(text.encode() + b"\x18")
        assert "".join(re.findall(r"Character\((.)\)", session.wait_for("ending"))) == text


def test_a_time_limit(program: Path) -> None:
    with on_a_terminal(program, "return", "150") as session:
        assert session.wait_for("timed out\ntimed out\n") == ""
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")


def test_the_longest_time_limit(program: Path) -> None:
    with on_a_terminal(program, "return", str((1 << 63) - 1)) as session:
        session.press(b"a")
        assert "timed out" not in session.wait_for("Key::Character(a)\n")


@pytest.mark.parametrize("engine", ["aot", "jit", "oracle"])
@pytest.mark.parametrize(
    ("ending", "status", "shown"),
    [
        ("return", 0, "ending\n"),
        ("exit", 7, "ending\n"),
        ("panic", 101, "panic: on purpose\n"),
        ("overflow", 101, "panic: stack overflow\n"),
    ],
)
def test_every_end_of_the_program_restores_the_terminal(
    program: Path, engine: str, ending: str, status: int, shown: str
) -> None:
    with on_a_terminal(*engine_words(program, engine), ending) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        assert not session.is_restored
        session.press(b"\x18")
        session.wait_for(shown)
        assert session.wait() == status
        assert session.is_restored


@pytest.mark.parametrize(
    ("engine", "number"),
    [
        *[("aot", number) for number in DEADLY],
        ("jit", signal.SIGTERM),
        ("jit", signal.SIGSEGV),
        *[("oracle", number) for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)],
    ],
)
def test_a_signal_that_ends_the_process_restores_the_terminal(program: Path, engine: str, number: int) -> None:
    with on_a_terminal(*engine_words(program, engine)) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        assert not session.is_restored
        session.send(number)
        assert session.wait() == -number
        assert session.is_restored


def test_other_signals_leave_the_keys_alone(program: Path) -> None:
    ignoring: list[str | Path] = ["/bin/sh", "-c", "trap '' PROF USR1; exec \"$0\"", program]
    with on_a_terminal(*ignoring) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        for number in (signal.SIGCHLD, signal.SIGURG, signal.SIGWINCH, signal.SIGPROF, signal.SIGUSR1):
            session.send(number)
            session.press(b"b")
            session.wait_for("Key::Character(b)\n")
            assert not session.echoes
        session.press(b"\x18")
        assert session.wait() == 0


@pytest.mark.parametrize("engine", ["aot", "jit", "oracle"])
def test_an_interrupt_by_the_keyboard(program: Path, engine: str) -> None:
    with on_a_terminal(*engine_words(program, engine)) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        session.press(b"\x03")
        assert session.wait() == 130
        assert session.is_restored


@pytest.mark.parametrize("engine", ["aot", "jit", "oracle"])
def test_a_stop_restores_the_terminal_until_the_program_continues(program: Path, engine: str) -> None:
    with on_a_terminal(*engine_words(program, engine)) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        for _ in range(2):
            session.stop()
            assert session.is_restored
            session.continue_in_foreground()
            session.press(b"b")
            session.wait_for("Key::Character(b)\n")
            assert not session.echoes
        session.press(b"\x18")
        assert session.wait() == 0
        assert session.is_restored


@pytest.mark.parametrize("engine", ["aot", "oracle"])
def test_a_program_that_continued_in_the_background_takes_the_terminal_in_the_foreground(
    program: Path, engine: str
) -> None:
    with on_a_terminal(*engine_words(program, engine)) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        session.stop()
        session.send(signal.SIGCONT)
        # It waits for a key, for which it needs the terminal.
        wait_until(lambda: session.is_stopped)
        assert session.is_restored
        session.continue_in_foreground()
        session.press(b"b")
        session.wait_for("Key::Character(b)\n")
        assert not session.echoes
        session.stop()
        session.send(signal.SIGTERM)
        session.send(signal.SIGCONT)
        assert session.wait() == -signal.SIGTERM
        assert session.is_restored


@pytest.mark.parametrize("engine", ["aot", "oracle"])
def test_a_program_that_starts_in_the_background_keeps_no_mode_of_the_shell(
    program: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STARTS_IN_BACKGROUND", "1")
    command = [sys.executable, "-c", LEADER, *engine_words(program, engine)]
    with open_terminal() as terminal:
        usual = termios.tcgetattr(terminal.theirs)
        editing: Settings = [*usual]
        editing[3] &= ~(termios.ICANON | termios.ECHO)
        termios.tcsetattr(terminal.theirs, termios.TCSANOW, editing)
        with limits.start(command, **terminal.streams) as process:
            session = Session(process, terminal)
            wait_until(lambda: session.is_stopped)
            termios.tcsetattr(terminal.theirs, termios.TCSANOW, usual)
            session.before = termios.tcgetattr(terminal.theirs)
            session.continue_in_foreground()
            session.press(b"a")
            session.wait_for("Key::Character(a)\n")
            assert not session.echoes
            session.press(b"\x18")
            assert session.wait() == 0
            assert termios.tcgetattr(terminal.theirs) == session.before


HOST = """
import signal, sys
from beskid.cli.main import main

found = []
signal.signal(signal.SIGCONT, lambda number, _: found.append(number))
main(sys.argv[1:])
print(f"continued {len(found)}", flush=True)
"""


def test_a_host_that_handles_continuing_keeps_its_handler() -> None:
    with on_a_terminal(sys.executable, "-c", HOST, "run", "-O0", "--engine", "jit", str(KEYS)) as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        session.send(signal.SIGCONT)
        session.press(b"\x18")
        session.wait_for("ending\ncontinued 1\n")
        assert session.wait() == 0


def test_a_fault_in_foreign_code(tmp_path: Path) -> None:
    source = tmp_path / "faulty.bd"
    source.write_text(
        "use System.Console;\n\n"
        '[Extern(Abi: "C", Library: "libc.so.6")]\ncontract Libc {\n    i64 strlen(i64 address);\n}\n\n'
        'unit main() {\n    PrintLine("ready");\n    Console.ReadKey();\n    PrintLine("${Libc.strlen(8)}");\n}\n'
    )
    with on_a_terminal(built(source, tmp_path, "-O0")) as session:
        session.press(b"a")
        assert session.wait() == -signal.SIGSEGV
        assert session.is_restored


def test_reading_a_line_ends_the_key_mode(program: Path) -> None:
    with on_a_terminal(program, "line") as session:
        session.press(b"\x18")
        session.wait_for("ending\n")
        wait_until(lambda: session.echoes)
        session.press(b"typed\n")
        session.wait_for('typed\nline Option::Some("typed")\n')
        assert session.wait() == 0


def test_restoring_in_the_program(program: Path) -> None:
    with on_a_terminal(program, "restore") as session:
        session.press(b"a\x18")
        session.wait_for("restored\n")
        assert session.is_restored
        session.press(b"\n")
        assert session.wait() == 0


def test_another_program_has_the_terminal_as_it_was(program: Path) -> None:
    with on_a_terminal(program, "command") as session:
        session.press(b"a")
        session.wait_for("Key::Character(a)\n")
        session.press(b"\x18")
        session.wait_for(session.shown_before)


def test_a_secret_is_not_shown(program: Path) -> None:
    with on_a_terminal(program, "secret") as session:
        session.press(b"\x18")
        session.wait_for("Password? ")
        session.press("wrong\x15p ßü\x7fx\x1b[A\r".encode())
        session.wait_for('\nsecret Option::Some("p ßx")\n')
        assert session.wait() == 0
        assert session.is_restored


def test_a_secret_keeps_what_is_not_utf8(program: Path) -> None:
    with on_a_terminal(program, "secret") as session:
        session.press(b"\x18")
        session.wait_for("Password? ")
        session.press(b"pass\xe9word\xc3\r")
        session.wait_for('\nsecret Option::Some("pass�word�")\n')


@pytest.mark.parametrize("engine", ["aot", "oracle"])
@pytest.mark.parametrize("keys", [b"sec\rnext line\r", b"\x1b[200~sec\rnext line\r\x1b[201~"])
def test_what_is_typed_ahead_of_a_secret_is_the_next_line(program: Path, engine: str, keys: bytes) -> None:
    with on_a_terminal(*engine_words(program, engine), "ask") as session:
        session.press(b"\x18")
        session.wait_for("Password? ")
        session.press(keys)
        session.wait_for('secret Option::Some("sec")\n')
        session.wait_for('answer Option::Some("next line")\n')


@pytest.mark.parametrize("keys", [b"\x04", b"\x1b"])
def test_a_secret_that_is_refused(program: Path, keys: bytes) -> None:
    with on_a_terminal(program, "secret") as session:
        session.press(b"\x18")
        session.wait_for("Password? ")
        session.press(keys)
        session.wait_for("\nsecret Option::None\n")


@pytest.mark.parametrize("engine", ["aot", "jit", "oracle"])
def test_without_a_terminal_the_characters_of_the_input_are_keys(program: Path, engine: str, tmp_path: Path) -> None:
    text = b"".join(sent for sent in PRESSED if sent != b"\x1b") + b"\n\x1b"
    expected = [shown for sent, shown in PRESSED.items() if sent != b"\x1b"] + ["Key::Enter", "Key::Escape"]
    words = engine_words(program, engine)
    done = limits.run(words, input=text, capture_output=True, check=True)
    assert done.stdout.decode() == "".join(f"{line}\n" for line in ["ready", *expected, "ending"])
    stored = tmp_path / "keys"
    stored.write_bytes(text)
    with stored.open("rb") as stream:
        assert limits.run(words, stdin=stream, capture_output=True, check=True).stdout == done.stdout
    secret = limits.run([*words, "secret"], input=b"\x18a secret \nrest", capture_output=True, check=True)
    assert secret.stdout == b'ready\nending\nsecret Option::Some("a secret ")\n'


def test_a_time_limit_without_a_terminal(program: Path) -> None:
    ours, theirs = os.pipe()
    with limits.start([program, "return", "100"], stdin=ours, stdout=subprocess.PIPE) as process:
        os.close(ours)
        assert process.stdout is not None
        found = b""
        while b"timed out\n" not in found:
            found += os.read(process.stdout.fileno(), 4096)
        os.write(theirs, b"a")
        os.close(theirs)
        assert found + process.stdout.read() == b"ready\n" + b"timed out\n" * found.count(b"timed") + (
            b"Key::Character(a)\nending\n"
        )
