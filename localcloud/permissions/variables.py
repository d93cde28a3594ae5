"""Policy variables: `${aws:PrincipalAccount}`, `${*}`, and a default as in `${key, 'value'}`.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re

from localcloud.permissions.calls import Context

_VARIABLE = re.compile(r"\$\{([^},]+)(?:,\s*'([^']*)')?\}")
_LITERALS = {"*": "*", "?": "?", "$": "$"}


def substitute(text: str, context: Context) -> list[str]:
    """`text` with its variables replaced, or nothing where one has no single value.

    A literal `${*}` stays a wildcard here, which AWS matches literally; no policy of this project
    uses it, and `policy` refuses it.
    """
    if "${" not in text:
        return [text]
    replaced = text
    for match in _VARIABLE.finditer(text):
        value = _value(match.group(1), match.group(2), context)
        if value is None:
            return []
        replaced = replaced.replace(match.group(0), value)
    return [replaced]


def names_literal(text: str) -> bool:
    """Whether `text` has an escaped wildcard such as `${*}`."""
    return any(match.group(1) in _LITERALS for match in _VARIABLE.finditer(text))


def _value(key: str, default: str | None, context: Context) -> str | None:
    values = context.get(key.lower(), ())
    return values[0] if len(values) == 1 else default
