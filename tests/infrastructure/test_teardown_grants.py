"""The teardown may delete this pipeline's resources, and no others: proved on the policies."""

from typing import Any

import pytest

from localcloud.permissions.calls import Call, Principal, context_of
from localcloud.permissions.deployed import load_policies
from localcloud.permissions.evaluation import Policies, decide
from localcloud.permissions.labels import role_labels
from localcloud.permissions.template import Deployed
from tests.infrastructure.conftest import Synthesized

ACCOUNT, REGION = "111122223333", "eu-west-1"
PERSONALIZE = f"arn:aws:personalize:{REGION}:{ACCOUNT}"
OURS, OTHER = {"pipeline": "movielens"}, {"pipeline": "movielens-eu"}


class Roles:
    """The stack's roles, as IAM judges them after the deployment."""

    def __init__(self, stack: Synthesized) -> None:
        resources = stack.template["Resources"]
        deployed = Deployed(
            template=stack.template,
            physical={logical: logical for logical in resources},
            account=ACCOUNT,
            region=REGION,
            stack="movielens-pipeline",
        )
        self.policies: Policies = load_policies(deployed)
        self.arns = {label: arn for arn, label in role_labels(deployed).items()}

    def allows(self, step: str, action: str, resource: str, tags: dict[str, str]) -> bool:
        principal = Principal(self.arns[f"FunctionsTeardown{step}Role"], ACCOUNT)
        context = context_of({f"aws:ResourceTag/{key}": value for key, value in tags.items()})
        return decide(Call(principal, action, resource, context), self.policies).allowed

    def deletes(self, kind: str, name: str, tags: dict[str, str] | None = None) -> bool:
        path = "".join(f"-{c.lower()}" if c.isupper() else c for c in kind).lstrip("-")
        arn = f"{PERSONALIZE}:{path}/{name}"
        return self.allows("personalize", f"personalize:Delete{kind}", arn, tags or {})


@pytest.fixture(scope="module")
def roles(movielens: Synthesized) -> Roles:
    return Roles(movielens)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Campaign", "movielens-sims"),
        ("Recommender", "movielens-top"),
        ("Filter", "movielens-seen"),
        ("Solution", "movielens-sims"),
        ("EventTracker", "6f1e2d3c"),
        ("DatasetGroup", "movielens"),
        ("Dataset", "movielens/INTERACTIONS"),
    ],
)
def test_what_carries_our_name_and_our_tag_may_be_deleted(
    roles: Roles, kind: str, name: str
) -> None:
    assert roles.deletes(kind, name, OURS)
    # A pipeline whose name begins like ours: only the tag tells its resources from ours.
    assert not roles.deletes(kind, f"movielens-eu-{name}", OTHER)
    assert not roles.deletes(kind, f"shop-{name}", {})


@pytest.mark.parametrize("kind", ["Campaign", "Solution", "Filter", "Recommender"])
def test_a_name_alone_is_no_leave_to_delete(roles: Roles, kind: str) -> None:
    assert not roles.deletes(kind, "movielens-sims")
    assert not roles.deletes(kind, "sims", OURS)


def test_what_takes_no_tag_is_deleted_by_its_whole_name_only(roles: Roles) -> None:
    assert roles.deletes("Schema", "movielens-interactions")
    assert roles.deletes("MetricAttribution", "movielens-metrics")
    for name in ("movielens-eu-interactions", "movielens", "movielens-interactions-2"):
        assert not roles.deletes("Schema", name)
        assert not roles.deletes("MetricAttribution", name)


def test_a_dataset_that_the_service_made_in_our_group_may_be_deleted(roles: Roles) -> None:
    assert roles.deletes("Dataset", "movielens/ACTION_INTERACTIONS")
    assert not roles.deletes("Dataset", "movielens-eu/INTERACTIONS")


def test_a_training_may_be_stopped_unless_it_carries_another_pipelines_tag(roles: Roles) -> None:
    def stops(version: str, tags: dict[str, str]) -> bool:
        action = "personalize:StopSolutionVersionCreation"
        return roles.allows("personalize", action, f"{PERSONALIZE}:solution/{version}", tags)

    assert stops("movielens-popularity/8a1b2c3d", OURS)
    # The service tags no version that it trains by itself.
    assert stops("movielens-popularity/8a1b2c3d", {})
    assert not stops("movielens-eu-popularity/8a1b2c3d", OTHER)
    assert not stops("popularity/8a1b2c3d", {})


@pytest.mark.parametrize("step", ["report", "answer", "notebook", "logs", "start", "quiet"])
def test_only_one_step_deletes_in_personalize(roles: Roles, step: str) -> None:
    campaign = f"{PERSONALIZE}:campaign/movielens-similar"

    assert not roles.allows(step, "personalize:DeleteCampaign", campaign, OURS)


def test_objects_are_deleted_in_the_pipelines_bucket_only(
    roles: Roles, movielens: Synthesized
) -> None:
    [bucket] = movielens.of_type("AWS::S3::Bucket")

    for action in ("s3:DeleteObjectVersion", "s3:AbortMultipartUpload"):
        assert roles.allows("bucket", action, f"arn:aws:s3:::{bucket}/drops/a/items.csv", {})
        assert not roles.allows("bucket", action, "arn:aws:s3:::other/drops/a/items.csv", {})
    assert not roles.allows("bucket", "s3:DeleteBucket", f"arn:aws:s3:::{bucket}", {})


def test_what_is_remembered_of_the_data_is_forgotten_in_the_pipelines_table_only(
    roles: Roles, movielens: Synthesized
) -> None:
    tables = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
    [own] = movielens.of_type("AWS::DynamoDB::Table")

    assert roles.allows("bucket", "dynamodb:UpdateItem", f"{tables}/{own}", {})
    assert not roles.allows("bucket", "dynamodb:UpdateItem", f"{tables}/other", {})
    assert not roles.allows("bucket", "dynamodb:DeleteTable", f"{tables}/{own}", {})


def test_logs_are_removed_for_this_notebook_only(roles: Roles) -> None:
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker/NotebookInstances"

    def removes(stream: str) -> bool:
        return roles.allows("logs", "logs:DeleteLogStream", f"{group}:log-stream:{stream}", {})

    assert removes("movielens-notebook/jupyter.log")
    assert not removes("movielens-notebook-2/jupyter.log")
    assert not removes("other/jupyter.log")


@pytest.mark.parametrize("action", ["logs:DescribeLogStreams", "logs:DeleteLogGroup"])
def test_sagemakers_log_group_is_looked_into_and_deleted_and_no_other(
    roles: Roles, action: str
) -> None:
    # IAM compares with a group's ARN as that of a stream without a name.
    groups = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/sagemaker"

    assert roles.allows("logs", action, f"{groups}/NotebookInstances:log-stream:", {})
    for other in ("NotebookInstances2", "TrainingJobs"):
        assert not roles.allows("logs", action, f"{groups}/{other}:log-stream:", {})


def test_no_step_may_create_or_change_anything_in_personalize(movielens: Synthesized) -> None:
    verbs = {
        action.split(":")[1]
        for policy, statement in movielens.statements()
        if "Teardown" in policy
        for action in listed(statement["Action"])
        if action.startswith("personalize:")
    }

    assert verbs
    assert [verb for verb in verbs if verb.startswith(("Create", "Update", "Put", "Tag"))] == []


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
