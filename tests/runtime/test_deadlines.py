"""Waits of the runtime by a clock that the tests turn: none ends before its deadline, and one without does not end."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests import limits

ROOT = Path(__file__).resolve().parents[2]

MILLISECOND = 1_000_000
LAST = 2**63 - 1
NO_DEADLINE = LAST

HOST = """
#include "platform/deadline.c"
#include "system/input.c"

#define SHOWN __attribute__((visibility("default")))

static int64_t now, step, comes;

int64_t bk_os_clock(bool monotonic)
{
    (void)monotonic;
    now += step;
    return now;
}

bool bk_os_wait_for_input(int64_t milliseconds)
{
    if (comes <= now + milliseconds * BK_MILLISECOND) {
        now = comes < now ? now : comes;
        return true;
    }
    now += milliseconds * BK_MILLISECOND;
    return false;
}

static void nothing(void)
{
}

SHOWN int64_t deadline(int64_t at, int64_t milliseconds)
{
    now = at;
    step = 0;
    return bk_deadline(milliseconds);
}

SHOWN int left_until(int64_t at, int64_t end, int longest)
{
    now = at;
    step = 0;
    return bk_left_until(end, longest);
}

/* Returns the time at which the wait ended. */
SHOWN int64_t wait_until(int64_t at, int64_t each, int64_t input, int64_t milliseconds, bool *came)
{
    now = at;
    step = each;
    comes = input;
    bk_input_wait_with(nothing);
    *came = wait_for_input(milliseconds);
    return now;
}
"""


@pytest.fixture(scope="module")
def waits(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    folder = tmp_path_factory.mktemp("deadlines")
    (folder / "host.c").write_text(HOST, encoding="utf-8")
    # The rest of the reading needs most of the runtime.
    unused = ("-DBESKID_HIDDEN", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections")
    places = (f"-I{ROOT / 'runtime' / 'src'}", f"-I{ROOT / 'runtime' / 'include'}")
    command = [
        "cc",
        "-std=c11",
        "-D_POSIX_C_SOURCE=200809L",
        "-O1",
        "-shared",
        "-fPIC",
        *unused,
        *places,
        "host.c",
        "-o",
        "host.so",
    ]
    limits.run(command, cwd=folder, check=True)
    opened = ctypes.CDLL(str(folder / "host.so"))
    opened.deadline.argtypes = [ctypes.c_int64] * 2
    opened.left_until.argtypes = [ctypes.c_int64, ctypes.c_int64, ctypes.c_int]
    opened.wait_until.argtypes = [*[ctypes.c_int64] * 4, ctypes.POINTER(ctypes.c_bool)]
    opened.deadline.restype = opened.wait_until.restype = ctypes.c_int64
    return opened


@given(now=st.integers(0, LAST), milliseconds=st.integers(-(2**63), LAST))
@example(now=LAST - 2 * MILLISECOND, milliseconds=1)
@example(now=0, milliseconds=LAST // MILLISECOND)
def test_a_deadline_is_exact_or_none(waits: ctypes.CDLL, now: int, milliseconds: int) -> None:
    wanted = now + milliseconds * MILLISECOND
    end = waits.deadline(now, milliseconds)
    # The clock does not come to the last millisecond before its end.
    assert end == wanted if milliseconds >= 0 and wanted < LAST - MILLISECOND else end in (wanted, NO_DEADLINE)


@given(now=st.integers(0, LAST), end=st.integers(0, LAST), longest=st.integers(1, 2**31 - 1))
def test_the_time_left_is_rounded_up(waits: ctypes.CDLL, now: int, end: int, longest: int) -> None:
    exact = -(-(end - now) // MILLISECOND)
    assert waits.left_until(now, end, longest) == min(max(exact, 0), longest)


def test_the_time_left_without_a_deadline_is_the_longest(waits: ctypes.CDLL) -> None:
    for now in (0, 1, 2**62):
        assert waits.left_until(now, waits.deadline(now, -1), 2**31 - 1) == 2**31 - 1


@settings(max_examples=300)
@given(
    now=st.integers(0, 2**40),
    step=st.integers(0, MILLISECOND),
    input_after=st.integers(0, 2000 * MILLISECOND),
    milliseconds=st.integers(-1, 1000),
)
@example(now=0, step=0, input_after=MILLISECOND * 1000, milliseconds=100)
@example(now=0, step=1, input_after=MILLISECOND * 1000, milliseconds=100)
@example(now=0, step=0, input_after=MILLISECOND * 1000, milliseconds=-1)
@example(now=0, step=0, input_after=MILLISECOND * 300, milliseconds=300)
@example(now=0, step=0, input_after=0, milliseconds=0)
def test_a_wait_between_calls_of_a_host(
    waits: ctypes.CDLL, now: int, step: int, input_after: int, milliseconds: int
) -> None:
    came = ctypes.c_bool()
    ended = waits.wait_until(now, step, now + input_after, milliseconds, came)
    if milliseconds < 0 or input_after <= milliseconds * MILLISECOND:
        assert came.value
    elif not came.value:
        # Each look at the clock takes a step: one at the start, and one for each part.
        end = now + milliseconds * MILLISECOND
        assert end <= ended <= end + (milliseconds // 100 + 3) * step + MILLISECOND
    else:
        assert ended >= now + input_after
