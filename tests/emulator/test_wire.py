"""What travels: validation messages, accounts, regions, pages, permissions."""

import json
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from personalize_emulator.api.caller import Callers
from personalize_emulator.api.http import HttpRequest
from personalize_emulator.api.validation import translate_pattern
from personalize_emulator.clock import VirtualClock
from personalize_emulator.errors import AccessDeniedException
from personalize_emulator.objects import FolderObjects
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import INSTANT, EmulatorSettings
from tests.emulator.support.clients import Clients, client


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


def test_several_findings_come_in_one_message(service: PersonalizeService) -> None:
    personalize = client("personalize", service, validate=False)

    with pytest.raises(personalize.exceptions.InvalidInputException) as error:
        personalize.create_campaign(
            name="-", solutionVersionArn="arn:aws:personalize:a:b:c", minProvisionedTPS=0
        )

    assert message(error) == (
        "2 validation errors detected: Value '-' at 'name' failed to satisfy constraint: Member "
        r"must satisfy regular expression pattern: ^[a-zA-Z0-9][a-zA-Z0-9\-_]*; Value '0' at "
        "'minProvisionedTPS' failed to satisfy constraint: Member must have value greater than or "
        "equal to 1"
    )


def test_sensitive_values_are_not_repeated(service: PersonalizeService, aws: Clients) -> None:
    personalize = client("personalize", service, validate=False)

    with pytest.raises(ClientError, match=r"Value at 'tags.1.member.tagValue' failed") as error:
        personalize.tag_resource(
            resourceArn=aws.group(), tags=[{"tagKey": "k", "tagValue": "secret!"}]
        )

    assert "secret" not in message(error)


