"""Stands before MiniStack: every request that a role signed is judged before it is answered."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from localcloud.permissions.answers import Answer, denied
from localcloud.permissions.calls import Call, Principal
from localcloud.permissions.derivation import derive
from localcloud.permissions.integrations.identities import principal_of
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.requests import Scope, WireRequest
from localcloud.permissions.wire import read, scope_of

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Message, Receive, Send], Awaitable[None]]
Page = Callable[[str], object | None]

OWN_PAGES = "/_localcloud/"


@dataclass(frozen=True)
class Front:
    """An ASGI application around another.

    Attributes:
        inner: MiniStack.
        pages: What is answered under `/_localcloud/`, as JSON; None for a page that is not there.
    """

    inner: Asgi
    recorder: Recorder
    pages: Page

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer, judge and pass on, or just pass on."""
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
        elif scope["path"].startswith(OWN_PAGES):
            await _answer(send, self._page(scope["path"].removeprefix(OWN_PAGES)))
        else:
            await self._judge(scope, receive, send)

    def _page(self, name: str) -> Answer:
        found = self.pages(name)
        status = 404 if found is None else 200
        return Answer(status, {"content-type": "application/json"}, json.dumps(found).encode())

    async def _judge(self, scope: Message, receive: Receive, send: Send) -> None:
        request = _without_body(scope)
        signed = scope_of(request)
        principal = principal_of(signed.access_key_id) if signed else None
        if signed is None or principal is None:
            await self.inner(scope, receive, send)
            return
        if _needs_body(request, signed):
            body, receive = await _read_body(receive)
            request = WireRequest(
                request.method, request.path, request.query, request.headers, body
            )
        refused = self.recorder.attempt(
            principal, _name(request), lambda: derive(read(request, signed), principal)
        )
        if refused:
            await _answer(send, denied(request, signed, refused))
        else:
            await self.inner(scope, receive, self._watching(request, signed, principal, send))

    def _watching(
        self, request: WireRequest, signed: Scope, principal: Principal, send: Send
    ) -> Send:
        """`send`, telling a missing object from a forbidden one as S3 does.

        Who may not list a bucket is told 403, not 404, of an object that is not there:
        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html.
        """
        bucket, _, key = request.path.lstrip("/").partition("/")
        if signed.signing_name != "s3" or not key or request.method not in {"GET", "HEAD"}:
            return send
        replaced = False

        async def watching(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 404:  # noqa: PLR2004
                listing = Call(principal, "s3:ListBucket", f"arn:aws:s3:::{bucket}")
                refused = self.recorder.judge([listing])
                if refused:
                    replaced = True
                    await _answer(send, denied(request, signed, refused))
            if not replaced:
                await send(message)

        return watching


def _without_body(scope: Message) -> WireRequest:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
    }
    path = (scope.get("raw_path") or scope["path"].encode()).decode().partition("?")[0]
    return WireRequest(scope["method"], path, scope["query_string"].decode(), headers, b"")


def _needs_body(request: WireRequest, signed: Scope) -> bool:
    """An object's bytes say nothing about permissions and may be many; the rest is small."""
    return signed.signing_name != "s3" or (request.method == "POST" and "delete" in request.query)


def _name(request: WireRequest) -> str:
    return request.headers.get("x-amz-target") or f"{request.method} {request.path}"


async def _read_body(receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and a `receive` that delivers it again."""
    chunks, more = [], True
    while more:
        message = await receive()
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(chunks)
    delivered = False

    async def again() -> Message:
        nonlocal delivered
        if delivered:
            return await receive()
        delivered = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


async def _answer(send: Send, answer: Answer) -> None:
    headers = {**answer.headers, "content-length": str(len(answer.body))}
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
