"""Errors that pass are named as such: a state machine tries those again, and no others."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from lambdas.shared.errors import RequestRefusedError, TransientError, named_errors

# What boto3 itself tries again; the one that is left out has two meanings (see test_ensure).
TRIED_AGAIN = {
    *ThrottledRetryableChecker._THROTTLED_ERROR_CODES,  # type: ignore[attr-defined]
    *TransientRetryableChecker._TRANSIENT_ERROR_CODES,  # type: ignore[attr-defined]
} - {"LimitExceededException"}


def refusal(code: str) -> ClientError:
    details = {"Error": {"Code": code, "Message": "later"}}
    return ClientError({**details, "ResponseMetadata": {"HTTPStatusCode": 400}}, "Any")  # type: ignore[typeddict-item]


@pytest.mark.parametrize("code", sorted(TRIED_AGAIN))
def test_what_boto3_tries_again_is_transient_whatever_its_status(code: str) -> None:
    with pytest.raises(TransientError, match="later"), named_errors():
        raise refusal(code)


def test_an_answer_that_did_not_come_is_transient() -> None:
    with pytest.raises(TransientError), named_errors():
        raise ReadTimeoutError(endpoint_url="https://personalize")


def test_a_code_that_nobody_knows_is_a_refusal() -> None:
    with pytest.raises(RequestRefusedError), named_errors():
        raise refusal("Throttled.Not.Really")
