"""What the modules say of prices, against the dated table that the pipeline reckons with."""

import json
import re

import nbformat
import pytest

from localcloud.settings import PROJECT_ROOT

PRICES = json.loads((PROJECT_ROOT / "lambdas" / "cost" / "prices.json").read_text())["prices"]


def text(module: str) -> str:
    [file] = (PROJECT_ROOT / "notebooks").glob(f"{module}-*.ipynb")
    return "\n".join(cell.source for cell in nbformat.read(file, as_version=4).cells)


@pytest.mark.parametrize(
    ("module", "sentence", "price"),
    [
        ("0", r"([\d.]+) USD per GB", "ingestionGb"),
        ("0", r"([\d.]+) USD per training hour", "trainingHour"),
        ("0", r"\*\*([\d.]+) USD an hour, ", "campaignTpsHour"),
        ("3", r"about ([\d.]+) USD for one TPS and hour", "campaignTpsHour"),
        ("3", r"\* ([\d.]+) \* HOURS_A_MONTH", "campaignTpsHour"),
    ],
)
def test_a_price_in_a_module_is_the_tables(module: str, sentence: str, price: str) -> None:
    found = re.findall(sentence, text(module))

    assert found
    assert {float(figure) for figure in found} == {PRICES[price]["usd"]}
