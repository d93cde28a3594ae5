"""What may be deleted when, what must be unique, and how much of everything there may be."""

from dataclasses import replace
from typing import Any

import pytest

from personalize_emulator.clock import VirtualClock
from personalize_emulator.quotas import Quotas
from personalize_emulator.recipes.job import TrainingJob
from personalize_emulator.scenarios.scripts import JobScript
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import Pace
from tests.emulator.conftest import to_csv
from tests.emulator.support.clients import ROLE, Clients
from tests.emulator.support.world import ITEMS


def in_use(aws: Clients, operation: str, **request: Any) -> str:
    with pytest.raises(aws.personalize.exceptions.ResourceInUseException) as error:
        getattr(aws.personalize, operation)(**request)
    return str(error.value)


def limits(service: PersonalizeService, **quotas: int) -> None:
    backend = service.backend
    backend.settings = replace(backend.settings, quotas=Quotas(**quotas))


def test_deletion_keeps_the_services_order(aws: Clients, interactions_csv: bytes) -> None:
    p = aws.personalize
    group, schema = aws.group(), aws.schema()
    dataset = aws.dataset(group, schema)
    aws.import_csv(dataset, interactions_csv)
    version = aws.train(group)
    campaign = aws.campaign(version["solutionVersionArn"])
    tracker = p.create_event_tracker(name="t", datasetGroupArn=group)["eventTrackerArn"]
    chosen = p.create_filter(
        name="f",
        datasetGroupArn=group,
        filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("x")',
    )["filterArn"]

    assert campaign in in_use(aws, "delete_solution", solutionArn=version["solutionArn"])
    assert tracker in in_use(aws, "delete_dataset", datasetArn=dataset)
    assert dataset in in_use(aws, "delete_schema", schemaArn=schema)
    assert dataset in in_use(aws, "delete_dataset_group", datasetGroupArn=group)

    p.delete_campaign(campaignArn=campaign)
    p.delete_event_tracker(eventTrackerArn=tracker)
    assert chosen in in_use(aws, "delete_dataset", datasetArn=dataset)
    p.delete_filter(filterArn=chosen)
    p.delete_solution(solutionArn=version["solutionArn"])
    p.delete_dataset(datasetArn=dataset)
    p.delete_schema(schemaArn=schema)
    p.delete_dataset_group(datasetGroupArn=group)

    aws.service.tick()
    assert aws.service.backend.store.all() == []
    assert list(aws.service.backend.folder("versions").iterdir()) == []
    assert list(aws.service.backend.folder("datasets").iterdir()) == []


def test_what_is_changing_can_not_be_deleted(
    aws: Clients, service: PersonalizeService, clock: VirtualClock
) -> None:
    service.scenarios.add(JobScript(kind="DatasetGroup", duration=60))
    group = aws.group()

    assert "CREATE IN_PROGRESS" in in_use(aws, "delete_dataset_group", datasetGroupArn=group)
    assert "not in ACTIVE state" in in_use(
        aws, "create_dataset", name="d", schemaArn=aws.schema(), datasetGroupArn=group,
        datasetType="INTERACTIONS",
    )  # fmt: skip
    clock.advance(60)
    aws.personalize.delete_dataset_group(datasetGroupArn=group)


def test_a_dataset_being_deleted_takes_no_tracker_and_still_has_its_place(
    aws: Clients, service: PersonalizeService
) -> None:
    p, group, schema = aws.personalize, aws.group(), aws.schema()
    dataset = aws.dataset(group, schema)
    p.describe_dataset(datasetArn=dataset)
    service.backend.settings = replace(service.backend.settings, pace=Pace(1, 2))
    p.delete_dataset(datasetArn=dataset)

    with pytest.raises(p.exceptions.InvalidInputException, match="needs an Item interactions"):
        p.create_event_tracker(name="t", datasetGroupArn=group)
    with pytest.raises(p.exceptions.ResourceAlreadyExistsException):
        aws.dataset(group, schema)


