"""Campaigns and recommenders over time: updates, the latest version, stop and start."""

from datetime import UTC, datetime
from typing import Any

import pytest

from personalize_emulator.scenarios.scripts import JobScript
from personalize_emulator.service import PersonalizeService
from tests.emulator.support.clients import ROLE, Clients


@pytest.fixture
def solution(aws: Clients, interactions_csv: bytes) -> str:
    group = aws.group()
    aws.import_csv(aws.dataset(group, aws.schema()), interactions_csv)
    return str(aws.train(group)["solutionArn"])


def updated(aws: Clients, campaign: str) -> Any:
    p = aws.personalize
    aws.settled(
        lambda: p.describe_campaign(campaignArn=campaign)["campaign"]["latestCampaignUpdate"]
    )
    return p.describe_campaign(campaignArn=campaign)["campaign"]


def test_an_update_takes_over_and_is_remembered(aws: Clients, solution: str) -> None:
    campaign = aws.campaign(f"{solution}/$LATEST")
    second = aws.version(solution)["solutionVersionArn"]

    aws.personalize.update_campaign(
        campaignArn=campaign, solutionVersionArn=second, minProvisionedTPS=3
    )

    shown = updated(aws, campaign)
    assert (shown["solutionVersionArn"], shown["minProvisionedTPS"]) == (second, 3)
    assert shown["latestCampaignUpdate"]["status"] == "ACTIVE"


def test_a_failed_update_leaves_the_old_version_in_service(
    aws: Clients, service: PersonalizeService, solution: str
) -> None:
    campaign = aws.campaign(f"{solution}/$LATEST")
    first = aws.personalize.describe_campaign(campaignArn=campaign)["campaign"]
    second = aws.version(solution)["solutionVersionArn"]
    service.scenarios.add(JobScript(kind="CampaignUpdate", failure_reason="No capacity."))

    aws.personalize.update_campaign(campaignArn=campaign, solutionVersionArn=second)

    shown = updated(aws, campaign)
    assert shown["status"] == "ACTIVE"
    assert shown["solutionVersionArn"] == first["solutionVersionArn"]
    assert shown["latestCampaignUpdate"]["status"] == "CREATE FAILED"
    assert shown["latestCampaignUpdate"]["failureReason"] == "No capacity."
    assert aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")["itemList"]


def failed_campaign(aws: Clients, service: PersonalizeService, solution: str) -> str:
    """Create a campaign whose creation fails, and return its ARN."""
    service.scenarios.add(JobScript(kind="Campaign", failure_reason="No capacity."))
    arn = aws.personalize.create_campaign(
        name="failed", solutionVersionArn=f"{solution}/$LATEST", minProvisionedTPS=2
    )["campaignArn"]
    shown = aws.settled(lambda: aws.personalize.describe_campaign(campaignArn=arn)["campaign"])
    assert (shown["status"], shown["failureReason"]) == ("CREATE FAILED", "No capacity.")
    return arn


def test_an_update_brings_a_campaign_that_had_failed_into_service(
    aws: Clients, service: PersonalizeService, solution: str
) -> None:
    campaign = failed_campaign(aws, service, solution)
    with pytest.raises(aws.runtime.exceptions.ResourceNotFoundException):
        aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")

    aws.personalize.update_campaign(campaignArn=campaign, minProvisionedTPS=1)

    shown = updated(aws, campaign)
    assert (shown["status"], shown["minProvisionedTPS"]) == ("ACTIVE", 1)
    assert "failureReason" not in shown
    assert aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")["itemList"]


