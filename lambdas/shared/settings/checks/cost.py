"""Money: what may be asked of campaigns when nobody asks them, against what is known of them."""

from collections.abc import Iterator

from lambdas.shared.settings.pipeline import Pipeline
from lambdas.shared.settings.problems import Problem
from lambdas.shared.settings.recipes import RECIPES


def check_cost(pipeline: Pipeline) -> Iterator[Problem]:
    """Yield a problem where a campaign would be called idle though nobody counts its requests."""
    lifetime = pipeline.cost.campaigns
    answers = {
        "deleteWhenIdle": lifetime.delete_when_idle,
        "lowerWhenIdle": lifetime.lower_when_idle,
    }
    uncounted = [
        f"{solution.name} ({solution.recipe})"
        for solution in pipeline.solutions
        if pipeline.serves(solution) and not RECIPES[solution.recipe].has_requests_counted
    ]
    for key in (key for key, asked in answers.items() if asked and uncounted):
        message = (
            f"true, but the service counts no requests to the campaign of {', '.join(uncounted)}: "
            "it would be called idle under full load; only false is allowed beside it: leave "
            f"{key} out (timeToLiveHours still ends campaigns), or give that solution a pipeline "
            "of its own"
        )
        yield Problem(("cost", "campaigns", key), message)
