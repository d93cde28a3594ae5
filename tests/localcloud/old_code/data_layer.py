"""The data layer: bucket, role, dataset group, schemas, imports."""
# ruff: noqa: ANN001, ANN201, PTH123, T201 - nobody checked such scripts
# mypy: ignore-errors

import csv
import io
import json
import random
import time
import uuid

import boto3

HOURS = 3 * 60 * 60
GENRES = ("Action", "Comedy", "Drama", "Horror")

personalize = boto3.client("personalize")
s3 = boto3.client("s3")
iam = boto3.client("iam")
account_id = boto3.client("sts").get_caller_identity()["Account"]
region = boto3.session.Session().region_name
suffix = str(uuid.uuid4())[:8]

# --- data: people who like one genre, in two CSV files -------------------------------------------

random.seed(3)
movies = {
    f"{n}": (f"{GENRES[n % 4]}|{random.choice(GENRES)}", 1950 + n % 60) for n in range(1, 121)
}
ratings = []
for user in range(1, 81):
    mine = [m for m, (genres, _) in movies.items() if genres.startswith(GENRES[user % 4])]
    for n in range(30):
        movie = random.choice(mine) if random.random() < 0.8 else random.choice(list(movies))
        ratings.append((str(user), movie, 1_500_000_000 + user * 1_000 + n, "watch"))
        if random.random() < 0.5:
            ratings.append((str(user), movie, 1_500_000_000 + user * 1_000 + n, "click"))


def as_csv(header, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


bucket_name = f"{account_id}-{region}-personalizepoc-{suffix}".lower()
if region == "us-east-1":
    s3.create_bucket(Bucket=bucket_name)
else:
    s3.create_bucket(Bucket=bucket_name, CreateBucketConfiguration={"LocationConstraint": region})
policy = {
    "Version": "2012-10-17",
    "Id": "PersonalizeS3BucketAccessPolicy",
    "Statement": [
        {
            "Sid": "PersonalizeS3BucketAccessPolicy",
            "Effect": "Allow",
            "Principal": {"Service": "personalize.amazonaws.com"},
            "Action": ["s3:*Object", "s3:ListBucket"],
            "Resource": [f"arn:aws:s3:::{bucket_name}", f"arn:aws:s3:::{bucket_name}/*"],
        }
    ],
}
s3.put_bucket_policy(Bucket=bucket_name, Policy=json.dumps(policy))
bucket = boto3.Session().resource("s3").Bucket(bucket_name)
bucket.Object("interactions.csv").put(
    Body=as_csv(("USER_ID", "ITEM_ID", "TIMESTAMP", "EVENT_TYPE"), ratings)
)
bucket.Object("items.csv").upload_fileobj(
    io.BytesIO(as_csv(("ITEM_ID", "GENRE", "YEAR"), [(m, *row) for m, row in movies.items()]))
)

role_name = f"PersonalizeRolePOC-{suffix}"
trust = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "personalize.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
role_arn = iam.create_role(RoleName=role_name, AssumeRolePolicyDocument=json.dumps(trust))["Role"][
    "Arn"
]
policies = ["arn:aws:iam::aws:policy/service-role/AmazonPersonalizeFullAccess"]
policies += ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]
for policy_arn in policies:
    iam.attach_role_policy(RoleName=role_name, PolicyArn=policy_arn)
time.sleep(60)  # wait for a minute to allow IAM role policy attachment to propagate


def wait(what, describe):
    max_time = time.time() + HOURS
    while time.time() < max_time:
        status = describe()["status"]
        print(f"{what}: {status}")
        if status in {"ACTIVE", "CREATE FAILED"}:
            break
        time.sleep(60)
    assert status == "ACTIVE", describe()


# --- dataset group, schemas, datasets, imports ---------------------------------------------------

dataset_group_arn = personalize.create_dataset_group(name=f"poc-{suffix}")["datasetGroupArn"]
wait(
    "DatasetGroup",
    lambda: personalize.describe_dataset_group(datasetGroupArn=dataset_group_arn)["datasetGroup"],
)

interactions_schema = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [
        {"name": name, "type": kind}
        for name, kind in (
            ("USER_ID", "string"),
            ("ITEM_ID", "string"),
            ("EVENT_TYPE", "string"),
            ("TIMESTAMP", "long"),
        )
    ],
    "version": "1.0",
}
items_schema = dict(
    interactions_schema,
    name="Items",
    fields=[
        {"name": "ITEM_ID", "type": "string"},
        {"name": "GENRE", "type": "string", "categorical": True},
        {"name": "YEAR", "type": "int"},
    ],
)
schema_arns, dataset_arns = [], []
for kind, schema in (("INTERACTIONS", interactions_schema), ("ITEMS", items_schema)):
    schema_arn = personalize.create_schema(
        name=f"poc-{kind.lower()}-{suffix}", schema=json.dumps(schema)
    )["schemaArn"]
    schema_arns.append(schema_arn)
    dataset_arn = personalize.create_dataset(
        datasetType=kind,
        datasetGroupArn=dataset_group_arn,
        schemaArn=schema_arn,
        name=f"poc-{kind.lower()}",
    )["datasetArn"]
    dataset_arns.append(dataset_arn)
    job_arn = personalize.create_dataset_import_job(
        jobName=f"poc-{kind.lower()}-import-{suffix}",
        datasetArn=dataset_arn,
        dataSource={"dataLocation": f"s3://{bucket_name}/{kind.lower()}.csv"},
        roleArn=role_arn,
    )["datasetImportJobArn"]
    wait(
        "DatasetImportJob",
        lambda arn=job_arn: personalize.describe_dataset_import_job(datasetImportJobArn=arn)[
            "datasetImportJob"
        ],
    )

state = {
    "suffix": suffix,
    "bucket_name": bucket_name,
    "role_name": role_name,
    "role_arn": role_arn,
    "policies": policies,
    "dataset_group_arn": dataset_group_arn,
    "schema_arns": schema_arns,
    "dataset_arns": dataset_arns,
    "movies": movies,
    "ratings": ratings,
}
with open("state.json", "w") as file:
    json.dump(state, file)
