"""For every operation a minimal call that a world answers."""

import json
import threading
import time
from typing import Any

from tests.emulator.support.clients import INTERACTIONS, ROLE
from tests.emulator.support.standin import PopularityTrainer
from tests.emulator.support.world import World


def minimal(world: World, operation: str, *, changing: bool = True) -> dict[str, Any]:
    """Return the smallest input with which an operation succeeds here.

    Some need a world in another state; ``changing`` False leaves the world alone.
    """
    if operation == "StopSolutionVersionCreation" and not changing:
        return {"solutionVersionArn": world.version}
    if operation == "StopSolutionVersionCreation":
        return {"solutionVersionArn": _pending_version(world)}
    if operation == "StartRecommender" and changing:
        world.aws.personalize.stop_recommender(recommenderArn=world.recommender)
    described = _described(world)
    if operation.startswith("Describe"):
        return described[operation.removeprefix("Describe")]
    if operation.startswith("List") and operation != "ListTagsForResource":
        return {}
    return (_creations(world) | _changes(world) | _runtime(world) | _events(world))[operation]


def _pending_version(world: World) -> str:
    world.aws.service.backend.trainer = PopularityTrainer(hold=threading.Event())
    created = world.aws.personalize.create_solution_version(solutionArn=world.solution)
    return created["solutionVersionArn"]


def _described(world: World) -> dict[str, dict[str, Any]]:
    prefix = "arn:aws:personalize:::"
    return {
        "Recipe": {"recipeArn": f"{prefix}recipe/aws-sims"},
        "Algorithm": {"algorithmArn": f"{prefix}algorithm/aws-sims"},
        "FeatureTransformation": {
            "featureTransformationArn": f"{prefix}feature-transformation/aws-sims"
        },
        "Schema": {"schemaArn": world.free_schema},
        "DatasetGroup": {"datasetGroupArn": world.group},
        "Dataset": {"datasetArn": world.datasets["USERS"]},
        "DatasetImportJob": {"datasetImportJobArn": world.import_job},
        "DatasetExportJob": {"datasetExportJobArn": world.export},
        "DataDeletionJob": {"dataDeletionJobArn": world.deletion},
        "Solution": {"solutionArn": world.solution},
        "SolutionVersion": {"solutionVersionArn": world.version},
        "Campaign": {"campaignArn": world.campaign},
        "Recommender": {"recommenderArn": world.recommender},
        "EventTracker": {"eventTrackerArn": world.tracker["eventTrackerArn"]},
        "Filter": {"filterArn": world.filter},
        "MetricAttribution": {"metricAttributionArn": world.attribution},
        "BatchInferenceJob": {"batchInferenceJobArn": world.batch},
        "BatchSegmentJob": {"batchSegmentJobArn": world.segment_job},
    }


def _creations(world: World) -> dict[str, dict[str, Any]]:
    job = {"jobName": "another", "roleArn": ROLE}
    group = {"name": "another", "datasetGroupArn": world.group}
    lines = {
        "jobInput": {"s3DataSource": {"path": world.source}},
        "jobOutput": {"s3DataDestination": {"path": "s3://bucket/other/"}},
    }
    recipe = "arn:aws:personalize:::recipe/"
    return {
        "CreateSchema": {"name": "another", "schema": json.dumps(INTERACTIONS)},
        "CreateDatasetGroup": {"name": "another"},
        "CreateDataset": {
            "name": "another",
            "schemaArn": world.free_schema,
            "datasetGroupArn": world.empty_group,
            "datasetType": "Interactions",
        },
        "CreateDatasetImportJob": {
            **job,
            "datasetArn": world.datasets["INTERACTIONS"],
            "dataSource": {"dataLocation": "s3://bucket/import.csv"},
        },
        "CreateDatasetExportJob": {
            **job,
            "datasetArn": world.datasets["INTERACTIONS"],
            "jobOutput": {"s3DataDestination": {"path": "s3://bucket/exports/"}},
        },
        "CreateDataDeletionJob": {
            **job,
            "datasetGroupArn": world.group,
            "dataSource": {"dataLocation": world.users_csv},
        },
        "CreateBatchInferenceJob": {**job, **lines, "solutionVersionArn": world.version},
        "CreateBatchSegmentJob": {**job, **lines, "solutionVersionArn": world.segments},
        "CreateSolution": {**group, "recipeArn": f"{recipe}aws-sims"},
        "CreateSolutionVersion": {"solutionArn": world.solution},
        "CreateCampaign": {"name": "another", "solutionVersionArn": world.version},
        "CreateRecommender": {
            "name": "another",
            "datasetGroupArn": world.domain_group,
            "recipeArn": f"{recipe}aws-ecomm-customers-who-viewed-x-also-viewed",
        },
        "CreateEventTracker": {"name": "another", "datasetGroupArn": world.domain_group},
        "CreateFilter": {
            **group,
            "filterExpression": "INCLUDE ItemID WHERE Items.PRICE > 1",
        },
        "CreateMetricAttribution": {
            "name": "another",
            "datasetGroupArn": world.domain_group,
            "metrics": [
                {"eventType": "View", "metricName": "views", "expression": "SAMPLECOUNT()"}
            ],
            "metricsOutputConfig": {"roleArn": ROLE},
        },
    }


