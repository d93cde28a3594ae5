"""The SageMaker notebook instance that comes up with the workshop in place."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_sagemaker as sagemaker
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from lambdas.shared.settings.notebook import Notebook
from stacks import assets
from stacks.acknowledge import acknowledge
from stacks.notebook import grants
from stacks.notebook.lifecycle import start_script
from stacks.notebook.parts import PREFIX, Surroundings
from stacks.wildcards import explain


class NotebookInstance(Construct):
    """A notebook instance whose role may work in the workshop's own names, and nowhere else."""

    def __init__(
        self, scope: Construct, construct_id: str, *, notebook: Notebook, around: Surroundings
    ) -> None:
        super().__init__(scope, construct_id)
        self._notebook, self._around = notebook, around
        self._files = Asset(
            self, "Files", path=str(assets.NOTEBOOKS), exclude=assets.NOT_OF_THE_NOTEBOOKS
        )
        self._role = self._make_role()
        lifecycle = sagemaker.CfnNotebookInstanceLifecycleConfig(
            self,
            "Lifecycle",
            notebook_instance_lifecycle_config_name=around.pipeline.notebook_name,
            on_start=[self._hook()],
        )
        self.instance = self._make_instance(lifecycle)
        self.instance.node.add_dependency(self._role)
        acknowledge(self.instance, _REASONS)

    def _make_role(self) -> iam.Role:
        around = self._around
        role = iam.Role(
            self,
            "Role",
            description=f"The workshop beside the pipeline {around.pipeline.name}",
            assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"),
        )
        statements = grants.statements(
            around, prefix=around.pipeline.own(PREFIX), notebooks=self._files
        )
        for statement in statements:
            role.add_to_policy(statement)
        explain(role, statements)
        return role

    def _hook(
        self,
    ) -> sagemaker.CfnNotebookInstanceLifecycleConfig.NotebookInstanceLifecycleHookProperty:
        return sagemaker.CfnNotebookInstanceLifecycleConfig.NotebookInstanceLifecycleHookProperty(
            content=start_script(self, self._notebook, self._around, self._files)
        )

    def _make_instance(
        self, lifecycle: sagemaker.CfnNotebookInstanceLifecycleConfig
    ) -> sagemaker.CfnNotebookInstance:
        notebook = self._notebook
        return sagemaker.CfnNotebookInstance(
            self,
            "Instance",
            notebook_instance_name=self._around.pipeline.notebook_name,
            instance_type=notebook.instance_type,
            volume_size_in_gb=notebook.volume_size_in_gb,
            role_arn=self._role.role_arn,
            lifecycle_config_name=lifecycle.attr_notebook_instance_lifecycle_config_name,
            direct_internet_access="Disabled" if notebook.subnet_id else "Enabled",
            subnet_id=notebook.subnet_id,
            security_group_ids=list(notebook.security_group_ids) or None,
            root_access="Disabled",
            platform_identifier="notebook-al2023-v1",
            instance_metadata_service_configuration=_IMDS_V2,
        )


_IMDS_V2 = sagemaker.CfnNotebookInstance.InstanceMetadataServiceConfigurationProperty(
    minimum_instance_metadata_service_version="2"
)
_OWN_NETWORK = (
    "without subnetId in the pipeline file the workshop fetches MovieLens from its publisher; a "
    "network of its own needs endpoints or a NAT gateway that bill by the hour"
)
_OWN_KEY = "the volume holds public data; SageMaker encrypts it with a key of its own"
_REASONS = {
    "AwsSolutions-SM1": _OWN_NETWORK,
    "AwsSolutions-SM2": _OWN_KEY,
    "AwsSolutions-SM3": _OWN_NETWORK,
    "CKV_AWS_122": _OWN_NETWORK,
    "CKV_AWS_187": _OWN_KEY,
}
