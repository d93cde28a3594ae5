"""An airline's marketing: recommendations by cabin, segments of users, a batch with filters.

Cell after cell, as in a notebook; the clean-up deletes one kind after the other and waits for none.
"""
# ruff: noqa: ANN001, ANN003, ANN201, DTZ001, N816, PT017, PT018, T201 - nobody checked such scripts
# mypy: ignore-errors

import json
import random
import time
from datetime import datetime

import boto3
import botocore

suffix = str(int(time.time()))
session = boto3.Session()
s3, iam = session.client("s3"), session.client("iam")
personalize = session.client("personalize")
personalizeRt = session.client("personalize-runtime")
personalizeEvt = session.client("personalize-events")
bucket = f"personalizepoc-airline-{suffix}"
if session.region_name == "us-east-1":
    s3.create_bucket(Bucket=bucket)
else:
    s3.create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": session.region_name}
    )
role_name = f"PersonalizeAirline{suffix}"
service = {"Service": "personalize.amazonaws.com"}
trust = {"Effect": "Allow", "Principal": service, "Action": "sts:AssumeRole"}
role_arn = iam.create_role(
    RoleName=role_name,
    AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
)["Role"]["Arn"]
iam.attach_role_policy(RoleName=role_name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")

random.seed(8)
CABINS, COUNTRIES = ("Economy", "Business Class"), ("France", "Peru", "Japan")
airlines = [f"airline-{n}" for n in range(60)]
reviews, people = ["ITEM_ID,USER_ID,TIMESTAMP,CABIN_TYPE,EVENT_VALUE,EVENT_TYPE"], []
for author in range(90):
    people.append(f"author{author},{COUNTRIES[author % 3]},{18 + author % 50}")
    for n in range(20):
        cabin = random.choice(CABINS)
        # Half of the airlines are flown in either cabin.
        flown = random.choice(airlines[:30] if cabin == "Economy" else airlines[30:])
        moment = int(datetime(2015, 1, 1).timestamp()) + 86_400 * n
        reviews.append(f"{flown},author{author},{moment},{cabin},{random.randint(1, 10)},RATING")
facts = [f"{a},{'Star' if n % 2 else 'Sky'},{n * 10.5}" for n, a in enumerate(airlines)]
files = {
    "INTERACTIONS": reviews,
    "USERS": ["USER_ID,NATIONALITY,AGE", *people],
    "ITEMS": ["ITEM_ID,ALLIANCE,FARE", *facts],
}
fields = {
    "INTERACTIONS": [
        ("ITEM_ID", "string"),
        ("USER_ID", "string"),
        ("TIMESTAMP", "long"),
        ("CABIN_TYPE", "string"),
        ("EVENT_VALUE", "float"),
        ("EVENT_TYPE", "string"),
    ],
    "USERS": [("USER_ID", "string"), ("NATIONALITY", "string"), ("AGE", "int")],
    "ITEMS": [("ITEM_ID", "string"), ("ALLIANCE", "string"), ("FARE", "double")],
}


def await_active(kind, arn):
    member = kind[0].lower() + kind[1:]
    operation = "describe" + "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
    while True:
        shown = getattr(personalize, operation)(**{f"{member}Arn": arn})[member]
        print(f"{kind}: {shown['status']}")
        if shown["status"] == "ACTIVE":
            return shown
        assert shown["status"] != "CREATE FAILED", shown
        time.sleep(60)


group_arn = personalize.create_dataset_group(name=f"airline-{suffix}")["datasetGroupArn"]
await_active("DatasetGroup", group_arn)
schema_arns, dataset_arns = [], {}
for kind, lines in files.items():
    s3.put_object(Bucket=bucket, Key=f"{kind}.csv", Body="\n".join(lines).encode())
    columns = [
        {"name": name, "type": type_}
        | ({"categorical": True} if name in ("CABIN_TYPE", "NATIONALITY", "ALLIANCE") else {})
        for name, type_ in fields[kind]
    ]
    avro = {"type": "record", "name": kind.title(), "fields": columns, "version": "1.0"}
    schema_arns.append(
        personalize.create_schema(name=f"{kind}-{suffix}", schema=json.dumps(avro))["schemaArn"]
    )
    dataset_arns[kind] = personalize.create_dataset(
        name=kind, datasetType=kind, datasetGroupArn=group_arn, schemaArn=schema_arns[-1]
    )["datasetArn"]
    job = personalize.create_dataset_import_job(
        jobName=f"{kind}-{suffix}",
        datasetArn=dataset_arns[kind],
        dataSource={"dataLocation": f"s3://{bucket}/{kind}.csv"},
        roleArn=role_arn,
    )["datasetImportJobArn"]
    await_active("DatasetImportJob", job)

solutions, versions = {}, {}
for recipe, config in {
    "aws-user-personalization": {"eventValueThreshold": "2"},
    "aws-item-affinity": {},
    "aws-item-attribute-affinity": {},
}.items():
    solutions[recipe] = personalize.create_solution(
        name=f"{recipe}-{suffix}",
        datasetGroupArn=group_arn,
        recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
        eventType="RATING",
        solutionConfig=config,
    )["solutionArn"]
    versions[recipe] = personalize.create_solution_version(
        solutionArn=solutions[recipe], trainingMode="FULL"
    )["solutionVersionArn"]
for version in versions.values():
    await_active("SolutionVersion", version)
    print(personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]["coverage"])
