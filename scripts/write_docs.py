"""Write the tables of ``docs/``: settings, prices, decisions, alarms as the code has them.

Usage: ``python -m scripts.write_docs`` from the project's folder. A table stands between
``<!-- table: NAME -->`` and ``<!-- end -->``; the text around it is written by hand. A test holds
the pages to the code.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import BaseModel

from lambdas.cost.prices import load_prices
from lambdas.observe.words import WORDS
from lambdas.shared.cost_settings import CostSettings
from lambdas.shared.metric_names import OFFLINE_METRICS, MetricName
from lambdas.shared.observation_settings import ObservationSettings
from lambdas.shared.promotion_settings import PromotionSettings
from lambdas.shared.validation_settings import ValidationSettings
from lambdas.validate.rulebook import RULES, mends

ROOT = Path(__file__).resolve().parent.parent
_NAMES = ("promotion", "cost", "observation", "validation")
PAGES = tuple(ROOT / "docs" / f"{name}.md" for name in _NAMES)
DEFAULT_PIPELINE = ROOT / "pipelines" / "movielens.yaml"
_TABLE = re.compile(r"(<!-- table: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
Template = Mapping[str, Any]
Cells = tuple[str, ...]


def written(page: str, template: Template) -> str:
    """Return a page with each of its tables as the code has it.

    Args:
        page: The page's text.
        template: The default pipeline's CloudFormation template.
    """
    return _TABLE.sub(lambda found: found[1] + _TABLES[found[2]](template) + found[3], page)


def _table(*rows: Cells) -> str:
    head, *body = rows
    lines = (head, ("---",) * len(head), *body)
    return "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in lines)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", "\\|")


def _settings(key: str, model: type[BaseModel]) -> str:
    return _table(("key", "default", "meaning"), *_keys(key, model))


def _keys(key: str, model: type[BaseModel]) -> Iterator[Cells]:
    """Yield a model's keys with those of the models within it, by their whole names."""
    for field in model.model_fields.values():
        name, within = f"{key}.{field.alias}", _within(field.annotation)
        if within is None or _is_list(field.annotation):
            default = field.get_default(call_default_factory=True)
            yield f"`{name}`", f"`{_json(default)}`", str(field.description)
        if within is not None:
            yield from _keys(f"{name}[]" if _is_list(field.annotation) else name, within)


def _within(annotation: Any) -> type[BaseModel] | None:  # noqa: ANN401 - whatever a field may be
    arguments = getattr(annotation, "__args__", (annotation,))
    models = [one for one in arguments if isinstance(one, type) and issubclass(one, BaseModel)]
    return models[0] if models else None


def _is_list(annotation: Any) -> bool:  # noqa: ANN401 - whatever a field may be
    return getattr(annotation, "__origin__", None) is tuple


def _json(value: object) -> str:
    def plain(part: object) -> object:
        if isinstance(part, BaseModel):
            return part.model_dump(mode="json", by_alias=True, exclude_none=True)
        return [plain(one) for one in part] if isinstance(part, tuple) else part

    return json.dumps(plain(value))


def _prices() -> str:
    prices = load_prices()
    rows = [
        (f"`{name}`", f"{price['usd']:g}", price["unit"], price["source"])
        for name, price in prices.prices.model_dump(by_alias=True).items()
    ]
    head = ("price", f"USD, {prices.region}, {prices.checked}", "for one", "said by")
    return _table(head, *rows)


def _assumptions() -> str:
    assumed = load_prices().assumptions
    fields = type(assumed).model_fields.values()
    values = assumed.model_dump(by_alias=True)
    rows = [
        (f"`{field.alias}`", f"{values[str(field.alias)]:g}", field.description or "")
        for field in fields
        if field.alias != "note"
    ]
    return _table(("assumption", "value", "meaning"), *rows)


def _decisions() -> str:
    rows = [
        (f"`{kind}`", words.headline.format(subject="X"), words.meaning, words.to_do)
        for kind, words in WORDS.items()
    ]
    return _table(("decision", "headline", "what it means", "what to do"), *rows)


def _metrics() -> str:
    figures = [name for name in MetricName if name not in WORDS]
    return _table(
        ("metrics", "names"),
        ("one point a decision", _names(WORDS)),
        ("figures", _names(figures)),
        ("each version's offline metrics", _names(OFFLINE_METRICS)),
    )


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _of_type(template: Template, kind: str) -> Iterator[Mapping[str, Any]]:
    for resource in template["Resources"].values():
        if resource["Type"] == kind:
            yield resource["Properties"]


def _dashboard(template: Template) -> str:
    [body] = [one["DashboardBody"] for one in _of_type(template, "AWS::CloudWatch::Dashboard")]
    parts = body["Fn::Join"][1] if isinstance(body, dict) else [body]
    text = "".join(part if isinstance(part, str) else "-" for part in parts)
    rows: dict[int, list[str]] = {}
    for widget in json.loads(text)["widgets"]:
        if title := widget["properties"].get("title"):
            rows.setdefault(widget["y"], []).append(title)
    listed = [(str(number), " · ".join(titles)) for number, titles in enumerate(rows.values(), 1)]
    return _table(("row", "what it shows"), *listed)


def _alarms(template: Template) -> str:
    rows = [
        (f"`{alarm['AlarmName']}`", alarm["AlarmDescription"].partition(": ")[2])
        for alarm in _of_type(template, "AWS::CloudWatch::Alarm")
    ]
    return _table(("alarm", "goes off when"), *rows)


def _rules() -> str:
    rows = [
        (f"`{code}`", f"{rule.level}{', mended if asked' * mends(code)}", rule.about)
        for code, rule in RULES.items()
    ]
    return _table(("code", "verdict", "what it is about"), *rows)


_TABLES: dict[str, Callable[[Template], str]] = {
    "promotion-settings": lambda _: _settings("promotion", PromotionSettings),
    "cost-settings": lambda _: _settings("cost", CostSettings),
    "observation-settings": lambda _: _settings("observation", ObservationSettings),
    "validation-settings": lambda _: _settings("validation", ValidationSettings),
    "validation-rules": lambda _: _rules(),
    "offline-metrics": lambda _: _table(("metric",), *((f"`{n}`",) for n in OFFLINE_METRICS)),
    "prices": lambda _: _prices(),
    "assumptions": lambda _: _assumptions(),
    "decisions": lambda _: _decisions(),
    "metrics": lambda _: _metrics(),
    "dashboard": _dashboard,
    "alarms": _alarms,
}


def main() -> None:
    """Write the tables of every page anew."""
    from localcloud.deploy.synthesis import synthesize  # noqa: PLC0415 - the tests bring a template

    with TemporaryDirectory() as folder:
        assembly = synthesize(DEFAULT_PIPELINE, Path(folder) / "assembly")
        template = json.loads(assembly.template.read_text())
    for page in PAGES:
        page.write_text(written(page.read_text(), template))


if __name__ == "__main__":
    main()
