"""Name lookup: the only module of this package that the body checker uses.

The functions take the `World` and a `Context` and return symbols whose signatures are resolved, marked as used. Errors
are reported to `world.report` once; the result is then None (`ERROR` for types). Locals, parameters and implicit
members
of `this` take precedence and are left to the caller (§6.1 rules 1 and 2); builtins (`__name`) come last
(`analysis/types/builtins.py`).
"""

from __future__ import annotations

from beskid.analysis.model.world import Context
from beskid.analysis.names.conformance import (
    ConstraintMethod,
    built_in_method,
    conforms,
    constraint_method,
    promises_unknown,
)
from beskid.analysis.names.enums import find_enum
from beskid.analysis.names.meanings import EnumReference, Meaning, MemberPath, TypeReference
from beskid.analysis.names.methods import find_method, find_static, method_names
from beskid.analysis.names.paths import resolve_member_path
from beskid.analysis.names.scope import find_item_quietly, is_explained_by_import, lookup_value
from beskid.analysis.names.suggest import report_unknown_value
from beskid.analysis.names.typenames import resolve_type, resolve_type_expression, type_of_symbol

__all__ = [
    "ConstraintMethod",
    "Context",
    "EnumReference",
    "Meaning",
    "MemberPath",
    "TypeReference",
    "built_in_method",
    "conforms",
    "constraint_method",
    "find_enum",
    "find_item_quietly",
    "find_method",
    "find_static",
    "is_explained_by_import",
    "lookup_value",
    "method_names",
    "promises_unknown",
    "report_unknown_value",
    "resolve_member_path",
    "resolve_type",
    "resolve_type_expression",
    "type_of_symbol",
]
