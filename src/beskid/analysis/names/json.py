"""The names of what reads and writes types as JSON: the contract `Core.Json.Json`, and the types that it knows.

`conformance.py` says which types satisfy the contract.
"""

from __future__ import annotations

from beskid.analysis.model.symbols import ContractSymbol, EnumSymbol, FunctionSymbol, StructSymbol
from beskid.analysis.model.types import EnumType, StructType, Type
from beskid.analysis.model.world import CORE_LIBRARY, is_of_library

JSON = "Json"
WRITE_JSON = "WriteJson"
MODULE = ("Core", "Json")
WRITER_MODULE = ("Core", "Json", "JsonWriter")
DECODER_MODULE = ("Core", "Json", "JsonDecoder")
RESULT_MODULE = ("Core", "Results")

CONTAINERS: dict[tuple[str, ...], str] = {
    ("Core", "Optional", "Option"): "Option",
    ("Collections", "List", "List"): "List",
    ("Collections", "Set", "Set"): "Set",
    ("Collections", "Map", "Map"): "Map",
}
"""The generic types of the core library that are data, with the end of the names of the functions for them."""


def is_json_contract(symbol: ContractSymbol) -> bool:
    """Return whether the contract is `Core.Json.Json`."""
    return is_of_library(symbol, MODULE, JSON)


def container(type: Type) -> str | None:
    """Return the row of `CONTAINERS` for a type."""
    if not isinstance(type, StructType | EnumType) or type.symbol.module is None or not type.arguments:
        return None
    if type.symbol.module.package != CORE_LIBRARY:
        return None
    return CONTAINERS.get((*type.symbol.module.path, type.symbol.name))


def is_json_value(type: Type) -> bool:
    """Return whether the type is `Core.Json.Value`, which is any JSON value."""
    return isinstance(type, EnumType) and is_of_library(type.symbol, MODULE, "Value")


def own_reader(symbol: StructSymbol | EnumSymbol) -> FunctionSymbol | None:
    """Return the function of the module that reads values of the type, if the program has written one."""
    assert symbol.module is not None
    function = symbol.module.members.get(reader_name(symbol))
    return function if isinstance(function, FunctionSymbol) and not function.is_test else None


def takes_decoder(function: FunctionSymbol) -> bool:
    """Return whether the only parameter of a free function is a `JsonDecoder`."""
    if len(function.parameters) != 1 or function.parameters[0].modifier or function.receiver is not None:
        return False
    decoder = function.parameters[0].type
    return isinstance(decoder, StructType) and is_of_library(decoder.symbol, DECODER_MODULE, "JsonDecoder")


def is_decoded(type: Type) -> bool:
    """Return whether the type is a `Result` of the core library with a `JsonDecodeError`."""
    if not isinstance(type, EnumType) or not is_of_library(type.symbol, RESULT_MODULE, "Result"):
        return False
    failure = type.arguments[1]
    return isinstance(failure, EnumType) and is_of_library(failure.symbol, DECODER_MODULE, "JsonDecodeError")


def writes(function: FunctionSymbol) -> bool:
    """Return whether a method, or a function that takes the value first, takes a `JsonWriter` and returns it."""
    parameters = function.parameters if function.receiver is not None else function.parameters[1:]
    result = function.result
    if len(parameters) != 1 or parameters[0].modifier or (function.type_parameters and function.receiver is not None):
        return False
    is_writer = isinstance(result, StructType) and is_of_library(result.symbol, WRITER_MODULE, "JsonWriter")
    return is_writer and parameters[0].type == result


def reader_name(symbol: StructSymbol | EnumSymbol) -> str:
    """Return the name of the function that reads values of a type."""
    return f"{symbol.name}FromJson"
