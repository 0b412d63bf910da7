"""Call hierarchy and type hierarchy as features of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types

from beskid.ide import hierarchy
from beskid.ide.hierarchy import Call, HierarchyItem
from beskid.ide.snapshot import Snapshot
from beskid.lsp.convert import SYMBOL_KINDS
from beskid.lsp.positions import uri_of
from beskid.source.text import SourceText

if TYPE_CHECKING:
    from beskid.lsp.server import BeskidServer

Item = TypeVar("Item", types.CallHierarchyItem, types.TypeHierarchyItem)
CallsOfItem = list[tuple[types.CallHierarchyItem, list[types.Range]]]
Calls = Callable[[Snapshot, SourceText, int], list[Call]]
Types = Callable[[Snapshot, SourceText, int], list[HierarchyItem]]


def add_hierarchies(server: BeskidServer) -> None:
    """Register the features."""
    positions = server.positions

    def converted(kind: type[Item], snapshot: Snapshot, item: HierarchyItem) -> Item:
        return kind(
            name=item.name,
            kind=SYMBOL_KINDS[item.kind],
            uri=uri_of(snapshot.path_of(item.source)),
            range=positions.range(item.source, item.span),
            selection_range=positions.range(item.source, item.name_span),
            detail=item.detail or None,
        )

    @server.feature(types.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def prepare_calls(params: types.CallHierarchyPrepareParams) -> list[types.CallHierarchyItem]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.CallHierarchyItem]:
            found = hierarchy.function_at(snapshot, source, positions.offset(source, params.position))
            return [] if found is None else [converted(types.CallHierarchyItem, snapshot, found)]

        return await server.ask(params.text_document.uri, question, [])

    async def calls(item: types.CallHierarchyItem, find: Calls) -> CallsOfItem:
        def question(snapshot: Snapshot, source: SourceText) -> CallsOfItem:
            offset = positions.offset(source, item.selection_range.start)
            return [
                (
                    converted(types.CallHierarchyItem, snapshot, call.item),
                    [positions.range(place.source, place.span) for place in call.places],
                )
                for call in find(snapshot, source, offset)
            ]

        return await server.ask(item.uri, question, [])

    @server.feature(types.CALL_HIERARCHY_INCOMING_CALLS)
    async def incoming(params: types.CallHierarchyIncomingCallsParams) -> list[types.CallHierarchyIncomingCall]:
        found = await calls(params.item, hierarchy.incoming)
        return [types.CallHierarchyIncomingCall(item, places) for item, places in found]

    @server.feature(types.CALL_HIERARCHY_OUTGOING_CALLS)
    async def outgoing(params: types.CallHierarchyOutgoingCallsParams) -> list[types.CallHierarchyOutgoingCall]:
        found = await calls(params.item, hierarchy.outgoing)
        return [types.CallHierarchyOutgoingCall(item, places) for item, places in found]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_TYPE_HIERARCHY)
    async def prepare_types(params: types.TypeHierarchyPrepareParams) -> list[types.TypeHierarchyItem]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.TypeHierarchyItem]:
            found = hierarchy.type_at(snapshot, source, positions.offset(source, params.position))
            return [] if found is None else [converted(types.TypeHierarchyItem, snapshot, found)]

        return await server.ask(params.text_document.uri, question, [])

    async def related_types(item: types.TypeHierarchyItem, find: Types) -> list[types.TypeHierarchyItem]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.TypeHierarchyItem]:
            offset = positions.offset(source, item.selection_range.start)
            return [converted(types.TypeHierarchyItem, snapshot, each) for each in find(snapshot, source, offset)]

        return await server.ask(item.uri, question, [])

    @server.feature(types.TYPE_HIERARCHY_SUPERTYPES)
    async def supertypes(params: types.TypeHierarchySupertypesParams) -> list[types.TypeHierarchyItem]:
        return await related_types(params.item, hierarchy.supertypes)

    @server.feature(types.TYPE_HIERARCHY_SUBTYPES)
    async def subtypes(params: types.TypeHierarchySubtypesParams) -> list[types.TypeHierarchyItem]:
        return await related_types(params.item, hierarchy.subtypes)