def _changes(world: World) -> dict[str, dict[str, Any]]:
    described = _described(world)
    return {
        "DeleteSchema": described["Schema"],
        "DeleteDatasetGroup": {"datasetGroupArn": world.empty_group},
        "DeleteDataset": {"datasetArn": world.domain_dataset},
        "DeleteSolution": {"solutionArn": world.segments.rpartition("/")[0]},
        "DeleteCampaign": described["Campaign"],
        "DeleteRecommender": described["Recommender"],
        "DeleteEventTracker": described["EventTracker"],
        "DeleteFilter": described["Filter"],
        "DeleteMetricAttribution": described["MetricAttribution"],
        "UpdateCampaign": described["Campaign"],
        "UpdateDataset": {
            "datasetArn": world.datasets["INTERACTIONS"],
            "schemaArn": world.free_schema,
        },
        "UpdateSolution": described["Solution"],
        "UpdateRecommender": {"recommenderArn": world.recommender, "recommenderConfig": {}},
        "UpdateMetricAttribution": described["MetricAttribution"],
        "StartRecommender": described["Recommender"],
        "StopRecommender": described["Recommender"],
        "GetSolutionMetrics": described["SolutionVersion"],
        "TagResource": {
            "resourceArn": world.group,
            "tags": [{"tagKey": "stage", "tagValue": "test"}],
        },
        "UntagResource": {"resourceArn": world.group, "tagKeys": ["stage"]},
        "ListTagsForResource": {"resourceArn": world.group},
    }


def _runtime(world: World) -> dict[str, dict[str, Any]]:
    return {
        "GetRecommendations": {"campaignArn": world.campaign, "userId": "u1"},
        "GetPersonalizedRanking": {
            "campaignArn": world.ranking,
            "userId": "u1",
            "inputList": ["i1", "i2"],
        },
        "GetActionRecommendations": {"campaignArn": world.actions, "userId": "u1"},
    }


def _events(world: World) -> dict[str, dict[str, Any]]:
    now = int(time.time())
    shown = world.aws.personalize.describe_dataset(datasetArn=world.datasets["ACTION_INTERACTIONS"])
    return {
        "PutEvents": {
            "trackingId": world.tracker["trackingId"],
            "sessionId": "s",
            "eventList": [{"eventType": "click", "sentAt": now}],
        },
        "PutItems": {
            "datasetArn": world.datasets["ITEMS"],
            "items": [{"itemId": "new", "properties": '{"price": 1.5}'}],
        },
        "PutUsers": {
            "datasetArn": world.datasets["USERS"],
            "users": [{"userId": "new", "properties": '{"age": 30}'}],
        },
        "PutActions": {
            "datasetArn": world.datasets["ACTIONS"],
            "actions": [{"actionId": "new"}],
        },
        "PutActionInteractions": {
            "trackingId": shown["dataset"]["trackingId"],
            "actionInteractions": [
                {"actionId": "a", "sessionId": "s", "timestamp": now, "eventType": "Taken"}
            ],
        },
    }
