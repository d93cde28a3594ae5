"""Import: dataset group, then for each file of the drop schema, dataset and import job."""

from typing import Any

from aws_cdk import aws_iam as iam

from lambdas.shared.settings.datasets import DATASET_TYPES, Dataset, DatasetKind
from lambdas.shared.settings.operation import Polling
from stacks.personalize_role import PERSONALIZE
from stacks.workflow.anew import making_anew
from stacks.workflow.listeners import listeners, listening, watching
from stacks.workflow.polling import SINCE_LIKE_BEFORE, Awaited, until_active
from stacks.workflow.scopes import scoped
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import (
    State,
    States,
    awaiting_a_place,
    catch,
    expression,
    invoke,
)

_ARN = {"arn": expression("$states.result.Payload.arn")}
_GROUP = Awaited(label="the dataset group", member="DatasetGroup", arn="$arn")
_DATASET = Awaited(label="the dataset", member="Dataset", arn="$arn")
_JOB = Awaited(label="the import", member="DatasetImportJob", arn="$arn")


def imports(parts: Parts, *, then: str, failed: str) -> Stage:
    """Return the states that bring a sound drop into the dataset group."""
    function = parts.functions.make(
        "imports",
        description="Ensures dataset group, schemas, datasets and import jobs",
        grants=_grants(parts),
    )
    group, files = "Ensure the dataset group", "Import the files of the drop"
    after, listening_states = listeners(parts, function.function_arn, then=then, failed=failed)
    states: States = {
        group: _ensure(function.function_arn, _group(parts), _GROUP.entry, failed, _GROUP.label),
        **until_active(_GROUP, polling=_patience(parts), then=files, failed=failed),
        files: _each_file(parts, function.function_arn, then=after, failed=failed),
        **listening_states,
    }
    grants = (_looking(parts), *watching(parts))
    return Stage(entry=group, states=states, functions=(function,), grants=grants)


def _patience(parts: Parts) -> Polling:
    return parts.pipeline.operation.polling


def _ensure(function_arn: str, payload: State, then: str, failed: str, step: str) -> State:
    return invoke(
        function_arn,
        payload,
        assign={**_ARN, **SINCE_LIKE_BEFORE},
        then=then,
        failed=failed,
        step=step,
    )


def _group(parts: Parts) -> dict[str, Any]:
    group = parts.pipeline.dataset_group
    given = group.model_dump(by_alias=True, exclude_none=True, exclude={"name"})
    name = parts.pipeline.dataset_group_name
    # The service reads a key of one's own as the role it is handed with the group.
    role = {"roleArn": parts.role.role.role_arn} if group.kms_key_arn else {}
    return {
        "step": "ensure",
        "kind": "datasetGroup",
        "arn": parts.names.dataset_group,
        "request": {"name": name, "tags": parts.names.tags, **given, **role},
    }


def _each_file(parts: Parts, function_arn: str, *, then: str, failed: str) -> dict[str, Any]:
    """Return the map over the files that the drop has, each with its dataset's settings."""
    known = {
        kind: _dataset(parts, kind, dataset)
        for kind, dataset in parts.pipeline.datasets.present.items()
    }
    return {
        "Type": "Map",
        "Items": expression("[$validation.objects]"),
        "ItemSelector": {"file": expression("$states.context.Map.Item.Value"), "known": known},
        "MaxConcurrency": 5,  # the service's own limit of pending imports in a region
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "Ensure the schema",
            "States": scoped("file", _one_file(parts, function_arn)),
        },
        "Catch": catch(failed, step="the import"),
        "Assign": {"imports": expression("$states.result")},
        "Output": expression("$states.input"),
        "Next": then,
    }


def _dataset(parts: Parts, kind: DatasetKind, dataset: Dataset) -> dict[str, Any]:
    """Return the requests for a dataset and its schema, known since synthesis."""
    pipeline, names = parts.pipeline, parts.names
    domain = pipeline.dataset_group.domain
    schema = {"name": pipeline.schema_name(kind), "schema": dataset.schema_text(kind)}
    return {
        "schemaArn": names.schema(kind),
        "schema": schema | ({"domain": domain} if domain else {}),
        "datasetArn": names.dataset(kind),
        "dataset": {
            "name": pipeline.dataset_name(kind),
            "schemaArn": names.schema(kind),
            "datasetGroupArn": names.dataset_group,
            "datasetType": DATASET_TYPES[kind],
            "tags": names.tags,
        },
        "importMode": dataset.import_mode,
    }


