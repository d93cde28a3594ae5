"""The inference layer: solutions, campaigns, filters, events, rankings, a batch.

Usage: inference_layer.py RECIPE [RECIPE ...]
"""
# ruff: noqa: ANN001, ANN003, ANN201, PT018, PTH123, T201 - nobody checked such scripts
# mypy: ignore-errors

import json
import random
import sys
import time
import uuid

import boto3

RECIPES = sys.argv[1:]
HOURS = 3 * 60 * 60
GENRES = ("Action", "Comedy", "Drama", "Horror")

with open("state.json") as file:
    state = json.load(file)
suffix, bucket_name, role_arn = state["suffix"], state["bucket_name"], state["role_arn"]
dataset_group_arn, movies = state["dataset_group_arn"], state["movies"]
ratings = state["ratings"]

personalize = boto3.client("personalize")
personalize_runtime = boto3.client("personalize-runtime")
personalize_events = boto3.client("personalize-events")
s3 = boto3.client("s3")


def wait(what, describe):
    max_time = time.time() + HOURS
    while time.time() < max_time:
        status = describe()["status"]
        print(f"{what}: {status}")
        if status in {"ACTIVE", "CREATE FAILED"}:
            break
        time.sleep(60)
    assert status == "ACTIVE", describe()


# --- solutions, versions, metrics, campaigns -----------------------------------------------------

known = [r["recipeArn"] for r in personalize.list_recipes(maxResults=100)["recipes"]]
solution_arns, version_arns, campaign_arns = {}, {}, {}
for recipe in RECIPES:
    recipe_arn = f"arn:aws:personalize:::recipe/{recipe}"
    assert recipe_arn in known, known
    options = {}
    if recipe == "aws-sims":
        hyperparameters = {"popularity_discount_factor": "0.7"}
        options = {"solutionConfig": {"algorithmHyperParameters": hyperparameters}}
    solution_arns[recipe] = personalize.create_solution(
        name=f"poc-{recipe}-{suffix}",
        datasetGroupArn=dataset_group_arn,
        recipeArn=recipe_arn,
        **options,
    )["solutionArn"]
    version_arns[recipe] = personalize.create_solution_version(solutionArn=solution_arns[recipe])[
        "solutionVersionArn"
    ]
waiting = list(version_arns.values())
max_time = time.time() + HOURS
while time.time() < max_time:
    for version_arn in list(waiting):
        version = personalize.describe_solution_version(solutionVersionArn=version_arn)
        status = version["solutionVersion"]["status"]
        if status == "ACTIVE":
            print(f"Build succeeded for {version_arn}")
            waiting.remove(version_arn)
        elif status == "CREATE FAILED":
            print(f"Build failed for {version_arn}", version["solutionVersion"]["failureReason"])
            sys.exit(1)
    if not waiting:
        break
    time.sleep(60)
for recipe in RECIPES:
    metrics = personalize.get_solution_metrics(solutionVersionArn=version_arns[recipe])["metrics"]
    print(recipe, metrics["precision_at_5"], metrics["coverage"])
    campaign_arns[recipe] = personalize.create_campaign(
        name=f"poc-{recipe}-{suffix}",
        solutionVersionArn=version_arns[recipe],
        minProvisionedTPS=1,
    )["campaignArn"]
for campaign_arn in campaign_arns.values():
    wait(
        "Campaign",
        lambda arn=campaign_arn: personalize.describe_campaign(campaignArn=arn)["campaign"],
    )

# --- filters -------------------------------------------------------------------------------------

filter_arns = {}
expressions = {"Genre": "INCLUDE ItemID WHERE Items.GENRE IN ($GENRE)"}
expressions["Horror"] = 'INCLUDE ItemID WHERE Items.GENRE IN ("Horror")'
for decade in range(1950, 2010, 10):
    expressions[f"{decade}s"] = (
        f"INCLUDE ItemID WHERE Items.YEAR > {decade - 1} AND Items.YEAR < {decade + 10}"
    )
expressions["watched"] = 'INCLUDE ItemID WHERE Interactions.event_type IN ("watch")'
expressions["unwatched"] = 'EXCLUDE ItemID WHERE Interactions.event_type IN ("watch")'
for name, expression in expressions.items():
    filter_arns[name] = personalize.create_filter(
        name=f"{name}-{suffix}", datasetGroupArn=dataset_group_arn, filterExpression=expression
    )["filterArn"]
    while personalize.describe_filter(filterArn=filter_arns[name])["filter"]["status"] != "ACTIVE":
        time.sleep(60)

