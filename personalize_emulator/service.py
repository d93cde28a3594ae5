"""Amazon Personalize as one object: a request in, a response out.

It keeps its state in a folder, works in the background, and may be called from many threads.
"""

import json
import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import personalize_emulator.resources.all as _operations  # noqa: F401 - registers the operations
from personalize_emulator.api.caller import Authorizer, Callers
from personalize_emulator.api.http import (
    JSON_1_1,
    REST_JSON,
    HttpRequest,
    HttpResponse,
    failure,
    parse_body,
    success,
)
from personalize_emulator.api.model import CONTROL, RUNTIME, Operation, load_api
from personalize_emulator.clock import Clock, SystemClock
from personalize_emulator.errors import (
    InternalServerException,
    InvalidInputException,
    ServiceError,
    UnknownOperationException,
)
from personalize_emulator.jobs import Jobs
from personalize_emulator.objects import ObjectStore, S3Objects
from personalize_emulator.recipes.contract import Model
from personalize_emulator.recipes.errors import RecipeError
from personalize_emulator.resources.authorization import resources_of
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.deploying import deploy_again, deployment_of
from personalize_emulator.resources.imports import sweep_leftovers
from personalize_emulator.resources.operations import HANDLERS
from personalize_emulator.resources.store import Store
from personalize_emulator.runtime.attribution import MetricSink
from personalize_emulator.runtime.deployments import Deployment, Deployments
from personalize_emulator.runtime.explanation import ASK, explanation
from personalize_emulator.runtime.recommend import (
    get_action_recommendations,
    get_personalized_ranking,
    get_recommendations,
)
from personalize_emulator.scenarios.endpoint import PREFIX, answer_emulator
from personalize_emulator.scenarios.faults import Scripted, strike
from personalize_emulator.scenarios.scripts import Scenarios
from personalize_emulator.settings import EmulatorSettings
from personalize_emulator.training.trainer import ProcessTrainer, Trainer
from personalize_emulator.values import Payload

_log = logging.getLogger(__name__)

RUNTIME_HANDLERS: Final[Mapping[str, Callable[[Backend, Deployment, Payload], Payload | bytes]]] = {
    "GetRecommendations": get_recommendations,
    "GetPersonalizedRanking": get_personalized_ranking,
    "GetActionRecommendations": get_action_recommendations,
}


def _load_model(folder: Path) -> Model:
    # Imported late: only who serves a model needs what models need.
    from personalize_emulator.recipes import load_model  # noqa: PLC0415

    return load_model(folder)


