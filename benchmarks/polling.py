"""How a finished training is noticed: this pipeline's rule beside the two that people know.

Ours is run in virtual time by the synthesized definition, the watcher's too; the others are retries
of a Lambda, so their looks follow from three figures. Jobs of one length differ by up to 15 % from
one another, as trainings on growing data do; a later run knows five earlier ones.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import mean
from typing import Any, Protocol

from benchmarks.state_machine import Arguments, Execution, State
from lambdas.shared.durations import expected_seconds
from localcloud.deploy.synthesis import synthesize
from localcloud.settings import PROJECT_ROOT

# Step Functions ends an execution whose history holds more (developer guide, "Service quotas").
HISTORY = 25_000
MINUTE, HOUR, DAY = 60, 3600, 86_400
JOBS = {
    "10 min": 10 * MINUTE,
    "50 min": 50 * MINUTE,
    "6 h": 6 * HOUR,
    "50 h": 50 * HOUR,
    "7 days": 7 * DAY,
}
SPREAD, KNOWN, TRIALS = 0.15, 5, 12
# US East: a state transition, retries included; a Lambda of 128 MB for a second, x86.
# https://aws.amazon.com/step-functions/pricing/ and https://aws.amazon.com/lambda/pricing/
USD_TRANSITION, USD_LAMBDA = 0.025 / 1000, 0.20 / 1e6 + 0.125 * 0.0000166667
_START, _TRAINED, _LOOP = "Start the training", "Read the metrics", "the training"


@dataclass(frozen=True)
class Watched:
    """How one job was watched: seconds from its end to the notice, and what that took.

    Attributes:
        survived: Whether the rule saw the job's end at all.
        events: Of the longest history.
    """

    survived: bool
    lag: float
    transitions: int
    lambdas: int
    events: int


class Rule(Protocol):
    """A way to wait for a job."""

    def watch(self, seconds: float, known: Sequence[float] = ()) -> Watched:
        """Watch a job of that length; ``known`` are the lengths of earlier ones."""


@dataclass(frozen=True)
class Retries:
    """A Lambda that raises while the job is pending, and is retried by the state machine."""

    interval: float
    rate: float
    attempts: int

    def watch(self, seconds: float, known: Sequence[float] = ()) -> Watched:
        """Watch by invocations, the first at once; what is known of earlier jobs is not used."""
        del known
        now, looks = 0.0, 1
        while now < seconds and looks <= self.attempts:
            now += self.interval * self.rate ** (looks - 1)
            looks += 1
        # Of a retried Lambda: scheduled, started, failed; and the state is entered and exited.
        return Watched(now >= seconds, now - seconds, looks, looks, 3 * looks + 2)


# maintaining-personalized-experiences-with-machine-learning 1.4: ResourcePending of the version.
AWS_SOLUTION = Retries(60, 1.02, 100)
# amazon-personalize-samples, next_steps/operations/ml_ops/…/template.yaml: three of four solutions.
ML_OPS = Retries(2, 1.5, 100)


@dataclass(frozen=True)
class Definition:
    """This pipeline's rule: the training's states, and those of the machine that watches on."""

    training: Mapping[str, State]
    watcher: Mapping[str, Any]

    @classmethod
    def of(cls, template: Mapping[str, Any], pipeline: str) -> "Definition":
        """Return the rule of a synthesized template."""
        machines = {
            resource["Properties"]["StateMachineName"]: json.loads(
                _text(resource["Properties"]["DefinitionString"])
            )
            for resource in template["Resources"].values()
            if resource["Type"] == "AWS::StepFunctions::StateMachine"
        }
        [states] = [scope for scope in _scopes(machines[pipeline]) if _START in scope]
        loop = {name: state for name, state in states.items() if _LOOP in name}
        return cls(loop, machines[f"{pipeline}-watch"])

    def watch(self, seconds: float, known: Sequence[float] = ()) -> Watched:
        """Run the loop; the handler knows how long the earlier jobs took."""
        service = _Service(seconds, expected_seconds(_summaries(known)), self.watcher)
        given = {"trainingMode": "", "run": "", "plan": {}}
        run = Execution(service.answer, self.training, given)
        ended = run.run(_START)
        executions = [run, *service.watches]
        longest = max(execution.events for execution in executions)
        return Watched(
            survived=ended == _TRAINED and longest <= HISTORY,
            lag=run.now - seconds,
            transitions=sum(execution.transitions for execution in executions),
            lambdas=service.invocations,
            events=longest,
        )


@dataclass
class _Service:
    """What a Task calls: the job's description, the handler, and the machine that watches on."""

    seconds: float
    expected: int
    watcher: Mapping[str, Any]
    watches: list[Execution] = field(default_factory=list)
    invocations: int = 0

    def answer(self, execution: Execution, state: State, arguments: Arguments) -> Arguments:
        """Return ``$states.result`` of a Task."""
        if "startExecution" in state["Resource"]:
            return {"Output": self._watch_on(execution, arguments["Input"])}
        if "lambda" in state["Resource"]:
            self.invocations += 1
            return {"Payload": {"arn": "version", "expected": self.expected}}
        status = "ACTIVE" if execution.now >= self.seconds else "CREATE IN_PROGRESS"
        return {"SolutionVersion": {"Status": status}}

    def _watch_on(self, run: Execution, given: Arguments) -> Arguments:
        watch = Execution(self.answer, self.watcher["States"], {}, now=run.now)
        self.watches.append(watch)
        watch.run(self.watcher["StartAt"], given)
        run.now = watch.now
        return watch.output


