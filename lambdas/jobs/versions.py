"""The solution version that a batch job works with: the one that serves, or the newest."""

from botocore.exceptions import ClientError

from lambdas.shared.clients import Client
from lambdas.shared.errors import ResourceMissingError, named_errors


def version_for(client: Client, campaign_arn: str, solution_arn: str) -> str:
    """Return the version that the campaign serves; without a campaign the newest trained one.

    Raises:
        ResourceMissingError: None is trained yet.
    """
    return _serving(client, campaign_arn) or _newest(client, solution_arn)


def _serving(client: Client, campaign_arn: str) -> str:
    if not campaign_arn:
        return ""
    with named_errors():
        try:
            campaign = client.describe_campaign(campaignArn=campaign_arn)["campaign"]
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return ""
            raise
    return str(campaign["solutionVersionArn"])


def _newest(client: Client, solution_arn: str) -> str:
    with named_errors():
        pages = client.get_paginator("list_solution_versions").paginate(solutionArn=solution_arn)
        versions = [version for page in pages for version in page["solutionVersions"]]
    trained = [version for version in versions if version["status"] == "ACTIVE"]
    if not trained:
        raise ResourceMissingError(f"{solution_arn} has no trained version yet")
    newest = max(trained, key=lambda version: version["creationDateTime"])
    return str(newest["solutionVersionArn"])
