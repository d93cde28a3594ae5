"""The notebook of a pipeline file: what may be said of it."""

import pytest
from pydantic import ValidationError

from lambdas.shared.settings.notebook import Notebook


def test_nothing_has_to_be_said() -> None:
    notebook = Notebook()

    assert (notebook.instance_type, notebook.volume_size_in_gb) == ("ml.t3.medium", 10)
    assert notebook.idle_minutes == 60


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"volumeSizeInGB": 4}, "greater than or equal to 5"),
        ({"idleMinutes": 5}, "greater than or equal to 10"),
        ({"subnetId": "my-subnet"}, "should match pattern"),
        ({"securityGroupIds": ["sg-0123456789abcdef0"]}, "give subnetId, too"),
    ],
)
def test_what_sagemaker_would_refuse_is_refused_before(given: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Notebook.model_validate(given)


def test_an_instance_may_be_told_never_to_stop_itself() -> None:
    assert Notebook.model_validate({"idleMinutes": None}).idle_minutes is None
