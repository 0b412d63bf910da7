"""The protocol of pygls, with an answer to requests that it cannot read, and commands that can be cancelled.

Without an answer, a client would wait for that to a request with a wrong parameter forever. pygls also keeps the
futures of all notifications, a kilobyte for each edit.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from concurrent.futures import Future
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

    def _execute_handler(self, msg_id: str | int, handler: Callable[..., Any], *words: Any, **named: Any) -> None:
        """Run a handler, and forget its future when it is done."""
        super()._execute_handler(msg_id, handler, *words, **named)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _: self._request_futures.pop(msg_id, None))

    def _run_generator(
        self, future: Future[Any] | None, *, gen: Generator[Any, Any, Any], result_future: Future[Any]
    ) -> None:
        """Continue with a request that starts others. When it is cancelled, those are too, such as a command."""
        before = set(self._request_futures)
        super()._run_generator(future, gen=gen, result_future=result_future)
        for started in [each for key, each in self._request_futures.items() if key not in before]:
            _cancel_with(result_future, started)


def _cancel_with(outer: Future[Any], started: Future[Any]) -> None:
    def done(outer: Future[Any]) -> None:
        if outer.cancelled():
            started.cancel()

    outer.add_done_callback(done)