@pytest.mark.parametrize(
    ("pattern", "fits", "fails"),
    [(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", "Straße 7_a", "a#b"), (r"\p{ASCII}{0,3}", "ab", "é")],
)
def test_java_patterns_mean_the_same_here(pattern: str, fits: str, fails: str) -> None:
    assert re.fullmatch(translate_pattern(pattern), fits)
    assert not re.fullmatch(translate_pattern(pattern), fails)


def test_a_body_that_is_no_json_is_refused(service: PersonalizeService) -> None:
    headers = {"x-amz-target": "AmazonPersonalize.ListSchemas"}
    for body, why in ((b"{", b"not valid JSON"), (b"[]", b"can not be converted to Structure")):
        answer = service.handle(HttpRequest("POST", "/", "", headers, body))
        assert answer.status == 400
        assert why in answer.body


@pytest.mark.parametrize(
    ("member", "why"),
    [
        ('"maxResults": NaN', "no number of JSON"),
        ('"maxResults": 1e999', "too large"),
        ('"maxResults": 99999999999', "can not be converted to Integer"),
        (f'"nextToken": {"[" * 100_000}', "nested too deeply"),
        (r'"nextToken": "\ud83d"', "surrogate"),
    ],
)
def test_what_python_takes_for_json_and_nobody_else_is_refused(
    service: PersonalizeService, member: str, why: str
) -> None:
    headers = {"x-amz-target": "AmazonPersonalize.ListCampaigns"}

    answer = service.handle(HttpRequest("POST", "/", "", headers, f"{{{member}}}".encode()))

    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "InvalidInputException")
    assert why in answer.body.decode()


def test_null_stands_for_absence_however_deep(aws: Clients, service: PersonalizeService) -> None:
    recipe = "arn:aws:personalize:::recipe/aws-sims"
    request = {"name": "s", "datasetGroupArn": aws.group(), "recipeArn": recipe, "eventType": None}
    config = {"autoTrainingConfig": None, "eventsConfig": {"eventParametersList": None}}
    body = json.dumps(request | {"solutionConfig": config, "performAutoTraining": None})
    headers = {"x-amz-target": "AmazonPersonalize.CreateSolution"}

    assert service.handle(HttpRequest("POST", "/", "", headers, body.encode())).status == 200

    arn = aws.personalize.list_solutions()["solutions"][0]["solutionArn"]
    shown = aws.personalize.describe_solution(solutionArn=arn)["solution"]
    assert "eventType" not in shown
    assert shown["solutionConfig"]["autoTrainingConfig"]["schedulingExpression"] == "rate(7 days)"


def test_accounts_and_regions_do_not_see_each_other(service: PersonalizeService) -> None:
    one = client("personalize", service, key="111111111111", region="eu-west-1")
    other = client("personalize", service, key="222222222222", region="eu-west-1")
    elsewhere = client("personalize", service, key="111111111111", region="us-west-2")

    arn = one.create_dataset_group(name="same")["datasetGroupArn"]

    assert arn == "arn:aws:personalize:eu-west-1:111111111111:dataset-group/same"
    assert other.create_dataset_group(name="same")["datasetGroupArn"] != arn
    assert elsewhere.list_dataset_groups()["datasetGroups"] == []
    assert [g["datasetGroupArn"] for g in one.list_dataset_groups()["datasetGroups"]] == [arn]
    with pytest.raises(other.exceptions.ResourceNotFoundException):
        other.describe_dataset_group(datasetGroupArn=arn)


def test_the_caller_comes_from_the_credential_scope() -> None:
    callers = Callers(region="r", account="000000000000", account_of={"AKIA": "9"}.get)

    def scope(key: str) -> dict[str, str]:
        value = f"AWS4-HMAC-SHA256 Credential={key}/20260101/eu-west-1/personalize/aws4_request"
        return {"authorization": f"{value}, SignedHeaders=host, Signature=0"}

    assert callers.identify(scope("AKIA")).account == "9"
    assert callers.identify(scope("123456789012")).account == "123456789012"
    assert callers.identify(scope("other")).account == "000000000000"
    assert callers.identify(scope("other")).region == "eu-west-1"
    assert callers.identify({}).region == "r"


def test_pages_find_everything_once_even_while_things_change(aws: Clients) -> None:
    names = [f"schema{number}" for number in range(7)]
    arns = {name: aws.schema(name=name) for name in names}

    first = aws.personalize.list_schemas(maxResults=3, nextToken="")
    aws.personalize.delete_schema(schemaArn=arns["schema2"])
    second = aws.personalize.list_schemas(maxResults=3, nextToken=first["nextToken"])
    third = aws.personalize.list_schemas(maxResults=3, nextToken=second["nextToken"])

    seen = [s["name"] for page in (first, second, third) for s in page["schemas"]]
    assert seen == names
    assert "nextToken" not in third
    everything = aws.personalize.get_paginator("list_schemas").paginate(PaginationConfig={})
    assert len([s for page in everything for s in page["schemas"]]) == 6


def test_a_token_of_another_list_is_refused(aws: Clients) -> None:
    for number in range(3):
        aws.schema(name=f"schema{number}")
    token = aws.personalize.list_schemas(maxResults=1)["nextToken"]

    for other in (token, "nonsense", "eyJ9"):
        with pytest.raises(aws.personalize.exceptions.InvalidNextTokenException):
            aws.personalize.list_dataset_groups(nextToken=other)


def test_an_authorizer_is_asked_before_anything_happens(tmp_path: Any, s3_root: Any) -> None:
    asked: list[dict[str, Any]] = []

    def authorize(**question: Any) -> None:
        asked.append(question)
        if question["action"] == "personalize:DeleteSchema":
            raise AccessDeniedException("User is not authorized to perform: DeleteSchema")

    with PersonalizeService(
        EmulatorSettings(state_dir=tmp_path / "state", pace=INSTANT),
        objects=FolderObjects(s3_root),
        clock=VirtualClock(),
        authorize=authorize,
    ) as service:
        aws = Clients(service, s3_root)
        arn = aws.schema(name="kept")
        with pytest.raises(ClientError, match="AccessDeniedException"):
            aws.personalize.delete_schema(schemaArn=arn)
        assert len(aws.personalize.list_schemas()["schemas"]) == 1

    assert [question["action"] for question in asked][:2] == [
        "personalize:CreateSchema",
        "personalize:DeleteSchema",
    ]
    assert asked[0]["resources"] == [arn]
    assert asked[1]["resources"] == [arn]
    assert asked[2]["resources"] == ["*"]


def test_a_schema_is_checked_by_the_services_rules(aws: Clients) -> None:
    def refused(fields: list[dict[str, Any]], name: str = "Interactions") -> str:
        avro = {"type": "record", "name": name, "fields": fields}
        with pytest.raises(aws.personalize.exceptions.InvalidInputException) as error:
            aws.personalize.create_schema(name="s", schema=json.dumps(avro))
        return str(error.value)

    keys = [{"name": n, "type": "string"} for n in ("USER_ID", "ITEM_ID")]
    time = {"name": "TIMESTAMP", "type": "long"}
    assert "TIMESTAMP are missing" in refused(keys)
    assert "TIMESTAMP must have type long" in refused([*keys, {**time, "type": "string"}])
    assert "can not be null" in refused([*keys, {**time, "type": ["long", "null"]}])
    assert "categorical" in refused(
        [*keys, time, {"name": "EVENT_TYPE", "type": "string", "categorical": True}]
    )
    assert "not unique" in refused([*keys, time, *(
        {"name": n, "type": "string"} for n in ("DEVICE_A", "DEVICEA")
    )])  # fmt: skip
    for name in ("../X", "A B", "1ST", ""):
        assert "none of Avro's" in refused([*keys, time, {"name": name, "type": "string"}])
    assert "type of field X" in refused([*keys, time, {"name": "X", "type": {"type": "array"}}])
    assert "metadata" in refused([keys[0]], "Users")
    assert "dataset type" in refused(keys, "Films")
