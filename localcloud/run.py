"""`python -m localcloud run`: synthesize, start, deploy, drop, watch, ask, report."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from lambdas.shared.settings.loader import load_pipeline
from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import SettingsError
from localcloud.clients import Clients
from localcloud.data.sources import Drop, movielens
from localcloud.deploy import stack
from localcloud.deploy.assembly import Assembly
from localcloud.deploy.assets import publish
from localcloud.deploy.synthesis import synthesize
from localcloud.errors import RunError, UsageError
from localcloud.pipeline import drop as drops
from localcloud.pipeline.catalogue import Catalogue
from localcloud.pipeline.file import no_pipeline
from localcloud.pipeline.progress import show
from localcloud.pipeline.results import RunResult, collect
from localcloud.pipeline.watch import Snapshot, watch
from localcloud.report.console import show_result
from localcloud.report.page import page
from localcloud.report.summary import summary
from localcloud.server.process import cloud_at, require_answer
from localcloud.server.state import require_free
from localcloud.settings import PROJECT_ROOT, CloudSettings

BUILD = PROJECT_ROOT / "build"
_START_SECONDS = 30.0
_RUN_SECONDS = 3600.0
_WAITS = "waiting"


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What to run.

    Attributes:
        pipeline: The pipeline file.
        data: A folder with a drop's files; None fetches MovieLens.
        out: Folder for summary.json and report.html.
        endpoint: A running local cloud; None starts one, afresh, for this run.
        cloud: How to start it.
    """

    pipeline: Path
    data: Path | None
    out: Path
    endpoint: str | None
    cloud: CloudSettings


def run(options: RunOptions, console: Console) -> bool:
    """Run the pipeline once.

    Returns:
        Whether every campaign is ACTIVE and answers.

    Raises:
        LocalCloudError: Whatever prevented a run, in one message.
    """
    began = time.monotonic()
    pipeline = read_pipeline(options.pipeline, legacy_recipes=options.cloud.legacy_recipes)
    if options.data is not None:
        drops.require_files(options.data, drops.file_names(pipeline))
    # A mistyped address or folder is told at once, not after the synthesis.
    if options.endpoint is not None:
        require_answer(options.endpoint)
    else:
        require_free(options.cloud.state_dir)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out takes a folder to write to: {error}") from None
    with TemporaryDirectory() as imported, ThreadPoolExecutor(max_workers=2) as pool:
        folder = BUILD / "assembly" / pipeline.name
        assembly = pool.submit(synthesize, options.pipeline.resolve(), folder)
        data = pool.submit(_data, options)
        with _cloud(options) as clients:
            # A mapped drop has other columns than the catalogue reads: what became of it has them.
            readable = Path(imported) if pipeline.map else data.result().folder
            catalogue = Catalogue(readable)
            result = _run(pipeline, assembly.result(), data.result(), clients, catalogue, console)
            _write(result, catalogue, options.out, console)
    if not result.succeeded:
        raise RunError(_why(result))
    report = (options.out / "report.html").resolve()
    # A terminal that knows links opens it with a click.
    console.print(f"\nDone in {time.monotonic() - began:.1f} s · ", end="")
    console.print(str(report), style=f"link {report.as_uri()}", markup=False, soft_wrap=True)
    return True


def read_pipeline(file: Path, *, legacy_recipes: bool = False) -> Pipeline:
    """The pipeline of a file.

    Raises:
        UsageError: The file is missing or wrong; says every mistake and its line.
    """
    if not file.is_file():
        raise no_pipeline(file)
    try:
        return load_pipeline(file, legacy_recipes=legacy_recipes)
    except SettingsError as error:
        raise UsageError(str(error)) from None


def _data(options: RunOptions) -> Drop:
    if options.data is None:
        return movielens(BUILD / "data" / "movielens")
    return Drop(options.data, str(options.data))


@contextmanager
def _cloud(options: RunOptions) -> Iterator[Clients]:
    with cloud_at(options.endpoint, options.cloud, afresh=True) as endpoint:
        yield Clients(endpoint=endpoint)


def _run(  # noqa: PLR0917 - what a run is made of
    pipeline: Pipeline,
    assembly: Assembly,
    data: Drop,
    clients: Clients,
    catalogue: Catalogue,
    console: Console,
) -> RunResult:
    console.print(f"[bold]{pipeline.name}[/] · {data.source}")
    publish(assembly, clients, zips=BUILD / "asset-zips")
    outputs = stack.deploy(assembly, clients)
    console.print(f"deployed {assembly.stack_name} to {clients.endpoint}")
    drop_id, bucket = drops.new_drop_id(), outputs["DataBucketName"]
    drops.upload(
        data.folder,
        clients,
        bucket=bucket,
        drop_id=drop_id,
        names=drops.file_names(pipeline),
    )
    end = _follow(clients, pipeline.name, outputs["StateMachineArn"], drop_id, console)
    if pipeline.map:
        drops.fetch_imported(clients, bucket=bucket, drop_id=drop_id, folder=catalogue.folder)
    return collect(
        clients,
        pipeline=pipeline,
        bucket=bucket,
        drop_id=drop_id,
        source=data.source,
        end=end,
        catalogue=catalogue,
    )


def _follow(
    clients: Clients, pipeline: str, machine: str, drop_id: str, console: Console
) -> Snapshot:
    """Watch the drop's run to its end: one that has to wait for another's turn is followed up."""
    seconds, known = _START_SECONDS, list[str]()
    while True:
        execution = drops.execution_of(
            clients, machine=machine, drop_id=drop_id, besides=known, seconds=seconds
        )
        end = show(
            watch(clients, execution=execution, pipeline=pipeline, seconds=_RUN_SECONDS), console
        )
        if end.output.get("outcome") != _WAITS:
            return end
        console.print("another run has the turn; this drop's run follows it")
        known.append(execution)
        seconds = _RUN_SECONDS


def _write(result: RunResult, catalogue: Catalogue, out: Path, console: Console) -> None:
    (out / "summary.json").write_text(json.dumps(summary(result), indent=2) + "\n")
    (out / "report.html").write_text(page(result, catalogue), encoding="utf-8")
    show_result(result, catalogue, console)
    seen = out / "validation.html"
    seen.unlink(missing_ok=True)  # of an earlier run
    if result.validation is not None:
        seen.write_text(result.validation, encoding="utf-8")
        console.print(f"\nWhat validation saw of the data: {seen}")


def _why(result: RunResult) -> str:
    """What went wrong, in the words of whoever knows best."""
    if result.end.status != "SUCCEEDED":
        return result.report.reason
    silent = [s for s in result.solutions if not s.answers]
    return "\n".join(f"{s.name} is {s.status} and does not answer: {s.reason}" for s in silent)
