"""The handler of every expression and statement."""

from __future__ import annotations

from beskid.analysis import typed
from beskid.lower.bodies.arithmetic import lower_convert, lower_unary
from beskid.lower.bodies.calls import lower_builtin_call, lower_call, lower_constraint_call, lower_value_call
from beskid.lower.bodies.closures import lower_bound_method, lower_function_reference, lower_lambda
from beskid.lower.bodies.comparison import lower_binary
from beskid.lower.bodies.conditions import lower_logical
from beskid.lower.bodies.constants import (
    lower_bool,
    lower_float,
    lower_integer,
    lower_local,
    lower_string,
)
from beskid.lower.bodies.context import Handlers
from beskid.lower.bodies.contracts import lower_contract_call, lower_contract_value
from beskid.lower.bodies.derived import lower_stringify
from beskid.lower.bodies.dispatch import nothing
from beskid.lower.bodies.enums import lower_enum_new
from beskid.lower.bodies.events import lower_event_change, lower_event_raise
from beskid.lower.bodies.foreign import lower_extern_call, refuse_foreign_argument
from beskid.lower.bodies.intrinsics import lower_intrinsic_call
from beskid.lower.bodies.loops import (
    lower_break,
    lower_continue,
    lower_for_array,
    lower_for_iterator,
    lower_for_range,
    lower_for_string,
    lower_while,
)
from beskid.lower.bodies.matching import lower_match
from beskid.lower.bodies.objects import (
    lower_array_new,
    lower_assign,
    lower_field_read,
    lower_index_read,
    lower_struct_new,
)
from beskid.lower.bodies.references import refuse_reference_argument
from beskid.lower.bodies.statements import lower_block_value, lower_evaluate, lower_if, lower_let, lower_return
from beskid.lower.bodies.strings import lower_interpolation
from beskid.lower.bodies.tries import lower_try

HANDLERS = Handlers(
    expressions={
        typed.IntegerValue: lower_integer,
        typed.FloatValue: lower_float,
        typed.BoolValue: lower_bool,
        typed.StringValue: lower_string,
        typed.UnitValue: nothing,
        typed.Interpolation: lower_interpolation,
        typed.Stringify: lower_stringify,
        typed.LocalRead: lower_local,
        typed.FunctionReference: lower_function_reference,
        typed.Lambda: lower_lambda,
        typed.BoundMethod: lower_bound_method,
        typed.FieldRead: lower_field_read,
        typed.IndexRead: lower_index_read,
        typed.Call: lower_call,
        typed.ConstraintCall: lower_constraint_call,
        typed.ExternCall: lower_extern_call,
        typed.ContractValue: lower_contract_value,
        typed.ContractCall: lower_contract_call,
        typed.ReferenceArgument: refuse_reference_argument,
        typed.ForeignArgument: refuse_foreign_argument,
        typed.EventChange: lower_event_change,
        typed.EventRaise: lower_event_raise,
        typed.BuiltinCall: lower_builtin_call,
        typed.IntrinsicCall: lower_intrinsic_call,
        typed.ValueCall: lower_value_call,
        typed.EnumNew: lower_enum_new,
        typed.StructNew: lower_struct_new,
        typed.ArrayNew: lower_array_new,
        typed.Unary: lower_unary,
        typed.Binary: lower_binary,
        typed.Logical: lower_logical,
        typed.Convert: lower_convert,
        typed.Assign: lower_assign,
        typed.Try: lower_try,
        typed.Match: lower_match,
        typed.BlockValue: lower_block_value,
    },
    statements={
        typed.Let: lower_let,
        typed.Return: lower_return,
        typed.Break: lower_break,
        typed.Continue: lower_continue,
        typed.While: lower_while,
        typed.ForRange: lower_for_range,
        typed.ForArray: lower_for_array,
        typed.ForString: lower_for_string,
        typed.ForIterator: lower_for_iterator,
        typed.If: lower_if,
        typed.Evaluate: lower_evaluate,
    },
)
