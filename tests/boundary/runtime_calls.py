"""Calls of every runtime function that generated code may call, as small IR programs with what they must do.

A scene is written in short lines: `$i1` is a 64-bit number, `$r1` a reference, `$p1` an address, `$f1` a float,
`$w1` a 32-bit number. `show X` prints a number, `text X` a string quoted, `float X` a float, each on a line of its own.
`address P of R` gives the address of an object. Every line is a place of its own in the source, so a panic's trace
names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from beskid.abi import BUILTIN_SPECS, INTEROP_TAGS, AbiReturnKind

_REGISTERS = {"i": (1, "i64"), "r": (9, "ref"), "p": (17, "ptr"), "f": (25, "f64"), "w": (33, "i32")}
_EACH = 8

_HEAD = """module "calls"
entry @_B4main
descriptor "box" size 24 align 8 references [16] display "box"
descriptor "plain" size 24 align 8 references [] display "plain"
descriptor "holder" size 16 align 8 references [8] display "holder"
descriptor "element string" size 8 align 8 references [0] display "string"
function @_B4word(%0 ref) -> (i64) inline_never at "word" "main.bd" 1:1 {
  registers %1 i64
entry:
  %1 = load_field %0 + 8
  return %1
}
function @_B4main(%0 ref) -> (i64) at "main" "main.bd" 1:1 {
"""


@dataclass(frozen=True)
class Scene:
    """Lines of a scene and what running them gives; `panic` is the message of a panic in the last line."""

    lines: tuple[str, ...]
    stdout: str = ""
    panic: str = ""
    stderr: str = ""
    status: int = 0
    stdin: bytes = b""

    def expected_stderr(self) -> str:
        if not self.panic:
            return self.stderr
        return f"{self.stderr}panic: {self.panic}\n  at main.bd:{len(self.lines)}:1 in main\n"

    def expected_status(self) -> int:
        return 101 if self.panic else self.status


def _register(match: re.Match[str]) -> str:
    return f"%{_REGISTERS[match[1]][0] + int(match[2]) - 1}"


_PRINTERS = {
    "show": ["%41 = call_runtime str_from_i64({})"],
    "float": ["%41 = call_runtime str_from_f64({})"],
    "text": ["%41 = call_runtime str_quote({})"],
}


def _lines(line: str) -> list[str]:
    word, _, rest = line.partition(" ")
    if word in _PRINTERS:
        made = [text.format(rest) for text in _PRINTERS[word]]
        return [*made, '%42 = concat %41, string "\\x0a"', "%43 = call_runtime stdout_write(%42)"]
    if word == "address":
        # A word of an object holds the address of another one, and is read as a number.
        target, _, source = rest.partition(" of ")
        return [
            '%42 = allocate_object "holder"',
            f"store_field %42 + 8, {source}",
            "%43 = call @_B4word(%42)",
            f"{target} = convert word_to_address %43",
        ]
    return [line]


_NAMED = re.compile(r"[$]([irpfw])(\d)")
_ENDS = re.compile(
    rf"call_runtime (?:{'|'.join(spec.symbol for spec in BUILTIN_SPECS if spec.returns is AbiReturnKind.NEVER)})\("
)
_PLACED = re.compile(r"call_runtime|call @|concat|allocate|load_element|store_element")


def program(scene: Scene) -> str:
    """The IR text of a scene."""
    registers = [f"%{start + index} {kind}" for start, kind in _REGISTERS.values() for index in range(_EACH)]
    body: list[str] = []
    for number, line in enumerate(scene.lines, 1):
        for part in _lines(line):
            placed = f" ! {number}:1" if _PLACED.search(part) else ""
            body.append(f"  {_NAMED.sub(_register, _ascii(part))}{placed}")
    return (
        f"{_HEAD}  registers {', '.join([*registers, '%41 ref', '%42 ref', '%43 i64'])}\nentry:\n"
        + "\n".join(body)
        + ("\n  unreachable\n}\n" if _ENDS.search(body[-1]) else "\n  return i64 0\n}\n")
    )


def _ascii(line: str) -> str:
    """Text of IR holds other characters as the bytes of their UTF-8."""
    return "".join(
        letter if letter.isascii() else "".join(f"\\x{byte:02x}" for byte in letter.encode()) for letter in line
    )


def called(scene: Scene) -> set[str]:
    """The runtime functions that a scene calls by name."""
    return set(re.findall(r"call_runtime (\w+)", program(scene)))


def prints(call: str, result: str, expected: str) -> Scene:
    """One call whose result is printed."""
    register = {"show": "$i1", "text": "$r1", "float": "$f1"}[result]
    return Scene((f"{register} = call_runtime {call}", f"{result} {register}"), f"{expected}\n")


def panics(message: str, *lines: str, stdout: str = "") -> Scene:
    return Scene(tuple(lines), stdout, message)


BYTES = '$r5 = call_runtime str_to_bytes(string "abc")'
NUMBERS = "$r7 = call_runtime array_new(i64 8, i64 5)"
STRINGS = (
    '$r6 = allocate_array "element string", i64 2',
    'store_element $r6[i64 0] stride 8 + 0, string "a"',
    'store_element $r6[i64 1] stride 8 + 0, string "b"',
)
BOX = ('$r1 = allocate_object "box"', "address $p1 of $r1")
EVENT = ('$r1 = allocate_object "holder"', '$r2 = allocate_object "holder"', "address $p1 of $r1")
SLOT = (
    *EVENT,
    "$i7 = convert address_to_word $p1",
    "$i7 = iadd $i7, i64 8",
    "$p2 = convert word_to_address $i7",
)


TAGS = {group: {tag.number for tag in INTEROP_TAGS if tag.group == group} for group in ("unit", "ptr", "usize")}
"""The tags that the dispatch function of each group answers to."""


def dispatch(group: str, tag: int, payload: str = 'string "hello"') -> tuple[str, ...]:
    """An envelope with this tag and payload, dispatched by a group. `word $i7` is an address inside the test bytes."""
    result = {"unit": "", "ptr": "$r2 = ", "usize": "$i1 = "}[group]
    is_traced = payload.startswith("string")
    at_bytes = ("$i7 = call_runtime test_bytes_ptr()", "$i7 = iadd $i7, i64 1") if payload == "word $i7" else ()
    return (
        *at_bytes,
        f'$r1 = allocate_object "{"box" if is_traced else "plain"}"',
        "address $p1 of $r1",
        f"store_field $r1 + 8, i32 {tag}",
        f"store_field $r1 + 16, {payload.removeprefix('word ')}",
        f"{result}call_runtime interop_dispatch_{group}($p1)",
    )


SCENES: dict[str, Scene] = {
    # The frozen names, with nulls and edges.
    "version": Scene(("$w1 = call_runtime beskid_runtime_abi_version()", "$i1 = convert zext $w1", "show $i1"), "2\n"),
    "alloc": Scene(
        (
            "$r1 = call_runtime alloc(i64 16, null ptr)", "$i1 = load_field $r1 + 8", "show $i1",
            "$r1 = call_runtime alloc(i64 0, null ptr)", "$i1 = call_runtime gc_root_handle($r1)", "show $i1",
        ),
        "0\n1\n",
    ),
    "alloc of too much": panics("out of memory", "$r1 = call_runtime alloc(i64 -8, null ptr)"),
    "str_new": Scene(
        (
            "$i1 = call_runtime test_bytes_ptr()", "$i2 = call_runtime test_bytes_len()",
            "$p1 = convert word_to_address $i1", "$r1 = call_runtime str_new($p1, $i2)", "text $r1",
            "$r1 = call_runtime str_new($p1, i64 0)", "text $r1",
        ),
        '"Hello from libc.write\\n"\n""\n',
    ),
    "str_new of null": panics("null string data", "$r1 = call_runtime str_new(null ptr, i64 0)"),
    "str_new of invalid text": panics(
        "invalid utf-8 string data",
        *BOX, "store_field $r1 + 8, i64 255", "$i1 = convert address_to_word $p1", "$i1 = iadd $i1, i64 8",
        "$p1 = convert word_to_address $i1", "$r1 = call_runtime str_new($p1, i64 1)",
    ),
    "str_concat": Scene(
        (
            '$r1 = call_runtime str_concat(string "ab", string "cd")', "text $r1",
            '$r1 = call_runtime str_concat(string "", string "x")', "text $r1",
            '$r1 = call_runtime str_concat(string "ü", string "€")', "$i1 = call_runtime str_len($r1)", "show $i1",
        ),
        '"abcd"\n"x"\n5\n',
    ),
    "str_concat of null": panics("null string handle", '$r1 = call_runtime str_concat(null ref, string "x")'),
    "str_len": prints('str_len(string "héllo")', "show", "6"),
    "str_len of null": panics("null string handle", "$i1 = call_runtime str_len(null ref)"),
    "array_new": Scene(
        (
            "$r1 = call_runtime array_new(i64 8, i64 3)", "$i1 = call_runtime array_len($r1)", "show $i1",
            "$i1 = load_field $r1 + 16", "show $i1", "$i1 = load_element $r1[i64 2] stride 8 + 0", "show $i1",
            "$r1 = call_runtime array_new(i64 8, i64 0)", "$i1 = call_runtime array_len($r1)", "show $i1",
        ),
        "3\n3\n0\n0\n",
    ),
    "array_new of too much": panics(
        "array backing allocation failed", "$r1 = call_runtime array_new(i64 8, i64 2305843009213693952)"
    ),
    # The product of both is 2 ** 64.
    "array_new of a size that wraps": panics(
        "array backing allocation failed", "$r1 = call_runtime array_new(i64 1099511627776, i64 16777216)"
    ),
    "array_len of null": panics("null array handle", "$i1 = call_runtime array_len(null ref)"),
    "panic": panics(
        "Hello from libc.write\n", "$i1 = call_runtime test_bytes_ptr()", "$p1 = convert word_to_address $i1",
        "call_runtime panic($p1, i64 22)",
    ),
    "panic of null": panics("null string data", "call_runtime panic(null ptr, i64 0)"),
    "panic_str": panics("gone ü", 'call_runtime panic_str(string "gone ü")'),
    "panic_str of null": panics("null string handle", "call_runtime panic_str(null ref)"),
    "syscall_write": Scene(
        (
            '$i1 = call_runtime syscall_write(i64 1, string "out\\x0a")', "show $i1",
            '$i1 = call_runtime syscall_write(i64 2, string "err\\x0a")', "show $i1",
            "$i1 = call_runtime syscall_write(i64 1, null ref)", "show $i1",
            '$i1 = call_runtime syscall_write(i64 1, string "")', "show $i1",
            '$i1 = call_runtime syscall_write(i64 -1, string "x")', "show $i1",
            '$i1 = call_runtime syscall_write(i64 4294967297, string "x")', "show $i1",
            '$i1 = call_runtime syscall_write(i64 1000, string "x")', "show $i1",
        ),
        "out\n4\n4\n-1\n0\n-1\n-1\n-1\n", stderr="err\n",
    ),
    "syscall_read": Scene(
        (
            "$r1 = call_runtime syscall_read(i64 0, i64 3)", "text $r1",
            "$r1 = call_runtime syscall_read(i64 0, i64 0)", "text $r1",
            "$r1 = call_runtime syscall_read(i64 0, i64 -1)", "text $r1",
            "$r1 = call_runtime syscall_read(i64 -1, i64 5)", "text $r1",
            "$r1 = call_runtime syscall_read(i64 0, i64 99)", "text $r1",
            "$r1 = call_runtime syscall_read(i64 0, i64 99)", "text $r1",
        ),
        '"abc"\n""\n""\n""\n"de"\n""\n', stdin=b"abcde",
    ),
    "syscall_read of invalid text": Scene(
        ("$r1 = call_runtime syscall_read(i64 0, i64 9)",),
        panic="invalid utf-8 string data in line 1 of standard input, at byte offset 0", stdin=b"\xff",
    ),
    "gc_write_barrier": Scene(
        (
            "call_runtime gc_write_barrier(null ref, null ref)", '$r1 = allocate_object "holder"',
            "call_runtime gc_write_barrier($r1, null ref)", "call_runtime gc_write_barrier(null ref, $r1)",
            "call_runtime gc_write_barrier($r1, $r1)", "show i64 1",
        ),
        "1\n",
    ),
    "handles": Scene(
        (
            '$r1 = allocate_object "holder"', "$i1 = call_runtime gc_root_handle($r1)", "show $i1",
            "$i2 = call_runtime gc_root_handle($r1)", "show $i2",
            "$i3 = call_runtime gc_external_root_count()", "show $i3",
            "call_runtime gc_unroot_handle($i1)", "call_runtime gc_unroot_handle(i64 0)",
            "call_runtime gc_unroot_handle(i64 77)", "call_runtime gc_unroot_handle(i64 -1)",
            "$i3 = call_runtime gc_external_root_count()", "show $i3",
        ),
        "1\n2\n2\n1\n",
    ),
    "registered roots": Scene(
        (
            *SLOT, "call_runtime gc_register_root($p2)", "call_runtime gc_register_root($p2)",
            "call_runtime gc_register_root(null ptr)", "$i1 = call_runtime gc_external_root_count()", "show $i1",
            "$i1 = call_runtime gc_collect()", "call_runtime gc_unregister_root($p2)",
            "call_runtime gc_unregister_root($p2)", "call_runtime gc_unregister_root(null ptr)",
            "$i1 = call_runtime gc_external_root_count()", "show $i1",
        ),
        "2\n0\n",
    ),
    "events": Scene(
        (
            *SLOT, "$i1 = call_runtime event_subscribe($p2, $r2, i64 2)", "show $i1",
            "$i1 = call_runtime event_subscribe($p2, $r2, i64 9)", "show $i1",
            "$r3 = load_field $r1 + 8", "$i1 = call_runtime event_len($r3)", "show $i1",
            "$r4 = call_runtime event_get_handler($r3, i64 0)", "$i1 = call_runtime closure_eq($r4, $r2)", "show $i1",
            "$r4 = call_runtime event_get_handler($r3, i64 2)", "$i1 = call_runtime closure_eq($r4, null ref)",
            "show $i1", "$i1 = call_runtime event_unsubscribe_first($p2, $r2)", "show $i1",
            "$i1 = call_runtime event_len($r3)", "show $i1",
            "$i1 = call_runtime event_unsubscribe_first($p2, null ref)", "show $i1",
        ),
        "1\n2\n2\n1\n1\n1\n1\n0\n",
    ),
    "events without a state": Scene(
        (
            *EVENT, "$i1 = call_runtime event_len(null ref)", "show $i1",
            "$i1 = call_runtime event_unsubscribe_first(null ptr, $r2)", "show $i1",
            "$r3 = call_runtime event_get_handler(null ref, i64 0)", "$i1 = call_runtime closure_eq($r3, null ref)",
            "show $i1",
        ),
        "0\n0\n1\n",
    ),
    "event_subscribe without a slot": panics(
        "null event slot", *EVENT, "$i1 = call_runtime event_subscribe(null ptr, $r2, i64 1)"
    ),
    "event_subscribe without a handler": panics(
        "null event handler", *SLOT, "$i1 = call_runtime event_subscribe($p2, null ref, i64 1)"
    ),
    "event_subscribe without capacity": panics(
        "event capacity must be positive", *SLOT, "$i1 = call_runtime event_subscribe($p2, $r2, i64 0)"
    ),
    "event_subscribe beyond the capacity": panics(
        "event capacity exceeded", *SLOT, "$i1 = call_runtime event_subscribe($p2, $r2, i64 1)",
        "$i1 = call_runtime event_subscribe($p2, $r2, i64 1)",
    ),
    "interop_dispatch_usize": Scene((*dispatch("usize", 0), "show $i1"), "5\n"),
    "interop_dispatch_usize of an address": Scene((*dispatch("usize", 3, "word $i7"), "show $i1"), "21\n"),
    "interop_dispatch_usize of a null address": Scene((*dispatch("usize", 3, "i64 0"), "show $i1"), "0\n"),
    "interop_dispatch_ptr": Scene((*dispatch("ptr", 2, "word $i7"), "text $r2"), '"ello from libc.write\\n"\n'),
    "interop_dispatch_ptr of a null address": Scene((*dispatch("ptr", 2, "i64 0"), "text $r2"), '""\n'),
    "interop_dispatch_unit": Scene((*dispatch("unit", 1, "i64 0"), "show i64 1"), "1\n"),
    **{
        f"interop_dispatch_{group} of tag {tag}": panics(
            f"invalid interop tag for {group} dispatch: {tag}", *dispatch(group, tag)
        )
        for group in ("unit", "ptr", "usize")
        for tag in (*range(4), 404, -1)
        if tag not in TAGS[group]
    },
    **{
        f"interop_dispatch_{group} of null": panics(
            "null interop handle", f"{result}call_runtime interop_dispatch_{group}(null ptr)"
        )
        for group, result in (("unit", ""), ("ptr", "$r1 = "), ("usize", "$i1 = "))
    },
    # The observers.
    "observers": Scene(
        (
            "$i1 = call_runtime gc_phase()", "show $i1", "$i1 = call_runtime gc_collect()",
            "$i2 = call_runtime gc_bytes_allocated()", "$i3 = isub $i2, $i1", "show $i3",
            "$i1 = call_runtime gc_collect_if_needed()", "$i2 = call_runtime gc_object_count()",
        ),
        "0\n0\n",
    ),
    "gc_statistic": Scene(
        (
            "$i1 = call_runtime gc_statistic(i64 27)", "show $i1",
            "$i1 = call_runtime gc_statistic(i64 28)", "show $i1",
            "$i1 = call_runtime gc_statistic(i64 10)", "show $i1",
        ),
        "0\n-1\n-1\n",
    ),
    "gc_disable": Scene(
        ("call_runtime gc_disable()", "$i1 = call_runtime gc_collect()", "show $i1"),
        "0\n",
    ),
    # Arrays.
    "arrays": Scene(
        (
            BYTES, "$r1 = call_runtime array_slice($r5, i64 1, i64 2)", "$r2 = call_runtime str_from_bytes($r1)",
            "text $r2", "call_runtime array_copy($r5, i64 0, $r5, i64 1, i64 2)",
            "$r2 = call_runtime str_from_bytes($r5)", "text $r2", "$i1 = call_runtime bytes_compare($r1, $r5)",
            "show $i1", "$r2 = call_runtime str_byte_slice($r5, i64 1, i64 1)", "text $r2",
        ),
        '"bc"\n"bcc"\n-1\n"c"\n',
    ),
    "array_new_typed": Scene(
        ('$r1 = allocate_array "element string", i64 2', "$i1 = call_runtime array_len($r1)", "show $i1"), "2\n"
    ),
    "array_slice outside": panics(
        "array slice out of range", BYTES, "$r1 = call_runtime array_slice($r5, i64 2, i64 2)"
    ),
    "array_copy outside": panics(
        "array copy out of range", BYTES, "call_runtime array_copy($r5, i64 2, $r5, i64 0, i64 2)"
    ),
    "str_byte_slice outside": panics(
        "byte slice out of range", BYTES, "$r1 = call_runtime str_byte_slice($r5, i64 -1, i64 2)"
    ),
    # Text.
    "str_slice": prints('str_slice(string "hello", i64 1, i64 3)', "text", '"ell"'),
    "str_slice outside": panics(
        "string slice out of range", '$r1 = call_runtime str_slice(string "hello", i64 3, i64 3)'
    ),
    "str_slice inside a character": panics(
        "string slice splits a character", '$r1 = call_runtime str_slice(string "ü", i64 1, i64 1)'
    ),
    "str_eq": prints('str_eq(string "a", string "a")', "show", "1"),
    "str_compare": prints('str_compare(string "a", string "b")', "show", "-1"),
    "str_hash_seeded": Scene(
        (
            '$i1 = call_runtime str_hash_seeded(string "a")',
            '$i2 = call_runtime str_hash_seeded(string "a")',
            "$i1 = isub $i1, $i2",
            "show $i1",
        ),
        "0\n",
    ),
    "str_hash": prints('str_hash(string "")', "show", "0"),
    "str_find": prints('str_find(string "abcabc", string "c", i64 3)', "show", "5"),
    "str_find of nothing": prints('str_find(string "abc", string "x", i64 0)', "show", "-1"),
    "str_find_last": prints('str_find_last(string "abcabc", string "b")', "show", "4"),
    "str_char_count": prints('str_char_count(string "häß")', "show", "3"),
    "str_from_bytes_lossy": Scene(
        (
            BYTES, "store_element $r5[i64 0] stride 1 + 0, i8 -1", "$i1 = call_runtime str_is_utf8($r5)", "show $i1",
            "$r1 = call_runtime str_from_bytes_lossy($r5)", "text $r1",
        ),
        '0\n"\ufffdbc"\n',
    ),
    "str_from_bytes of invalid text": panics(
        "invalid utf-8 string data", BYTES, "store_element $r5[i64 0] stride 1 + 0, i8 -1",
        "$r1 = call_runtime str_from_bytes($r5)",
    ),
    "str_concat_numbers": Scene(
        (
            '$r1 = concat string "a", i64 -12, string "b", i64 0', "text $r1", "$i1 = isub i64 0, i64 7",
            '$r1 = concat $i1, string ""', "text $r1", "$r1 = concat i64 -9223372036854775808, i64 9223372036854775807",
            "text $r1",
        ),
        '"a-12b0"\n"-7"\n"-92233720368547758089223372036854775807"\n',
    ),
    "str_concat_n": Scene(('$r1 = concat string "a", string "b", string "c"', "text $r1"), '"abc"\n'),
    "str_join": Scene((*STRINGS, '$r1 = call_runtime str_join($r6, string ", ")', "text $r1"), '"a, b"\n'),
    "str_buffer": Scene(
        (
            BYTES, '$r1 = call_runtime str_buffer_put($r5, string "0123456789012345678901234567890123")',
            "$i1 = call_runtime array_len($r1)", "show $i1", "$r2 = call_runtime str_buffer_text($r1)",
            '$r1 = call_runtime str_buffer_put($r1, string "x")', "text $r2",
            "$r2 = call_runtime str_buffer_text($r1)", "text $r2",
            "$r2 = call_runtime str_buffer_text($r5)", "text $r2",
        ),
        '0\n"0123456789012345678901234567890123"\n"0123456789012345678901234567890123x"\n""\n',
    ),
    "str_repeat": prints('str_repeat(string "ab", i64 3)', "text", '"ababab"'),
    "numbers to text": Scene(
        (
            "$r1 = call_runtime str_from_i64(i64 -9223372036854775808)", "text $r1",
            "$r1 = call_runtime str_from_u64(i64 -1)", "text $r1", "$r1 = call_runtime str_from_f64(f64 0.1)",
            "text $r1", "$r1 = call_runtime str_from_f32(f64 0.5)", "text $r1",
            "$r1 = call_runtime str_from_char(i64 8364)", "text $r1",
        ),
        '"-9223372036854775808"\n"18446744073709551615"\n"0.1"\n"0.5"\n"€"\n',
    ),
    "str_from_char of no character": panics("invalid char value", "$r1 = call_runtime str_from_char(i64 55296)"),
    "str_decode": Scene(('$i1 = call_runtime str_decode(string "€", i64 0)',), ""),
    "text to numbers": Scene(
        (
            '$i1 = call_runtime str_parse_i64(string "-42")', "show $i1", "$i1 = call_runtime str_parse_status()",
            "show $i1", '$f1 = call_runtime str_parse_f64(string "2.5")', "float $f1",
            "$i1 = call_runtime str_parse_status()", "show $i1",
        ),
        "-42\n0\n2.5\n0\n",
    ),
    "str_lower": prints('str_lower(string "AbÄ")', "text", '"abÄ"'),
    "str_upper": prints('str_upper(string "aBc")', "text", '"ABC"'),
    # Input and output.
    "output": Scene(
        (
            '$i1 = call_runtime stdout_write(string "a\\x0a")', '$i1 = call_runtime stderr_write(string "b\\x0a")',
            "$i1 = call_runtime stdout_flush()", "show $i1", BYTES,
            "$i1 = call_runtime syscall_write_bytes(i64 1, $r5)", "show $i1",
            "$i1 = call_runtime syscall_write_bytes(i64 -1, $r5)", "show $i1",
        ),
        "a\n0\nabc3\n-1\n", stderr="b\n",
    ),
    "input": Scene(
        (
            "$r1 = call_runtime stdin_read_line()", "text $r1", "$r1 = call_runtime syscall_read_bytes(i64 0, i64 2)",
            "$i1 = call_runtime array_len($r1)", "show $i1", "$r1 = call_runtime stdin_read_all()", "text $r1",
            "$r1 = call_runtime stdin_read_line()", "text $r1", "$i1 = call_runtime tty_winsize(i64 0)", "show $i1",
            "$i1 = call_runtime tty_key(i64 1, i64 5)", "show $i1",
            "$i1 = call_runtime tty_key(i64 0, i64 0)", "show $i1",
        ),
        '"one\\n"\n2\n"xyz"\n""\n0\n-2\n0\n', stdin=b"one\n\x01\x02xyz",
    ),
    "files": Scene(
        (
            '$i1 = call_runtime fs_write_text(string "f.txt", string "text")', "show $i1",
            '$i1 = call_runtime fs_append_text(string "f.txt", string "+")', "show $i1",
            '$r1 = call_runtime fs_read_text(string "f.txt")', "text $r1",
            '$i1 = call_runtime fs_exists(string "f.txt")', "show $i1",
            '$i1 = call_runtime fs_is_directory(string "f.txt")', "show $i1", BYTES,
            '$i1 = call_runtime fs_write_bytes(string "f.txt", $r5)', "show $i1",
            '$r1 = call_runtime fs_read_bytes(string "f.txt")', "$i1 = call_runtime array_len($r1)", "show $i1",
            '$i1 = call_runtime fs_delete(string "f.txt")', "show $i1",
            '$i1 = call_runtime fs_mkdir(string "d")', "show $i1", '$r1 = call_runtime fs_list(string "d")',
            "$i1 = call_runtime array_len($r1)", "show $i1", '$i1 = call_runtime fs_delete(string "d")', "show $i1",
            '$r1 = call_runtime fs_read_text(string "missing")', "text $r1", "$i1 = call_runtime os_last_error()",
            "show $i1", "$r1 = call_runtime os_error_text($i1)", "text $r1",
        ),
        '0\n0\n"text+"\n1\n0\n0\n3\n0\n0\n0\n0\n""\n2\n"No such file or directory"\n',
    ),
    "open files": Scene(
        (
            '$i1 = call_runtime io_open(string "f.txt", i64 15)', BYTES,
            "$i2 = call_runtime io_write($i1, $r5, i64 1, i64 2)", "show $i2",
            "$i2 = call_runtime io_control($i1, i64 2, i64 0)", "show $i2",
            "$i2 = call_runtime io_read($i1, $r5, i64 0, i64 3)", "show $i2", "$r1 = call_runtime str_from_bytes($r5)",
            "text $r1", "$i2 = call_runtime io_read($i1, $r5, i64 0, i64 3)", "show $i2",
            "$i2 = call_runtime io_control($i1, i64 5, i64 1)", "show $i2",
            "$i2 = call_runtime io_control($i1, i64 4, i64 0)", "show $i2",
            "$i2 = call_runtime io_control($i1, i64 10, i64 0)", "show $i2",
            "$i2 = call_runtime io_control($i1, i64 0, i64 0)", "show $i2",
            '$i1 = call_runtime io_open(string "missing", i64 1)', "show $i1", "$i1 = call_runtime os_last_error()",
            "show $i1", "$i2 = call_runtime io_control(i64 -1, i64 0, i64 0)", "show $i2",
            "$i2 = call_runtime io_read(i64 -1, $r5, i64 0, i64 1)", "show $i2",
            "$i2 = call_runtime io_write(i64 -1, $r5, i64 0, i64 1)", "show $i2",
            "$i2 = call_runtime io_write(i64 1, $r5, i64 0, i64 2)", "show $i2",
        ),
        '2\n0\n2\n"bcc"\n0\n0\n1\n-1\n0\n-1\n2\n-1\n-1\n-1\nbc2\n',
    ),
    "io_read outside the array": panics(
        "index out of range: the length is 3 but the index is 4", BYTES,
        "$i1 = call_runtime io_read(i64 0, $r5, i64 2, i64 2)",
    ),
    "io_write outside the array": panics(
        "index out of range: the length is 3 but the index is -1", BYTES,
        "$i1 = call_runtime io_write(i64 1, $r5, i64 -1, i64 1)",
    ),
    "status and change of a path": Scene(
        (
            '$i1 = call_runtime fs_write_text(string "a", string "text")',
            '$i1 = call_runtime fs_change(i64 0, string "a", string "b", i64 0)', "show $i1",
            '$i1 = call_runtime fs_change(i64 1, string "b", string "", i64 384)', "show $i1",
            '$i1 = call_runtime fs_change(i64 9, string "b", string "", i64 0)', "show $i1", NUMBERS,
            '$i1 = call_runtime fs_status(string "b", $r7, i64 1)', "show $i1",
            "$i1 = load_element $r7[i64 1] stride 8 + 0", "show $i1",
            '$i1 = call_runtime fs_status(string "a", $r7, i64 0)', "show $i1",
        ),
        "0\n0\n22\n0\n4\n2\n",
    ),
    "process_run": Scene(
        (
            *STRINGS, 'store_element $r6[i64 0] stride 8 + 0, string "cat"',
            'store_element $r6[i64 1] stride 8 + 0, string "-"', NUMBERS,
            "store_element $r7[i64 0] stride 8 + 0, i64 -1", BYTES,
            '$r8 = allocate_array "element string", i64 1', 'store_element $r8[i64 0] stride 8 + 0, string ""',
            '$r1 = call_runtime process_run($r6, $r8, string "", $r5, $r7)',
            "$r2 = load_element $r1[i64 0] stride 8 + 0",
            "$r2 = call_runtime str_from_bytes($r2)", "text $r2", "$i1 = load_element $r7[i64 0] stride 8 + 0",
            "show $i1", 'store_element $r6[i64 0] stride 8 + 0, string "/missing"',
            '$r1 = call_runtime process_run($r6, $r8, string "", $r5, $r7)', "$i1 = call_runtime array_len($r1)",
            "show $i1", "$i1 = call_runtime os_last_error()", "show $i1",
        ),
        '"abc"\n0\n0\n2\n',
    ),
    "environment": Scene(
        (
            '$i1 = call_runtime env_set(string "BESKID_SCENE", string "v")', "show $i1",
            '$r1 = call_runtime env_get(string "BESKID_SCENE")', "text $r1",
            '$i1 = call_runtime env_has(string "BESKID_SCENE")', "show $i1",
            '$i1 = call_runtime env_has(string "BESKID_NO_SUCH")', "show $i1", "$r1 = call_runtime env_getcwd()",
            "$r1 = call_runtime process_args()", "$i1 = call_runtime array_len($r1)", "show $i1",
        ),
        '0\n"v"\n1\n0\n0\n',
    ),
    "process and time": Scene(
        (
            "$i1 = call_runtime process_getpid()", "$i1 = call_runtime clock_realtime_nanos()",
            "$i1 = call_runtime clock_monotonic_nanos()", "call_runtime sleep_millis(i64 1)",
            "call_runtime sleep_millis(i64 -1)", "$i2 = call_runtime clock_monotonic_nanos()", "$i3 = isub $i2, $i1",
            "$i3 = sdiv $i3, i64 1000000000", "show $i3", "$i1 = call_runtime os_random()",
        ),
        "0\n",
    ),
    "process_exit": Scene(("show i64 1", "call_runtime process_exit(i64 263)"), "1\n", status=7),
    # Panics of checks.
    "panic_index": panics(
        "index out of range: the length is 3 but the index is 7", "call_runtime panic_index(i64 7, i64 3)"
    ),
    "panic_division_by_zero": panics("division by zero", "call_runtime panic_division_by_zero()"),
    "panic_integer_overflow": panics("integer overflow", "call_runtime panic_integer_overflow()"),
    "panic_char": panics("invalid char value", "call_runtime panic_char(i64 55296)"),
    "panic_stack_overflow": panics("stack overflow", "call_runtime panic_stack_overflow()"),
    "level and draft": Scene(
        (
            "$w1 = call_runtime beskid_runtime_abi_level()", "$i1 = call_runtime beskid_runtime_draft_hash()",
            "$i2 = call_runtime beskid_last_status()", "show $i2",
        ),
        "0\n",
    ),
}  # fmt: skip

IMPLIED = {
    "array_new_typed": "allocate_array",
    "str_concat_n": "concat",
    "str_concat": "concat",
    "str_concat_numbers": "concat",
}
"""Functions that operations of IR stand for, by the operation."""

HOSTS_ONLY = {
    "beskid_enter": "the engine enters a program by it",
    "beskid_call": "hosts call a function by it",
    "beskid_last_panic": "hosts ask for the message by it",
    "beskid_last_panic_form": "hosts ask for the printed form by it",
    "beskid_thunk_enter": "thunks of exported functions call it",
    "beskid_thunk_leave": "thunks of exported functions call it",
    "beskid_program_forget": "hosts call it before they unload a program",
    "beskid_main": "the start-up object calls it",
    "beskid_attach": "the extension for Python attaches by it",
    "beskid_detach": "a thread of a host leaves by it",
    "beskid_claim": "the extension for Python waits for its turn by it",
    "beskid_release": "the extension for Python ends its turn by it",
    "beskid_call_words": "the extension for Python calls a function by it",
    "beskid_root_top": "the extension for Python keeps arguments visible by it",
    "beskid_set_output": "the extension for Python takes the output by it",
    "beskid_set_host_function": "the extension for Python takes calls of Python functions by it",
    "beskid_call_host": "the code of function values that a host made calls it",
    "beskid_foreign_released": "the extension for Python learns by it which memory is free again",
    "str_copy": "the extension for Python makes strings by it",
    "array_foreign": "the extension for Python lends memory by it",
    "beskid_runtime_rows": "the engine compares by it what an object relies on",
}
"""Functions that generated code of a program never calls, and who calls them."""
