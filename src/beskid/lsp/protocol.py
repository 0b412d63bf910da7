"""The protocol of pygls, with an answer to requests that it cannot read.

Without one, a client would wait for the answer to a request with a wrong parameter forever.
"""

from __future__ import annotations

from typing import Any

from pygls.exceptions import JsonRpcException
from pygls.protocol import LanguageServerProtocol


class AnsweringProtocol(LanguageServerProtocol):
    def structure_message(self, data: dict[str, Any]) -> Any:
        """Make an object of each object of a message, the message itself last."""
        try:
            return super().structure_message(data)
        except JsonRpcException as problem:
            if "method" in data and "id" in data:
                self._send_response(data["id"], error=problem.to_response_error())
            raise