def test_nothing_new_builds_on_a_solution_being_deleted(
    aws: Clients, service: PersonalizeService, interactions_csv: bytes
) -> None:
    group = aws.group()
    aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
    version = aws.train(group)
    service.backend.settings = replace(service.backend.settings, pace=Pace(1, 2))
    aws.personalize.delete_solution(solutionArn=version["solutionArn"])

    for arn in (version["solutionVersionArn"], f"{version['solutionArn']}/$LATEST"):
        refused = in_use(aws, "create_campaign", name="c", solutionVersionArn=arn)
        assert f"{version['solutionArn']} is not in ACTIVE state: it is DELETE" in refused


def test_names_and_places_are_unique(aws: Clients) -> None:
    p = aws.personalize
    group, schema = aws.group(), aws.schema()
    aws.dataset(group, schema)
    tracker: Any = {"name": "t", "datasetGroupArn": group}
    p.create_event_tracker(**tracker)
    exists = p.exceptions.ResourceAlreadyExistsException

    with pytest.raises(exists, match=rf"Another resource with Arn {group} already exists"):
        aws.group()
    with pytest.raises(exists):
        aws.schema()
    with pytest.raises(exists, match="type INTERACTIONS"):
        aws.dataset(group, schema)
    with pytest.raises(exists, match="event tracker"):
        p.create_event_tracker(**tracker | {"name": "u"})


def test_a_tracker_needs_interactions(aws: Clients) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="interactions"):
        aws.personalize.create_event_tracker(name="t", datasetGroupArn=aws.group())


def test_schema_dataset_and_domain_must_fit(aws: Clients) -> None:
    invalid = aws.personalize.exceptions.InvalidInputException
    with pytest.raises(invalid, match="not of INTERACTIONS"):
        aws.dataset(aws.group(), aws.schema(ITEMS))
    with pytest.raises(invalid, match="domains"):
        aws.dataset(aws.group("shop", domain="ECOMMERCE"), aws.schema(name="plain"))


def test_quotas_refuse_one_more(aws: Clients, service: PersonalizeService) -> None:
    limits(service, schemas=1, dataset_groups=1)
    aws.schema(name="a")
    aws.group("a")

    limit = aws.personalize.exceptions.LimitExceededException
    with pytest.raises(limit, match="More than 1 schemas"):
        aws.schema(name="b")
    with pytest.raises(limit):
        aws.group("b")
    with pytest.raises(aws.personalize.exceptions.ResourceAlreadyExistsException):
        aws.group("a")


def test_only_so_many_jobs_may_wait(
    aws: Clients, service: PersonalizeService, interactions_csv: bytes
) -> None:
    p = aws.personalize
    dataset = aws.dataset(aws.group(), aws.schema())
    uri = aws.put("x.csv", interactions_csv)
    service.scenarios.add(JobScript(kind="DatasetImportJob", duration=60, times=9))

    def start(name: str) -> None:
        p.create_dataset_import_job(
            jobName=name, datasetArn=dataset, dataSource={"dataLocation": uri}, roleArn=ROLE
        )

    for number in range(5):
        start(f"job{number}")
    expected = "More than 5 resources with PENDING or IN_PROGRESS status"
    with pytest.raises(p.exceptions.LimitExceededException, match=expected):
        start("job5")


def test_campaigns_solutions_and_filters_are_limited_in_a_group(
    aws: Clients, service: PersonalizeService, interactions_csv: bytes
) -> None:
    p = aws.personalize
    limits(service, solutions_per_group=1, campaigns_per_group=1, filters_per_group=0)
    group = aws.group()
    aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
    version = aws.train(group)["solutionVersionArn"]
    aws.campaign(version)

    limit = p.exceptions.LimitExceededException
    with pytest.raises(limit, match="solutions"):
        aws.train(group, "aws-sims")
    with pytest.raises(limit, match="in ACTIVE state"):
        aws.campaign(version, "second")
    with pytest.raises(limit, match="filters"):
        p.create_filter(
            name="f",
            datasetGroupArn=group,
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("x")',
        )


