"""Events, items and users that come in one by one, and move the very next answer.

Properties map to columns by name: ``numberOfRatings`` is NUMBER_OF_RATINGS (API reference, Event).
Properties without a column are ignored (inferred).
"""

import re
import uuid
from collections.abc import Iterable
from typing import Final

from personalize_emulator.api.jsontext import read_json
from personalize_emulator.data.records import EVENT_ID, SESSION
from personalize_emulator.data.schema import Column, DatasetSchema
from personalize_emulator.errors import (
    InvalidInputException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from personalize_emulator.recipes.contract import LiveEvent
from personalize_emulator.resources.backend import Backend
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.contents import datasets_of, schema_of
from personalize_emulator.resources.counting import count_events, source_of
from personalize_emulator.resources.kinds import DATASET, TRACKER
from personalize_emulator.resources.operations import operation
from personalize_emulator.resources.resource import Resource
from personalize_emulator.runtime.live import LiveLog
from personalize_emulator.values import Json, Payload

_WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_RESERVED: Final = frozenset(
    {"userid", "sessionid", "eventtype", "timestamp", "recommendationid", "impression"}
)
_ACTION_EVENTS: Final = frozenset({"viewed", "taken", "not_taken"})
_BAD_JSON: Final = "Error parsing properties json"
_LAST_SECOND: Final = 253_402_300_799  # of the year 9999


def column_name(name: str) -> str:
    """Return the column of a property: ``eventValue`` is EVENT_VALUE."""
    return _WORD_START.sub("_", name).upper()


def properties_of(schema: DatasetSchema, text: str | None) -> Payload:
    """Read a properties string into columns; raises InvalidInputException if it doesn't fit."""
    if not text:
        return {}
    try:
        properties = read_json(text)
    except ValueError as error:
        raise InvalidInputException(_BAD_JSON) from error
    if not isinstance(properties, dict):
        raise InvalidInputException(_BAD_JSON)
    reserved = sorted(name for name in properties if name.lower() in _RESERVED)
    if reserved:
        msg = f"These names can not be used in properties: {', '.join(reserved)}."
        raise InvalidInputException(msg)
    named = {column_name(name): value for name, value in properties.items()}
    return {
        column.name: _value(column, named[column.name])
        for column in schema.columns
        if named.get(column.name) is not None
    }


def _value(column: Column, value: Json) -> Json:
    if not column.numeric and not isinstance(value, dict | list):
        return value if isinstance(value, bool) else str(value)
    try:
        number = float(value)
        return int(number) if column.type in {"int", "long"} else number
    except (TypeError, ValueError, OverflowError) as error:
        msg = f"The value of {column.name} must be a {column.type}, not {value!r}."
        raise InvalidInputException(msg) from error


def _tracked(backend: Backend, tracking_id: str) -> tuple[Resource, DatasetSchema]:
    """Return the interactions dataset behind a tracking id, and its schema."""
    for tracker in backend.store.all(TRACKER):
        if tracker.fields["trackingId"] == tracking_id and tracker.status == "ACTIVE":
            dataset = datasets_of(backend, tracker.fields["datasetGroupArn"])["INTERACTIONS"]
            return dataset, schema_of(backend, dataset)
    msg = f"The tracking id does not belong to an ACTIVE event tracker: {tracking_id}."
    raise InvalidInputException(msg)


@operation("PutEvents")
def put_events(call: Call, request: Payload) -> None:
    """Append events to the interactions and let real-time answers know at once."""
    backend = call.backend
    dataset, schema = _tracked(backend, request["trackingId"])
    live = live_log(backend, dataset.fields["datasetGroupArn"])
    user, session = request.get("userId"), request["sessionId"]
    rows = [_event_row(backend, schema, event, user) for event in request["eventList"]]
    for event, row in zip(request["eventList"], rows, strict=True):
        extra = {SESSION: session, EVENT_ID: event.get("eventId") or str(uuid.uuid4())}
        sequence = backend.records.put(dataset.arn, row, extra)
        if row.get("ITEM_ID"):
            live.add(sequence, user, session, live_event(row))
    group = dataset.fields["datasetGroupArn"]
    sources = [source_of(event) for event in request["eventList"]]
    count_events(backend, group, list(zip(rows, sources, strict=True)))


def _event_row(
    backend: Backend, schema: DatasetSchema, event: Payload, user: str | None
) -> Payload:
    impression = event.get("impression") or backend.shown.of(event.get("recommendationId"))
    given = {
        "USER_ID": user,
        "ITEM_ID": event.get("itemId"),
        "TIMESTAMP": _seconds(event["sentAt"]),
        "EVENT_TYPE": event["eventType"],
        "EVENT_VALUE": event.get("eventValue"),
        "IMPRESSION": "|".join(impression) if impression else None,
        "RECOMMENDATION_ID": event.get("recommendationId"),
    }
    # Before eventValue and itemId were members of their own, they came as properties.
    properties = properties_of(schema, event.get("properties"))
    row = properties | {name: value for name, value in given.items() if value is not None}
    return {"EVENT_TYPE": event["eventType"]} | {
        name: value for name, value in row.items() if schema.column(name)
    }


def _seconds(moment: float) -> int:
    """Return a moment in seconds.

    A number of seconds beyond the year 9999 is taken for milliseconds, as programs in JavaScript
    send them with ``getTime()`` and the service accepts them (inferred).
    """
    return int(moment / 1000 if moment > _LAST_SECOND else moment)


def live_log(backend: Backend, group: str) -> LiveLog:
    """Return a group's live events, read back from the records at first use."""
    log = backend.live.setdefault(group, LiveLog())
    if not log.loaded:
        log.loaded = True
        interactions = datasets_of(backend, group).get("INTERACTIONS")
        for record in backend.records.of(interactions.arn) if interactions else ():
            if record.row.get("ITEM_ID"):
                user, session = record.row.get("USER_ID"), record.extra[SESSION]
                log.add(record.sequence, user, session, live_event(record.row))
    return log


def live_actions_log(backend: Backend, group: str) -> LiveLog:
    """Return a group's live action interactions, read back from the records at first use."""
    log = backend.live.setdefault(f"{group}/actions", LiveLog())
    if not log.loaded:
        log.loaded = True
        dataset = datasets_of(backend, group).get("ACTION_INTERACTIONS")
        for record in backend.records.of(dataset.arn) if dataset else ():
            user, session = record.row.get("USER_ID"), record.extra[SESSION]
            log.add(record.sequence, user, session, live_action(record.row))
    return log


def live_action(row: Payload) -> LiveEvent:
    """Return a row of action interactions as models take it."""
    return LiveEvent(row["ACTION_ID"], row["EVENT_TYPE"], None, row["TIMESTAMP"])


def live_event(row: Payload) -> LiveEvent:
    """Return a row of interactions as models take it."""
    return LiveEvent(
        item_id=row["ITEM_ID"],
        event_type=row.get("EVENT_TYPE") or "",
        event_value=row.get("EVENT_VALUE"),
        timestamp=row["TIMESTAMP"],
    )


def _put_rows(call: Call, request: Payload, kind: str, entries: Iterable[Payload]) -> None:
    dataset = call.get(request["datasetArn"], DATASET)
    if dataset.status != "ACTIVE":
        msg = f"Resource Arn {dataset.arn} is not in ACTIVE state: it is {dataset.status}."
        raise ResourceInUseException(msg)
    if dataset.fields["datasetType"] != kind:
        msg = f"The dataset is one of {dataset.fields['datasetType']}, not of {kind}."
        raise InvalidInputException(msg)
    schema = schema_of(call.backend, dataset)
    key = schema.type.keys[0]
    id_member = key[0].lower() + key[1:].lower().replace("_id", "Id")
    rows = []
    for entry in entries:
        row = properties_of(schema, entry.get("properties")) | {key: entry[id_member]}
        missing = [c.name for c in schema.columns if not c.nullable and c.name not in row]
        if missing:
            msg = f"The properties of {entry[id_member]} lack {', '.join(missing)}."
            raise InvalidInputException(msg)
        rows.append(row)
    for row in rows:
        call.backend.records.put(dataset.arn, row)
    call.backend.facts.pop(dataset.fields["datasetGroupArn"], None)


@operation("PutItems")
def put_items(call: Call, request: Payload) -> None:
    """Add items, or replace those of the same id."""
    _put_rows(call, request, "ITEMS", request["items"])


@operation("PutActions")
def put_actions(call: Call, request: Payload) -> None:
    """Add actions, or replace those of the same id."""
    _put_rows(call, request, "ACTIONS", request["actions"])


@operation("PutActionInteractions")
def put_action_interactions(call: Call, request: Payload) -> None:
    """Append action interactions and let real-time answers know at once."""
    backend = call.backend
    dataset = next(
        (d for d in backend.store.all(DATASET) if d.get("trackingId") == request["trackingId"]),
        None,
    )
    if dataset is None or dataset.status != "ACTIVE":
        msg = f"No ACTIVE Action interactions dataset has the tracking id {request['trackingId']}."
        raise ResourceNotFoundException(msg)
    schema = schema_of(backend, dataset)
    live = live_actions_log(backend, dataset.fields["datasetGroupArn"])
    rows = [_action_row(schema, event) for event in request["actionInteractions"]]
    for event, row in zip(request["actionInteractions"], rows, strict=True):
        extra = {SESSION: event["sessionId"], EVENT_ID: event.get("eventId") or str(uuid.uuid4())}
        sequence = backend.records.put(dataset.arn, row, extra)
        live.add(sequence, event.get("userId"), event["sessionId"], live_action(row))


def _action_row(schema: DatasetSchema, event: Payload) -> Payload:
    if event["eventType"].lower().replace(" ", "_") not in _ACTION_EVENTS:
        msg = f"The eventType must be Viewed, Taken or Not Taken, not {event['eventType']}."
        raise InvalidInputException(msg)
    row = properties_of(schema, event.get("properties")) | {
        "ACTION_ID": event["actionId"],
        "EVENT_TYPE": event["eventType"],
        "TIMESTAMP": _seconds(event["timestamp"]),
    }
    given = {"USER_ID": event.get("userId"), "RECOMMENDATION_ID": event.get("recommendationId")}
    return row | {name: value for name, value in given.items() if value and schema.column(name)}


@operation("PutUsers")
def put_users(call: Call, request: Payload) -> None:
    """Add users, or replace those of the same id."""
    _put_rows(call, request, "USERS", request["users"])
