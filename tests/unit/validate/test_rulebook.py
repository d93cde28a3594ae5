"""The rule book has every rule, each with its level, and each has a bad file or a test."""

import ast
from collections.abc import Iterator
from pathlib import Path

import lambdas.validate
from lambdas.validate.findings import MENDABLE
from lambdas.validate.rulebook import RULES
from tests.unit.validate import cases_of_duplicates, cases_of_files, cases_of_values

CASES = [*cases_of_files.CASES, *cases_of_values.CASES, *cases_of_duplicates.CASES]
FOLDER = Path(lambdas.validate.__file__).parent
# What builds a finding, or a probe that becomes one, with its code in front or by name.
MAKERS = {"Finding", "Probe", "refuse", "_refuse", "_warn", "_finding"}
# Shown by a test of its own, because one bad file is not enough.
ELSEWHERE = {
    "too-large": "test_an_incremental_import_is_bounded",
    "dataset-twice": "test_what_lies_beside_the_datasets_is_not_passed_over",
    "part-unknown": "test_what_lies_beside_the_datasets_is_not_passed_over",
    "file-unknown": "test_what_lies_beside_the_datasets_is_not_passed_over",
    "incremental-first": "test_the_first_import_is_not_incremental",
    "many-items": "test_more_items_than_a_recipe_considers_is_said",
    "map-not-a-number": "test_what_is_wrong_with_a_mapped_file_is_told_at_its_own_line",
    "map-column-missing": "test_a_column_that_the_map_names_has_to_be_there",
    "interactions-missing": "test_a_drop_without_interactions_is_refused",
    "line-empty": "test_what_can_be_mended_is_mended_in_a_new_file",
    **{f"manifest-{what}": "test_each_difference_is_named" for what in ("missing", "outside")},
    **{f"manifest-{what}": "test_each_difference_is_named" for what in ("size", "checksum")},
    "manifest-unreadable": "test_each_difference_is_named",
}


def trees() -> Iterator[ast.AST]:
    for file in FOLDER.rglob("*.py"):
        if file.name != "rulebook.py":
            yield from ast.walk(ast.parse(file.read_text()))


def made() -> Iterator[str]:
    """Yield the codes that stand in calls of whatever makes findings."""
    for node in trees():
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name in MAKERS:
            named = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            for one in [*node.args[:1], *named]:
                if isinstance(one, ast.Constant):
                    yield str(one.value)


def test_every_code_that_is_made_is_in_the_book() -> None:
    assert set(made()) - RULES.keys() == set()
    assert MENDABLE.keys() - RULES.keys() == set()


def test_every_code_in_the_book_is_made() -> None:
    texts = {node.value for node in trees() if isinstance(node, ast.Constant)}

    assert RULES.keys() - texts == set()


def test_every_rule_is_shown_by_a_file_or_a_test() -> None:
    shown = {case.code: case.level for case in CASES}

    assert shown == {code: RULES[code].level for code in shown}
    assert RULES.keys() - shown.keys() == ELSEWHERE.keys()


def test_the_tests_elsewhere_are_there() -> None:
    text = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))

    assert [name for name in ELSEWHERE.values() if f"def {name}(" not in text] == []