class PersonalizeService:
    """The emulated service."""

    def __init__(
        self,
        settings: EmulatorSettings,
        *,
        objects: ObjectStore | None = None,
        clock: Clock | None = None,
        authorize: Authorizer | None = None,
        trainer: Trainer | None = None,
        load_model: Callable[[Path], Model] = _load_model,
        metrics: MetricSink | None = None,
    ) -> None:
        """Open the state folder and take up what is in it.

        Args:
            settings: how the emulator is set up.
            objects: where imports come from; by default the S3 that the environment names.
            clock: the time; by default the machine's.
            authorize: asked before each operation; by default everything is allowed.
            trainer: runs trainings; by default each in a process of its own.
            load_model: opens a trained model.
            metrics: receives what metric attributions count; by default nobody does.
        """
        self._api = load_api()
        self._authorize = authorize
        self._callers = Callers(
            region=settings.region, account=settings.account, account_of=settings.account_of
        )
        self.backend = Backend(
            settings=settings,
            clock=clock or SystemClock(),
            store=Store(settings.state_dir),
            objects=objects or S3Objects(),
            jobs=Jobs(settings.trainings),
            trainer=trainer or ProcessTrainer(),
            deployments=Deployments(load_model),
            metrics=metrics,
        )
        self.backend.recover()
        sweep_leftovers(self.backend)
        self.backend.jobs.later(partial(deploy_again, self.backend))

    @property
    def scenarios(self) -> Scenarios:
        """Faults and durations on demand."""
        return self.backend.scenarios

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request; whatever goes wrong is answered too, under its own code."""
        content_type = JSON_1_1 if "x-amz-target" in request.headers else REST_JSON
        operation = None
        drop = False
        try:
            if request.path.startswith(PREFIX):
                return answer_emulator(self.backend, request)
            operation = self._find(request)
            fault = self.scenarios.for_call(operation.name, request.body)
            drop = strike(fault) if fault else False
            output = self._answer(operation, request)
            headers = self._explain(request, output) if ASK in request.headers else {}
        except ServiceError as error:
            status = operation.errors.get(error.code, error.status) if operation else error.status
            return failure(content_type, error, status)
        except Scripted as scripted:
            return scripted.response(content_type)
        except Exception:
            _log.exception("%s %s broke", request.method, request.path)
            broken = InternalServerException("The emulator failed; its log says how.")
            return failure(content_type, broken, broken.status)
        return success(content_type, output, drop=drop, headers=headers)

    def _explain(self, request: HttpRequest, output: Payload | bytes | None) -> dict[str, str]:
        """Return the header that says which past items drove an answer."""
        payload = parse_body(request.body)
        arn = payload.get("campaignArn") or payload.get("recommenderArn") or ""
        deployment = self.backend.deployments.get(arn)
        if deployment is None or output is None:
            return {}
        answer = json.loads(output) if isinstance(output, bytes) else output
        return explanation(request.headers, deployment, payload, answer)

    def _find(self, request: HttpRequest) -> Operation:
        target = request.headers.get("x-amz-target")
        operation = (
            self._api.by_target.get(target) if target else self._api.by_path.get(request.path)
        )
        if operation is None or request.method != "POST":
            name = target or f"{request.method} {request.path}"
            msg = f"No operation of Amazon Personalize is called {name}. Nothing else answers here."
            raise UnknownOperationException(msg)
        return operation

    def _answer(self, operation: Operation, request: HttpRequest) -> Payload | bytes | None:
        payload = parse_body(request.body)
        operation.validate(payload)
        call = Call(self.backend, self._callers.identify(request.headers))
        if self._authorize:
            self._ask(self._authorize, operation, payload, call)
        if operation.service == RUNTIME:
            return self._answer_runtime(operation, call, payload)
        handler = HANDLERS.get(operation.name)
        if handler is None:
            msg = f"The operation {operation.name} is not emulated yet."
            raise UnknownOperationException(msg)
        with self.backend.change():
            output = handler(call, payload)
        # json 1.1 answers an operation without output with {}.
        return {} if output is None and operation.service == CONTROL else output

    def _ask(
        self, authorize: Authorizer, operation: Operation, payload: Payload, call: Call
    ) -> None:
        """Ask whether the caller may; a role that is handed over comes with the context."""
        passed = payload.get("roleArn")
        told = {"iam:PassedToService": "personalize.amazonaws.com", "roleArn": passed}
        authorize(
            action=f"personalize:{operation.name}",
            resources=resources_of(operation, payload, call),
            context=told if passed else {},
            access_key_id=call.caller.access_key_id,
            session_token=call.caller.session_token,
        )

    def _answer_runtime(
        self, operation: Operation, call: Call, payload: Payload
    ) -> Payload | bytes:
        arn = payload.get("campaignArn") or payload.get("recommenderArn")
        if not arn:
            raise InvalidInputException("A campaignArn or a recommenderArn is required.")
        backend = self.backend
        call.check_owner(arn)
        deployment = backend.deployments.get(arn)
        try:
            if deployment is None or backend.next_due <= backend.clock.now():
                deployment = self._find_deployment(arn)
            return RUNTIME_HANDLERS[operation.name](backend, deployment, payload)
        except RecipeError as error:
            raise InvalidInputException(str(error)) from error

    def _find_deployment(self, arn: str) -> Deployment:
        """Bring statuses up to date and find, or take up again, what is in service."""
        with self.backend.change():
            return deployment_of(self.backend, arn)

    def tick(self) -> None:
        """Bring statuses up to date and begin what is due, without a request."""
        with self.backend.change():
            pass

    def close(self) -> None:
        """End all work and close the state folder."""
        self.backend.jobs.close()
        self.backend.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
