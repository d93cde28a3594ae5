"""Who is behind an access key: a function acts under a session of its role, as on AWS."""

import hashlib
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc, sts

from localcloud.permissions.calls import Principal
from localcloud.server.extensions.patching import private, replace

Credentials = dict[str, str]


def install() -> None:
    """Replace `execution_credentials` where it is made and where it is used."""
    private(sts, "_sessions")
    for module in (lambda_runtime, lambda_svc):
        replace(module, "execution_credentials", _of_function)


def _of_function(config: dict[str, Any]) -> Credentials:
    role = config["Role"]
    return session(role, config["FunctionName"][:64], seed=config["FunctionArn"])


def session(role: str, name: str, *, seed: str) -> Credentials:
    """Credentials of a session of `role`, as environment variables.

    Args:
        role: The role's ARN.
        name: The session's name.
        seed: The same seed, the same credentials.
    """
    digest = hashlib.sha256(f"{seed}:{role}".encode()).hexdigest()
    key, secret, token = f"ASIA{digest[:16].upper()}", digest[16:56], digest[24:]
    account, role_name = role.split(":")[4], role.rsplit("/", 1)[-1]
    sts.register_session(
        key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role_name}/{name}",
            "UserId": f"{role_name}:{name}",
            "SecretAccessKey": secret,
            "SessionToken": token,
            "RoleArn": role,
        },
    )
    return {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
    }


def principal_of(access_key_id: str) -> Principal | None:
    """The role behind an access key; None for the account itself, which deploys."""
    known = sts._sessions.get(access_key_id)  # noqa: SLF001 - `install` proves that it is there
    if not known or ":assumed-role/" not in known["Arn"]:
        return None
    account = known["Arn"].split(":")[4]
    role, _, name = known["Arn"].partition(":assumed-role/")[2].partition("/")
    arn = known.get("RoleArn") or f"arn:aws:iam::{account}:role/{role}"
    return Principal(arn, account, name)
