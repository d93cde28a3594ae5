"""The shipped MovieLens pipeline with everything else that a pipeline file may ask for."""

from dataclasses import replace
from pathlib import Path

from localcloud.data.generated import Size, generate
from localcloud.data.tables import write_drop
from localcloud.settings import PROJECT_ROOT

_MORE = """
filters:
  - name: watched
    filterExpression: EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Watch")
recommenders:
  - { name: top-picks, recipe: aws-vod-top-picks }
batchInference:
  - { name: similar, solution: similar-items, numResults: 5 }
metricAttribution:
  metrics: [{ metricName: watches, eventType: Watch, expression: SAMPLECOUNT() }]
schedules:
  retrain: cron(0 3 ? * SUN *)
  batch: rate(1 day)
"""
# A recommender needs a domain, and the domain these columns of every film.
_CHANGES = {
    "name: movielens\n": "name: movielens\ndatasetGroup: { domain: VIDEO_ON_DEMAND }\n",
    'GENRES, type: ["string", "null"]': "GENRES, type: string",
    'CREATION_TIMESTAMP, type: ["long", "null"]': "CREATION_TIMESTAMP, type: long",
    "recipe: aws-popularity-count": "recipe: aws-popularity-count\n    performAutoTraining: true",
}


def _text() -> str:
    lines = (PROJECT_ROOT / "pipelines" / "movielens.yaml").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")) + _MORE
    for shipped, wanted in _CHANGES.items():
        assert shipped in text, shipped
        text = text.replace(shipped, wanted)
    return text


TEXT = _text()


def data(folder: Path) -> dict[str, bytes]:
    """Return the files of a small drop, its events by the domain's names."""
    made = generate(Size(users=60, films=60, ratings=30), seed=1)
    rated = {rating.item for rating in made.ratings}
    write_drop(replace(made, films=[f for f in made.films if f.item in rated]), folder)
    files = {file.stem: file.read_bytes() for file in folder.glob("*.csv")}
    events = files["interactions"].replace(b",watch,", b",Watch,").replace(b",click,", b",Click,")
    return files | {"interactions": events}


def named(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return what has the name that its template gives; CloudFormation numbers the others."""
    return {(kind, name) for kind, name in found if "-pipeline-" not in name}
