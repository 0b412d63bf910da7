"""What the protocol keeps of messages."""

from __future__ import annotations

from lsprotocol.types import SET_TRACE, SetTraceParams, TraceValue

from beskid.lsp.server import make_server


def test_nothing_is_kept_of_notifications_and_requests() -> None:
    server = make_server()
    protocol = server.protocol
    for number in range(3):
        protocol._handle_notification(SET_TRACE, SetTraceParams(TraceValue.Verbose))
        protocol._handle_request(number, SET_TRACE, SetTraceParams(TraceValue.Off))
    assert protocol._request_futures == {}
