"""Event trackers: where live events come in.

Without an Item interactions dataset there is an InvalidInputException (inferred).
"""

import uuid

from personalize_emulator.errors import InvalidInputException, ResourceAlreadyExistsException
from personalize_emulator.resources.call import Call
from personalize_emulator.resources.checks import check_settled, check_tags
from personalize_emulator.resources.contents import datasets_of
from personalize_emulator.resources.kinds import DATASET_GROUP, TRACKER
from personalize_emulator.resources.lifecycle import DELETE
from personalize_emulator.resources.operations import operation
from personalize_emulator.values import Payload


@operation("CreateEventTracker")
def create_event_tracker(call: Call, request: Payload) -> Payload:
    """Create the one tracker of a dataset group that has interactions."""
    check_tags(call, request)
    group = call.active(request["datasetGroupArn"], DATASET_GROUP)
    if "INTERACTIONS" not in datasets_of(call.backend, group.arn):
        msg = f"An event tracker needs an Item interactions dataset in {group.arn}."
        raise InvalidInputException(msg)
    for tracker in call.backend.store.all(TRACKER):
        if tracker.fields["datasetGroupArn"] == group.arn:
            msg = f"Another event tracker already exists for the dataset group: {tracker.arn}."
            raise ResourceAlreadyExistsException(msg)
    fields = {
        "name": request["name"],
        "accountId": call.caller.account,
        "trackingId": str(uuid.uuid4()),
        "datasetGroupArn": group.arn,
    }
    arn = call.arn(TRACKER, uuid.uuid4().hex[:8])
    tracker = call.backend.create(TRACKER, arn, fields, tags=request.get("tags"))
    return {"eventTrackerArn": tracker.arn, "trackingId": fields["trackingId"]}


@operation("DeleteEventTracker")
def delete_event_tracker(call: Call, request: Payload) -> None:
    """Delete a tracker; the events that came through it stay."""
    tracker = call.get(request["eventTrackerArn"], TRACKER)
    check_settled(tracker)
    call.backend.enter(tracker, DELETE)
