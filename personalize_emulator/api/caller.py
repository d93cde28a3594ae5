"""Who calls: account, region and credentials, as the request's signature names them.

The signature itself is not verified, whoever reaches the loopback port is believed (not emulated).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

_SCOPE: Final = re.compile(r"Credential=([^/,\s]+)/\d+/([^/]+)/([^/]+)/aws4_request")
_ACCOUNT: Final = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Caller:
    """The identity behind a request."""

    account: str
    region: str
    access_key_id: str = ""
    session_token: str = ""


class Authorizer(Protocol):
    """Decides whether a caller may act; raises AccessDeniedException to refuse."""

    def __call__(
        self,
        *,
        action: str,
        resources: Sequence[str],
        context: Mapping[str, Any],
        access_key_id: str,
        session_token: str,
    ) -> None:
        """Return to allow, raise to refuse."""
        ...


AccountOf = Callable[[str], str | None]


class Callers:
    """Reads the caller out of a request's headers."""

    def __init__(self, *, region: str, account: str, account_of: AccountOf | None = None) -> None:
        """Fall back to ``region`` and ``account`` where the request does not say."""
        self._region = region
        self._account = account
        self._account_of = account_of
        self._parse = lru_cache(maxsize=1024)(self._read_scope)

    def identify(self, headers: Mapping[str, str]) -> Caller:
        """Return the caller; an unsigned request is one of the default account."""
        authorization = headers.get("authorization", "")
        # The signature differs on every request; the credential scope before it does not.
        scope = authorization.partition(", SignedHeaders")[0]
        return self._parse(scope, headers.get("x-amz-security-token", ""))

    def _read_scope(self, scope: str, token: str) -> Caller:
        match = _SCOPE.search(scope)
        if match is None:
            return Caller(self._account, self._region)
        key_id, region = match.group(1), match.group(2)
        return Caller(self._account_for(key_id), region, key_id, token)

    def _account_for(self, key_id: str) -> str:
        known = self._account_of(key_id) if self._account_of else None
        if known:
            return known
        return key_id if _ACCOUNT.fullmatch(key_id) else self._account
