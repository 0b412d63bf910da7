"""A C program with its own handler of SIGSEGV that calls a library of ours: both handlers get what is theirs."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests import limits
from tests.externs.libraries import BESKID, call, write_program

LIBRARY = """
[Extern(Abi: "C", Library: "c")]
contract C { i32 raise(i32 number); i32 abs(i32 value); }

[Export(Abi: "C")]
pub i64 churn(i64 rounds) {
    string mut text = "";
    for i in range(0, rounds) { text = "${text}${i % 10}"; }
    return text.Len();
}

[Export(Abi: "C")]
pub i64 sent_inside() {
    i64 before = churn(100);
    i32 failed = C.raise(11);
    return before + churn(100) + failed as i64;
}

[Export(Abi: "C")]
pub i64 deep(i64 n) { return 1 + deep(n + 1) * 3; }
"""
HOST = """
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int64_t churn(int64_t);
int64_t sent_inside(void);
int64_t deep(int64_t);
static sigjmp_buf escape;
static volatile sig_atomic_t handled, sent_by_process, must_escape;

static void on_segment(int number, siginfo_t *info, void *context)
{
    (void)context;
    handled += number == SIGSEGV;
    sent_by_process += info->si_code <= 0;
    if (must_escape) {
        siglongjmp(escape, 1);
    }
}

static void fault(volatile int *where)
{
    must_escape = 1;
    if (sigsetjmp(escape, 1) == 0) {
        *where = 1;
    }
    must_escape = 0;
}

int main(int count, char **words)
{
    const char *what = count > 1 ? words[1] : "";
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_segment;
    action.sa_flags = SA_SIGINFO;
    if (strcmp(what, "without") != 0) {
        sigaction(SIGSEGV, &action, NULL);
    }
    printf("%d\\n", (int)churn(500));
    int64_t length = sent_inside();
    printf("%d %d\\n", (int)length, handled);
    kill(getpid(), SIGSEGV);
    fault((volatile int *)8);
    printf("%d\\n", (int)churn(500));
    kill(getpid(), SIGSEGV);
    printf("%d %d\\n", handled, sent_by_process);
    fflush(stdout);
    return strcmp(what, "deep") == 0 ? (int)deep(1) : 0;
}
"""
HANDLED = "500\n200 1\n500\n4 3\n"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The host with a shared library, with the optimizations under which a tail call would hide the overflow."""
    folder = tmp_path_factory.mktemp("host")
    program = write_program(folder, LIBRARY)
    made = call(folder, [*BESKID, "build", "--kind", "shared", "-o", str(folder / "libours.so"), program])
    assert made.status == 0, made.stderr
    (folder / "host.c").write_text(HOST)
    command = ["cc", "-O1", "host.c", "libours.so", "-lm", "-Wl,-rpath,$ORIGIN", "-o", "host"]
    limits.run(command, cwd=folder, check=True)
    return folder / "host"


@pytest.mark.parametrize("environment", [{}, {"BESKID_GC_STRESS": "1"}], ids=["plain", "stress"])
def test_the_handler_of_the_host_is_called(environment: dict[str, str], host: Path) -> None:
    ran = call(host.parent, [str(host)], **environment)
    assert (ran.stdout, ran.stderr, ran.status) == (HANDLED, "", 0)


def test_an_overflow_in_the_library_is_still_a_panic(host: Path) -> None:
    ran = call(host.parent, [str(host), "deep"])
    assert (ran.stdout, ran.status) == (HANDLED, 101)
    assert ran.stderr.startswith("panic: stack overflow\n")


def test_without_a_handler_a_signal_that_is_sent_ends_the_host(host: Path) -> None:
    assert call(host.parent, [str(host), "without"]).status == -signal.SIGSEGV
