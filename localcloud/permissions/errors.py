"""What cannot be judged is refused, never guessed.

PermissionsError
├── PolicyError        a policy says something this evaluator does not know
├── UnknownActionError the authorization tables name no such service or action
├── RequestError       a request whose action or resource cannot be derived
└── UnresolvedError    a template refers to something that is not deployed (yet)
"""

from localcloud.errors import LocalCloudError


class PermissionsError(LocalCloudError):
    """Base of everything that keeps a call from being judged."""


class PolicyError(PermissionsError):
    """A policy says something this evaluator does not know."""


class UnknownActionError(PermissionsError):
    """The authorization tables name no such service or action."""


class RequestError(PermissionsError):
    """A request whose action or resource cannot be derived."""


class UnresolvedError(PermissionsError):
    """A template refers to something that is not deployed (yet)."""