def test_tags_are_kept_replaced_removed_and_limited(aws: Clients) -> None:
    p = aws.personalize
    arn = aws.group(tags=[{"tagKey": "a", "tagValue": "1"}])

    p.tag_resource(resourceArn=arn, tags=[{"tagKey": "a", "tagValue": "2"},
                                          {"tagKey": "b", "tagValue": ""}])  # fmt: skip
    p.untag_resource(resourceArn=arn, tagKeys=["b", "none"])

    assert p.list_tags_for_resource(resourceArn=arn)["tags"] == [{"tagKey": "a", "tagValue": "2"}]
    many: Any = [{"tagKey": f"k{n}", "tagValue": "v"} for n in range(51)]
    with pytest.raises(p.exceptions.TooManyTagsException):
        p.tag_resource(resourceArn=arn, tags=many)
    with pytest.raises(p.exceptions.TooManyTagsException):
        p.tag_resource(resourceArn=arn, tags=many[:50])
    with pytest.raises(p.exceptions.InvalidInputException, match="can not be tagged"):
        p.list_tags_for_resource(resourceArn=aws.schema())


@pytest.mark.parametrize(("key", "value"), [("aws:owner", "me"), ("a", "aws:b")])
def test_tags_that_begin_as_those_of_aws_are_refused(aws: Clients, key: str, value: str) -> None:
    tags: Any = [{"tagKey": key, "tagValue": value}]
    refused = aws.personalize.exceptions.InvalidInputException

    with pytest.raises(refused, match="aws:"):
        aws.group("tagged", tags=tags)
    assert not aws.personalize.list_dataset_groups()["datasetGroups"]

    arn = aws.group(tags=[{"tagKey": "claws:", "tagValue": "x aws:"}])
    with pytest.raises(refused, match="aws:"):
        aws.personalize.tag_resource(resourceArn=arn, tags=tags)


def test_the_catalogue_has_real_content(aws: Clients) -> None:
    p = aws.personalize
    names = {recipe["name"] for recipe in p.list_recipes()["recipes"]}
    assert {"aws-user-personalization-v2", "aws-sims", "aws-vod-top-picks"} <= names
    assert "aws-hrnn" not in names
    shop = p.list_recipes(domain="ECOMMERCE")["recipes"]
    assert {recipe["domain"] for recipe in shop} == {"ECOMMERCE"}
    assert len(shop) == 5
    recipe = p.describe_recipe(recipeArn="arn:aws:personalize:::recipe/aws-sims")["recipe"]
    assert recipe["recipeType"] == "RELATED_ITEMS"
    algorithm = p.describe_algorithm(algorithmArn=recipe["algorithmArn"])["algorithm"]
    assert algorithm["defaultHyperParameters"]["popularity_discount_factor"] == "0.5"
    ranges = algorithm["defaultHyperParameterRanges"]["integerHyperParameterRanges"]
    assert ranges == [
        {"name": "min_cointeraction_count", "minValue": 0, "maxValue": 10, "isTunable": True}
    ]
    features = p.describe_feature_transformation(
        featureTransformationArn=recipe["featureTransformationArn"]
    )["featureTransformation"]
    assert "min_user_history_length_percentile" in features["defaultParameters"]


def test_what_a_training_needs_reaches_the_training(
    aws: Clients, service: PersonalizeService
) -> None:
    limits(service, minimum_interactions=100, minimum_users=9, minimum_interactions_a_user=3)
    group = aws.group()
    rows = [(f"u{n % 10}", f"i{n}", n, "click") for n in range(100)]
    header = ("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE")
    aws.import_csv(aws.dataset(group, aws.schema()), to_csv(header, rows))

    assert aws.train(group)["status"] == "ACTIVE"

    [job] = service.backend.folder("versions").glob("*/job.json")
    described = TrainingJob.read(job)
    assert described.minimum_interactions == 100
    assert described.minimum_users == 9
    assert described.minimum_interactions_a_user == 3
