"""The C library for WebAssembly, compiled for this machine, does what this machine's C library does."""

from __future__ import annotations

import errno
import os
import re
import subprocess
from pathlib import Path

from tests import limits
from tests.runtime.build import RUNTIME, SANITIZERS

WASI = RUNTIME / "src" / "platform" / "wasi"
PARTS = ("extended", "power", "angles", "parts", "floats", "digits", "integers", "sort", "output")
NAMES = (
    "acos", "asin", "atan", "atan2", "cbrt", "copysign", "cosh", "expm1", "frexp", "hypot", "ldexp", "log1p", "modf",
    "nearbyint", "pow", "powf", "rint", "rintf", "roundeven", "roundevenf", "scalbn", "sinh", "tanh",
    "abs", "atof", "atoi", "atol", "bsearch", "labs", "lfind", "llabs", "qsort", "qsort_r", "strtod", "strtol",
    "strtoll", "strtoul", "strtoull", "errno", "fflush", "fprintf", "fputc", "fputs", "fwrite", "putchar", "puts",
    "snprintf", "stderr", "stdout", "vsnprintf",
)  # fmt: skip
UNITS = {"cbrt": 4, "sinh": 2, "tanh": 2}
"""The largest difference in units of the last place; 1 where the machine's library is not known to be worse."""

EXACT = {"parts", "strtod", "strtoll", "snprintf", "qsort", "ldexp"}

ERRORS = (
    "2big acces addrinuse addrnotavail afnosupport again already badf badmsg busy canceled child connaborted "
    "connrefused connreset deadlk destaddrreq dom dquot exist fault fbig hostunreach idrm ilseq inprogress intr inval "
    "io isconn isdir loop mfile mlink msgsize multihop nametoolong netdown netreset netunreach nfile nobufs nodev "
    "noent noexec nolck nolink nomem nomsg noprotoopt nospc nosys notconn notdir notempty notrecoverable notsock "
    "notsup notty nxio overflow ownerdead perm pipe proto protonosupport prototype range rofs spipe srch stale "
    "timedout txtbsy xdev"
)
"""The errors of WASI from number 1 on, in the order of its specification. The last, `notcapable`, is not in Linux."""


def compile_library(folder: Path) -> list[str]:
    """Compile our library under other names, with its own headers, and return the objects."""
    shown = limits.run(["cc", "-print-file-name=include"], capture_output=True, text=True, check=True).stdout.strip()
    headers = ["-nostdinc", "-isystem", str(WASI / "include"), "-isystem", shown]
    flags = [*headers, "-std=c11", "-O1", "-ffreestanding", "-ffp-contract=off", "-Wno-unknown-pragmas", *SANITIZERS]
    include = [f"-I{RUNTIME / 'src'}", f"-I{RUNTIME / 'include'}", *[f"-D{name}=own_{name}" for name in NAMES]]
    made = []
    for part in PARTS:
        made.append(str(folder / f"{part}.o"))
        source = str(WASI / "libc" / f"{part}.c")
        limits.run(["cc", *flags, *include, "-c", source, "-o", made[-1]], check=True)
    return made


def test_it_agrees_with_the_library_of_this_machine(tmp_path: Path) -> None:
    program = tmp_path / "compare"
    source = str(RUNTIME / "tests" / "wasi_library.c")
    words = ["cc", "-std=c11", "-O1", "-w", "-ffp-contract=off", *SANITIZERS, source, *compile_library(tmp_path), "-lm"]
    limits.run([*words, "-o", str(program)], check=True)
    done = limits.run([str(program)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    found = [(name, int(number)) for name, number in [line.split() for line in done.stdout.splitlines()]]
    wrong = [(name, number) for name, number in found if number > (0 if name in EXACT else UNITS.get(name, 1))]
    assert not wrong
    assert len(found) > 30


def test_the_comparison_finds_a_difference(tmp_path: Path) -> None:
    """Rounding halves away from zero is not what C does."""
    changed = tmp_path / "digits.c"
    text = (WASI / "libc" / "digits.c").read_text(encoding="utf-8")
    assert "number->digits[place] >= 5" in text
    changed.write_text(text.replace("number->digits[place] >= 5", "number->digits[place] >= 4"), encoding="utf-8")
    objects = compile_library(tmp_path)
    plain = ["cc", "-std=c11", "-O1", "-w", *SANITIZERS, f"-I{RUNTIME / 'src'}"]
    limits.run([*plain, "-c", str(changed), "-o", str(tmp_path / "digits.o")], check=True)
    program = tmp_path / "compare"
    limits.run([*plain, str(RUNTIME / "tests" / "wasi_library.c"), *objects, "-lm", "-o", str(program)], check=True)
    done: subprocess.CompletedProcess[str] = limits.run([str(program)], capture_output=True, text=True, check=True)
    lines = dict(line.split() for line in done.stdout.splitlines())
    assert lines["strtod"] != "0" and lines["snprintf"] != "0"


def test_the_errors_of_wasi_have_numbers_and_texts_of_linux() -> None:
    source = (WASI / "errors.c").read_text(encoding="utf-8")
    rows = re.findall(r'^    \{(\w+), "([^"]+)"\},$', source, re.MULTILINE)
    found = [(int(number) if number.isdecimal() else getattr(errno, number), text) for number, text in rows]
    numbers = [0, *[getattr(errno, f"E{name.upper()}") for name in ERRORS.split()], errno.EACCES]
    assert found == [(number, os.strerror(number)) for number in numbers]


def test_the_numbers_of_errno_are_those_of_linux() -> None:
    header = (WASI / "include" / "errno.h").read_text(encoding="utf-8")
    found = re.findall(r"^#define (E\w+) (\d+)$", header, re.MULTILINE)
    assert found and all(getattr(errno, name) == int(number) for name, number in found)
