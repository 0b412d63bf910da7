"""Compares `System.Process.Command` with Python's `subprocess`: both run the same programs."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import fresh, limits
from tests.corelib.building import PROGRAMS, STRESSED, built

PYTHON = [sys.executable, "-I", "-S", "-c"]
REPORT = """\
import os, sys
status = open("/proc/self/status").read() if os.path.exists("/proc/self/status") else ""
print([word.encode("utf-8", "surrogateescape") for word in sys.argv[1:]])
print(sorted(item for item in os.environb.items() if item[0] != b"BESKID_GC_STRESS"))
print(os.getcwd(), os.getpgid(0) == os.getpgid(os.getppid()), os.getsid(0) == os.getsid(os.getppid()))
print([line for line in status.splitlines() if line.startswith(("SigBlk", "SigIgn", "SigCgt"))])
print([name for name in range(64) if os.path.exists(f"/proc/self/fd/{name}")])
"""
ECHO = """\
import sys
data = sys.stdin.buffer.read()
sys.stdout.buffer.write(data)
sys.stderr.buffer.write(data[::-1])
"""
DELAYED_ECHO = """\
import sys
sys.stdout.buffer.write(b"x" * 1000000)
sys.stderr.buffer.write(b"y" * 1000000)
sys.stdout.flush()
sys.stderr.flush()
sys.stdout.buffer.write(sys.stdin.buffer.read())
"""


@dataclass
class Question:
    """A command, as both run it."""

    arguments: Sequence[str]
    variables: Sequence[tuple[str, str]] = ()
    folder: str | None = None
    input: bytes = b""
    clear: bool = False
    join: bool = False
    seconds: float = 0

    def line(self) -> str:
        variables = [text for pair in self.variables for text in pair]
        options = ["clear"] * self.clear + ["join"] * self.join + [str(round(self.seconds * 1000))]
        parts = [digits(self.arguments), digits(variables), digits([self.folder] if self.folder else [])]
        return " ".join([*parts, self.input.hex() or "-", *options])

    def in_python(self) -> str:
        environment = {} if self.clear else dict(os.environ)
        for name, value in self.variables:
            environment[name] = value
        try:
            with limits.start(
                self.arguments,
                env=environment,
                cwd=self.folder,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if self.join else subprocess.PIPE,
            ) as process:
                try:
                    output, errors = process.communicate(self.input, self.seconds or None)
                except subprocess.TimeoutExpired:
                    process.kill()
                    return "timed out false"
        except FileNotFoundError:
            return "not found"
        except PermissionError:
            return "permission denied"
        except ValueError as error:
            invalid = [name for name, _ in self.variables if "=" in name or "\0" in name]
            return f"invalid variable name {quoted(invalid[-1])}" if invalid else INVALID[str(error)]
        except OSError as error:
            return error.strerror or ""
        ending = f"signalled {-process.returncode}" if process.returncode < 0 else f"exited {process.returncode}"
        success = str(process.returncode == 0).lower()
        return f"{ending} {success} {output.hex()} {(errors or b'').hex()}"


INVALID = {"embedded null byte": "Invalid argument"}


def quoted(name: str) -> str:
    return f'"{name}"'.replace("\0", "\\0")


def digits(texts: Sequence[str]) -> str:
    return "".join(f"+{text.encode().hex()}" for text in texts) or "-"


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "processes.bd", tmp_path_factory.mktemp("processes"))


def answers(program: Path, questions: Sequence[Question], **variables: str) -> list[str]:
    text = "".join(f"{question.line()}\n" for question in questions)
    done = limits.run(
        [program], input=text, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )
    assert done.returncode == 0, done.stderr
    return [line.rstrip() for line in done.stdout.split("\n")[:-1]]


def compare(program: Path, questions: Sequence[Question]) -> None:
    """Compare all answers, and the first of them with a collection at every allocation."""
    expected = [question.in_python().rstrip() for question in questions]
    assert answers(program, questions) == expected
    assert answers(program, questions[:STRESSED], BESKID_GC_STRESS="1") == expected[:STRESSED]


def test_arguments_and_variables_arrive_as_they_are(program: Path, tmp_path: Path) -> None:
    """So do the folder, the process group and the session; signals have their standard actions, and no file is open."""
    generator = random.Random(fresh.seed(61))
    pieces = (
        "",
        "a",
        "a b",
        "$HOME",
        "*",
        "'",
        '"',
        "\\",
        "\n",
        "\t",
        "--",
        "-c",
        "é😀",
        "\x01",
        "=",
        "%s",
        ";|&",
        "x" * 5000,
    )
    questions = []
    for _ in range(12):
        arguments = [
            "".join(generator.choices(pieces, k=generator.randrange(3))) for _ in range(generator.randrange(6))
        ]
        names = ["A", "B", "PATH", "HOME", "É", "a b"]
        variables = [(generator.choice(names), generator.choice(pieces)) for _ in range(generator.randrange(4))]
        folder = generator.choice((None, "/", str(tmp_path)))
        clear = generator.random() < 0.5
        questions.append(Question([*PYTHON, REPORT, *arguments], variables, folder, clear=clear))
    compare(program, questions)


def test_a_variable_that_is_set_twice_has_its_last_value(program: Path) -> None:
    variables = [("A", "1"), ("AB", "2"), ("A", "3"), ("PATH", "x"), ("PATH", os.environ["PATH"])]
    compare(program, [Question(shell("echo $A $AB"), variables), Question([*PYTHON, REPORT], variables, clear=True)])


def test_statuses_and_signals(program: Path) -> None:
    statuses = [Question(shell(f"exit {status}")) for status in (0, 1, 2, 77, 126, 127, 128, 255, 256, -1)]
    numbers = ("HUP", "INT", "QUIT", "ABRT", "KILL", "USR1", "SEGV", "PIPE", "ALRM", "TERM")
    signals = [Question(shell(f"echo before; kill -{getattr(signal, f'SIG{name}'):d} $$")) for name in numbers]
    compare(program, [*statuses, *signals])


def test_input_and_output_move_at_once(program: Path) -> None:
    """More than pipes hold goes both ways, also if a program does not read its input, or writes before it reads."""
    million = random.Random(62).randbytes(1_000_000)
    questions = [Question([*PYTHON, ECHO], input=data) for data in (million, b"", b"\0", bytes(range(256)))]
    questions += [Question([*PYTHON, DELAYED_ECHO], input=million), Question(["true"], input=million)]
    questions += [
        Question(["head", "-c", "10"], input=million),
        Question(shell("exec <&-; echo closed"), input=million),
    ]
    questions += [Question(shell("echo out; echo err >&2; echo out"), join=join) for join in (False, True)]
    compare(program, questions)


def test_a_time_limit_ends_a_program(program: Path) -> None:
    sleeping = [Question(["sleep", "600"], seconds=0.03), Question(shell("trap '' TERM; exec sleep 600"), seconds=0.03)]
    silent = Question(shell("exec >&- 2>&-; exec sleep 600"), seconds=0.03)
    reading = Question(["sleep", "600"], input=bytes(1_000_000), seconds=0.03)
    compare(program, [*sleeping, silent, reading, Question(shell("echo done"), seconds=200)])


def test_what_cannot_start(program: Path, tmp_path: Path) -> None:
    """A program is looked up in the variable PATH that it has itself, and from the folder that it starts in."""
    tool = tmp_path / "tool"
    tool.write_text("#!/bin/sh\necho tool $PWD\n", encoding="utf-8")
    plain = tmp_path / "plain"
    plain.write_text("#!/bin/sh\n", encoding="utf-8")
    tool.chmod(0o755)
    folder, path = str(tmp_path), ("PATH", f"{tmp_path}:/usr/bin:/bin")
    questions = [Question([name]) for name in ("no-such-program", "/no/such", "/", "tool", str(tool), str(plain))]
    questions += [Question([name], folder=folder) for name in ("./tool", "tool", "./plain", "../no")]
    questions += [Question(["tool"], [path]), Question(["plain"], [path]), Question(["tool"], [path], clear=True)]
    questions += [Question(["true"], folder=name) for name in ("/no/such", str(tool))]
    questions += [Question(["true"], clear=True), Question(["true"], [("PATH", "/no/such")])]
    questions += [Question(["echo", "a\0b"]), Question(["true"], [("A", "a\0b")])]
    questions += [Question(["true"], [("A", "c"), (name, "c")]) for name in ("A=B", "=", "A\0B")]
    compare(program, questions)
