import ast
from collections.abc import Iterator
from pathlib import Path

from personalize_emulator.catalogue import recipes
from personalize_emulator.recipes.documentation import FAMILIES, page
from personalize_emulator.recipes.fitting.signals import SignalSettings
from personalize_emulator.recipes.provenance import FIELDS, PROVENANCE, Names
from personalize_emulator.recipes.registry import RECIPES

FOLDER = Path(__file__).parents[3] / "personalize_emulator" / "recipes"
PAGE = Path(__file__).parents[3] / "docs" / "recipes.md"


def test_the_page_is_the_one_that_the_code_writes() -> None:
    assert PAGE.read_text() == page(), "run python -m personalize_emulator.recipes.documentation"


def test_every_recipe_and_hyperparameter_is_on_it() -> None:
    text = page()
    assert [name for name in RECIPES if f"| {name} |" not in text] == []
    named = {(recipe.name, p.name) for recipe in recipes(legacy=True) for p in recipe.parameters}
    assert [pair for pair in named if "| {} | `{}` |".format(*pair) not in text] == []


def test_every_family_that_a_recipe_refers_to_has_a_section() -> None:
    text = page()
    referred = {part.split(")")[0] for part in text.split("](#")[1:]}
    assert referred <= FAMILIES.keys()
    assert all(f"### {name}\n" in text for name in referred)


def test_every_number_of_a_module_says_where_it_comes_from() -> None:
    told = {(module, name) for module, names in PROVENANCE.items() for name in listed(names)}
    written = {
        (".".join(path.relative_to(FOLDER).with_suffix("").parts), name)
        for path in FOLDER.rglob("*.py")
        for name in numbers_of(ast.parse(path.read_text()))
    }

    assert written - told == set()
    assert {name for _, name in told - written} <= {"SHARES", "LOWEST", "POPULARITY"}


def test_every_setting_of_the_matrices_says_where_it_comes_from() -> None:
    fields = set(SignalSettings.__dataclass_fields__) - {"transition_decay", "recency"}
    assert set(listed(FIELDS)) == fields


def listed(names: Names) -> list[str]:
    return [name for each in names for name in each.split(", ")]


def numbers_of(module: ast.Module) -> Iterator[str]:
    """Yield the constants of a module that are, or are made of, numbers."""
    for line in module.body:
        if not isinstance(line, ast.Assign | ast.AnnAssign) or line.value is None:
            continue
        targets = line.targets if isinstance(line, ast.Assign) else [line.target]
        values = (node.value for node in ast.walk(line.value) if isinstance(node, ast.Constant))
        if any(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            yield from (each.id for each in targets if isinstance(each, ast.Name))
