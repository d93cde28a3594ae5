"""The blocks of a file that is not plain: the engine parses it and hands out its texts."""

from collections.abc import Iterator, Sequence

import duckdb
import numpy as np

from lambdas.validate.reading.arrow_blocks import ArrowTexts, text_blocks
from lambdas.validate.reading.table import Source, name
from lambdas.validate.reading.texts import PAD, Block, Bytes, Texts


def parsed_blocks(
    connection: duckdb.DuckDBPyConnection, source: Source, columns: Sequence[str]
) -> Iterator[Block]:
    """Yield the records of a source.

    Args:
        connection: The engine.
        source: The records.
        columns: Which of its columns.

    Raises:
        duckdb.Error: The engine could not read them.
    """
    values = ", ".join(f"coalesce({name(column)}, '')" for column in columns)
    for arrays in text_blocks(connection.sql(f"SELECT {values} FROM {source.sql}")):
        texts = {column: _padded(array) for column, array in zip(columns, arrays, strict=True)}
        yield Block(len(arrays[0].edges) - 1, texts)


def _padded(array: ArrowTexts) -> Texts:
    edges = array.edges.astype(np.int64) + PAD
    buffer = bytearray(PAD) + array.data.tobytes() + bytearray(PAD)
    return Texts(Bytes(buffer), edges[:-1], np.diff(edges))