def _one_file(parts: Parts, function_arn: str) -> States:
    failed, polling = "The import failed", _patience(parts)
    job = {
        "step": "import",
        "pipeline": parts.pipeline.name,
        "kind": expression("$file.dataset"),
        "arnPrefix": parts.names.prefix,
        "datasetArn": expression("$settings.datasetArn"),
        "location": expression("$file.s3Uri"),
        "roleArn": parts.role.role.role_arn,
        "importMode": expression("$settings.importMode"),
        "run": expression("$run"),
        "tags": parts.names.tags,
    }
    first = _ensure(
        function_arn,
        _resource("schema", "$states.input"),
        "Ensure the dataset",
        failed,
        "the schema",
    )
    first["Assign"] |= {
        "file": expression("$states.input.file"),
        "settings": expression("$lookup($states.input.known, $states.input.file.dataset)"),
    }
    return {
        "Ensure the schema": first,
        "Ensure the dataset": _ensure(
            function_arn, _known("dataset"), _DATASET.entry, failed, _DATASET.label
        ),
        **until_active(_DATASET, polling=polling, then="Start the import", failed=failed),
        "Start the import": awaiting_a_place(
            _ensure(function_arn, job, _JOB.entry, failed, _JOB.label)
        ),
        **until_active(_JOB, polling=polling, then="Imported", failed=failed),
        "Imported": {
            "Type": "Pass",
            "Output": {
                "dataset": expression("$file.dataset"),
                "importJobArn": expression("$arn"),
                "rows": expression("$file.rows"),
                "seconds": expression("($millis() - $since) / 1000"),
            },
            "End": True,
        },
        failed: {
            "Type": "Fail",
            "Error": expression("$failure.error"),
            "Cause": expression("$failure.step & ' of ' & $file.dataset & ': ' & $failure.cause"),
        },
    }


def _resource(kind: str, where: str) -> dict[str, Any]:
    found = f"$lookup({where}.known, {where}.file.dataset)"
    return {
        "step": "ensure",
        "kind": kind,
        "arn": expression(f"{found}.{kind}Arn"),
        "request": expression(f"{found}.{kind}"),
    }


def _known(kind: str) -> dict[str, Any]:
    return {
        "step": "ensure",
        "kind": kind,
        "arn": expression(f"$settings.{kind}Arn"),
        "request": expression(f"$settings.{kind}"),
    }


def _looking(parts: Parts) -> iam.PolicyStatement:
    """Return what the state machine itself looks at while it waits."""
    actions = ("DescribeDatasetGroup", "DescribeDataset", "DescribeDatasetImportJob")
    return iam.PolicyStatement(
        actions=[f"personalize:{action}" for action in actions], resources=_awaited(parts)
    )


def _awaited(parts: Parts) -> list[str]:
    names = parts.names
    return [names.dataset_group, names.datasets, *names.own("dataset-import-job")]


def _resources(parts: Parts) -> list[str]:
    return [*_awaited(parts), *parts.names.schemas]


def _grants(parts: Parts) -> list[iam.PolicyStatement]:
    resources, group = _resources(parts), [parts.names.dataset_group, parts.names.datasets]
    kinds = ("DatasetGroup", "Schema", "Dataset", "DatasetImportJob")
    verbs = [f"personalize:{verb}{kind}" for kind in kinds for verb in ("Describe", "Create")]
    extra = ["personalize:UpdateDataset", "personalize:TagResource"]
    lists = ["personalize:ListDatasetImportJobs"]
    return [
        iam.PolicyStatement(actions=[*verbs, *extra], resources=resources),
        iam.PolicyStatement(actions=lists, resources=["*"]),
        iam.PolicyStatement(actions=["personalize:ListTagsForResource"], resources=group),
        making_anew(parts, "DatasetGroup", "Dataset", resources=group),
        iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[parts.role.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": PERSONALIZE}},
        ),
        *listening(parts),
    ]
