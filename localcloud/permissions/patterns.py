"""IAM's wildcards: `*` is any run of characters, `?` is one; nothing else is special.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

import re
from functools import cache, lru_cache


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


def may_meet(one: str, other: str) -> bool:
    """Whether some string fits both patterns."""

    @cache
    def meet(i: int, j: int) -> bool:
        if i == len(one) or j == len(other):
            return set(one[i:] + other[j:]) <= {"*"}
        if one[i] == "*":
            return meet(i + 1, j) or meet(i, j + 1)
        if other[j] == "*":
            return meet(i, j + 1) or meet(i + 1, j)
        return (one[i] == other[j] or "?" in {one[i], other[j]}) and meet(i + 1, j + 1)

    return meet(0, 0)