def test_an_update_that_fails_leaves_a_failed_campaign_as_it_was(
    aws: Clients, service: PersonalizeService, solution: str
) -> None:
    campaign = failed_campaign(aws, service, solution)
    service.scenarios.add(JobScript(kind="CampaignUpdate", failure_reason="None again."))

    aws.personalize.update_campaign(campaignArn=campaign)

    shown = updated(aws, campaign)
    assert (shown["status"], shown["failureReason"]) == ("CREATE FAILED", "No capacity.")
    assert shown["latestCampaignUpdate"]["failureReason"] == "None again."
    with pytest.raises(aws.runtime.exceptions.ResourceNotFoundException):
        aws.runtime.get_recommendations(campaignArn=campaign, userId="u1")


def test_a_campaign_in_step_follows_each_new_version(aws: Clients, solution: str) -> None:
    campaign = aws.campaign(
        f"{solution}/$LATEST", campaignConfig={"syncWithLatestSolutionVersion": True}
    )

    second = aws.version(solution)["solutionVersionArn"]

    assert updated(aws, campaign)["solutionVersionArn"] == second


def test_staying_in_step_needs_the_latest_version(aws: Clients, solution: str) -> None:
    version = aws.version(solution)["solutionVersionArn"]

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=r"\$LATEST"):
        aws.personalize.create_campaign(
            name="c",
            solutionVersionArn=version,
            campaignConfig={"syncWithLatestSolutionVersion": True},
        )


def test_a_version_that_is_not_active_can_not_be_deployed(
    aws: Clients, service: PersonalizeService, solution: str
) -> None:
    service.scenarios.add(JobScript(kind="SolutionVersion", failure_reason="Scripted."))
    failed = aws.version(solution)
    assert (failed["status"], failed["failureReason"]) == ("CREATE FAILED", "Scripted.")

    with pytest.raises(aws.personalize.exceptions.ResourceInUseException):
        aws.personalize.create_campaign(name="c", solutionVersionArn=failed["solutionVersionArn"])


def test_exploration_is_only_for_recipes_that_explore(aws: Clients, solution: str) -> None:
    group = aws.personalize.describe_solution(solutionArn=solution)["solution"]["datasetGroupArn"]
    sims = aws.train(group, "aws-sims")["solutionVersionArn"]
    config: Any = {"itemExplorationConfig": {"explorationWeight": "0.5"}}

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="itemExploration"):
        aws.personalize.create_campaign(name="c", solutionVersionArn=sims, campaignConfig=config)
    assert aws.campaign(f"{solution}/$LATEST", campaignConfig=config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("explorationWeight", "much"),
        ("explorationWeight", "1.1"),
        ("explorationWeight", "nan"),
        ("explorationItemAgeCutOff", "-1"),
        ("exploration_weight", "0.5"),
    ],
)
def test_an_exploration_that_is_none_is_refused(
    aws: Clients, solution: str, name: str, value: str
) -> None:
    config: Any = {"itemExplorationConfig": {name: value}}

    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=name):
        aws.personalize.create_campaign(
            name="c", solutionVersionArn=f"{solution}/$LATEST", campaignConfig=config
        )


def test_events_count_at_once_after_users_were_deleted(aws: Clients, solution: str) -> None:
    p = aws.personalize
    group = p.describe_solution(solutionArn=solution)["solution"]["datasetGroupArn"]
    campaign = aws.campaign(f"{solution}/$LATEST")
    tracking = p.create_event_tracker(name="tracker", datasetGroupArn=group)["trackingId"]

    def first_after(user: str, item: str | None = None) -> str:
        if item:
            event: Any = {"eventType": "click", "itemId": item, "sentAt": datetime.now(tz=UTC)}
            aws.events.put_events(
                trackingId=tracking, sessionId=user, userId=user, eventList=[event]
            )
        answer = aws.runtime.get_recommendations(campaignArn=campaign, userId=user)
        return answer["itemList"][0]["itemId"]

    assert (first_after("u1", "i60"), first_after("u2", "i61")) == ("i60", "i61")
    job = p.create_data_deletion_job(
        jobName="deletion",
        datasetGroupArn=group,
        dataSource={"dataLocation": aws.put("gone.csv", b"USER_ID\nu2\n")},
        roleArn=ROLE,
    )["dataDeletionJobArn"]
    aws.settled(lambda: p.describe_data_deletion_job(dataDeletionJobArn=job)["dataDeletionJob"])

    assert first_after("u1") == "i60"
    assert first_after("u2") != "i61"
    assert first_after("u1", "i62") == "i62"


