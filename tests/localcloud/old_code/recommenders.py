"""A video shop: a domain's recommenders, promotions, measured events; all found again to clean up.

Cell after cell, as in a notebook: nobody waits where the next cell would be run by hand.
"""
# ruff: noqa: ANN001, ANN003, ANN201, PT017, T201 - nobody checked such scripts
# mypy: ignore-errors

import io
import json
import random
import time

import boto3
from botocore.exceptions import ClientError

suffix = f"{random.randrange(10**6)}"
region = boto3.session.Session().region_name
account_id = boto3.client("sts").get_caller_identity().get("Account")
personalize = boto3.client("personalize", region_name=region)
personalize_runtime = boto3.client("personalize-runtime", region_name=region)
personalize_events = boto3.client(service_name="personalize-events")
s3 = boto3.client("s3")
iam = boto3.client("iam")
bucket_name = f"{account_id}-{region}-personalizepoc-vod-{suffix}"
location = {} if region == "us-east-1" else {"LocationConstraint": region}
s3.create_bucket(
    Bucket=bucket_name, **({"CreateBucketConfiguration": location} if location else {})
)
role_name = f"PersonalizeRoleVOD-{suffix}"
trusted = {"Service": "personalize.amazonaws.com"}
statement = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
try:
    role_arn = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
except iam.exceptions.EntityAlreadyExistsException:
    role_arn = iam.get_role(RoleName=role_name)["Role"]["Arn"]
allowed = {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket_name}*"}
policy_arn = iam.create_policy(
    PolicyName=f"PersonalizePolicyVOD-{suffix}",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
)["Policy"]["Arn"]
iam.attach_role_policy(RoleName=role_name, PolicyArn=policy_arn)
time.sleep(30)

random.seed(5)
genres = ["Drama", "Comedy", "Thriller", "Romance"]
titles = [(f"tt{n}", f"{genres[n % 4]}|{random.choice(genres)}", 1990 + n % 30) for n in range(100)]
watches = []
for user in range(70):
    liked = [title for title, kinds, _ in titles if kinds.startswith(genres[user % 4])]
    for n in range(40):
        title = random.choice(liked if random.random() < 0.8 else [t for t, *_ in titles])
        moment, kind = 1_550_000_000 + 1_000 * user + n, random.choice(["Watch", "Click"])
        watches.append(f"{n},{user},{title},{moment},{kind}")
# The nameless first column is what pandas writes unless it is told not to.
interactions = "\r\n".join([",USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE", *watches]) + "\r\n"
s3.upload_fileobj(io.BytesIO(interactions.encode()), bucket_name, "interactions/part-0.csv")
rows = [f'"{title}","{kinds}",1500000000,{year}' for title, kinds, year in titles]
items = "\n".join(['"ITEM_ID","GENRES","CREATION_TIMESTAMP","YEAR"', *rows])
boto3.resource("s3").Bucket(bucket_name).put_object(Key="items/part-0.csv", Body=items.encode())


def wait_for(describe, **arn):
    while True:
        (shown,) = (v for k, v in describe(**arn).items() if k != "ResponseMetadata")
        if shown["status"] in ("ACTIVE", "CREATE FAILED"):
            assert shown["status"] == "ACTIVE", shown["failureReason"]
            return shown
        time.sleep(60)


response = personalize.create_dataset_group(name=f"vod_{suffix}", domain="VIDEO_ON_DEMAND")
dataset_group_arn = response["datasetGroupArn"]
print(json.dumps(response, indent=2))
wait_for(personalize.describe_dataset_group, datasetGroupArn=dataset_group_arn)
text, number, words = {"type": "string"}, {"type": "long"}, {"type": ["string"]}
for kind, fields in {
    "Interactions": {"USER_ID": text, "ITEM_ID": text, "EVENT_TYPE": text, "TIMESTAMP": number},
    "Items": {
        "ITEM_ID": text,
        "GENRES": words | {"categorical": True},
        "YEAR": {"type": ["null", "int"]},
        "CREATION_TIMESTAMP": number,
    },
}.items():
    schema = {
        "type": "record",
        "name": kind,
        "namespace": "com.amazonaws.personalize.schema",
        "fields": [{"name": name} | described for name, described in fields.items()],
        "version": "1.0",
    }
    schema_arn = personalize.create_schema(
        name=f"vod_{kind}_{suffix}", domain="VIDEO_ON_DEMAND", schema=json.dumps(schema)
    )["schemaArn"]
    try:
        personalize.create_schema(name=f"vod_{kind}_{suffix}", schema=json.dumps(schema))
        raise SystemExit("two schemas of one name")
    except personalize.exceptions.ResourceAlreadyExistsException:
        print("exists")
    dataset_arn = personalize.create_dataset(
        name=f"vod_{kind}",
        datasetType=kind.upper(),
        datasetGroupArn=dataset_group_arn,
        schemaArn=schema_arn,
    )["datasetArn"]
    job_arn = personalize.create_dataset_import_job(
        jobName=f"vod_{kind}_{suffix}",
        datasetArn=dataset_arn,
        dataSource={"dataLocation": f"s3://{bucket_name}/{kind.lower()}"},
        roleArn=role_arn,
        importMode="FULL",
    )["datasetImportJobArn"]
    wait_for(personalize.describe_dataset_import_job, datasetImportJobArn=job_arn)