def _summaries(known: Sequence[float]) -> Iterator[dict[str, Any]]:
    """Yield earlier versions as the service lists them."""
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    for week, seconds in enumerate(known):
        created = begun + timedelta(weeks=week)
        updated = created + timedelta(seconds=seconds)
        yield {"status": "ACTIVE", "creationDateTime": created, "lastUpdatedDateTime": updated}


def _scopes(definition: Mapping[str, Any]) -> Iterator[Mapping[str, State]]:
    yield definition["States"]
    for state in definition["States"].values():
        for inner in (*state.get("Branches", ()), state.get("ItemProcessor")):
            if inner:
                yield from _scopes(inner)


def _text(value: str | Mapping[str, Any]) -> str:
    """Return a DefinitionString as text; what it refers to does not matter to the waits."""
    if isinstance(value, str):
        return value
    joined = value.get("Fn::Join")
    return "".join(_text(part) for part in joined[1]) if joined else "reference"


@dataclass(frozen=True)
class Row:
    """A rule's figures over all trials of a job."""

    job: str
    rule: str
    seconds: float
    trials: Sequence[Watched]

    @property
    def survived(self) -> bool:
        """Whether every trial was seen to its end."""
        return all(trial.survived for trial in self.trials)

    @property
    def lag(self) -> float:
        """Mean seconds from the end to its notice."""
        return mean(trial.lag for trial in self.trials)

    @property
    def transitions(self) -> float:
        """Mean state transitions."""
        return mean(trial.transitions for trial in self.trials)

    @property
    def lambdas(self) -> float:
        """Mean invocations."""
        return mean(trial.lambdas for trial in self.trials)

    @property
    def events(self) -> int:
        """Of the longest history of all."""
        return max(trial.events for trial in self.trials)

    @property
    def dollars(self) -> float:
        """Mean price of the waiting."""
        return self.transitions * USD_TRANSITION + self.lambdas * USD_LAMBDA


def measure(job: str, name: str, rule: Rule, *, known: int = 0, trials: int = TRIALS) -> Row:
    """Watch several jobs of about one length.

    Args:
        job: A key of ``JOBS``.
        name: What the rule is called.
        rule: The rule.
        known: How many earlier jobs it knows.
        trials: How many jobs are watched; the same for every rule.
    """
    seconds, dice = JOBS[job], random.Random(job)

    def length() -> float:
        return seconds * dice.uniform(1 - SPREAD, 1 + SPREAD)

    lots = [(length(), [length() for _ in range(KNOWN)]) for _ in range(trials)]
    watched = [rule.watch(lasting, earlier[:known]) for lasting, earlier in lots]
    return Row(job, name, seconds, watched)


def rows_of(ours: Rule, job: str) -> list[Row]:
    """Return the four rows of a job."""
    return [
        measure(job, "this pipeline, first run", ours),
        measure(job, "this pipeline, later runs", ours, known=KNOWN),
        measure(job, "AWS solution", AWS_SOLUTION),
        measure(job, "samples' ml_ops", ML_OPS),
    ]


def main() -> list[Row]:
    """Simulate, print the table, and return its rows."""
    pipeline = PROJECT_ROOT / "pipelines" / "movielens.yaml"
    assembly = synthesize(pipeline, PROJECT_ROOT / "build" / "benchmarks" / "polling")
    ours = Definition.of(json.loads(assembly.template.read_text()), pipeline.stem)
    rows = [row for job in JOBS for row in rows_of(ours, job)]
    report(rows)
    return rows


def report(rows: Sequence[Row]) -> None:
    """Print the table; lags in seconds, and as a share of the job."""
    heads = ("lag, s", "of job", "worst", "steps", "Lambdas", "USD", "events")
    print(f"{'job':<8}{'rule':<28}" + "".join(f"{head:>9}" for head in heads) + "  survives")
    for row in rows:
        start = f"{row.job:<8}{row.rule:<28}"
        if not row.survived:
            print(f"{start}{'':>63}  no")
            continue
        worst = max(trial.lag for trial in row.trials)
        print(
            f"{start}{row.lag:>9.0f}{row.lag / row.seconds:>9.1%}{worst:>9.0f}"
            f"{row.transitions:>9.0f}{row.lambdas:>9.0f}{row.dollars:>9.4f}{row.events:>9}  yes"
        )


if __name__ == "__main__":
    main()
