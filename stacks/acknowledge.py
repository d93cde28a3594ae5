"""Findings that are meant: each acknowledged beside what it is about, with its reason."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, CfnResource, Validations
from constructs import Construct


def acknowledge(construct: Construct, reasons: Mapping[str, str]) -> None:
    """Acknowledge findings on a construct and everything below it.

    Args:
        construct: What the findings are about.
        reasons: Reason by rule: ``AwsSolutions-…`` is cdk-nag's, ``CKV_…`` is checkov's.
    """
    rules = [
        Acknowledgment(id=rule, reason=why)
        for rule, why in reasons.items()
        if not rule.startswith("CKV")
    ]
    if rules:
        Validations.of(construct).acknowledge(*rules)
    skips = [{"id": r, "comment": why} for r, why in reasons.items() if r.startswith("CKV")]
    for child in construct.node.find_all():
        if skips and isinstance(child, CfnResource):
            known = child.get_metadata("checkov") or {"skip": []}
            child.add_metadata("checkov", {"skip": [*known["skip"], *skips]})
