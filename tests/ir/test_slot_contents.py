"""What slots hold, followed in two ways: by the relation of the passes, and by a list of sets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from beskid.ir.slot_contents import SlotContents, bits, meet

SLOTS = 5
REGISTERS = 6

slot = st.integers(0, SLOTS - 1)
register = st.integers(0, REGISTERS - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("store"), slot, st.one_of(st.none(), register)),
        st.tuples(st.just("assign"), register, st.one_of(st.none(), register)),
        st.tuples(st.just("lose"), slot, st.none()),
    ),
    max_size=30,
)
Steps = list[tuple[str, int, int | None]]
Model = list[set[int] | None]
"""By slot: the registers it equals, or None when it was not stored."""


def follow(path: Steps) -> tuple[SlotContents, Model]:
    contents = SlotContents()
    model: Model = [None] * SLOTS
    for action, first, second in path:
        if action == "store":
            contents.store(first, 0 if second is None else contents.equals_of(second))
            equal = {second} if second is not None else set()
            for known in model:
                if known is not None and second in known:
                    equal |= known
            model[first] = {each for each in equal if each is not None}
        elif action == "assign":
            contents.assign(first, second)
            for known in model:
                if known is not None:
                    is_copied = second is not None and second in known
                    known.discard(first)
                    if is_copied:
                        known.add(first)
        else:
            contents.lose_above(first)
            model[first + 1 :] = [None] * (SLOTS - first - 1)
    return contents, model


def agree(contents: SlotContents, model: Model) -> None:
    found: Model = [
        set(bits(contents.registers.get(slot, 0))) if contents.filled >> slot & 1 else None for slot in range(SLOTS)
    ]
    assert found == model
    by_register = {
        each: {slot for slot, known in enumerate(model) if known is not None and each in known}
        for each in range(REGISTERS)
    }
    assert {each: set(bits(held)) for each, held in contents.slots.items()} == {
        k: v for k, v in by_register.items() if v
    }
    assert set(bits(contents.held)) == {each for each, slots in by_register.items() if slots}
    assert set(bits(contents.holding)) == {slot for slot, known in enumerate(model) if known}
    for last in range(SLOTS):
        assert set(bits(contents.above(last))) == {each for known in model[last + 1 :] if known for each in known}


@given(steps)
def test_one_path(path: Steps) -> None:
    agree(*follow(path))


@given(st.lists(steps, min_size=1, max_size=3), steps)
def test_paths_that_meet(paths: list[Steps], extra: Steps) -> None:
    states = [follow(path) for path in paths]
    common: Model = []
    for column in zip(*(model for _, model in states), strict=True):
        known = [each for each in column if each is not None]
        common.append(set.intersection(*known) if len(known) == len(column) else None)
    merged = meet(contents for contents, _ in states)
    agree(merged, common)
    again = meet(contents for contents, _ in reversed(states))
    assert merged.same(again)
    agree(merged.copy(), common)
    for contents, model in states:
        agree(contents, model)
