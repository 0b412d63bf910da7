"""Compares library modules with Python's `json`, `base64`, `struct`, `urllib.parse`, `hashlib`, `hmac` and `zlib`, with
the C library of xxHash and with Protocol Buffers.

An ordinary run mutates 2,000 documents, the same every time. `BESKID_EXAMPLES=N` sets 25 times N.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
import random
import re
import struct
import urllib.parse
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xxhash
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from tests import fresh
from tests.corelib.building import PROGRAMS, answers, built, require_same_under_stress

DOCUMENTS = int(os.environ.get("BESKID_EXAMPLES", "80")) * 25
MAX_DEPTH = 1000

ACCEPTED = (
    *(
        "[]",
        "{}",
        " [ 1 , 2 ] ",
        '""',
        "0",
        "-0",
        "-1",
        "1.5",
        "1e5",
        "1E+5",
        "1e-5",
        "-0.0e0",
        "true",
        "false",
        "null",
    ),
    *('{"a":1,"a":2}', '{"":0}', '"\\u0000"', '"\\ud83d\\ude00"', '"\\"\\\\\\/\\b\\f\\n\\r\\t"', '"\x7f"', '"é"'),
    *("123456789012345678901234567890", "1e400", "-1e400", "4.9e-324", "\t\n\r 1", "[" * 900 + "]" * 900),
)
REJECTED = (
    *("", " ", "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "{", "{1:2}", '{"a"}', '{"a":}', '{"a":1,}', '{"a" 1}'),
    *("{,}", "01", "-01", "012", "-", "+1", "1.", ".5", "1.e5", "1e", "1e+", "0x1", "1_0", "NaN", "Infinity"),
    *("-Infinity", "nul", "nulll", "True", "tru", "'a'", '"', '"\\', '"\\"', '"\\x"', '"\\u12"', '"\\u12g4"', '"\x1f"'),
    *('"\n"', "1 2", "[] []", "//", "/**/1", "\x00", "1\x00", "\ufeff1", "\xa01", '"a"b', "[1]]", "{}}", "e5", "--1"),
    *('"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"', "[" * 1001 + "]" * 1001),
)


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the programs once and return them by name."""
    folder = tmp_path_factory.mktemp("programs")
    return {name: built(PROGRAMS / f"{name}.bd", folder) for name in ("codecs", "json")}


def json_answers(program: Path, documents: list[str]) -> list[str]:
    return answers(program, [document.encode().hex() for document in documents])


