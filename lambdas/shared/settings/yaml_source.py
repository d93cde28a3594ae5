"""YAML with its lines kept, so that a finding can say where in the file it is."""

from typing import Any

import yaml

from lambdas.shared.settings.problems import Location, Problem, SettingsError

Lines = dict[Location, int]


def read_yaml(text: str, source: str) -> tuple[Any, Lines]:
    """Return the document of ``text`` and the 1-based line of each value, by its location.

    Raises:
        SettingsError: The text is no YAML, or a key stands twice in one mapping.
    """
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise SettingsError(source, [Problem((), "the file is empty", 1)])
        lines: Lines = {(): node.start_mark.line + 1}
        _walk(node, (), lines, source)
        return loader.construct_document(node), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = None if mark is None else mark.line + 1
        raise SettingsError(source, [Problem((), f"no YAML: {error.problem}", line)]) from error
    finally:
        loader.dispose()


def _walk(node: yaml.Node, location: Location, lines: Lines, source: str) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            lines[(*location, index)] = item.start_mark.line + 1
            _walk(item, (*location, index), lines, source)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            below = (*location, str(key.value))
            line = key.start_mark.line + 1
            if below in lines:
                twice = f"stands twice, first on line {lines[below]}: YAML would keep the last one"
                raise SettingsError(source, [Problem(below, twice, line)])
            lines[below] = line
            _walk(value, below, lines, source)


def line_of(location: Location, lines: Lines) -> int | None:
    """Return the line of a location, or of the nearest thing around it that the file has."""
    for length in range(len(location), -1, -1):
        if location[:length] in lines:
            return lines[location[:length]]
    return None
