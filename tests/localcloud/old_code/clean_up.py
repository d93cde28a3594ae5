"""Clean-up, in order."""
# ruff: noqa: PTH123, T201 - nobody checked such scripts
# mypy: ignore-errors

import json
import time

import boto3

with open("state.json") as file:
    state = json.load(file)
dataset_group_arn, solution_arns = state["dataset_group_arn"], state["solution_arns"]
campaign_arns, filter_arns = state["campaign_arns"], state["filter_arns"]
event_tracker_arn, schema_arns = state["event_tracker_arn"], state["schema_arns"]
dataset_arns, role_name, policies = state["dataset_arns"], state["role_name"], state["policies"]

personalize = boto3.client("personalize")
iam = boto3.client("iam")
bucket = boto3.Session().resource("s3").Bucket(state["bucket_name"])

for campaign_arn in campaign_arns.values():
    personalize.delete_campaign(campaignArn=campaign_arn)
for solution_arn in solution_arns.values():
    while personalize.list_campaigns(solutionArn=solution_arn)["campaigns"]:
        time.sleep(60)
for campaign_arn in campaign_arns.values():
    while True:
        try:
            personalize.describe_campaign(campaignArn=campaign_arn)
        except personalize.exceptions.ResourceNotFoundException:
            break
        time.sleep(60)
for solution_arn in solution_arns.values():
    personalize.delete_solution(solutionArn=solution_arn)
for filter_arn in filter_arns.values():
    personalize.delete_filter(filterArn=filter_arn)
personalize.delete_event_tracker(eventTrackerArn=event_tracker_arn)
while personalize.list_solutions(datasetGroupArn=dataset_group_arn)["solutions"]:
    time.sleep(60)
time.sleep(60)
for dataset_arn in dataset_arns:
    personalize.delete_dataset(datasetArn=dataset_arn)
while personalize.list_datasets(datasetGroupArn=dataset_group_arn)["datasets"]:
    time.sleep(60)
for schema_arn in schema_arns:
    personalize.delete_schema(schemaArn=schema_arn)
personalize.delete_dataset_group(datasetGroupArn=dataset_group_arn)
while dataset_group_arn in {
    group["datasetGroupArn"] for group in personalize.list_dataset_groups()["datasetGroups"]
}:
    time.sleep(60)
for policy_arn in policies:
    iam.detach_role_policy(RoleName=role_name, PolicyArn=policy_arn)
iam.delete_role(RoleName=role_name)
bucket.objects.all().delete()
bucket.delete()
print("done")
