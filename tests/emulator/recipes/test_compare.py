"""``python -m personalize_emulator evaluate``: a table for good data, one line for bad."""

import gzip
from pathlib import Path

import pytest

from personalize_emulator.__main__ import main
from personalize_emulator.evaluation.compare import comparable, compare
from personalize_emulator.evaluation.generator import generate
from personalize_emulator.evaluation.reading import Sources, UnreadableData, read_dataset
from personalize_emulator.recipes.registry import recipe_named
from tests.emulator.recipes.conftest import SMALL_WORLD

MILLISECONDS = (
    "row 3: column TIMESTAMP holds 1700000000000, which is in milliseconds; allowed are"
    " whole seconds since 1970 (UTC): divide by 1,000"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three CSV files of a small world."""
    written = tmp_path_factory.mktemp("csv")
    generate(seed=11, world=SMALL_WORLD).write(written)
    return written


def evaluate(folder: Path, *more: str) -> int:
    return main(["evaluate", str(folder / "interactions.csv"), *more])


def test_every_recipe_has_a_line_with_its_confidence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    longest = "aws-ecomm-customers-who-viewed-x-also-viewed"
    chosen = ("aws-popularity-count", "aws-trending-now", longest)

    code = evaluate(folder, *(f"--recipe={name}" for name in chosen))

    printed = capsys.readouterr().out
    lines = {name: line for line in printed.splitlines() for name in chosen if name in line}
    assert code == 0
    assert set(lines) == set(chosen)
    assert all(line.count("±") == 4 for line in lines.values())
    assert "textbook NDCG@10" in printed
    assert "…" not in printed


def test_a_recipe_that_the_data_does_not_fit_is_left_out_with_the_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes = "--recipe=aws-semantic-similarity", "--recipe=aws-popularity-count"

    assert evaluate(folder, *recipes) == 0
    assert "left out: aws-semantic-similarity needs an items dataset" in capsys.readouterr().out

    assert evaluate(folder, *recipes, f"--items={folder / 'items.csv'}", "--text=TITLE") == 0
    assert "left out" not in capsys.readouterr().out


def test_what_a_recipe_needs_beside_interactions_has_to_be_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recipes = [f"--recipe=aws-{name}" for name in ("item-affinity", "item-attribute-affinity")]

    assert evaluate(folder, *recipes, "--recipe=aws-next-best-action") == 0

    printed = capsys.readouterr().out
    assert [
        line.split()[0] for line in printed.splitlines() if line.strip().startswith("aws-")
    ] == ["aws-item-affinity"]
    assert "left out: aws-item-attribute-affinity needs an items dataset" in printed
    assert "left out: aws-next-best-action needs an actions dataset" in printed
    assert "aws-next-best-action" in comparable()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "USER_ID,ITEM_ID,TIMESTAMP\nu,i,1\nu,i,1700000000000\n",
            MILLISECONDS,
        ),
        (gzip.compress(b"USER_ID"), "is a gzip archive, not a CSV file in UTF-8: unpack it"),
        (b"PK\x03\x04\x00", "is a zip archive, as .xlsx files are, not a CSV file"),
        ("USER_ID;ITEM_ID;TIMESTAMP\nu;i;1\n", "columns by semicolons, not by commas"),
        ("USER_ID\tITEM_ID\tTIMESTAMP\nu\ti\t1\n", "columns by tabs, not by commas"),
        ("USER_ID,ITEM_ID\nu,i\n", "has no column TIMESTAMP; its header is: USER_ID, ITEM_ID"),
        ("USER_ID,ITEM_ID,TIMESTAMP\nu,i,soon\n", "row 2: column TIMESTAMP holds 'soon'"),
        ("USER_ID,ITEM_ID,TIMESTAMP\nu,i,1\n", "fewer than 1000 interactions"),
        ("USER_ID,ITEM_ID,TIMESTAMP\n", "has a header and no rows"),
        ("USER_ID,ITEM_ID,TIMESTAMP\ru,i,1\r", "has no header of a CSV file"),
        ("\n", "is empty"),
        (
            "USER_ID,ITEM_ID,TIMESTAMP\n" + "".join(f"u,i{n % 9},{n}\n" for n in range(1_000)),
            "fewer than 25 unique users",
        ),
        (None, "can't be read: No such file or directory"),
    ],
)
def test_bad_data_gets_one_line(
    content: str | bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        written_as = content.encode() if isinstance(content, str) else content
        (tmp_path / "interactions.csv").write_bytes(written_as)

    code = evaluate(tmp_path)

    written = capsys.readouterr()
    errors = [line for line in written.err.splitlines() if line.startswith("error: ")]
    assert code == 2
    assert len(errors) == 1
    assert said in errors[0]
    assert "Traceback" not in written.err
    assert written.out == ""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--without=TIMESTAMP"], "TIMESTAMP can't be left out"),
        (["--without=COLOUR"], "there is no column COLOUR to leave out; there are: EVENT_TYPE"),
        (["--text=TITLE"], "TITLE: prose is read from the items"),
        (["--recipe=aws-oracle"], "there is no recipe 'aws-oracle'"),
    ],
)
def test_bad_options_get_one_line(
    options: list[str], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(folder, *options) == 2
    assert f"error: {said}" in capsys.readouterr().err


def test_an_interrupted_evaluation_is_one_word(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("personalize_emulator.evaluation.cli.compare", interrupted)

    assert evaluate(folder) == 130
    assert capsys.readouterr().err.splitlines()[-1].endswith("interrupted")


def test_an_event_type_that_never_happens_is_named_with_those_that_do(folder: Path) -> None:
    with pytest.raises(UnreadableData, match="no event type 'buy'; there are: click, watch"):
        read_dataset(Sources(folder / "interactions.csv", event_type="buy"))


def test_a_mark_in_front_of_the_header_does_not_matter(folder: Path, tmp_path: Path) -> None:
    marked, plain = tmp_path / "interactions.csv", folder / "interactions.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())

    assert read_dataset(Sources(marked)).log.n_events == read_dataset(Sources(plain)).log.n_events


def test_numbers_categories_and_prose_are_told_apart(folder: Path) -> None:
    items = read_dataset(
        Sources(folder / "interactions.csv", folder / "items.csv", text=frozenset({"TITLE"}))
    ).items

    assert items is not None
    assert items.columns["YEAR"].dtype.kind == "f"
    assert items.categorical == {"GENRES"}
    assert items.textual == {"TITLE"}


def test_what_is_one_model_is_trained_once(folder: Path) -> None:
    data = read_dataset(Sources(folder / "interactions.csv"))
    twins = ["aws-trending-now", "aws-vod-trending-now"]

    first, second = compare(data, twins)

    assert recipe_named(twins[0]).kin == recipe_named(twins[1]).kin
    assert [first.recipe, second.recipe] == twins
    assert first.table is second.table


def test_retired_recipes_and_domains_are_asked_for() -> None:
    assert not [name for name in comparable() if "hrnn" in name or "ecomm" in name]
    assert "aws-hrnn" in comparable(legacy=True)
    assert "aws-vod-top-picks" in comparable(domain="VIDEO_ON_DEMAND")
