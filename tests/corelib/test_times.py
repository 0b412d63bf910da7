"""Compares `Core.Time` with Python's `datetime` and `zoneinfo` on generated days, moments and texts."""

from __future__ import annotations

import random
import re
import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from tests import fresh
from tests.corelib.building import PROGRAMS, answers, built, compare

EPOCH = date(1970, 1, 1).toordinal()
START = datetime(1970, 1, 1, tzinfo=UTC)
FORMAT = "%Y|%m|%d|%H|%I|%p|%M|%S|%f|%a|%A|%b|%B|%j|%u|%G|%V|%%|%z"
LAST_DAY = date.max.toordinal() - EPOCH
FIRST_DAY = 1 - EPOCH
CONTRADICTION = "contradicts another part of the text"
INCOMPLETE = "an ISO year and a week decide a date only together"


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(PROGRAMS / "times.bd", tmp_path_factory.mktemp("times"))


def test_days(program: Path) -> None:
    generator = random.Random(1)
    numbers = [FIRST_DAY, LAST_DAY, 0, *range(-800, 800), *range(10950, 11700)]
    numbers += [generator.randint(FIRST_DAY, LAST_DAY) for _ in range(3000)]
    expected = {f"day {FIRST_DAY - 1}": "none", f"day {LAST_DAY + 1}": "none"}
    for number in numbers:
        day = date.fromordinal(number + EPOCH)
        year, week, weekday = day.isocalendar()
        shown = f"{day.isoformat()} {number} {weekday} {day.timetuple().tm_yday} {year} {week}"
        expected[f"day {number}"] = shown
    compare(program, expected)


def after_months(day: date, months: int) -> str:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number).isoformat()
        except ValueError:
            if not 1 <= year <= 9999:
                return "none"
    return date(year, month + 1, day.day).isoformat()


def test_months(program: Path) -> None:
    generator = random.Random(2)
    expected = {}
    for _ in range(2000):
        day = date.fromordinal(generator.randint(40_000, 3_600_000))
        months = generator.choice((1, -1, 12, generator.randint(-1000, 1000)))
        expected[f"months {day.isoformat()} {months}"] = after_months(day, months)
    compare(program, expected)


def shown(moment: datetime, nanosecond: int) -> str:
    fraction = f".{nanosecond:09}".rstrip("0").rstrip(".")
    offset = moment.strftime("%z")
    zone = "Z" if offset == "+0000" else f"{offset[:3]}:{offset[3:5]}"
    return f"{moment.year:04}-{moment:%m-%dT%H:%M:%S}{fraction}{zone}"


