import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from personalize_emulator.recipes import LiveEvent, RecommendRequest, TrainingJob, load_model
from personalize_emulator.recipes.train import main


def run_job(job: TrainingJob, folder: Path) -> tuple[int, dict[str, Any]]:
    job.write(folder / "job.json")
    code = main([str(folder / "job.json")])
    return code, json.loads((job.output / "result.json").read_bytes())


def test_a_job_file_becomes_a_served_model_in_a_process_of_its_own(
    data_folder: Path, tmp_path: Path
) -> None:
    job = TrainingJob(recipe="aws-user-personalization", data=data_folder, output=tmp_path / "out")
    job.write(tmp_path / "job.json")

    command = [
        sys.executable,
        "-m",
        "personalize_emulator.recipes.train",
        str(tmp_path / "job.json"),
    ]
    subprocess.run(command, check=True, timeout=120)

    result = json.loads((tmp_path / "out" / "result.json").read_bytes())
    assert result["metrics"]["normalized_discounted_cumulative_gain_at_10"] > 0.1
    assert result["trainingSeconds"] > 0
    model = load_model(tmp_path / "out")
    assert len(model.recommend(RecommendRequest(user_id="u001", num_results=10))) == 10


def test_an_event_changes_the_next_list(data_folder: Path, tmp_path: Path) -> None:
    job = TrainingJob(recipe="aws-user-personalization", data=data_folder, output=tmp_path / "out")
    run_job(job, tmp_path)
    model = load_model(tmp_path / "out")

    before = model.recommend(RecommendRequest(user_id="u001"))
    event = LiveEvent(str(model.item_ids[7]), timestamp=1_700_000_000)
    after = model.recommend(RecommendRequest(user_id="u001", events=[event]))

    assert [item.item_id for item in before] != [item.item_id for item in after]


def test_too_few_interactions_fail_with_the_reason(data_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "data" / "interactions").mkdir(parents=True)
    for path in (data_folder / "interactions").glob("*.npy"):
        np.save(tmp_path / "data" / "interactions" / path.name, np.load(path)[:900])
    job = TrainingJob(recipe="aws-sims", data=tmp_path / "data", output=tmp_path / "out")

    code, result = run_job(job, tmp_path)

    assert code == 1
    assert "fewer than 1000 interactions" in result["failureReason"]
    assert not (tmp_path / "out" / "model.json").exists()


@pytest.mark.parametrize("recipe", ["aws-sims", "aws-user-personalization-v2"])
def test_fewer_interactions_will_do_where_the_job_says_so(
    recipe: str, data_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "data" / "interactions").mkdir(parents=True)
    users = np.load(data_folder / "interactions" / "USER_ID.npy")
    few = np.flatnonzero(np.isin(users, np.unique(users)[:12]))[:100]
    for path in (data_folder / "interactions").glob("*.npy"):
        np.save(tmp_path / "data" / "interactions" / path.name, np.load(path)[few])
    job = TrainingJob(
        recipe=recipe,
        data=tmp_path / "data",
        output=tmp_path / "out",
        minimum_interactions=100,
        minimum_users=2,
        minimum_interactions_a_user=3,
    )

    code, result = run_job(job, tmp_path)

    assert code == 0, result
    less = job.model_copy(update={"minimum_interactions": 101})
    assert "fewer than 101 interactions" in run_job(less, tmp_path)[1]["failureReason"]


@pytest.mark.parametrize("recipe", ["aws-nonsense", "aws-deepfm"])
def test_an_unknown_recipe_is_refused_by_name(
    recipe: str, data_folder: Path, tmp_path: Path
) -> None:
    code, result = run_job(
        TrainingJob(recipe=recipe, data=data_folder, output=tmp_path / "out"), tmp_path
    )

    assert code == 1
    assert recipe in result["failureReason"]


def test_a_training_ends_with_whoever_holds_its_standard_input(tmp_path: Path) -> None:
    job = tmp_path / "job.json"
    os.mkfifo(job)  # never written to: the training waits for its job until it is ended
    command = [sys.executable, "-m", "personalize_emulator.recipes.train", str(job)]
    with subprocess.Popen([*command, "--until-stdin-closes"], stdin=subprocess.PIPE) as training:
        assert training.stdin
        training.stdin.close()

        assert training.wait(60) == 1
