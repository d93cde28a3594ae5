"""A synthesized cloud assembly: its one stack and the files that the stack's template refers to."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.errors import SynthesisError


@dataclass(frozen=True)
class FileAsset:
    """A file, or a folder to be zipped, and where it belongs.

    `bucket` and `key` may hold the placeholders `${AWS::AccountId}` and `${AWS::Region}`.
    """

    digest: str
    source: Path
    is_folder: bool
    bucket: str
    key: str


@dataclass(frozen=True)
class Assembly:
    """The stack of an assembly folder.

    Attributes:
        folder: The assembly's folder.
        stack_name: The stack's name in CloudFormation.
        template: The template's file.
        assets: What the template refers to, itself included.
        tags: The stack's tags.
    """

    folder: Path
    stack_name: str
    template: Path
    assets: tuple[FileAsset, ...]
    tags: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Assembly":
        """Read an assembly that has exactly one stack.

        Raises:
            SynthesisError: The folder has no manifest, or not exactly one stack.
        """
        try:
            manifest = json.loads((folder / "manifest.json").read_text())
        except FileNotFoundError:
            raise SynthesisError(f"{folder} holds no cloud assembly") from None
        artifacts = manifest["artifacts"]
        stacks = {
            name: artifact
            for name, artifact in artifacts.items()
            if artifact["type"] == "aws:cloudformation:stack"
        }
        if len(stacks) != 1:
            raise SynthesisError(f"{folder} holds {len(stacks)} stacks; one pipeline has one")
        [(name, stack)] = stacks.items()
        properties = stack["properties"]
        return cls(
            folder=folder,
            stack_name=properties.get("stackName", name),
            template=folder / properties["templateFile"],
            assets=tuple(_assets(folder, artifacts)),
            tags=dict(properties.get("tags", {})),
        )


def _assets(folder: Path, artifacts: dict[str, Any]) -> list[FileAsset]:
    manifests = [
        json.loads((folder / artifact["properties"]["file"]).read_text())
        for artifact in artifacts.values()
        if artifact["type"] == "cdk:asset-manifest"
    ]
    return [
        FileAsset(
            digest=digest,
            source=folder / asset["source"]["path"],
            is_folder=asset["source"]["packaging"] == "zip",
            bucket=destination["bucketName"],
            key=destination["objectKey"],
        )
        for manifest in manifests
        for digest, asset in manifest["files"].items()
        for destination in asset["destinations"].values()
    ]
