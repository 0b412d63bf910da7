"""What stands for the extension where it cannot be imported: the same interface, through ctypes.

Numbers, texts and arrays of numbers are passed and returned; functions with other types raise `GateError` when they
are called.
"""

from __future__ import annotations

import ctypes
from weakref import WeakValueDictionary

from beskid.embed.bridge import Bridge
from beskid.embed.errors import GateError
from beskid.embed.types import KINDS, PRIMITIVE_PARTS
from beskid.embed.words import FROM_WORD, TO_WORD, Array, Call, PassedType, nothing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SIGNATURE_END = "\n--\n\n"
"""The documentation begins with the signature for `inspect`, as that of functions of C does."""

_HELP = "reinstall beskid with its extension, and unset BESKID_EMBED_CTYPES"


class Object:
    """What classes of structs inherit from; it has no instances here."""

    __slots__ = ()

    def __new__(cls, *arguments: object, **named: object) -> Object:
        raise GateError(f"{cls.__name__}() needs the extension for Python, which is not loaded\n  help: {_HELP}")


class Function:
    """A function of a program, which converts the arguments, enters, and converts the result."""

    def __init__(
        self,
        fallback: Fallback,
        name: str,
        text: str,
        entry: int,
        parameters: list[tuple[str, PassedType, str, str]],
        result: PassedType,
        root: str,
    ) -> None:
        self.__name__ = name
        self.__doc__ = text.rpartition(SIGNATURE_END)[2]
        self.owner: Any = None
        self._fallback = fallback
        self._entry = entry
        self._root = root
        self._parameters = [(each, type, use) for each, type, modifier, use in parameters if modifier != "out"]
        extra = [type for _, type, modifier, _ in parameters if modifier]
        self._results = [*([result] if extra == [] or PRIMITIVE_PARTS.get(result.name) != "" else []), *extra]
        self._is_single = extra == []
        self._room = max(len(self._parameters), len(self._results)) + 1
        places = [*[(f"the type of `{each}` is", type) for each, type, _, _ in parameters], ("it returns", result)]
        missing = [f"{place} {type.name}" for place, type in places if KINDS[type.kind] not in TO_WORD]
        self._missing = missing[0] if missing else ""

    def __call__(self, *arguments: object, **named: object) -> Any:
        if self._missing:
            raise GateError(
                f"{self.__name__} cannot be called without the extension for Python: {self._missing}\n  help: {_HELP}"
            )
        if named or len(arguments) != len(self._parameters):
            arguments = self._ordered(arguments, named)
        bridge = self._fallback.bridge
        with bridge.claimed:
            mark = bridge.mark()
            call = Call(self.__name__)
            try:
                words = (ctypes.c_uint64 * self._room)(*self._words(arguments, call))
                status = bridge.enter(self._entry, words)
                # A program that ignores that a write failed returns as if nothing had happened.
                if status or bridge.has_kept:
                    raise bridge.failure(status, words[0], self._root)
                return self._returned(words)
            finally:
                bridge.unroot_to(mark)
                for loan in call.loans:
                    if isinstance(loan, memoryview):
                        loan.release()

    def _words(self, arguments: tuple[object, ...], call: Call) -> list[int]:
        words = []
        for (name, type, use), value in zip(self._parameters, arguments, strict=True):
            call.where, call.use = name, use
            word = TO_WORD[KINDS[type.kind]](type, value, call, self._fallback)
            if PRIMITIVE_PARTS.get(type.name) != "":
                words.append(word)
        return words

    def _returned(self, words: Any) -> Any:
        """Return the result, or a tuple of it and the `out` and `ref` parameters."""
        # The results must survive the conversion of others, and what Python runs meanwhile: handlers and destructors.
        for type, word in zip(self._results, words, strict=False):
            if KINDS[type.kind] in ("string", "numbers"):
                self._fallback.bridge.root(word)
        values = [self._fallback.value_of(type, word) for type, word in zip(self._results, words, strict=False)]
        return values[0] if self._is_single else tuple(values)

    def _ordered(self, arguments: tuple[object, ...], named: dict[str, object]) -> tuple[object, ...]:
        names = [name for name, _, _ in self._parameters]
        if len(arguments) > len(names):
            plural, verb = "" if len(names) == 1 else "s", "was" if len(arguments) == 1 else "were"
            raise TypeError(
                f"{self.__name__}() takes {len(names)} positional argument{plural} but {len(arguments)} {verb} given"
            )
        found = dict(zip(names, arguments, strict=False))
        for name, value in named.items():
            if name not in names:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument '{name}'")
            if name in found:
                raise TypeError(f"{self.__name__}() got multiple values for argument '{name}'")
            found[name] = value
        for name in names:
            if name not in found:
                raise TypeError(f"{self.__name__}() missing required argument: '{name}'")
        return tuple([found[name] for name in names])

    @property
    def __signature__(self) -> Any:
        from inspect import Parameter, Signature

        return Signature([Parameter(name, Parameter.POSITIONAL_OR_KEYWORD) for name, _, _ in self._parameters])

    @property
    def __self__(self) -> Function:
        """The function, which the faster form of the extension has here."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        if self.owner is None:
            raise TypeError(f"cannot pickle the method {self.__name__}\n  help: pickle a public function")
        return getattr, (self.owner.__beskid_owner__, self.__name__)

    def __repr__(self) -> str:
        return f"<Beskid function {self.__name__}>"


class Fallback:
    """The interface of the extension, as `runtime/python/module.c` defines it. A call is not interrupted by signals."""

    Array = Array
    Object = Object
    Type = PassedType

    def __init__(self, inside: int) -> None:
        """`inside` is the address of the code of `engine.inside`."""
        self._inside = inside
        self.arrays: WeakValueDictionary[int, Array] = WeakValueDictionary()

    def set_up(self, addresses: dict[str, int], support: dict[str, Any]) -> None:
        self.support = support
        self.bridge = Bridge(addresses, support, self._inside)
        self.attach = self.bridge.attach
        self.collect = self.bridge.collect
        self.root_count = self.bridge.root_count

    def watch(self, poll: int) -> None:
        """No thread looks for signals, so there is nothing to stop at a fork either."""

    stop_watching = go_on_watching = watch_this_thread = staticmethod(nothing)

    def define_array(
        self, made: PassedType, element: PassedType, stride: int, places: list[int], descriptor: int
    ) -> None:
        made.element = element.name

    def define_struct(self, *described: object) -> None:
        """Only the extension makes objects and reads them; so it is with enums and function values."""

    define_enum = define_function = define_struct

    def make_function(
        self,
        name: str,
        text: str,
        entry: int,
        pace: int,
        parameters: list[tuple[str, PassedType, str, str]],
        result: PassedType,
        root: str,
    ) -> tuple[Function, Function]:
        """Return the function twice, since none is faster."""
        made = Function(self, name, text, entry, parameters, result, root)
        return made, made

    def value_of(self, type: PassedType, word: int) -> Any:
        if KINDS[type.kind] != "numbers":
            return FROM_WORD[KINDS[type.kind]](word)
        known = self.arrays.get(word)
        if known is None:
            known = self.arrays[word] = object.__new__(Array)
            known._address, known._owner, known._type, known._shared = word, self, type, nothing
            known._handle = 0
            known._handle = self.bridge.hold(word)
        return known