def depth(value: Any) -> int:
    level, items = 0, [value]
    while items:
        items = [
            inner
            for item in items
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        level += 1
    return level


def has_surrogate(value: Any) -> bool:
    return any(0xD800 <= ord(c) < 0xE000 for c in json.dumps(value, ensure_ascii=False))


def expected(document: str) -> Any:
    """Return what Python reads, or raise `ValueError` where a strict parser refuses."""

    def refuse(name: str) -> None:
        raise ValueError(name)

    if document.startswith("\ufeff"):
        raise ValueError("byte order mark")
    value = json.loads(document, parse_constant=refuse)
    if has_surrogate(value):
        raise ValueError("unpaired surrogate")
    if depth(value) > MAX_DEPTH:
        raise ValueError("nested too deep")
    return value


@pytest.mark.parametrize(("documents", "is_accepted"), [(ACCEPTED, True), (REJECTED, False)], ids=["accept", "reject"])
def test_json_rules(programs: dict[str, Path], documents: tuple[str, ...], is_accepted: bool) -> None:
    given = json_answers(programs["json"], list(documents))
    wrong = [
        document for document, line in zip(documents, given, strict=True) if line.startswith("error") is is_accepted
    ]
    assert wrong == []


def mutated(generator: random.Random, document: str) -> str:
    pieces = [
        '"',
        "\\",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "0",
        "-",
        ".",
        "e",
        "\\u",
        "d83d",
        "é",
        "\n",
        "null",
        "1e9",
        "\x00",
    ]
    text = document
    for _ in range(generator.randint(1, 3)):
        place = generator.randint(0, len(text))
        kind = generator.randrange(3)
        if kind == 0:
            text = text[:place] + generator.choice(pieces) + text[place:]
        elif kind == 1:
            text = text[:place] + text[place + generator.randint(1, 3) :]
        else:
            text = text[:place] + generator.choice(pieces) + text[place + 1 :]
    return text


def document(generator: random.Random, levels: int) -> Any:
    kind = generator.randrange(8 if levels else 6)
    if kind == 0:
        return generator.choice([None, True, False])
    if kind == 1:
        return generator.randint(-(2**63), 2**63 - 1) >> generator.randrange(64)
    if kind == 2:
        return generator.choice(
            [generator.uniform(-1e3, 1e3), generator.expovariate(1) * 10 ** generator.randint(-300, 300)]
        )
    if kind == 3:
        return 10 ** generator.randint(18, 40)
    if kind < 6:
        return "".join(generator.choice('ab"\\/\n\x01é€😀 ') for _ in range(generator.randrange(8)))
    items = [document(generator, levels - 1) for _ in range(generator.randrange(5))]
    return items if kind == 6 else {str(index): item for index, item in enumerate(items)}


def test_json_agrees_on_mutated_documents(programs: dict[str, Path]) -> None:
    generator = random.Random(fresh.seed(8259))
    documents = []
    for index in range(DOCUMENTS):
        text = json.dumps(document(generator, 4), ensure_ascii=bool(index % 2), indent=generator.choice([None, 1]))
        documents.append(mutated(generator, text) if index % 4 else text)
    given = json_answers(programs["json"], documents)
    require_same_under_stress([programs["json"]], [f"{text.encode().hex()}\n" for text in documents], given)
    accepted = 0
    for text, line in zip(documents, given, strict=True):
        try:
            value = expected(text)
        except ValueError:
            assert line.startswith("error "), text
            continue
        assert not line.startswith("error "), (text, line)
        assert json.dumps(json.loads(line)) == json.dumps(value), text
        accepted += 1
    assert DOCUMENTS // 4 <= accepted < DOCUMENTS


class MismatchError(Exception):
    """The document is not of the type; the message is the path to where it is not."""


FIELDS = ("small", "large", "ratio", "name", "letter", "kinds", "children", "counts", "flag")


def read_integer(value: Any, path: str, low: int, high: int) -> int:
    if type(value) is not int or not low <= value <= high:
        raise MismatchError(path)
    return value


def read_of(kind: type, value: Any, path: str) -> Any:
    if type(value) is not kind:
        raise MismatchError(path)
    return value


def read_real(value: Any, path: str) -> float:
    if type(value) not in (int, float):
        raise MismatchError(path)
    return float(value)


def read_members(value: Any, path: str, fields: dict[str, Callable[[Any, str], Any]], optional: str = "") -> Any:
    """Return the fields of an object in their order. Fails at the first wrong member, then at a missing one."""
    members = {}
    for name, member in read_of(dict, value, path).items():
        if name in fields:
            members[name] = fields[name](member, f"{path}.{name}")
    for name in fields:
        if name not in members and name != optional:
            raise MismatchError(path)
    return {name: members.get(name) for name in fields}


def read_case(value: Any, path: str) -> Any:
    payloads: dict[str, dict[str, Callable[[Any, str], Any]]] = {
        "Sized": {"size": lambda v, p: read_integer(v, p, 0, 65535), "scale": read_real},
        "Named": {"_0": lambda v, p: read_of(str, v, p)},
    }
    if value == "Plain":
        return value
    if type(value) is not dict:
        raise MismatchError(path)
    if len(value) == 0:
        raise MismatchError(path)
    name = next(iter(value))
    if name not in payloads:
        raise MismatchError(f"{path}.{name}")
    read = {name: read_members(value[name], f"{path}.{name}", payloads[name])}
    if len(value) > 1:
        raise MismatchError(f"{path}.{list(value)[1]}")
    return read


def read_letter(value: Any, path: str) -> str:
    if type(value) is not str or len(value) != 1:
        raise MismatchError(path)
    return value


def read_items(item: Callable[[Any, str], Any], value: Any, path: str) -> list[Any]:
    return [item(each, f"{path}[{index}]") for index, each in enumerate(read_of(list, value, path))]


def read_counts(value: Any, path: str) -> Any:
    return {
        name: None if count is None else read_integer(count, f"{path}.{name}", -(2**31), 2**31 - 1)
        for name, count in read_of(dict, value, path).items()
    }


def read_entry(value: Any, path: str) -> Any:
    fields: dict[str, Callable[[Any, str], Any]] = {
        "small": lambda v, p: read_integer(v, p, -128, 127),
        "large": lambda v, p: read_integer(v, p, 0, 2**64 - 1),
        "ratio": lambda v, p: None if v is None else read_real(v, p),
        "name": lambda v, p: read_of(str, v, p),
        "letter": read_letter,
        "kinds": lambda v, p: read_items(read_case, v, p),
        "children": lambda v, p: read_items(read_entry, v, p),
        "counts": read_counts,
        "flag": lambda v, p: read_of(bool, v, p),
    }
    return read_members(value, path, fields, optional="ratio")


def entry(generator: random.Random, levels: int) -> dict[str, Any]:
    cases = ["Plain", {"Sized": {"scale": 2, "size": 65535}}, {"Named": {"_0": "é"}}]
    made = {
        "small": generator.choice([-128, 0, 127]),
        "large": generator.choice([0, 2**63, 2**64 - 1]),
        "ratio": generator.choice([None, 0, -0.5, 1e300]),
        "name": generator.choice(["", "a\n", "😀"]),
        "letter": generator.choice(["a", "€", '"']),
        "kinds": generator.sample(cases, generator.randrange(3)),
        "children": [entry(generator, levels - 1) for _ in range(generator.randrange(3) if levels else 0)],
        "counts": {name: generator.choice([None, -(2**31), 7]) for name in ("a", "b")[: generator.randrange(3)]},
        "flag": generator.random() < 0.5,
    }
    names = generator.sample(FIELDS, len(FIELDS))
    return {name: made[name] for name in names if name != "ratio" or generator.random() < 0.5}


def damaged(generator: random.Random, value: Any) -> Any:
    """Replace, remove or add one thing somewhere."""
    if isinstance(value, dict | list) and value and generator.random() < 0.8:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = generator.choice(keys)
        if isinstance(value, dict) and generator.random() < 0.2:
            del value[key]
        else:
            value[key] = damaged(generator, value[key])
        return value
    others = [
        None,
        True,
        0,
        -1,
        128,
        2**16,
        2**31,
        2**64,
        0.5,
        1e300,
        "",
        "ab",
        "Plain",
        "Sized",
        [],
        [0],
        {},
        {"x": 1},
    ]
    return generator.choice([*others, {"Plain": {}}, {"Sized": {"size": 1}}, {"Named": {"_0": "a"}, "x": 0}])


def test_typed_json_agrees_with_a_model(programs: dict[str, Path]) -> None:
    generator = random.Random(fresh.seed(8260))
    documents = []
    for index in range(DOCUMENTS // 4):
        value: Any = entry(generator, 2)
        for _ in range(index % 4):
            value = damaged(generator, value)
        documents.append(value)
    lines = [json.dumps(each, ensure_ascii=index % 2 == 0).encode().hex() for index, each in enumerate(documents)]
    accepted = 0
    for value, line in zip(documents, answers(programs["json"], lines, "typed"), strict=True):
        try:
            model = read_entry(value, "$")
        except MismatchError as mismatch:
            assert line.startswith(f"error {mismatch}: "), (value, line)
            continue
        assert json.dumps(json.loads(line)) == json.dumps(model), value
        accepted += 1
    assert len(documents) // 4 <= accepted < len(documents)


def unbase64(data: bytes) -> str:
    """Decode canonical base64 as RFC 4648 demands; Python's strict mode accepts bits that no byte takes."""
    try:
        decoded = base64.b64decode(data, validate=True)
    except binascii.Error:
        return "error"
    return decoded.hex() if base64.b64encode(decoded) == data else "error"


def utf8(data: bytes) -> str:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return f"error {error.start}"
    return "ok"


def latin1(data: bytes) -> str:
    text = data.decode(errors="replace")
    try:
        return text.encode("latin-1").hex()
    except UnicodeEncodeError as error:
        return f"error {len(text[: error.start].encode())}"


def numbers() -> Any:
    """Return the class of a message with an unsigned number and one that is written with ZigZag."""
    file = descriptor_pb2.FileDescriptorProto(name="numbers.proto", package="numbers")
    message = file.message_type.add(name="Numbers")
    kinds = descriptor_pb2.FieldDescriptorProto
    for place, (name, kind) in enumerate((("plain", kinds.TYPE_UINT64), ("signed", kinds.TYPE_SINT64)), 1):
        message.field.add(name=name, number=place, type=kind, label=kinds.LABEL_OPTIONAL)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("numbers.Numbers"))


NUMBERS = numbers()
PLAIN, SIGNED = b"\x08", b"\x10"
"""The byte before each field."""


def varint(data: bytes) -> str:
    (number,) = struct.unpack("<Q", data)
    (negative,) = struct.unpack("<q", data)
    plain = NUMBERS(plain=number).SerializeToString().removeprefix(PLAIN)
    signed = NUMBERS(signed=negative).SerializeToString().removeprefix(SIGNED)
    return f"{plain.hex()} {signed.hex()} {NUMBERS.FromString(SIGNED + plain).signed}"


def unvarint(data: bytes) -> str:
    """Decode a number and its length; Protocol Buffers drop bits above the 64th, which is an error here."""
    found = re.match(rb"[\x80-\xff]{0,8}[\x00-\x7f]|[\x80-\xff]{9}[\x00\x01]", data)
    return f"{NUMBERS.FromString(PLAIN + found[0]).plain} {found.end()}" if found else "error"


def words(data: bytes) -> str:
    (big,), (little,) = struct.unpack(">Q", data), struct.unpack("<Q", data)
    mixed = struct.pack(">HxxI", *struct.unpack("<HxxI", data))
    mixed = mixed[:2] + struct.pack("<H", *struct.unpack(">H", data[2:4])) + mixed[4:]
    last = struct.pack("<Q", big)[:4] + struct.pack("<I", *struct.unpack(">I", data[4:]))
    return f"{big} {little} {data[::-1].hex()} {mixed.hex()} {last.hex()}"


def unhex(data: bytes) -> str:
    try:
        return binascii.unhexlify(data).hex()
    except binascii.Error:
        return "error"


def unpercent(data: bytes) -> str:
    """Decode as RFC 3986 demands; Python leaves a percent sign without digits."""
    text = data.decode(errors="replace")
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        return "error"
    try:
        return urllib.parse.unquote(text, errors="strict").encode().hex()
    except UnicodeDecodeError:
        return "error"


def hash_of(data: bytes) -> str:
    """Return the hash twice, of the whole and of its parts."""
    seed = len(data) * 0x9E3779B97F4A7C15 % 2**64
    return " ".join([str(xxhash.xxh64_intdigest(data, seed))] * 2)


CODECS: dict[str, Callable[[bytes], str]] = {
    "base64": lambda data: base64.b64encode(data).decode(),
    "base64url": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "unbase64": unbase64,
    "percent": lambda data: urllib.parse.quote(data.decode(errors="replace"), safe="-._~"),
    "utf8": utf8,
    "latin1": latin1,
    "unlatin1": lambda data: data.decode("latin-1").encode().hex(),
    "sha256": lambda data: hashlib.sha256(data).hexdigest(),
    "sha1": lambda data: hashlib.sha1(data).hexdigest(),
    "md5": lambda data: hashlib.md5(data).hexdigest(),
    "crc32": lambda data: str(zlib.crc32(data)),
    "hmac-sha256": lambda data: hmac.new(data, data, "sha256").hexdigest(),
    "hmac-sha1": lambda data: hmac.new(data, data, "sha1").hexdigest(),
    "hmac-md5": lambda data: hmac.new(data, data, "md5").hexdigest(),
    "xxhash": hash_of,
    "varint": varint,
    "unvarint": unvarint,
    "words": words,
    "unhex": unhex,
    "unpercent": unpercent,
}


def inputs(name: str, generator: random.Random) -> list[bytes]:
    """Return inputs of all small lengths, with mistakes for the decoders."""
    made = [generator.randbytes(length) for length in (*range(140), 1000, 4096, 5000)]
    if name == "unbase64":
        encoded = [base64.b64encode(data[:12]) for data in made]
        return [
            bytes(mutated(generator, text.decode()).encode()) if generator.random() < 0.7 else text for text in encoded
        ]
    if name in ("varint", "words"):
        near = (0, 1, 2**7, 2**14, 2**63, 2**64 - 1, *(1 << bit for bit in range(7, 64, 7)))
        values = [(each + step) % 2**64 for each in near for step in (-1, 0, 1)]
        return [struct.pack("<Q", each) for each in (*values, *(generator.getrandbits(64) for _ in range(100)))]
    if name == "unvarint":
        lengths = [*range(12)] * 30
        starts = [bytes(generator.choices(b"\x80\x81\xff\xb5", k=length)) for length in lengths]
        return [start + generator.choice((b"", b"\0", b"\1\5", b"\2", b"\x7f")) for start in starts]
    if name == "unhex":
        return ["".join(generator.choices("09afAF" * 9 + "gG ", k=generator.randrange(9))).encode() for _ in range(400)]
    if name == "unpercent":
        pieces = ("a", "é", "%41", "%c3%a9", "%E2%82%ac", "+", "%", "%2", "%c3", "%zz")
        weights = (9, 9, 9, 9, 9, 9, 1, 1, 1, 1)
        return ["".join(generator.choices(pieces, weights, k=generator.randrange(9))).encode() for _ in range(400)]
    if name in ("utf8", "percent", "latin1"):
        letters = "aé€😀\x00 /%"
        texts = [
            "".join(generator.choice(letters) for _ in range(generator.randrange(1, 9))).encode() for _ in range(400)
        ]
        return [
            text if generator.random() < 0.3 else text[: generator.randrange(len(text))] + b"\xe2\x82a"
            for text in texts
        ]
    return made


@pytest.mark.parametrize("name", CODECS)
def test_codecs_and_digests(programs: dict[str, Path], name: str) -> None:
    data = inputs(name, random.Random(4648))
    given = answers(programs["codecs"], [f"{name} {item.hex()}" for item in data])
    assert given == [CODECS[name](item) for item in data]


def test_codecs_and_digests_while_collecting_all_the_time(programs: dict[str, Path]) -> None:
    generator = random.Random(fresh.seed(4649))
    asked = [(name, item) for name in CODECS for item in generator.sample(inputs(name, generator), 12)]
    given = answers(programs["codecs"], [f"{name} {item.hex()}" for name, item in asked], stress=True)
    assert given == [CODECS[name](item) for name, item in asked]
