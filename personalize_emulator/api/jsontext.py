"""JSON as the wire has it, which is less than what Python's decoder takes.

NaN and Infinity are no JSON, half a surrogate pair is no text, and what is nested a thousand deep
is no request: each of them would only break something later. An explicit null stands for absence.
"""

import json
import math
import re
from typing import Final, NoReturn

from personalize_emulator.values import Json

_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str | bytes, *, keep_nulls: bool = False) -> Json:
    """Decode JSON; raises ValueError that says what is wrong with it."""
    if isinstance(text, bytes):
        text = text.decode()
    try:
        value = _DECODER.decode(text)
    except RecursionError as error:
        msg = "it is nested too deeply"
        raise ValueError(msg) from error
    if "\\u" in text and _SURROGATE.search(text):
        _check_text(value)
    return value if keep_nulls or "null" not in text else _without_nulls(value)


def _refuse(constant: str) -> NoReturn:
    msg = f"{constant} is no number of JSON"
    raise ValueError(msg)


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        msg = f"{text} is too large a number"
        raise ValueError(msg)
    return number


# Made once: json.loads would make one for every request.
_DECODER: Final = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _check_text(value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        msg = "it has half of a surrogate pair in a text"
        raise ValueError(msg) from error


def _without_nulls(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_nulls(v) for name, v in value.items() if v is not None}
    if isinstance(value, list):
        return [_without_nulls(entry) for entry in value]
    return value
