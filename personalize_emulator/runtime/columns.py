"""Item metadata in answers, for campaigns and recommenders that have it enabled."""

from collections.abc import Sequence

from personalize_emulator.errors import InvalidInputException
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.snapshots import group_data
from personalize_emulator.runtime.deployments import Deployment
from personalize_emulator.runtime.metadata import shown
from personalize_emulator.values import Payload


def check_metadata(
    backend: Backend, deployment: Deployment, request: Payload
) -> Sequence[str] | None:
    """Return the columns that a request asks for; None if it asks for none."""
    asked = request.get("metadataColumns")
    if not asked:
        return None
    if not deployment.config.get("enableMetadataWithRecommendations"):
        msg = f"Metadata in recommendations is not enabled for {deployment.arn}."
        raise InvalidInputException(msg)
    ((kind, names),) = asked.items()
    if kind.upper() != "ITEMS":
        raise InvalidInputException("metadataColumns can only have the key ITEMS.")
    limit = backend.settings.quotas.metadata_columns
    if len(names) > limit:
        msg = f"metadataColumns can name at most {limit} columns, not {len(names)}."
        raise InvalidInputException(msg)
    items = group_data(backend, deployment.group).items
    unknown = [name for name in names if items.column(name.upper()) is None]
    if unknown:
        msg = f"The Items dataset has no column {', '.join(unknown)}."
        raise InvalidInputException(msg)
    return list(names)


def with_metadata(
    backend: Backend, deployment: Deployment, found: list[Payload], columns: Sequence[str]
) -> list[Payload]:
    """Return an answer with the columns of each item, named as in the request (inferred)."""
    items = group_data(backend, deployment.group).items
    known = {name: column for name in columns if (column := items.column(name.upper()))}
    return [
        item
        | {
            "metadata": {
                name: shown(column, items.value(item["itemId"], name.upper()))
                for name, column in known.items()
            }
        }
        for item in found
    ]
