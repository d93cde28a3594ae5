"""Where AWS's own reference and its developer guides disagree, and which one this project follows.

Last looked at: 2026-11. A correction here is shown in docs/aws-truth.md.
"""

from typing import Final

ARN_FORMS: Final[dict[str, dict[str, str]]] = {
    "logs": {
        # A call on a log group is compared with the ARN of its streams, no stream named: "Use this
        # version [with a trailing :*] … in IAM policies when specifying permissions for most API
        # actions", says botocore's model of LogGroup.arn.
        "log-group": (
            "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}:log-stream:"
        ),
        # Tags are the exception: there it is the group's own ARN (LogGroup.logGroupArn).
        "tagged-log-group": "arn:${Partition}:logs:${Region}:${Account}:log-group:${LogGroupName}",
    },
}

_TAGGED_IN_LOGS: Final = (
    "anomaly-detector, delivery, delivery-destination, delivery-source, destination, "
    "tagged-log-group, lookup-table"
)

RESOURCE_TYPES: Final[dict[str, dict[str, str]]] = {
    "logs": {
        "ListTagsForResource": _TAGGED_IN_LOGS,
        "TagResource": f"{_TAGGED_IN_LOGS}, scheduled-query",
        "UntagResource": f"{_TAGGED_IN_LOGS}, scheduled-query",
    },
    "personalize": {
        # The reference names campaigns only. A recommender is asked through the same operation, and
        # the developer guide's policy for domain dataset groups grants it on the recommender.
        "GetRecommendations": "campaign, recommender",
    },
    "s3": {
        # Access points have ARNs of their own; the pipeline uses none.
        "GetObject": "object*",
        "PutObject": "object*",
        "DeleteObject": "object*",
        "ListBucket": "bucket*",
    },
}