# --- recommendations, events, rankings -----------------------------------------------------------

personal = [r for r in RECIPES if "sims" not in r and "ranking" not in r]
user_id = "7"


def recommend(recipe, **request):
    answer = personalize_runtime.get_recommendations(
        campaignArn=campaign_arns[recipe], userId=user_id, **request
    )
    assert answer["recommendationId"]
    return [item["itemId"] for item in answer["itemList"]]


event_tracker = personalize.create_event_tracker(
    name=f"tracker-{suffix}", datasetGroupArn=dataset_group_arn
)
tracking_id, event_tracker_arn = event_tracker["trackingId"], event_tracker["eventTrackerArn"]
seen = {movie for user, movie, _, kind in ratings if (user, kind) == (user_id, "watch")}
for recipe in personal:
    before = recommend(recipe)
    for genre in GENRES:
        shown = recommend(
            recipe,
            filterArn=filter_arns["Genre"],
            filterValues={"GENRE": f'"{genre}"'},
            numResults=10,
        )
        assert shown and all(genre in movies[movie][0].split("|") for movie in shown)
    shown = recommend(recipe, filterArn=filter_arns["Horror"])
    assert shown and all("Horror" in movies[movie][0] for movie in shown)
    shown = recommend(recipe, filterArn=filter_arns["1970s"])
    assert shown and all(1970 <= movies[movie][1] < 1980 for movie in shown)
    assert set(recommend(recipe, filterArn=filter_arns["watched"])) <= seen
    assert not set(recommend(recipe, filterArn=filter_arns["unwatched"])) & seen
    session_id = str(uuid.uuid1())
    for movie in [movie for movie in movies if movies[movie][0].startswith("Horror")][:4]:
        personalize_events.put_events(
            trackingId=tracking_id,
            userId=user_id,
            sessionId=session_id,
            eventList=[
                {
                    "sentAt": int(time.time()),
                    "eventType": "click",
                    "properties": json.dumps({"itemId": movie}),
                }
            ],
        )
    assert recommend(recipe) != before
for recipe in RECIPES:
    if "sims" in recipe:
        answer = personalize_runtime.get_recommendations(
            campaignArn=campaign_arns[recipe], itemId=before[0], userId=user_id
        )
        assert before[0] not in [item["itemId"] for item in answer["itemList"]]
    if "ranking" in recipe:
        shelf = random.sample(before, 8)
        ranked = personalize_runtime.get_personalized_ranking(
            campaignArn=campaign_arns[recipe], userId=user_id, inputList=shelf
        )["personalizedRanking"]
        assert sorted(item["itemId"] for item in ranked) == sorted(shelf)

# --- batch ---------------------------------------------------------------------------------------

lines = "\n".join(json.dumps({"userId": str(user)}) for user in (1, 2, 3))
s3.put_object(Bucket=bucket_name, Key="batch/users.json", Body=lines.encode())
batch_job_arn = personalize.create_batch_inference_job(
    solutionVersionArn=version_arns[personal[0]],
    jobName=f"poc-batch-{suffix}",
    roleArn=role_arn,
    jobInput={"s3DataSource": {"path": f"s3://{bucket_name}/batch/users.json"}},
    jobOutput={"s3DataDestination": {"path": f"s3://{bucket_name}/out/"}},
)["batchInferenceJobArn"]
wait(
    "BatchInferenceJob",
    lambda: personalize.describe_batch_inference_job(batchInferenceJobArn=batch_job_arn)[
        "batchInferenceJob"
    ],
)
output = s3.get_object(Bucket=bucket_name, Key="out/users.json.out")["Body"].read().decode()
answers = [json.loads(line) for line in output.splitlines()]
assert [answer["input"]["userId"] for answer in answers] == ["1", "2", "3"]
assert all(answer["output"]["recommendedItems"] for answer in answers)

state |= {
    "solution_arns": solution_arns,
    "campaign_arns": campaign_arns,
    "filter_arns": filter_arns,
    "event_tracker_arn": event_tracker_arn,
}
with open("state.json", "w") as file:
    json.dump(state, file)
