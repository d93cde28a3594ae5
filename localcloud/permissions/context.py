"""The condition keys that a call here carries: AWS's global ones and the services' own.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
and the tables in `reference/`. A policy that asks for any other key is refused (`policy`): nobody
here could say what AWS would find in it.
"""

from collections.abc import Mapping
from typing import Any, Final

from localcloud.permissions.calls import Principal, context_of

_PRESENT: Final = frozenset(
    (
        # of every call
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:principalisawsservice",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:securetransport",
        "aws:viaawsservice",
        # of a service that acts for a resource
        "aws:principalservicename",
        "aws:sourceaccount",
        "aws:sourcearn",
        # of requests that carry them
        "aws:tagkeys",
        "cloudwatch:namespace",
        "iam:passedtoservice",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:versionid",
        "s3:x-amz-server-side-encryption",
    )
)
_FAMILIES: Final = ("aws:requesttag/", "aws:resourcetag/")


def is_derivable(key: str) -> bool:
    """Whether a call here carries `key` (lower case) exactly when it would on AWS."""
    return key in _PRESENT or key.startswith(_FAMILIES)


def standing(principal: Principal, region: str) -> dict[str, tuple[str, ...]]:
    """What is true of every call of `principal`.

    The transport is taken as secure: a laptop's loopback is not, the SDKs on AWS always are.
    """
    return context_of(
        {
            "aws:PrincipalIsAWSService": principal.is_service,
            "aws:RequestedRegion": region,
            "aws:SecureTransport": True,
            "aws:ViaAWSService": False,
            **_identity(principal),
        }
    )


def _identity(principal: Principal) -> dict[str, str]:
    if principal.is_service:
        return {"aws:PrincipalServiceName": principal.arn}
    return {
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalType": "AssumedRole" if principal.is_role else "Account",
    }


def tags(params: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """`aws:RequestTag/…` and `aws:TagKeys` of a request that sets or removes tags."""
    pairs = _pairs(params.get("tags") or params.get("Tags"))
    removed = params.get("tagKeys") or params.get("TagKeys") or []
    keys = [*pairs, *removed]
    found = context_of({f"aws:RequestTag/{key}": value for key, value in pairs.items()})
    return {**found, "aws:tagkeys": tuple(keys)} if keys else found


def _pairs(value: object) -> dict[str, str]:
    """Tags in any of the services' shapes: a map, or a list of pairs under various names."""
    if isinstance(value, dict):
        return {str(key): str(text) for key, text in value.items()}
    listed = value if isinstance(value, list) else []
    return dict(map(_pair, listed))


def _pair(tag: Mapping[str, str]) -> tuple[str, str]:
    lower = {name.lower().removeprefix("tag"): text for name, text in tag.items()}
    return lower["key"], lower.get("value", "")
