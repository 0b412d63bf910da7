"""Waits that a signal interrupts end by their deadline, and not without a last look.

A key that came after the signal and before the deadline was a timeout, and what is left of a sleep was taken from the
system, which rounds it up at each signal. A library in front of libc interrupts every wait.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from tests import limits

WAITS = r"""
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void pause_for(long long nanoseconds)
{
    struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
}

/* A signal; then a key, before the time is over; then the process waits for a processor. */
int poll(struct pollfd *waits, nfds_t count, int milliseconds)
{
    static int calls;
    if (calls++ == 0) {
        int written = (int)write(atoi(getenv("KEYBOARD")), "k", 1);
        pause_for((milliseconds + 1) * 1000000LL);
        errno = EINTR;
        return written == 1 ? -1 : 0;
    }
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    return ppoll(waits, count, milliseconds < 0 ? NULL : &time, NULL);
}

int nanosleep(const struct timespec *time, struct timespec *left)
{
    pause_for(1000000);
    if (left != NULL) {
        *left = *time;
    }
    errno = EINTR;
    return -1;
}
"""

PROGRAM = """\
use System.Console;
use System.Time;

unit main() {
    PrintLine("${Console.ReadKeyWithin(20)}");
    let start = Time.MonotonicNow();
    Time.Sleep(Time.FromMilliseconds(30));
    let slept = Time.SubtractInstants(Time.MonotonicNow(), start);
    PrintLine(if slept.ToMilliseconds() < 30 { "too early" } else { "in time" });
}
"""


@pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD")
def test_waits_end_by_their_deadline(tmp_path: Path) -> None:
    source, library = tmp_path / "waits.c", tmp_path / "libwaits.so"
    source.write_text(WAITS, encoding="utf-8")
    limits.run(["cc", "-shared", "-fPIC", str(source), "-o", str(library)], check=True)
    program, output = tmp_path / "waits.bd", tmp_path / "waits"
    program.write_text(PROGRAM, encoding="utf-8")
    limits.run([sys.executable, "-m", "beskid", "build", "-O0", str(program), "-o", str(output)], check=True)
    ours, theirs = os.pipe()
    environment = {**os.environ, "KEYBOARD": str(theirs), "LD_PRELOAD": f"{library} {os.environ.get('LD_PRELOAD', '')}"}
    done = limits.run(
        [str(output)], stdin=ours, env=environment, pass_fds=[theirs], capture_output=True, text=True, check=True
    )
    os.close(ours)
    os.close(theirs)
    assert done.stdout == "Result::Ok(Key::Character(k))\nin time\n"
