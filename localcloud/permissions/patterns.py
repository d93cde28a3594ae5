"""IAM's wildcards: `*` is any run of characters, `?` is one; nothing else is special.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from functools import lru_cache


@lru_cache(maxsize=4096)
def glob(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """Compile a wildcard pattern to one that matches whole strings."""
    parts = (_piece(character) for character in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _piece(character: str) -> str:
    return {"*": ".*", "?": "."}.get(character) or re.escape(character)


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Whether `value` as a whole fits `pattern`."""
    return glob(pattern, ignore_case=ignore_case).fullmatch(value) is not None


def matches_arn(pattern: str, value: str) -> bool:
    """ArnLike: each of the six colon-separated parts fits; a part's wildcard crosses no colon.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
    """
    wanted, given = pattern.split(":", 5), value.split(":", 5)
    return len(wanted) == len(given) and all(map(matches, wanted, given))