def test_moments_and_patterns(program: Path) -> None:
    generator = random.Random(3)
    expected = {}
    for _ in range(2000):
        seconds = generator.randint(-30_000_000_000, 250_000_000_000)
        nanosecond = generator.choice((0, 5, 120_000_000, generator.randint(0, 999_999_999)))
        offset = 60 * generator.choice((0, 60, -60, 330, generator.randint(-1439, 1439)))
        moment = START + timedelta(seconds=seconds, microseconds=nanosecond // 1000)
        moment = moment.astimezone(timezone(timedelta(seconds=offset)))
        line = f"unix {seconds} {nanosecond} {offset}"
        pattern = FORMAT.replace("%Y", f"{moment.year:04}").replace("%G", f"{moment.isocalendar()[0]:04}")
        expected[line] = f"{shown(moment, nanosecond)} {moment.strftime(pattern)}"
    compare(program, expected)


def test_texts(program: Path) -> None:
    generator = random.Random(4)
    expected = {
        "parse 2026-02-30T00:00Z": "at byte 8: the number is out of range",
        "parse 2026-13-01T00:00Z": "at byte 5: the number is out of range",
        "parse 2026-01-01": "at byte 10: unexpected character or end",
        "parse 2026-01-01T00:00:00": "at byte 19: unexpected character or end",
        "parse 2026-01-01T24:00Z": "at byte 11: the number is out of range",
        "parse 2026-01-01T00:00:00.Z": "at byte 20: unexpected character or end",
        "parse 2026-01-01T00:00Zx": "at byte 17: unexpected character or end",
        "parse 0000-01-01T00:00Z": "at byte 0: the number is out of range",
        "pattern %d.%m.%Y#30.02.2026": "at byte 0: the number is out of range",
        "pattern %j %Y#366 2026": "at byte 0: the number is out of range",
        "pattern %G-W%V#2026-W54": "at byte 6: the number is out of range",
        "pattern %G-W%V#2025-W53": "at byte 6: the number is out of range",
        "pattern %b %q#Jul %q": "1970-07-01T00:00:00Z",
        "pattern %B#Juli": "at byte 0: unexpected character or end",
        "pattern %Y#20266": "at byte 4: unexpected character or end",
        "pattern %Y %#2026 %": "2026-01-01T00:00:00Z",
        "pattern %d %b %Y, week %V#31 Jul 2026, week 31": "2026-07-31T00:00:00Z",
        "pattern %d %b %Y, week %V#31 Jul 2026, week 30": f"at byte 18: {CONTRADICTION}",
        "pattern %Y week %V#2026 week 31": f"at byte 10: {INCOMPLETE}",
        "pattern %d. %G-W%V#27. 2026-W31": "2026-07-27T00:00:00Z",
        "pattern %d. %G-W%V#28. 2026-W31": "2026-07-28T00:00:00Z",
        "pattern %d. %G-W%V#26. 2026-W31": f"at byte 0: {CONTRADICTION}",
        "pattern %G#2026": f"at byte 0: {INCOMPLETE}",
        "pattern %V#01": f"at byte 0: {INCOMPLETE}",
        "pattern %a %H:%M#Mon 10:00": "1970-01-01T10:00:00Z",
        "pattern %a %A#Mon Tuesday": f"at byte 4: {CONTRADICTION}",
        "pattern %a %d %b, %H:%M#Fri 01 Jan, 08:30": "1970-01-01T08:30:00Z",
        "pattern %a, day %j#Wed, day 100": "1970-04-10T00:00:00Z",
        "pattern %d %b, day %j#31 Dec, day 366": "1970-12-31T00:00:00Z",
        "pattern %d %b#29 Feb": "at byte 0: the number is out of range",
        "pattern %H %I %p#15 03 PM": "1970-01-01T15:00:00Z",
        "pattern %H %I %p#15 03 AM": f"at byte 6: {CONTRADICTION}",
        "pattern %H %I %p#15 04 PM": f"at byte 3: {CONTRADICTION}",
        "pattern %p %I %H#AM 12 00": "1970-01-01T00:00:00Z",
        "pattern %p#PM": "1970-01-01T12:00:00Z",
        "pattern %M %M#10 10": "1970-01-01T00:10:00Z",
        "pattern %M %M#10 20": f"at byte 3: {CONTRADICTION}",
        "pattern %M %M#00 20": f"at byte 3: {CONTRADICTION}",
        "pattern %S %S#00 01": f"at byte 3: {CONTRADICTION}",
        "pattern %f %f#5 500": "1970-01-01T00:00:00.5Z",
        "pattern %f %f#0 5": f"at byte 2: {CONTRADICTION}",
        "pattern %z %z#Z +0000": "1970-01-01T00:00:00Z",
        "pattern %z %z#Z +0100": f"at byte 2: {CONTRADICTION}",
        "pattern %a %G-W%V#Fri 2026-W31": "2026-07-31T00:00:00Z",
        "pattern %d %j %Y#10 100 2026": "2026-04-10T00:00:00Z",
        "pattern %b %m#Jul 07": "1970-07-01T00:00:00Z",
        "pattern %b %m#Jul 08": f"at byte 4: {CONTRADICTION}",
        "pattern %a %d.%m.%Y#Mon 31.07.2026": f"at byte 0: {CONTRADICTION}",
        "pattern %S.%f#09.1234567899": "1970-01-01T00:00:09.123456789Z",
    }
    for _ in range(2000):
        moment = START + timedelta(seconds=generator.randint(-30_000_000_000, 250_000_000_000))
        moment = moment.replace(microsecond=generator.choice((0, 1, 250_000, 999_999)))
        moment = moment.astimezone(timezone(timedelta(minutes=generator.choice((0, 90, -300, 719)))))
        text = moment.isoformat().replace("T", generator.choice("T t"))
        text = text.replace("+00:00", generator.choice(("Z", "z", "+00:00", "+0000")))
        seconds = (moment - START) // timedelta(seconds=1)
        expected[f"parse {text}"] = f"{shown(moment, moment.microsecond * 1000)} {seconds}"
    compare(program, expected)


PATTERNS = (
    "%Y-%m-%d %H:%M:%S.%f %z",
    "%d %b %Y, %I:%M %p",
    "%A, %d %B %Y %H%M%S",
    "%a %j/%Y at %H h%%",
    "%G-W%V-%u",
    "%Y%m%dT%H%M%S%z",
)


def test_texts_by_patterns(program: Path) -> None:
    """What Python writes by a pattern is read, and what is read of a damaged text is what Python reads."""
    generator = random.Random(fresh.seed(6))
    expected, damaged = {}, {}
    for _ in range(1500):
        moment = START + timedelta(seconds=generator.randint(-30_000_000_000, 250_000_000_000))
        moment = moment.astimezone(timezone(timedelta(minutes=generator.choice((0, 90, -300, 719)))))
        pattern = generator.choice(PATTERNS)
        year, week_year = f"{moment.year:04}", f"{moment.isocalendar()[0]:04}"
        text = moment.strftime(pattern.replace("%Y", year).replace("%G", week_year))
        read = in_python(text, pattern)
        assert read is not None
        expected[f"pattern {pattern}#{text}"] = read
        place = generator.randrange(len(text))
        wrong = text[:place] + generator.choice("0123459 -aM:é") + text[place + generator.randrange(2) :]
        # Python reads no more than six digits of a fraction.
        if not re.search(r"\.\d{7}", wrong):
            damaged[f"pattern {pattern}#{wrong}"] = in_python(wrong, pattern)
    compare(program, expected)
    given = answers(program, list(damaged))
    accepted = [(line, answer) for line, answer in zip(damaged, given, strict=True) if not answer.startswith("at byte")]
    assert {line: answer for line, answer in accepted if answer != damaged[line]} == {}
    assert 50 < len(accepted) < len(given) - 50


COMPLETE = (("%Y", "%m", "%d"), ("%Y", "%b", "%d"), ("%Y", "%j"), ("%G", "%V", "%u"), ("%G", "%V", "%a"))
PARTS = ("%Y", "%m", "%b", "%B", "%d", "%j", "%G", "%V", "%u", "%a", "%A")


def written(day: date, pattern: str) -> str:
    """Return the form of a pattern, with four digits for years, which strftime leaves to the system."""
    years = pattern.replace("%Y", f"{day.year:04}").replace("%G", f"{day.isocalendar()[0]:04}")
    return day.strftime(years)


def test_parts_of_a_date_in_any_order_and_number(program: Path) -> None:
    """What completes a date decides it, and another part of another date is an error at that part."""
    generator = random.Random(fresh.seed(7))
    expected, same = {}, 0
    for _ in range(1500):
        day, other = (date.fromordinal(generator.randint(366, date.max.toordinal())) for _ in range(2))
        complete = generator.choice(COMPLETE)
        parts = [*complete, *generator.choices(PARTS, k=generator.randrange(4))]
        generator.shuffle(parts)
        pattern, text = "/".join(parts), "/".join(written(day, part) for part in parts)
        expected[f"pattern {pattern}#{text}"] = f"{day.isoformat()}T00:00:00Z"
        read = in_python(text, pattern) if len(set(parts)) == len(parts) else None
        if read is not None:
            assert read == expected[f"pattern {pattern}#{text}"]
            same += 1
        part = generator.choice([each for each in PARTS if each not in complete])
        text = "/".join(written(day, each) for each in complete)
        wrong = written(other, part)
        if wrong != written(day, part):
            place = len(text.encode()) + 1
            expected[f"pattern {'/'.join(complete)}/{part}#{text}/{wrong}"] = f"at byte {place}: {CONTRADICTION}"
    assert same > 200
    compare(program, expected)


def test_any_parts_of_a_date_are_read_as_they_were_written(program: Path) -> None:
    """Only an ISO year or a week without the other, and a day that 1970 does not have, is refused."""
    generator = random.Random(fresh.seed(8))
    complete, incomplete = [], []
    for _ in range(1500):
        day = date.fromordinal(generator.randint(366, date.max.toordinal()))
        parts = generator.sample(PARTS, generator.randrange(1, 5))
        line = f"pattern {'/'.join(parts)}#{'/'.join(written(day, part) for part in parts)}"
        has_day = "%j" in parts or ("%d" in parts and {"%m", "%b", "%B"} & set(parts))
        if {"%G", "%V"} <= set(parts) or ("%Y" in parts and has_day):
            complete.append(line)
        elif {"%G", "%V"} & set(parts):
            incomplete.append(line)
        elif (day.month, day.day) not in ((2, 29), (12, 31)) and not ("%d" in parts and day.day > 28):
            complete.append(line)
    given = answers(program, complete)
    assert {line: answer for line, answer in zip(complete, given, strict=True) if answer.startswith("at byte")} == {}
    assert {answer.partition(": ")[2] for answer in answers(program, incomplete)} == {INCOMPLETE}


def in_python(text: str, pattern: str) -> str | None:
    try:
        moment = datetime.strptime(text, pattern)
    except ValueError:
        return None
    return shown(moment if moment.tzinfo else moment.replace(tzinfo=UTC), moment.microsecond * 1000)


def zone_names() -> list[str]:
    names = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    return [*names[::5], "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"]


def test_zones(program: Path) -> None:
    if not Path("/usr/share/zoneinfo/Europe/Berlin").exists():
        pytest.skip("the system has no time zone files")
    generator = random.Random(5)
    expected = {
        "zone ../etc/passwd 0": "unknown time zone ../etc/passwd",
        "zone No/Such 0": "unknown time zone No/Such",
    }
    for name in zone_names():
        zone = zoneinfo.ZoneInfo(name)
        moments = [generator.randint(-3_000_000_000, 8_000_000_000) for _ in range(60)]
        offsets = ""
        for second in moments:
            moment = (START + timedelta(seconds=second)).astimezone(zone)
            offset = moment.utcoffset()
            assert offset is not None
            offsets += f" {offset // timedelta(seconds=1)}{moment.tzname()}"
        expected[f"zone {name} {' '.join(map(str, moments))}"] = offsets
    compare(program, expected)
