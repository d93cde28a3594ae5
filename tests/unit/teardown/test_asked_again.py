"""What is there although it was asked to go is judged anew: nothing waits for ever."""

from dataclasses import replace

from tests.unit.teardown.test_look import looks, shop
from tests.unit.teardown.world import World


def test_what_a_handler_under_way_makes_again_is_deleted_again() -> None:
    world = World()
    shop(world)
    [campaign] = [thing for thing in world.things if thing.kind == "campaign"]
    again = replace(campaign)
    made = False

    for _ in looks(world):
        if campaign.status == "DELETE IN_PROGRESS" and not made:
            world.things[world.things.index(campaign)] = again
            made = True

    assert made
    assert world.things == []


def test_a_deletion_that_failed_is_asked_for_again() -> None:
    world = World()
    shop(world)
    [campaign] = [thing for thing in world.things if thing.kind == "campaign"]

    for number, _ in enumerate(looks(world)):
        if number == 0:
            campaign.becomes = ["DELETE FAILED"]

    assert world.calls.count("DeleteCampaign") == 2
    assert world.things == []
