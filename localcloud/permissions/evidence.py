"""What one local cloud saw, as a file: for a judgement over the clouds of a whole test run."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from localcloud.permissions.evaluation import Policies
from localcloud.permissions.recorder import Recorder
from localcloud.permissions.report import all_grants, holder_of, used_grants


def evidence(
    recorder: Recorder, granted: Iterable[Policies], labels: Mapping[str, str]
) -> dict[str, Any]:
    """Every call with its verdict, and every grant with whether it was used.

    Args:
        recorder: What was heard.
        granted: The policies of each deployed stack.
        labels: Each role's ARN → its label.
    """
    calls = recorder.recorded()
    used = {(grant.holder, grant.action) for grant in used_grants(calls, labels)}
    grants = {(grant.holder, grant.action) for grant in all_grants(granted, labels)}
    return {
        "calls": sum(each.count for each in calls),
        "roles": sorted({holder_of(each.call, labels) for each in calls}),
        "denied": [
            {
                "holder": holder_of(each.call, labels),
                "action": each.call.action,
                "resource": each.call.resource,
                "why": each.decision.why,
            }
            for each in calls
            if not each.decision.allowed
        ],
        "problems": [str(problem) for problem in recorder.problems()],
        "granted": sorted(grants),
        "used": sorted(used),
    }


def write(folder: Path, name: str, content: Mapping[str, Any]) -> None:
    """Put `content` into `folder` under a name of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1))
