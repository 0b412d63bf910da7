"""The dispatch functions of interop envelopes, for the oracle: tag at +8, payload at +16, as the contract's tags say.

`DISPATCH_FUNCTIONS` maps symbols to functions. The oracle has no memory at addresses, so a tag that reads from one only
supports null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from beskid.abi.generated.tables import INTEROP_ENVELOPE_PAYLOAD_OFFSET, INTEROP_ENVELOPE_TAG_OFFSET, INTEROP_TAGS
from beskid.ir.oracle.texts import TEXT_FUNCTIONS
from beskid.ir.oracle.values import Panic, UnsupportedError


def _of_null(answer: Any) -> Callable[[Any], Any]:
    def handler(address: Any) -> Any:
        if address != 0:
            raise UnsupportedError("the interpreter has no memory at addresses")
        return answer

    return handler


HANDLERS: dict[str, Callable[[Any], Any]] = {
    "string_length": TEXT_FUNCTIONS["str_len"],
    "release_memory": _of_null(None),
    "text_at": _of_null(b""),
    "text_length": _of_null(0),
}
"""What each tag of the contract does, by its name."""


def _dispatch(symbol: str) -> Callable[[Any], Any]:
    handlers = {tag.number: HANDLERS[tag.name] for tag in INTEROP_TAGS if tag.function == symbol}
    group = symbol.removeprefix("interop_dispatch_")

    def dispatch(envelope: Any) -> Any:
        if not isinstance(envelope, dict):
            raise Panic(b"null interop handle")
        tag = envelope.get(INTEROP_ENVELOPE_TAG_OFFSET, 0)
        handler = handlers.get(tag)
        if handler is None:
            raise Panic(f"invalid interop tag for {group} dispatch: {tag}".encode())
        return handler(envelope.get(INTEROP_ENVELOPE_PAYLOAD_OFFSET, 0))

    return dispatch


DISPATCH_FUNCTIONS = {symbol: _dispatch(symbol) for symbol in sorted({tag.function for tag in INTEROP_TAGS})}
