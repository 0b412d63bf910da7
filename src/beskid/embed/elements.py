"""Element-wise functions over NumPy arrays: `beskid.ufunc(kernel.Blend)` takes arrays where `Blend` takes numbers.

A loop over the elements is added to the source of the function and compiled with it, so LLVM inlines the function and
uses vector instructions. NumPy broadcasts, converts and splits the arrays.
"""

from __future__ import annotations

import os
import re

from beskid.embed.signatures import NUMERIC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from beskid.driver.embedding import EmbedRequest
    from beskid.embed.module import Module

CHUNK = 1 << 16
"""How many elements NumPy copies at once where it must convert or gather them."""

DTYPES = {
    "bool": "?", "i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2", "u32": "u4", "u64": "u8",
    "f32": "f4", "f64": "f8",
}  # fmt: skip

LOOP = """
/// Applies `{name}` to each element.
pub unit {loop}({parameters}) {{
    let {count} = {into}.Len();
    if {shorter} {{
        return;
    }}
    i64 mut {index} = 0;
    while {index} < {count} {{
        {into}[{index}] = {name}({elements});
        {index} += 1;
    }}
}}
"""


class Ufunc:
    """Applies a function of numbers to arrays. `types` has the types of its loop, as NumPy writes them."""

    def __init__(self, name: str, doc: str | None, loop: Any, dtypes: list[str]) -> None:
        import numpy

        self.__name__ = name
        self.__doc__ = doc
        self._loop = loop
        self._dtypes = [numpy.dtype(each) for each in dtypes]
        self.nin = len(dtypes) - 1
        self.nout = 1
        letters = [each.char for each in self._dtypes]
        self.types = [f"{''.join(letters[:-1])}->{letters[-1]}"]

    def __call__(self, *arguments: Any, out: Any = None) -> Any:
        """Apply the function to each element of the broadcast arrays, and store the results in `out` if it is given."""
        import numpy

        if len(arguments) != self.nin:
            raise TypeError(f"{self.__name__}() takes {self.nin} arrays but {len(arguments)} were given")
        if isinstance(out, tuple):
            (out,) = out
        inputs = [["readonly", "contig", "aligned", "nbo", "overlap_assume_elementwise"]] * self.nin
        output = ["writeonly", "allocate", "no_broadcast", "contig", "aligned", "nbo", "overlap_assume_elementwise"]
        iterate: Any = numpy.nditer
        with iterate(
            [*arguments, out],
            ["external_loop", "buffered", "delay_bufalloc", "grow_inner", "zerosize_ok", "copy_if_overlap"],
            [*inputs, output],
            self._dtypes,
            casting="same_kind",
            buffersize=CHUNK,
        ) as parts:
            if parts.itersize:
                parts.reset()
                for part in parts:
                    self._loop(*part)
            made = parts.operands[-1]
        return made if out is not None or made.ndim else made[()]

    def __repr__(self) -> str:
        return f"<Beskid ufunc {self.__name__!r}>"


def elementwise(function: Any, name: str | None = None) -> Ufunc:
    """Return the element-wise form of a public function that takes numbers and returns one.

    The function is compiled again with a loop, from the source of its module. After a panic, some elements may be
    stored. Raises `TypeError` for a function of another kind, or if the source has changed.
    """
    from beskid.embed import load_request

    owner: Module | None = getattr(getattr(function, "__self__", None), "owner", None)
    info = getattr(owner, "__beskid__", None)
    if owner is None or info is None:
        raise TypeError(f"{function!r} is not a public function of a Beskid module")
    named = function.__name__
    (record,) = [each for each in info.interface["functions"] if each["name"] == named]
    kinds = [shown for _, shown, _ in record["parameters"]]
    others = [kind for kind in [*kinds, record["result"]] if kind not in NUMERIC]
    if others or not kinds or any(modifier for _, _, modifier in record["parameters"]):
        what = f"it has {others[0]}" if others else "it has other parameters" if kinds else "it has none"
        raise TypeError(f"{named} cannot be applied to elements: {what}\n  help: take numbers and return one")
    request: EmbedRequest | None = info.request
    text = _source(request, info.key, named)
    assert request is not None
    loop, into, count, index = [_unused(text, each) for each in (f"{named}OfEach", "into", "count", "index")]
    inputs = [_unused(text, f"array{number}_") for number in range(len(kinds))]
    added = LOOP.format(
        name=named,
        loop=loop,
        into=into,
        count=count,
        index=index,
        parameters=", ".join(
            [f"{kind}[] {each}" for kind, each in zip([*kinds, record["result"]], [*inputs, into], strict=True)]
        ),
        shorter=" || ".join([f"{each}.Len() < {count}" for each in inputs]),
        elements=", ".join([f"{each}[{index}]" for each in inputs]),
    )
    name_of_text = request.name if request.text is not None else os.path.basename(request.path)  # noqa: PTH119
    wider = request.changed(path="", text=text + added, name=name_of_text, instances=())
    made = load_request(wider, owner.__name__)
    return Ufunc(
        name or named, function.__doc__, getattr(made, loop), [DTYPES[kind] for kind in [*kinds, record["result"]]]
    )


def _source(request: EmbedRequest | None, key: str, named: str) -> str:
    """Return the text of the program that has the function. Raises `TypeError` if it is not there any more."""
    from beskid.embed import is_unchanged

    if request is not None and request.text is not None:
        return request.text
    if request is None or not os.path.isfile(request.path):  # noqa: PTH113
        raise TypeError(
            f"{named} is of a project or a package\n  help: load the file that defines it with `beskid.load`"
        )
    from beskid.files.reading import MAX_SOURCE_BYTES, read_file

    text = read_file(request.path, MAX_SOURCE_BYTES).data.decode("utf-8", "replace")
    if not is_unchanged(request, key):
        raise TypeError(f"{request.path} has changed since {named} was loaded\n  help: load it again")
    return text


def _unused(text: str, base: str) -> str:
    """Return a name that does not occur in a text."""
    number, name = 1, base
    while re.search(rf"\b{name}\b", text):
        number += 1
        name = f"{base}{number}"
    return name