metric_attribution_arn = personalize.create_metric_attribution(
    name="attribution",
    datasetGroupArn=dataset_group_arn,
    metrics=[
        {"eventType": "Watch", "metricName": "watches", "expression": "SAMPLECOUNT()"},
        {"eventType": "Watch", "metricName": "years", "expression": "SUM(ITEMS.YEAR)"},
    ],
    metricsOutputConfig={
        "roleArn": role_arn,
        "s3DataDestination": {"path": f"s3://{bucket_name}/metrics/"},
    },
)["metricAttributionArn"]
wait_for(personalize.describe_metric_attribution, metricAttributionArn=metric_attribution_arn)

use_cases = [
    recipe["recipeArn"]
    for page in personalize.get_paginator("list_recipes").paginate(domain="VIDEO_ON_DEMAND")
    for recipe in page["recipes"]
]
wanted = ["aws-vod-top-picks", "aws-vod-because-you-watched-x", "aws-vod-most-popular"]
recommenders = {}
for name in wanted:
    recommenders[name] = personalize.create_recommender(
        name=f"{name}-{suffix}",
        recipeArn=next(arn for arn in use_cases if arn.endswith(name)),
        datasetGroupArn=dataset_group_arn,
        recommenderConfig={
            "enableMetadataWithRecommendations": True,
            "minRecommendationRequestsPerSecond": 1,
        },
    )["recommenderArn"]
for arn in recommenders.values():
    metrics = wait_for(personalize.describe_recommender, recommenderArn=arn)["modelMetrics"]
    print(metrics["normalized_discounted_cumulative_gain_at_10"])

tracker = personalize.create_event_tracker(name="shop", datasetGroupArn=dataset_group_arn)
promoted = personalize.create_filter(
    name=f"genre-{suffix}",
    datasetGroupArn=dataset_group_arn,
    filterExpression="INCLUDE ItemID WHERE Items.GENRES IN ($GENRE)",
)["filterArn"]
kinds_of = {title: kinds for title, kinds, _ in titles}
answer = personalize_runtime.get_recommendations(
    recommenderArn=recommenders["aws-vod-top-picks"],
    userId="3",
    numResults=10,
    metadataColumns={"ITEMS": ["GENRES", "YEAR"]},
    promotions=[
        {
            "name": "thrills",
            "percentPromotedItems": 30,
            "filterArn": promoted,
            "filterValues": {"GENRE": '"Thriller"'},
        }
    ],
)
assert len(answer["itemList"]) == 10
assert all(item["metadata"]["GENRES"] == kinds_of[item["itemId"]] for item in answer["itemList"])
thrills = [item for item in answer["itemList"] if item.get("promotionName") == "thrills"]
assert len(thrills) == 3
assert all("Thriller" in kinds_of[item["itemId"]] for item in thrills)
similar = personalize_runtime.get_recommendations(
    recommenderArn=recommenders["aws-vod-because-you-watched-x"], itemId="tt4", userId="3"
)
assert "tt4" not in [item["itemId"] for item in similar["itemList"]]
personalize_events.put_events(
    trackingId=tracker["trackingId"],
    userId="3",
    sessionId="evening",
    eventList=[
        {
            "sentAt": time.time(),
            "eventType": "Watch",
            "itemId": answer["itemList"][0]["itemId"],
            "recommendationId": answer["recommendationId"],
            "metricAttribution": {"eventAttributionSource": "home page"},
        }
    ],
)

# --- clean up: everything is found by listing, nothing is waited for -----------------------------

for page in personalize.get_paginator("list_recommenders").paginate(
    datasetGroupArn=dataset_group_arn
):
    for recommender in page["recommenders"]:
        personalize.delete_recommender(recommenderArn=recommender["recommenderArn"])
for page in personalize.get_paginator("list_event_trackers").paginate(
    datasetGroupArn=dataset_group_arn
):
    for event_tracker in page["eventTrackers"]:
        assert event_tracker["status"] in ["ACTIVE", "CREATE FAILED"]
        personalize.delete_event_tracker(eventTrackerArn=event_tracker["eventTrackerArn"])
attributions = personalize.list_metric_attributions(datasetGroupArn=dataset_group_arn)
for attribution in attributions["metricAttributions"]:
    personalize.delete_metric_attribution(metricAttributionArn=attribution["metricAttributionArn"])
for one in personalize.list_filters(datasetGroupArn=dataset_group_arn, maxResults=100)["Filters"]:
    personalize.delete_filter(filterArn=one["filterArn"])
schema_arns = []
for page in personalize.get_paginator("list_datasets").paginate(datasetGroupArn=dataset_group_arn):
    for dataset in page["datasets"]:
        described = personalize.describe_dataset(datasetArn=dataset["datasetArn"])["dataset"]
        schema_arns.append(described["schemaArn"])
        personalize.delete_dataset(datasetArn=dataset["datasetArn"])
for schema_arn in schema_arns:
    personalize.delete_schema(schemaArn=schema_arn)
personalize.delete_dataset_group(datasetGroupArn=dataset_group_arn)
try:
    personalize.describe_dataset_group(datasetGroupArn=dataset_group_arn)
    raise SystemExit("the dataset group is still there")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"
for policy in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
    iam.detach_role_policy(RoleName=role_name, PolicyArn=policy["PolicyArn"])
iam.delete_role(RoleName=role_name)
iam.delete_policy(PolicyArn=policy_arn)
boto3.resource("s3").Bucket(bucket_name).objects.all().delete()
s3.delete_bucket(Bucket=bucket_name)
print("done")
