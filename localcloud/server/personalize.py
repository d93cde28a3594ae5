"""Builds the emulated Personalize and puts it behind MiniStack's router."""

from urllib.parse import urlencode

from localcloud.errors import UsageError
from localcloud.permissions.integrations.install import Permissions
from localcloud.server.extensions import personalize as extension
from localcloud.server.extensions import personalize_resources
from localcloud.settings import CloudSettings
from personalize_emulator.api.http import REST_JSON, HttpRequest, refusal
from personalize_emulator.clock import AdjustableClock
from personalize_emulator.errors import CannotStart
from personalize_emulator.objects import S3Objects
from personalize_emulator.quotas import Quotas
from personalize_emulator.service import PersonalizeService
from personalize_emulator.settings import EmulatorSettings


def install(settings: CloudSettings, permissions: Permissions) -> PersonalizeService:
    """Start the emulated service with its state in `settings.state_dir` and register it.

    Raises:
        UsageError: The state cannot be had: an emulator of its own uses it, for example.
    """
    service = _service(settings, permissions)

    def tags_of(arn: str) -> dict[str, str]:
        resource = service.backend.store.find(arn)
        return resource.tags if resource else {}

    permissions.recorder.tags_of = tags_of

    def call(
        *,
        method: str,
        path: str,
        query: extension.Query,
        headers: extension.Headers,
        body: bytes,
    ) -> extension.Answer:
        permissions.places.remember(body)
        text = urlencode(query, doseq=True)
        request = HttpRequest(method=method, path=path, query=text, headers=headers, body=body)
        response = service.handle(request)
        if response.drop:
            # MiniStack can't close a connection without an answer: clients retry this one alike.
            message = "A scenario dropped this answer."
            response = refusal(REST_JSON, "InternalServerException", message, 500)
        return response.status, dict(response.headers), response.body

    extension.install(call)
    personalize_resources.install(call)
    return service


def _service(settings: CloudSettings, permissions: Permissions) -> PersonalizeService:
    wanted = EmulatorSettings(
        state_dir=settings.state_dir / "personalize",
        region=settings.region,
        legacy_recipes=settings.legacy_recipes,
        quotas=Quotas.with_changes(settings.quotas),
    )
    try:
        return PersonalizeService(
            wanted, objects=permissions.objects(S3Objects()), clock=AdjustableClock()
        )
    except CannotStart as error:
        raise UsageError(str(error)) from None
