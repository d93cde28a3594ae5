"""Where AWS's own reference and its developer guides disagree, and which one this project follows.

Last looked at: 2026-11. A correction here is shown in docs/aws-truth.md.
"""

from typing import Final

RESOURCE_TYPES: Final[dict[str, dict[str, str]]] = {
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
