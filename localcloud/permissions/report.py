"""What was called, what was refused, and what was granted for nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from localcloud.permissions.calls import Call
from localcloud.permissions.evaluation import Policies
from localcloud.permissions.kept import Kept
from localcloud.permissions.policy import Statement
from localcloud.permissions.recorder import Problem, Recorded, Recorder


@dataclass(frozen=True, order=True)
class Grant:
    """One action that one statement allows.

    Attributes:
        holder: The role's label, or the service that a resource's policy names.
        action: As the policy spells it.
        source: The statement.
    """

    holder: str
    action: str
    source: str

    def __str__(self) -> str:
        return f"{self.holder} may {self.action} ({self.source})"


@dataclass(frozen=True)
class Denial:
    """A call that no policy allows, and how often it was made."""

    holder: str
    action: str
    resource: str
    why: str
    count: int

    def __str__(self) -> str:
        return f"{self.holder} called {self.action} on {self.resource}: {self.why}"


@dataclass(frozen=True)
class Report:
    """The whole of what was recorded.

    Attributes:
        calls: Number of calls.
        roles: Labels of the roles and services that called.
        unused: Grants that no call needed and that are not listed with a reason.
        stale: Listed reasons for which there is no unused grant any more.
    """

    calls: int
    roles: tuple[str, ...]
    denied: tuple[Denial, ...]
    problems: tuple[Problem, ...]
    unused: tuple[Grant, ...]
    stale: tuple[Kept, ...] = ()

    def line(self) -> str:
        """The one line that `make run` prints."""
        unjudged = f", {len(self.problems)} not judged" if self.problems else ""
        return (
            f"permissions: {self.calls:,} calls by {len(self.roles)} roles, "
            f"{len(self.denied)} denied, {len(self.unused)} granted but unused{unjudged}"
        )


def report(
    recorded: Iterable[Recorded],
    problems: Iterable[Problem],
    granted: Iterable[Policies],
    labels: Mapping[str, str],
    kept: Iterable[Kept] = (),
) -> Report:
    """Summarize what a recorder heard.

    Args:
        recorded: Every distinct call.
        problems: Every request that could not be judged.
        granted: The policies of each deployed stack.
        labels: Each role's ARN → its label.
        kept: Grants that are kept unused, each with a reason.
    """
    calls = list(recorded)
    spare = sorted(all_grants(granted, labels) - set(used_grants(calls, labels)))
    reasons = list(kept)
    return Report(
        calls=sum(each.count for each in calls),
        roles=tuple(sorted({holder_of(each.call, labels) for each in calls})),
        denied=tuple(_denial(each, labels) for each in calls if not each.decision.allowed),
        problems=tuple(problems),
        unused=tuple(g for g in spare if not any(r.covers(g.holder, g.action) for r in reasons)),
        stale=tuple(r for r in reasons if not any(r.covers(g.holder, g.action) for g in spare)),
    )


def holder_of(call: Call, labels: Mapping[str, str]) -> str:
    """The label of the role, or the name of the service, that calls."""
    return labels.get(call.principal.arn, call.principal.arn.rsplit("/", 1)[-1])


def _denial(each: Recorded, labels: Mapping[str, str]) -> Denial:
    call = each.call
    holder = holder_of(call, labels)
    return Denial(holder, call.action, call.resource, each.decision.why, each.count)


def all_grants(granted: Iterable[Policies], labels: Mapping[str, str]) -> set[Grant]:
    """Every action that some statement of these policies allows."""
    found: set[Grant] = set()
    for policies in granted:
        for role, statements in policies.identity.items():
            found.update(_grants(statements, labels.get(role, role)))
        for statements in policies.resource.values():
            for statement in statements:
                for _, name in statement.principals:
                    found.update(_grants([statement], labels.get(name, name)))
    return found


def _grants(statements: Iterable[Statement], holder: str) -> Iterable[Grant]:
    for statement in statements:
        if statement.allows:
            for action in statement.actions or ("everything but " + str(statement.not_actions),):
                yield Grant(holder, action, statement.source)


def used_grants(calls: Iterable[Recorded], labels: Mapping[str, str]) -> Iterable[Grant]:
    """Every grant that allowed one of these calls."""
    for each in calls:
        if not each.decision.allowed:
            continue
        for statement in each.decision.by:
            for action in statement.matched_actions(each.call):
                yield Grant(holder_of(each.call, labels), action, statement.source)


def of_recorder(
    recorder: Recorder,
    granted: Iterable[Policies],
    labels: Mapping[str, str],
    kept: Iterable[Kept] = (),
) -> Report:
    """The report of everything `recorder` has heard so far."""
    return report(recorder.recorded(), recorder.problems(), granted, labels, kept)
