"""What a pipeline may say about its end, and what its teardown is told about it."""

from pydantic import Field

from lambdas.shared.strict import Strict

# The error of a run that a teardown has stopped: nothing goes on from there by itself.
TORN_DOWN = "TornDown"


class RetainSettings(Strict):
    """What outlives the stack. Everything else goes; nothing is kept without being asked for."""

    data_bucket: bool = False
    """Keep the data bucket with everything in it; it then belongs to no stack."""
    dataset_group: bool = False
    """Keep the dataset group with its datasets and schemas; all that is built on it goes."""


class Memory(Strict):
    """What the pipeline remembers of its data, in single items of a table."""

    table: str
    """The table's name; its partition key is ``pk``."""
    attributes: dict[str, tuple[str, ...]]
    """The attributes that speak of data, by the key of their item."""


class TeardownScope(Strict):
    """What belongs to a pipeline: the names and tags by which its teardown knows what to delete.

    A name counts only as a whole: ``shop`` has no claim on ``shop-eu``.
    """

    pipeline: str
    """The pipeline's name; the owner tag's value, too."""
    tag_key: str = "pipeline"
    """The key of the tag that every resource of the pipeline carries."""
    dataset_group: str
    """The dataset group's name."""
    names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Names in Personalize by kind (``schema``, ``campaign``, …), for what carries no tag."""
    adopted_schemas: tuple[str, ...] = ()
    """Schemas that the pipeline file names without the pipeline's name: used, not owned."""
    retain: RetainSettings = RetainSettings()
    """What stays."""
    buckets: tuple[str, ...] = ()
    """The buckets to empty."""
    memory: Memory | None = None
    """What is forgotten with what was in them."""
    notebook: str | None = None
    """The notebook instance to stop."""
    state_machines: tuple[str, ...] = ()
    """ARNs of the state machines whose executions are stopped."""
    rules: tuple[str, ...] = ()
    """EventBridge rules that start runs."""
    schedules: tuple[str, ...] = ()
    """EventBridge schedules that start runs, each as ``group/name``."""
