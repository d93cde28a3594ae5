"""A CSV file as a table of texts, within a bound of memory.

Every column is read as text, so that a value that is wrong is a value to report, not a failed read.
An empty value is NULL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lambdas.validate.reading.records import MAX_LINE


@dataclass(frozen=True, kw_only=True)
class Room:
    """What reading may use.

    Attributes:
        memory_mib: Memory of the engine in MiB; arrays of about 300 MiB come on top.
        folder: Folder for copies, runs and what does not fit; emptied by whoever made it.
        threads: Threads of the pass.
    """

    memory_mib: int
    folder: Path
    threads: int = 2


@dataclass(frozen=True, kw_only=True)
class Source:
    """A file that holds records and nothing else.

    Attributes:
        file: The file.
        columns: Its columns, in its order.
        header: Whether its first line is the header.
        quoted: Whether there are quotes in it.
    """

    file: Path
    columns: Sequence[str]
    header: bool
    quoted: bool

    @property
    def sql(self) -> str:
        """Return the file as a table function."""
        shape = ", ".join(f"{text(name)}: 'VARCHAR'" for name in self.columns)
        quote = "'\"'" if self.quoted else "''"
        return (
            f"read_csv({text(str(self.file))}, header = false, skip = {int(self.header)}, "
            f"columns = {{{shape}}}, delim = ',', quote = {quote}, escape = {quote}, "
            f"nullstr = '', auto_detect = false, max_line_size = {MAX_LINE}, "
            f"buffer_size = {2 * MAX_LINE})"
        )


@contextmanager
def engine(room: Room, *, in_order: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection that keeps to its room, and to the order of the file if asked."""
    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{room.memory_mib}MiB'")
        connection.execute(f"SET threads = {room.threads}")
        connection.execute(f"SET temp_directory = {text(str(room.folder / 'spill'))}")
        connection.execute(f"SET preserve_insertion_order = {str(in_order).lower()}")
        # The parser goes on while what it has handed out is being added up.
        connection.execute("SET streaming_buffer_size = '64MiB'")
        # Nothing is ever downloaded: what is built in has to do.
        connection.execute("SET autoinstall_known_extensions = false")
        yield connection


def text(value: str) -> str:
    """Return a text as SQL spells it."""
    return "'" + value.replace("'", "''") + "'"


def name(column: str) -> str:
    """Return a column's name as SQL spells it."""
    return '"' + column.replace('"', '""') + '"'
