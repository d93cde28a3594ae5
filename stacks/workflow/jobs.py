"""Jobs: batch inference, batch segments, exports and data deletions; started, awaited, told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_

from stacks.personalize_role import PERSONALIZE
from stacks.storage import DROPS, INPUTS, RUNS
from stacks.workflow.others import Each
from stacks.workflow.polling import SINCE, Awaited, until_active
from stacks.workflow.stage import Parts, Stage
from stacks.workflow.states import States, awaiting_a_place, expression, invoke


@dataclass(frozen=True, kw_only=True)
class JobKind:
    """A kind of job.

    Attributes:
        member: The API's word in upper camel case: ``BatchInferenceJob``.
        word: The word in ARNs: ``batch-inference-job``.
        label: What it is called.
        scope: What its variables begin with.
    """

    member: str
    word: str
    label: str
    scope: str

    @property
    def key(self) -> str:
        """Return the API's word in lower camel case."""
        return self.member[0].lower() + self.member[1:]


INFERENCE = JobKind(
    member="BatchInferenceJob",
    word="batch-inference-job",
    label="the batch inference",
    scope="inference",
)
SEGMENT = JobKind(
    member="BatchSegmentJob", word="batch-segment-job", label="the batch segment", scope="segment"
)
EXPORT = JobKind(
    member="DatasetExportJob", word="dataset-export-job", label="the export", scope="export"
)
DELETION = JobKind(
    member="DataDeletionJob", word="data-deletion-job", label="the deletion", scope="deletion"
)
KINDS = (INFERENCE, SEGMENT, EXPORT, DELETION)
_SECONDS = 600


def worker(parts: Parts) -> lambda_.Function:
    """Return the handler that starts jobs, of any kind."""
    names, data = parts.names, parts.data
    verbs = [
        f"personalize:{verb}{kind.member}" for kind in KINDS for verb in ("Create", "Describe")
    ]
    jobs = names.own(*(kind.word for kind in KINDS))
    used = [*names.own("solution", "filter"), names.dataset_group, names.datasets]
    return parts.functions.make(
        "jobs",
        description="Starts batch, export and deletion jobs",
        reads_data=True,
        memory_mib=1024,
        timeout=Duration.seconds(_SECONDS),
        storage=Size.gibibytes(4),
        grants=[
            _allow([*verbs, "personalize:TagResource"], [*jobs, *used]),
            _allow(["personalize:DescribeCampaign"], names.own("campaign")),
            _allow(["personalize:ListSolutionVersions"], ["*"]),
            _allow(["s3:GetObjectVersion"], [data.under(DROPS), data.under(RUNS)]),
            _allow(["s3:PutObject"], [data.under(INPUTS)]),
            iam.PolicyStatement(
                actions=["iam:PassRole"],
                resources=[parts.role.role.role_arn],
                conditions={"StringEquals": {"iam:PassedToService": PERSONALIZE}},
            ),
        ],
    )


def jobs(
    parts: Parts,
    kind: JobKind,
    plans: Sequence[dict[str, Any]],
    *,
    function: lambda_.Function,
    then: str,
    failed: str,
) -> Stage:
    """Return the map over jobs of one kind, see ``stacks.workflow.job_plans`` for the plans."""
    each = Each(entry=f"For each of {kind.label}", scope=kind.scope, label=kind.label)
    awaited = Awaited(label=kind.label, member=kind.member, arn="$arn")
    start = f"Start {kind.label}"
    states: States = {
        start: awaiting_a_place(
            invoke(
                function.function_arn,
                {
                    "job": expression("$plan.job"),
                    "run": expression("$run"),
                    "dropId": expression("$dropId"),
                    "startedAt": expression("$startedAt"),
                    "objects": expression("[$validation.objects]"),
                    "bucket": expression("$bucket"),
                    "deletion": expression("$deletion"),
                },
                assign={
                    "arn": expression("$states.result.Payload.arn"),
                    "output": expression("$states.result.Payload.output"),
                    **SINCE,
                },
                then=awaited.entry,
                failed=each.failed,
                step=kind.label,
                seconds=_SECONDS + 10,
            )
        ),
        **until_active(
            awaited,
            polling=parts.pipeline.operation.polling,
            then=each.done,
            failed=each.failed,
        ),
    }
    looking = _allow([f"personalize:Describe{kind.member}"], parts.names.own(kind.word))
    state = each.over(plans, first=start, states=states, then=then, failed=failed)
    return Stage(
        entry=each.entry, states={each.entry: state}, functions=(function,), grants=(looking,)
    )


def _allow(actions: Sequence[str], resources: Sequence[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=list(resources))
