"""What editors show in and above a text: semantic tokens, inlay hints, code lenses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lsprotocol import types

from beskid.ide import hints, lenses, semantic
from beskid.ide.snapshot import Snapshot
from beskid.lsp.positions import Positions
from beskid.source.text import SourceText, Span

if TYPE_CHECKING:
    from beskid.lsp.server import BeskidServer

LEGEND = types.SemanticTokensLegend(list(semantic.KINDS), list(semantic.MODIFIERS))
_KIND_NUMBERS = {kind: number for number, kind in enumerate(semantic.KINDS)}
_MODIFIER_BITS = {modifier: 1 << number for number, modifier in enumerate(semantic.MODIFIERS)}


def add_annotations(server: BeskidServer) -> None:
    """Register the features."""
    positions = server.positions

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, LEGEND)
    async def semantic_tokens(params: types.SemanticTokensParams) -> types.SemanticTokens:
        def question(snapshot: Snapshot, source: SourceText) -> types.SemanticTokens:
            return types.SemanticTokens(encoded(positions, source, semantic.semantic_tokens(snapshot, source)))

        return await server.ask(params.text_document.uri, question, types.SemanticTokens([]))

    @server.feature(types.TEXT_DOCUMENT_SEMANTIC_TOKENS_RANGE, LEGEND)
    async def semantic_tokens_of_range(params: types.SemanticTokensRangeParams) -> types.SemanticTokens:
        def question(snapshot: Snapshot, source: SourceText) -> types.SemanticTokens:
            found = semantic.semantic_tokens(snapshot, source, positions.span(source, params.range))
            return types.SemanticTokens(encoded(positions, source, found))

        return await server.ask(params.text_document.uri, question, types.SemanticTokens([]))

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.InlayHint]:
            found = hints.hints(snapshot, source, positions.span(source, params.range))
            return [_hint(positions, source, hint) for hint in found]

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        uri = params.text_document.uri

        def question(snapshot: Snapshot, source: SourceText) -> list[types.CodeLens]:
            return [_lens(positions, source, uri, lens) for lens in lenses.lenses(snapshot, source)]

        return await server.ask(uri, question, [])


def encoded(positions: Positions, source: SourceText, tokens: Sequence[semantic.SemanticToken]) -> list[int]:
    """Return five numbers a token: lines and columns since the one before, length, kind, modifiers."""
    data: list[int] = []
    line = column = 0
    for token in tokens:
        start, end = positions.position(source, token.span.start), positions.position(source, token.span.end)
        data += [
            start.line - line,
            start.character - (column if start.line == line else 0),
            end.character - start.character,
            _KIND_NUMBERS[token.kind],
            sum(_MODIFIER_BITS[each] for each in token.modifiers),
        ]
        line, column = start.line, start.character
    return data


def _hint(positions: Positions, source: SourceText, hint: hints.Hint) -> types.InlayHint:
    position = positions.position(source, hint.offset)
    edits = None
    if hint.inserted:
        place = positions.range(source, Span(hint.offset, hint.offset))
        edits = [types.TextEdit(place, hint.inserted)]
    kind = types.InlayHintKind.Type if hint.is_type else types.InlayHintKind.Parameter
    return types.InlayHint(position, hint.label.rstrip(), kind, edits, padding_right=True)


def _lens(positions: Positions, source: SourceText, uri: str, lens: lenses.Lens) -> types.CodeLens:
    command = types.Command(lens.title, lens.command, arguments=[uri, lens.name] if lens.name else [uri])
    return types.CodeLens(positions.range(source, lens.span), command)