@pytest.fixture
def shop(aws: Clients, interactions_csv: bytes) -> str:
    group = aws.group("shop", domain="ECOMMERCE")
    dataset = aws.dataset(group, aws.schema(name="shop", domain="ECOMMERCE"))
    aws.import_csv(dataset, interactions_csv.replace(b"click", b"View"))
    return group


def recommender(aws: Clients, group: str, use_case: str = "popular-items-by-views") -> Any:
    arn = aws.personalize.create_recommender(
        name=use_case,
        datasetGroupArn=group,
        recipeArn=f"arn:aws:personalize:::recipe/aws-ecomm-{use_case}",
    )["recommenderArn"]
    return aws.settled(
        lambda: aws.personalize.describe_recommender(recommenderArn=arn)["recommender"]
    )


def test_a_recommender_trains_serves_stops_and_starts(aws: Clients, shop: str) -> None:
    p = aws.personalize
    shown = recommender(aws, shop)
    arn = shown["recommenderArn"]
    assert shown["status"] == "ACTIVE"
    assert shown["modelMetrics"]
    assert shown["recommenderConfig"]["minRecommendationRequestsPerSecond"] == 1

    def answer() -> Any:
        return aws.runtime.get_recommendations(recommenderArn=arn, userId="u1")["itemList"]

    def settled() -> Any:
        return aws.settled(lambda: p.describe_recommender(recommenderArn=arn)["recommender"])

    assert answer()
    p.stop_recommender(recommenderArn=arn)
    assert settled()["status"] == "INACTIVE"
    with pytest.raises(aws.runtime.exceptions.ResourceNotFoundException):
        answer()
    p.start_recommender(recommenderArn=arn)
    assert settled()["status"] == "ACTIVE"
    assert answer()


def test_a_use_case_needs_its_event_type(aws: Clients, shop: str) -> None:
    failed = recommender(aws, shop, "popular-items-by-purchases")

    assert failed["status"] == "CREATE FAILED"
    assert "after filtering by event type: Purchase" in failed["failureReason"]


def test_other_training_columns_mean_a_new_training(
    aws: Clients, service: PersonalizeService, shop: str
) -> None:
    p = aws.personalize
    arn = recommender(aws, shop)["recommenderArn"]
    before = service.backend.deployments.get(arn)
    config: Any = {"trainingDataConfig": {"excludedDatasetColumns": {"INTERACTIONS": ["X"]}}}

    p.update_recommender(recommenderArn=arn, recommenderConfig=config)
    aws.settled(
        lambda: p.describe_recommender(recommenderArn=arn)["recommender"]["latestRecommenderUpdate"]
    )

    shown = p.describe_recommender(recommenderArn=arn)["recommender"]
    assert shown["recommenderConfig"]["trainingDataConfig"] == config["trainingDataConfig"]
    after = service.backend.deployments.get(arn)
    assert before
    assert after
    assert after.model is not before.model


def test_recommenders_are_for_their_domain(aws: Clients, shop: str) -> None:
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match="no use case"):
        aws.personalize.create_recommender(
            name="x",
            datasetGroupArn=shop,
            recipeArn="arn:aws:personalize:::recipe/aws-vod-top-picks",
        )


def test_recommenders_need_a_domain(aws: Clients) -> None:
    told = "Please use a domain-specific Dataset Group to create the Recommender"
    with pytest.raises(aws.personalize.exceptions.InvalidInputException, match=told):
        aws.personalize.create_recommender(
            name="x",
            datasetGroupArn=aws.group(),
            recipeArn="arn:aws:personalize:::recipe/aws-vod-top-picks",
        )
