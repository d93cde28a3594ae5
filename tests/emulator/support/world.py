"""A world with one resource of every kind."""

import copy
from typing import Any, Self

from tests.emulator.support.clients import INTERACTIONS, ROLE, Clients

ITEMS: dict[str, Any] = {
    "type": "record",
    "name": "Items",
    "fields": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "PRICE", "type": "float"},
        {"name": "CATEGORY_L1", "type": ["string", "null"], "categorical": True},
    ],
}
USERS = {
    "type": "record",
    "name": "Users",
    "fields": [{"name": "USER_ID", "type": "string"}, {"name": "AGE", "type": "int"}],
}
ACTIONS = {
    "type": "record",
    "name": "Actions",
    "fields": [
        {"name": "ACTION_ID", "type": "string"},
        {"name": "CATEGORY", "type": ["string", "null"], "categorical": True},
    ],
}
ACTION_INTERACTIONS = {
    "type": "record",
    "name": "ActionInteractions",
    "fields": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ACTION_ID", "type": "string"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ],
}
SCHEMAS: dict[str, dict[str, Any]] = {
    "INTERACTIONS": INTERACTIONS,
    "ITEMS": ITEMS,
    "USERS": USERS,
    "ACTIONS": ACTIONS,
    "ACTION_INTERACTIONS": ACTION_INTERACTIONS,
}


class World:
    """Names of what exists: ``group``, ``campaign``, ``dataset_items`` and so on."""

    def __init__(self, aws: Clients, interactions_csv: bytes) -> None:
        self.aws = aws
        p = aws.personalize
        self.group = aws.group("custom")
        self.empty_group = aws.group("empty")
        self.domain_group = aws.group("shop", domain="ECOMMERCE")
        self.schemas = {kind: aws.schema(avro, f"custom-{kind}") for kind, avro in SCHEMAS.items()}
        self.datasets = {
            kind: aws.dataset(self.group, schema, kind) for kind, schema in self.schemas.items()
        }
        self.free_schema = aws.schema(INTERACTIONS, "free")
        self._domain_data(interactions_csv)
        self.import_job = self._imported(self.datasets["INTERACTIONS"], interactions_csv)
        self.solution, self.version = self._trained("aws-user-personalization")
        self.campaign = aws.campaign(self.version, "campaign")
        self.ranking = aws.campaign(self._trained("aws-personalized-ranking")[1], "ranking")
        self.actions = aws.campaign(self._trained("aws-next-best-action")[1], "actions")
        self.segments = self._trained("aws-item-affinity")[1]
        self.tracker = p.create_event_tracker(name="tracker", datasetGroupArn=self.group)
        self.filter = p.create_filter(
            name="filter",
            datasetGroupArn=self.group,
            filterExpression='EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("watch")',
        )["filterArn"]
        self.attribution = p.create_metric_attribution(
            name="attribution",
            datasetGroupArn=self.group,
            metrics=[{"eventType": "click", "metricName": "clicks", "expression": "SAMPLECOUNT()"}],
            metricsOutputConfig={"roleArn": ROLE},
        )["metricAttributionArn"]
        self.source = aws.put("lines/input.json", b'{"userId": "u1"}\n')
        self.users_csv = aws.put("gone.csv", b"USER_ID\nu1\n")
        self.batch = self._batch("inference", self.version)
        self.segment_job = self._batch("segment", self.segments)
        self.export = p.create_dataset_export_job(
            jobName="export",
            datasetArn=self.datasets["INTERACTIONS"],
            roleArn=ROLE,
            jobOutput={"s3DataDestination": {"path": "s3://bucket/exports/"}},
        )["datasetExportJobArn"]
        self.deletion = p.create_data_deletion_job(
            jobName="deletion",
            datasetGroupArn=self.group,
            dataSource={"dataLocation": self.users_csv},
            roleArn=ROLE,
        )["dataDeletionJobArn"]
        aws.settled(
            lambda: p.describe_data_deletion_job(dataDeletionJobArn=self.deletion)[
                "dataDeletionJob"
            ]
        )

    def _domain_data(self, interactions_csv: bytes) -> None:
        self.domain_schema = self.aws.schema(INTERACTIONS, "shop", domain="ECOMMERCE")
        self.domain_dataset = self.aws.dataset(self.domain_group, self.domain_schema)
        content = interactions_csv.replace(b"click", b"View")
        self._imported(self.domain_dataset, content, "shop")
        self.recommender = self.aws.personalize.create_recommender(
            name="viewed",
            datasetGroupArn=self.domain_group,
            recipeArn="arn:aws:personalize:::recipe/aws-ecomm-popular-items-by-views",
        )["recommenderArn"]
        assert self.described_recommender()["status"] == "ACTIVE"

    def on(self, aws: Clients) -> Self:
        """Return the same world seen through other clients, of a service with the same state."""
        other = copy.copy(self)
        other.aws = aws
        return other

    def described_recommender(self) -> Any:
        p = self.aws.personalize
        return self.aws.settled(
            lambda: p.describe_recommender(recommenderArn=self.recommender)["recommender"]
        )

    def _imported(self, dataset: str, content: bytes, name: str = "import") -> str:
        job = self.aws.import_csv(dataset, content, name)
        assert job["status"] == "ACTIVE", job
        return str(job["datasetImportJobArn"])

    def _trained(self, recipe: str) -> tuple[str, str]:
        version = self.aws.train(self.group, recipe)
        assert version["status"] == "ACTIVE", version
        return version["solutionArn"], version["solutionVersionArn"]

    def _batch(self, kind: str, version: str) -> str:
        create = getattr(self.aws.personalize, f"create_batch_{kind}_job")
        answer = create(
            jobName=f"batch-{kind}",
            solutionVersionArn=version,
            jobInput={"s3DataSource": {"path": self.source}},
            jobOutput={"s3DataDestination": {"path": "s3://bucket/out/"}},
            roleArn=ROLE,
        )
        return str(next(value for name, value in answer.items() if name.endswith("Arn")))
