"""Plain data of `beskid.ide` as types of the protocol."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol import types

from beskid.ide.completion import Completion, Completions
from beskid.ide.navigation import Hover
from beskid.ide.signatures import SignatureHelp
from beskid.ide.symbols import OutlineEntry
from beskid.lsp.positions import Positions
from beskid.source.codes import W1403, W1407, W1503, W1504
from beskid.source.diagnostics import Diagnostic, Severity
from beskid.source.text import SourceText

UNNECESSARY = frozenset((W1403, W1407, W1503, W1504))
"""Warnings about code without effect, which editors show faded."""

SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}

SYMBOL_KINDS = {
    "function": types.SymbolKind.Function,
    "method": types.SymbolKind.Method,
    "type": types.SymbolKind.Struct,
    "enum": types.SymbolKind.Enum,
    "contract": types.SymbolKind.Interface,
    "impl": types.SymbolKind.Class,
    "field": types.SymbolKind.Field,
    "variant": types.SymbolKind.EnumMember,
    "constant": types.SymbolKind.Constant,
    "attribute": types.SymbolKind.Property,
    "test": types.SymbolKind.Function,
    "module": types.SymbolKind.Module,
}
"""The kind of every word that `beskid.ide.symbols` uses."""

COMPLETION_KINDS = {
    "function": types.CompletionItemKind.Function,
    "method": types.CompletionItemKind.Method,
    "type": types.CompletionItemKind.Struct,
    "enum": types.CompletionItemKind.Enum,
    "contract": types.CompletionItemKind.Interface,
    "field": types.CompletionItemKind.Field,
    "event": types.CompletionItemKind.Event,
    "variant": types.CompletionItemKind.EnumMember,
    "constant": types.CompletionItemKind.Constant,
    "attribute": types.CompletionItemKind.Property,
    "module": types.CompletionItemKind.Module,
    "local": types.CompletionItemKind.Variable,
    "parameter": types.CompletionItemKind.Variable,
    "type parameter": types.CompletionItemKind.TypeParameter,
    "test": types.CompletionItemKind.Function,
    "primitive": types.CompletionItemKind.Keyword,
    "keyword": types.CompletionItemKind.Keyword,
}
"""The kind of every word that `beskid.ide.completion` uses."""

UriOf = Callable[[SourceText], str]


def message_text(diagnostic: Diagnostic) -> str:
    """Return the message, label and help of a diagnostic, a line each, as `beskid check` prints them."""
    lines = [diagnostic.message]
    if diagnostic.label and diagnostic.label != diagnostic.message:
        lines.append(diagnostic.label)
    if diagnostic.help:
        lines.append(f"help: {diagnostic.help}")
    return "\n".join(lines)


def diagnostic(positions: Positions, uri_of: UriOf, each: Diagnostic) -> types.Diagnostic:
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri_of(label.source), positions.range(label.source, label.span)), label.text or "here"
        )
        for label in each.related
    ]
    return types.Diagnostic(
        range=positions.range(each.source, each.span),
        message=message_text(each),
        severity=SEVERITIES[each.severity],
        code=str(each.code),
        source="beskid",
        tags=[types.DiagnosticTag.Unnecessary] if each.code in UNNECESSARY else None,
        related_information=related or None,
        data={"fixes": [fix.title for fix in each.fixes]} if each.fixes else None,
    )


def hover(positions: Positions, source: SourceText, found: Hover) -> types.Hover:
    text = f"```beskid\n{found.code}\n```"
    if found.documentation:
        text += f"\n\n---\n\n{found.documentation}"
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), positions.range(source, found.span))


def signature_help(found: SignatureHelp) -> types.SignatureHelp:
    docs = types.MarkupContent(types.MarkupKind.Markdown, found.documentation) if found.documentation else None
    parameters = [types.ParameterInformation(label=each) for each in found.parameters]
    information = types.SignatureInformation(found.label, docs, parameters, found.active)
    return types.SignatureHelp([information], active_signature=0, active_parameter=found.active)


def document_symbol(positions: Positions, source: SourceText, entry: OutlineEntry) -> types.DocumentSymbol:
    return types.DocumentSymbol(
        name=entry.name,
        kind=SYMBOL_KINDS[entry.kind],
        range=positions.range(source, entry.span),
        selection_range=positions.range(source, entry.name_span),
        detail=entry.detail or None,
        children=[document_symbol(positions, source, child) for child in entry.children],
    )


def completion_list(
    positions: Positions, source: SourceText, found: Completions, use_edit: Callable[[str], types.TextEdit]
) -> types.CompletionList:
    range = positions.range(source, found.span)
    items = [_completion(each, index, range, use_edit) for index, each in enumerate(found.items)]
    return types.CompletionList(found.is_incomplete, items)


def _completion(
    item: Completion, index: int, range: types.Range, use_edit: Callable[[str], types.TextEdit]
) -> types.CompletionItem:
    docs = types.MarkupContent(types.MarkupKind.Markdown, item.documentation) if item.documentation else None
    return types.CompletionItem(
        label=item.label,
        kind=COMPLETION_KINDS[item.kind],
        detail=f"{item.detail}  (use {item.insert_use})" if item.insert_use else item.detail or None,
        documentation=docs,
        sort_text=f"{index:04}",
        text_edit=types.TextEdit(range, item.label),
        additional_text_edits=[use_edit(item.insert_use)] if item.insert_use else None,
    )
