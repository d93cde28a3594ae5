from pathlib import Path

from personalize_emulator.catalogue import recipes
from personalize_emulator.recipes.documentation import FAMILIES, page
from personalize_emulator.recipes.registry import RECIPES

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
