"""One file for each bad input that a drop can bring: the verdict, and the words."""

from pathlib import Path

import pytest

from lambdas.validate.findings import Level, in_one, worst_first
from tests.unit.validate import cases_of_duplicates, cases_of_files, cases_of_values
from tests.unit.validate.case import HEADER, Case, events, lines
from tests.unit.validate.drops import SCHEMAS, START, interactions, look, sound

CASES = [*cases_of_files.CASES, *cases_of_values.CASES, *cases_of_duplicates.CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_bad_input_is_named(case: Case, tmp_path: Path) -> None:
    seen = look(
        tmp_path,
        case.drop,
        schemas=case.schemas or None,
        solutions=list(case.solutions),
    )

    [finding] = [f for f in seen.findings if f.code == case.code]
    assert finding.level is case.level
    assert finding.line == case.line or case.line is None
    for word in case.words:
        assert word in finding.message
    assert seen.refused or case.level is Level.WARN
    assert finding.allowed
    assert finding.remedy


def test_a_sound_drop_is_sound(tmp_path: Path) -> None:
    seen = look(tmp_path, {kind: sound(kind) for kind in SCHEMAS})

    assert seen.findings == []
    assert seen.facts["interactions"].rows == 60_000
    assert seen.facts["interactions"].users == 1_200


def test_a_drop_without_interactions_is_refused(tmp_path: Path) -> None:
    seen = look(tmp_path, {"items": sound("items")})

    assert [finding.code for finding in seen.findings] == ["interactions-missing"]


def test_an_incremental_import_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.validate.drop_rules.MAX_INCREMENTAL_BYTES", 1_000)

    seen = look(tmp_path, events(sound("interactions")), modes={"interactions": "INCREMENTAL"})

    assert "too-large" in [finding.code for finding in seen.findings]


def test_more_items_than_a_recipe_considers_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lambdas.validate.rules.MAX_ITEMS", 200)

    seen = look(tmp_path, events(sound("interactions")))

    assert "many-items" in [finding.code for finding in seen.findings]


def test_what_a_terminal_would_obey_is_spelled_out(tmp_path: Path) -> None:
    header = HEADER.replace("EVENT_TYPE", "\x1b[2JEVENT\u2028TYPE")

    seen = look(tmp_path, events(lines(header, f"u1,i1,{START},watch")))

    said = [finding.message for finding in seen.findings]
    assert all(message.isprintable() for message in said)
    assert any("\\x1b[2JEVENT\\u2028TYPE" in message for message in said)


def test_several_findings_come_together_worst_first(tmp_path: Path) -> None:
    broken = lines(HEADER, *interactions(rows=400)[1:], f",i1,{START}000,watch")

    seen = look(tmp_path, {"interactions": broken, "items": b""})

    said = in_one(seen.findings).splitlines()
    refusals = [f.message for f in worst_first(seen.findings) if f.level is Level.REFUSE]
    assert said[: len(refusals)] == refusals
    assert any(message.startswith("interactions.csv, line 402, USER_ID") for message in refusals)
    assert {f.code for f in seen.findings} >= {"empty", "id-empty", "time-milliseconds"}
