"""The objects that Personalize reads and writes, under the role that it was given for them.

The request that starts a job names the role and the place; what is read or written there later is
judged for that role, and for the service itself, which AWS asks a bucket policy for, too:
https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-s3-access.html
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from localcloud.permissions.calls import Call, Principal, context_of
from localcloud.permissions.context import standing
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.services import assumed
from personalize_emulator.errors import ObjectMissing
from personalize_emulator.objects import ObjectStore, split_uri

SERVICE = "personalize.amazonaws.com"


@dataclass
class Places:
    """Which role was given for which place in S3."""

    _roles: dict[str, Principal] = field(default_factory=dict)

    def remember(self, body: bytes) -> None:
        """Take note of a request to Personalize that hands over a role and names places."""
        if b"s3://" not in body:
            return
        try:
            texts = list(_texts(json.loads(body)))
        except (ValueError, RecursionError):
            return  # no request: Personalize refuses it
        roles = [text for text in texts if text.startswith("arn:aws:iam:") and ":role/" in text]
        for place in (text for text in texts if text.startswith("s3://")):
            for role in roles:
                self._roles[place] = Principal(role, role.split(":")[4], "personalize")

    def role_for(self, uri: str) -> Principal | None:
        """The role that was given for the place in which `uri` lies."""
        within = [place for place in self._roles if uri.startswith(place)]
        return self._roles[max(within, key=len)] if within else None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@dataclass(frozen=True)
class JudgedObjects:
    """An object store whose every use is judged first.

    A place that no request of this process named (an import taken up again after a restart) is
    used without a judgement: the role is not known any more.
    """

    inner: ObjectStore
    recorder: Recorder
    places: Places
    region: str

    def list(self, uri: str) -> list[str]:
        """Return the addresses that begin with ``uri``, sorted."""
        self._judge("s3:ListBucket", uri)
        return self.inner.list(uri)

    def read(self, uri: str) -> bytes:
        """Return an object's bytes."""
        self._judge("s3:GetObject", uri)
        return self.inner.read(uri)

    def write(self, uri: str, content: bytes) -> None:
        """Create or replace an object."""
        self._judge("s3:PutObject", uri)
        self.inner.write(uri, content)

    def delete(self, uri: str) -> None:
        """Remove an object; nothing happens where there is none."""
        self._judge("s3:DeleteObject", uri)
        self.inner.delete(uri)

    def exists(self, uri: str) -> bool:
        """Tell whether an object lies there."""
        self._judge("s3:GetObject", uri)
        return self.inner.exists(uri)

    def of_account(self, account: str) -> "JudgedObjects":
        """Return what another account has, judged alike."""
        return replace(self, inner=self.inner.of_account(account))

    def _judge(self, action: str, uri: str) -> None:
        role = self.places.role_for(uri)
        if role is None:
            return
        refused = self.recorder.judge(self._calls(role, action, uri))
        if refused:
            raise ObjectMissing(refused)

    def _calls(self, role: Principal, action: str, uri: str) -> Iterator[Call]:
        bucket, key = split_uri(uri)
        listing = action == "s3:ListBucket"
        resource = f"arn:aws:s3:::{bucket}" if listing else f"arn:aws:s3:::{bucket}/{key}"
        # The service names the job it works for; here any resource of Personalize stands for it.
        source = f"arn:aws:personalize:{self.region}:{role.account}:job"
        own = {"s3:prefix": key} if listing else {}
        about = {"aws:SourceAccount": role.account, "aws:SourceArn": source}
        service = Principal(SERVICE, role.account)
        yield assumed(role, SERVICE, self.region, source)
        for caller, told in ((role, own), (service, {**own, **about})):
            context = {**standing(caller, self.region), **context_of(told)}
            yield Call(caller, action, resource, context, via="personalize")
