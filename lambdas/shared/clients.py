"""How handlers speak of boto3's clients, whose methods are made at run time."""

from typing import Any

# Requests are built from the pipeline file, so their types are checked by pydantic and by the
# service, not by the stubs of each method.
Client = Any
"""A boto3 client."""
Json = Any
"""A value that came out of JSON."""