campaign = personalize.create_campaign(
    name=f"airline-{suffix}",
    solutionVersionArn=versions["aws-user-personalization"],
    minProvisionedTPS=1,
    campaignConfig={
        "itemExplorationConfig": {"explorationWeight": "0", "explorationItemAgeCutOff": "30"}
    },
)["campaignArn"]
await_active("Campaign", campaign)

economy, business = (
    [
        item["itemId"]
        for item in personalizeRt.get_recommendations(
            campaignArn=campaign, userId="author7", context={"CABIN_TYPE": cabin}, numResults=20
        )["itemList"]
    ]
    for cabin in CABINS
)
numbers = [sum(int(item.split("-")[1]) for item in items) for items in (economy, business)]
assert numbers[0] < numbers[1], numbers
personalizeEvt.put_users(
    datasetArn=dataset_arns["USERS"],
    users=[{"userId": "new", "properties": json.dumps({"nationality": "Peru", "age": 33})}],
)
personalizeEvt.put_items(
    datasetArn=dataset_arns["ITEMS"],
    items=[{"itemId": "new", "properties": '{"alliance": "Sky", "fare": 99}'}],
)


def run_job(what, recipe, lines, **options):
    s3.put_object(Bucket=bucket, Key=f"{recipe}.json", Body="\n".join(lines).encode())
    create = getattr(personalize, f"create_batch_{what}_job")
    answer = create(
        jobName=f"{recipe}-{suffix}",
        solutionVersionArn=versions[recipe],
        roleArn=role_arn,
        jobInput={"s3DataSource": {"path": f"s3://{bucket}/{recipe}.json"}},
        jobOutput={"s3DataDestination": {"path": f"s3://{bucket}/out/"}},
        **options,
    )
    name = f"Batch{what.title()}Job"
    await_active(name, answer[f"batch{what.title()}JobArn"])
    body = s3.get_object(Bucket=bucket, Key=f"out/{recipe}.json.out")["Body"]
    return [json.loads(line) for line in body.iter_lines()]


for line in run_job("segment", "aws-item-affinity", ['{"itemId": "airline-3"}'], numResults=10):
    assert len(line["output"]["recommendedUsers"]) == 10, line
asked = json.dumps({"itemAttributes": 'ITEMS.alliance = "Star"'})
for line in run_job("segment", "aws-item-attribute-affinity", [asked], numResults=5):
    assert len(line["output"]["recommendedUsers"]) == 5, line
cheap = personalize.create_filter(
    name=f"cheap-{suffix}",
    datasetGroupArn=group_arn,
    filterExpression="INCLUDE ItemID WHERE Items.FARE < $LIMIT AND Items.ALLIANCE IN ($ALLIANCES)",
)["filterArn"]
values = {"LIMIT": "200", "ALLIANCES": '"Sky","Star"'}
asked = [json.dumps({"userId": f"author{n}", "filterValues": values}) for n in (1, 2, 3)]
for line in run_job("inference", "aws-user-personalization", asked, filterArn=cheap, numResults=8):
    fares = [float(item.split("-")[1]) * 10.5 for item in line["output"]["recommendedItems"]]
    assert fares and max(fares) < 200, line

# --- clean up, in order --------------------------------------------------------------------------

personalize.delete_campaign(campaignArn=campaign)
personalize.delete_filter(filterArn=cheap)
for arn in solutions.values():
    personalize.delete_solution(solutionArn=arn)
for arn in dataset_arns.values():
    personalize.delete_dataset(datasetArn=arn)
for arn in schema_arns:
    personalize.delete_schema(schemaArn=arn)
personalize.delete_dataset_group(datasetGroupArn=group_arn)
iam.detach_role_policy(RoleName=role_name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3FullAccess")
iam.delete_role(RoleName=role_name)
try:
    s3.delete_bucket(Bucket=bucket)
    raise SystemExit("a bucket with objects was deleted")
except botocore.exceptions.ClientError as error:
    assert error.response["Error"]["Code"] == "BucketNotEmpty"
session.resource("s3").Bucket(bucket).objects.delete()
s3.delete_bucket(Bucket=bucket)
print("done")
