"""The server as a process: loopback only, its own environment, its end, its memory."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from localcloud.clients import Clients
from localcloud.deploy.stack import delete
from localcloud.errors import PortInUseError
from localcloud.server.environment import server_environment
from localcloud.server.process import RunningCloud, running_cloud
from localcloud.settings import PROJECT_ROOT, CloudSettings
from tests.localcloud.templates import Deployer, function, role, state_machine

LISTENING = "0A"  # the kernel's state of a listening TCP socket
LOOPBACK = ("0100007F", "00000000000000000000000001000000")


def family(pid: int) -> Iterator[int]:
    """The process and everything it started."""
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for child in children.read_text().split() if children.exists() else ():
        yield from family(int(child))


def listeners(pid: int) -> list[str]:
    """The local addresses, as the kernel writes them, on which a process and its family listen."""
    held = set()
    for member in family(pid):
        for descriptor in Path(f"/proc/{member}/fd").iterdir():
            held.add(str(descriptor.readlink()))
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and f"socket:[{fields[9]}]" in held:
                found.append(fields[1])
    return found


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="reads Linux's tables of sockets")
def test_nothing_listens_beyond_loopback(
    cloud: RunningCloud, clients: Clients, deployer: Deployer
) -> None:
    code = "def handler(event, context):\n    return 1\n"
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "${Function}"},
        "End": True,
    }
    definition = {"StartAt": "Invoke", "States": {"Invoke": task}}
    deployer.run(
        {
            "Role": role(),
            "Function": function(code),
            "Machine": state_machine(definition, Function="Function"),
        }
    )
    clients.personalize.list_dataset_groups()

    addresses = listeners(cloud.process.pid)

    assert addresses, "the server listens somewhere"
    assert [a for a in addresses if a.split(":")[0] not in LOOPBACK] == []


def test_a_port_in_use_is_said_in_one_message(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = CloudSettings(port=port, state_dir=tmp_path / "state")

        with (
            pytest.raises(PortInUseError, match=f"Port {port} on 127.0.0.1 is in use"),
            running_cloud(settings),
        ):
            pass


def test_the_users_profile_and_proxies_never_reach_the_cloud(tmp_path: Path) -> None:
    inherited = {
        "AWS_PROFILE": "production",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere.example",
        "HTTPS_PROXY": "http://proxy.example:3128",
        "https_proxy": "http://proxy.example:3128",
        "LOCALSTACK_HOSTNAME": "elsewhere.example",
        "PATH": "/usr/bin",
    }

    environment = server_environment(CloudSettings(port=4566, state_dir=tmp_path), inherited)

    assert set(inherited) & set(environment) == {"PATH"}
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert environment["BIND_HOST"] == "127.0.0.1"


def test_a_cloud_ends_with_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())

    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = time.monotonic() + 15
    while Path(f"/proc/{pid}").exists() and state(pid) != "Z":
        assert time.monotonic() < deadline, "the cloud outlived its parent"
        time.sleep(0.05)


PARENT = """
import sys, time
from pathlib import Path
from localcloud.server.process import running_cloud
from localcloud.settings import CloudSettings
with running_cloud(CloudSettings(port=0, state_dir=Path(sys.argv[1]))) as cloud:
    print(cloud.process.pid, flush=True)
    time.sleep(60)
"""


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return "Z"


def test_a_restart_on_the_same_state_finds_everything_again(tmp_path: Path) -> None:
    settings = CloudSettings(port=0, state_dir=tmp_path / "state")
    with running_cloud(settings) as first:
        clients = Clients(endpoint=first.endpoint)
        gone = Deployer(clients)
        gone.deploy({"Bucket": {"Type": "AWS::S3::Bucket"}})
        delete(gone.stacks[0], clients)
        Deployer(clients).deploy({"Role": role()})
        clients.s3.create_bucket(Bucket="kept")
        clients.s3.put_object(Bucket="kept", Key="some/key", Body=b"kept")
        clients.personalize.create_dataset_group(name="kept")

    with running_cloud(replace(settings, quotas=("dataset_groups=1",))) as second:
        clients = Clients(endpoint=second.endpoint)
        assert clients.s3.get_object(Bucket="kept", Key="some/key")["Body"].read() == b"kept"
        assert [bucket["Name"] for bucket in clients.s3.list_buckets()["Buckets"]] == ["kept"]
        [stack] = clients.cloudformation.describe_stacks()["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        [group] = clients.personalize.list_dataset_groups()["datasetGroups"]
        assert group["name"] == "kept"
        with pytest.raises(ClientError, match="More than 1 dataset groups"):
            clients.personalize.create_dataset_group(name="one-too-many")


def test_temporary_files_are_gone_afterwards(tmp_path: Path) -> None:
    settings = CloudSettings(port=0, state_dir=tmp_path / "state")

    with running_cloud(settings):
        assert settings.temporary_dir.is_dir()

    assert not settings.temporary_dir.exists()
