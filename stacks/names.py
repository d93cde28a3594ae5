"""ARNs of what the pipeline makes in Personalize: they follow from the names."""

from aws_cdk import Stack
from constructs import Construct

from lambdas.shared.settings.datasets import DATASET_TYPES, DatasetKind
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.solutions import Solution


class Names(Construct):
    """The pipeline's Personalize ARNs in the stack's account and region."""

    def __init__(self, scope: Construct, construct_id: str, *, pipeline: Pipeline) -> None:
        super().__init__(scope, construct_id)
        self._pipeline = pipeline
        stack = Stack.of(self)
        self.prefix = f"arn:{stack.partition}:personalize:{stack.region}:{stack.account}"

    @property
    def tags(self) -> list[dict[str, str]]:
        """Return the pipeline's tags as Personalize's requests spell them."""
        tags = self._pipeline.all_tags
        return [{"tagKey": key, "tagValue": value} for key, value in sorted(tags.items())]

    def arn(self, kind: str, name: str) -> str:
        """Return the ARN of one resource; ``name`` may end in ``*``."""
        return f"{self.prefix}:{kind}/{name}"

    @property
    def dataset_group(self) -> str:
        """Return the dataset group's ARN."""
        return self.arn("dataset-group", self._pipeline.dataset_group_name)

    def schema(self, kind: DatasetKind) -> str:
        """Return the ARN of a dataset's schema."""
        return self.arn("schema", self._pipeline.schema_name(kind))

    @property
    def schemas(self) -> list[str]:
        """Return patterns for this pipeline's schemas, those that it adopts by name too."""
        present = self._pipeline.datasets.present
        adopted = [self.schema(kind) for kind in present if present[kind].schema_name]
        return [*self.own("schema"), *adopted]

    def dataset(self, kind: DatasetKind) -> str:
        """Return a dataset's ARN: group and type are its address, not its name."""
        return self.arn("dataset", f"{self._pipeline.dataset_group_name}/{DATASET_TYPES[kind]}")

    @property
    def datasets(self) -> str:
        """Return a pattern for all datasets of the group."""
        return self.arn("dataset", f"{self._pipeline.dataset_group_name}/*")

    def solution(self, solution: Solution) -> str:
        """Return a solution's ARN."""
        return self.arn("solution", self._pipeline.solution_name(solution))

    def campaign(self, solution: Solution) -> str | None:
        """Return the ARN of a solution's campaign, None where it is not served."""
        name = self._pipeline.campaign_name(solution)
        return None if name is None else self.arn("campaign", name)

    @property
    def state_machine(self) -> str:
        """Return the ARN of the pipeline's state machine, spelled out.

        Its role and its own states cannot refer to it: it does not exist before them.
        """
        return f"{self._states}:stateMachine:{self._pipeline.name}"

    @property
    def executions(self) -> str:
        """Return the beginning of the ARNs of its executions; a colon and the name follow."""
        return f"{self._states}:execution:{self._pipeline.name}"

    @property
    def _states(self) -> str:
        stack = Stack.of(self)
        return f"arn:{stack.partition}:states:{stack.region}:{stack.account}"

    def own(self, *kinds: str) -> list[str]:
        """Return patterns for this pipeline's resources of some kinds, and names given in full."""
        patterns = [self.arn(kind, f"{self._pipeline.name}-*") for kind in kinds]
        return [*patterns, *(self._named_campaigns if "campaign" in kinds else ())]

    @property
    def _named_campaigns(self) -> list[str]:
        """Return the campaigns whose names the pipeline file gives, and which no pattern covers."""
        campaigns = [solution.campaign for solution in self._pipeline.solutions]
        given = [one.name for one in campaigns if one and one.name]
        return [
            self.arn("campaign", name)
            for name in given
            if not name.startswith(self._pipeline.own(""))
        ]
