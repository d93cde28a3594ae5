"""summary.json: the run for programs."""

from typing import Any

from localcloud.pipeline.results import RunResult, SolutionResult


def summary(result: RunResult) -> dict[str, Any]:
    """The run as plain JSON; metrics under the service's own names, times in seconds."""
    history = result.end.history
    return {
        "pipeline": result.pipeline,
        "dropId": result.drop_id,
        "data": result.source,
        "executionArn": result.end.arn,
        "status": result.end.status,
        "stateTransitions": history.transitions,
        "stages": [
            {"name": name, "seconds": round(seconds, 3)}
            for name, seconds in history.stage_seconds.items()
        ],
        "solutions": [_solution(solution) for solution in result.solutions],
        "liveEvents": _live(result),
    }


def _solution(solution: SolutionResult) -> dict[str, Any]:
    return {
        "name": solution.name,
        "recipe": solution.recipe,
        "solutionVersionArn": solution.version,
        "campaignArn": solution.campaign,
        "status": solution.status,
        "answers": solution.answers,
        "metrics": solution.metrics,
        "trainingSeconds": solution.training_seconds,
        "recommendations": list(solution.answer.items) if solution.answer else [],
    }


def _live(result: RunResult) -> dict[str, Any] | None:
    if result.live is None:
        return None
    return {
        "user": result.live.user,
        "clicked": list(result.live.clicked),
        "before": list(result.live.before.items),
        "after": list(result.live.after.items),
    }
