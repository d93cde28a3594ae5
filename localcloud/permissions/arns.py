"""The ARN of a deployed resource, from its CloudFormation type and physical id.

Source: the "Return values" of each type in the CloudFormation template reference.
"""

from typing import Final

from localcloud.permissions.errors import UnresolvedError

# `{name}` is the physical id.
_FORMS: Final = {
    "AWS::CloudWatch::Alarm": "cloudwatch:{region}:{account}:alarm:{name}",
    "AWS::CloudWatch::Dashboard": "cloudwatch::{account}:dashboard/{name}",
    "AWS::DynamoDB::GlobalTable": "dynamodb:{region}:{account}:table/{name}",
    "AWS::DynamoDB::Table": "dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule": "events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "iam::{account}:role/{name}",
    "AWS::KMS::Key": "kms:{region}:{account}:key/{name}",
    "AWS::Lambda::Function": "lambda:{region}:{account}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SageMaker::NotebookInstance": "sagemaker:{region}:{account}:notebook-instance/{name}",
    "AWS::SNS::Topic": "sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "sqs:{region}:{account}:{name}",
    "AWS::SSM::Parameter": "ssm:{region}:{account}:parameter/{name}",
    "AWS::Scheduler::Schedule": "scheduler:{region}:{account}:schedule/default/{name}",
    "AWS::StepFunctions::StateMachine": "states:{region}:{account}:stateMachine:{name}",
}


def arn_of(kind: str, physical: str, *, region: str, account: str) -> str:
    """The ARN of the resource of CloudFormation type `kind` whose physical id is `physical`.

    Raises:
        UnresolvedError: This type's ARN is not in the table.
    """
    if physical.startswith("arn:"):
        return physical
    if kind not in _FORMS:
        raise UnresolvedError(f"The ARN of a {kind} is not known here.")
    name = physical.rstrip("/").rsplit("/", 1)[-1] if kind == "AWS::SQS::Queue" else physical
    if kind == "AWS::SSM::Parameter":
        name = name.removeprefix("/")
    return "arn:aws:" + _FORMS[kind].format(region=region, account=account, name=name)
