"""Fenced blocks of documentation are found as in CommonMark."""

from __future__ import annotations

from beskid.syntax.fences import fenced_lines, fences


def test_a_fence_with_words_does_not_end_a_block() -> None:
    texts = ["before", "```beskid", "code", "```beskid", "```", "after"]
    [fence] = fences(texts)
    assert (fence.first, fence.last, fence.words, fence.is_closed) == (1, 4, "beskid", True)
    assert fenced_lines(texts) == {1, 2, 3, 4}


def test_a_shorter_or_other_mark_does_not_end_a_block() -> None:
    [fence] = fences(["````", "```", "~~~~", "`````"])
    assert (fence.first, fence.last) == (0, 3)


def test_a_block_without_an_end_goes_to_the_last_line() -> None:
    [fence] = fences(["~~~", "a", "b"])
    assert (fence.last, fence.is_closed) == (2, False)


def test_each_block_is_found() -> None:
    assert [(fence.first, fence.last) for fence in fences(["```", "```", "x", " ~~~ text", " ~~~"])] == [(0, 1), (3, 4)]
    assert fences(["`code`", "text"]) == []


def test_code_within_a_line_begins_no_block() -> None:
    assert fences(["```code``` in a line", "````x`", "text"]) == []
    [fence] = fences(["~~~ a`b", "```code``` in a line", "~~~"])
    assert (fence.first, fence.last, fence.words) == (0, 2, "a`b")
