"""Every rule by the code of its finding: whether it stops the run, and what it is about.

The judgement is where the facts are (`header_rules`, `schema_rules`, `probes`, `file_rules`,
`rules`, `drop_rules`, `manifest`); this is the list of it, which the documentation shows and a
test holds against the code and against a file for each.
"""

from dataclasses import dataclass

from lambdas.validate.findings import MENDABLE, Level

_REFUSE, _WARN = Level.REFUSE, Level.WARN


@dataclass(frozen=True)
class Rule:
    """What a finding's code stands for."""

    level: Level
    about: str


RULES: dict[str, Rule] = {
    # The file as such.
    "empty": Rule(_REFUSE, "a file without a byte"),
    "header-only": Rule(_REFUSE, "a header and no rows"),
    "not-csv": Rule(_REFUSE, "gzip, Parquet, JSON and other formats under the name of a CSV file"),
    "separator": Rule(_REFUSE, "tabs, semicolons or bars instead of commas"),
    "not-utf8": Rule(_REFUSE, "bytes that are not UTF-8"),
    "bom": Rule(_REFUSE, "a byte-order mark"),
    "crlf": Rule(_WARN, "line ends of Windows"),
    "line-ends": Rule(_REFUSE, "lines that end in CR alone"),
    # The header.
    "header-missing": Rule(_REFUSE, "a first line with none of the schema's columns"),
    "header-repeated": Rule(_REFUSE, "the header again amid the rows"),
    "header-quoted": Rule(_REFUSE, "column names between quotes"),
    "column-missing": Rule(_REFUSE, "a column of the schema, or one the service needs, is missing"),
    "column-unknown": Rule(_REFUSE, "a column that the schema does not have"),
    "column-order": Rule(_REFUSE, "another order of columns than the schema's"),
    "column-twice": Rule(_REFUSE, "a column twice"),
    "map-column-missing": Rule(_REFUSE, "`map:` names a column that the file does not have"),
    "map-not-a-number": Rule(_REFUSE, "`map:` takes event types from what is no number"),
    # The lines.
    "ragged": Rule(_REFUSE, "a line with more or fewer values than columns"),
    "record-over-lines": Rule(_REFUSE, "a value with a line break in it"),
    "quote": Rule(_REFUSE, "a quote that is not closed, or stands where none may be"),
    "quote-doubled": Rule(_WARN, 'a quote inside a value written "" instead of \\"'),
    "line-empty": Rule(_WARN, "an empty line"),
    "line-too-long": Rule(_REFUSE, "a line of more than 8 MiB"),
    "control": Rule(_REFUSE, "a control character amid a line"),
    # The values.
    "id-empty": Rule(_REFUSE, "an empty id"),
    "id-too-long": Rule(_REFUSE, "an id over 256 characters"),
    "id-quote": Rule(_REFUSE, "a double quote inside an id"),
    "time-milliseconds": Rule(_REFUSE, "a time stamp in milliseconds"),
    "time-date": Rule(_REFUSE, "a date as a time stamp"),
    "time-not-whole": Rule(_REFUSE, "a time stamp that is no whole number"),
    "time-negative": Rule(_REFUSE, "a time stamp before 1970"),
    "time-future": Rule(_WARN, "a time stamp in the future"),
    "null-not-allowed": Rule(_REFUSE, "an empty value where the schema has no null"),
    "type-whole": Rule(_REFUSE, "no whole number where the schema has int or long"),
    "type-range": Rule(_REFUSE, "a whole number too large for its type"),
    "type-number": Rule(_REFUSE, "no number where the schema has float or double"),
    "type-boolean": Rule(_REFUSE, "neither true nor false where the schema has boolean"),
    "boolean-spelling": Rule(_REFUSE, "True, yes or 1 instead of true"),
    "category-too-long": Rule(_REFUSE, "a categorical value over 1,000 characters"),
    "text-too-long": Rule(_WARN, "a text over 20,000 characters, which the service cuts"),
    # The schema.
    "same-name": Rule(_REFUSE, "columns that are equal once underscores and case are dropped"),
    "reserved-type": Rule(_REFUSE, "a reserved column with another type, or marked"),
    "nested-type": Rule(_REFUSE, "arrays, maps and records"),
    "too-many-columns": Rule(_REFUSE, "more metadata columns than a dataset may have"),
    "too-many-texts": Rule(_REFUSE, "more than one textual column"),
    "no-metadata": Rule(_REFUSE, "items or users with nothing but the id"),
    "string-ignored": Rule(_WARN, "a string neither categorical nor textual: not trained on"),
    # The numbers.
    "too-few-interactions": Rule(_REFUSE, "under 1,000 interactions, equal ones counted once"),
    "too-few-users": Rule(_REFUSE, "under 25 users with two different interactions or more"),
    "users-once": Rule(_REFUSE, "these users are under 1 % of all"),
    "too-many-event-types": Rule(_REFUSE, "over 10 event types and metadata columns together"),
    "event-type-leaves-too-few": Rule(
        _REFUSE, "a solution's event type or least value leaves under 1,000 different interactions"
    ),
    "little-data": Rule(_WARN, "under 50,000 interactions or 1,000 users: it trains"),
    "one-event-type": Rule(_WARN, "one event type makes up over 99 %"),
    "times-equal": Rule(_WARN, "all time stamps are equal"),
    "data-old": Rule(_WARN, "nothing of the last year"),
    "duplicates": Rule(_WARN, "events that are equal in every column"),
    "id-repeated": Rule(_WARN, "an id with several rows in its catalogue"),
    "items-unknown": Rule(_WARN, "events with things that the catalogue does not have"),
    "many-items": Rule(_WARN, "over 750,000 items, or 5 million for the v2 recipes"),
    # The drop.
    "interactions-missing": Rule(_REFUSE, "a drop without interactions"),
    "dataset-unknown": Rule(_REFUSE, "a file of a dataset that the pipeline does not have"),
    "too-large": Rule(_REFUSE, "over 1 GB for an incremental import, 100 GB for a full one"),
    "incremental-first": Rule(_REFUSE, "an incremental import into a dataset without data"),
    "dataset-twice": Rule(_REFUSE, "a dataset as a file and as a folder, or under two names"),
    "part-unknown": Rule(_REFUSE, "what is no CSV file in a dataset's folder"),
    "file-unknown": Rule(_WARN, "a file that is no dataset's"),
    "manifest-unreadable": Rule(_REFUSE, "a manifest that is no list of objects"),
    "manifest-missing": Rule(_REFUSE, "a manifest that names what is not there"),
    "manifest-outside": Rule(_REFUSE, "an object that the manifest does not name"),
    "manifest-size": Rule(_REFUSE, "an object of another size than the manifest says"),
    "manifest-checksum": Rule(_REFUSE, "an object with another checksum than the manifest says"),
}


def mends(code: str) -> bool:
    """Return whether ``repair: true`` mends what a code stands for."""
    return code in MENDABLE
