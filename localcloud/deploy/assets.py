"""What `cdk bootstrap` and the publishing of assets leave in an account, made locally."""

import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.deploy.assembly import Assembly, FileAsset

_BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"
_BOOTSTRAP_VERSION = "28"
# A fixed time stamp (the first a zip can hold): the same folder always makes the same bytes.
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)
_MODE = 0o755 << 16


def publish(assembly: Assembly, clients: Clients, *, zips: Path) -> None:
    """Bootstrap the account if needed and upload the assets that are not there yet.

    Args:
        assembly: What to upload.
        clients: Where to.
        zips: Folder that keeps zipped folders by their digest between runs.
    """
    clients.ssm.put_parameter(
        Name=_BOOTSTRAP_PARAMETER, Value=_BOOTSTRAP_VERSION, Type="String", Overwrite=True
    )
    for bucket in sorted({_resolved(asset.bucket, clients) for asset in assembly.assets}):
        clients.s3.create_bucket(Bucket=bucket)
    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(lambda asset: _upload(asset, clients, zips), assembly.assets))


def template_url(assembly: Assembly, clients: Clients) -> str:
    """The address at which CloudFormation finds the published template."""
    [asset] = [asset for asset in assembly.assets if asset.source == assembly.template]
    bucket, key = _resolved(asset.bucket, clients), _resolved(asset.key, clients)
    return f"{clients.endpoint}/{bucket}/{key}"


def _upload(asset: FileAsset, clients: Clients, zips: Path) -> None:
    bucket, key = _resolved(asset.bucket, clients), _resolved(asset.key, clients)
    if _exists(clients, bucket, key):
        return
    file = _zipped(asset, zips) if asset.is_folder else asset.source
    clients.s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes())


def _exists(clients: Clients, bucket: str, key: str) -> bool:
    try:
        clients.s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:  # noqa: PLR2004
            return False
        raise
    return True


def _zipped(asset: FileAsset, zips: Path) -> Path:
    target = zips / f"{asset.digest}.zip"
    if target.is_file():
        return target
    zips.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    # Level 1: these bytes travel over the loopback interface only.
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(path for path in asset.source.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(asset.source)), _TIMESTAMP)
            entry.external_attr = _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, file.read_bytes())
    return partial.rename(target)


def _resolved(text: str, clients: Clients) -> str:
    return (
        text.replace("${AWS::AccountId}", clients.account)
        .replace("${AWS::Region}", clients.region)
        .replace("${AWS::Partition}", "aws")
    )
