"""What comes back of a drop, and where it is written."""

from pathlib import Path

from localcloud.clients import Clients
from localcloud.pipeline.drop import fetch_imported


def test_what_was_imported_is_written_beside_what_is_there_already(
    clients: Clients, tmp_path: Path
) -> None:
    (tmp_path / "thesis.tex").write_text("the only copy")
    clients.s3.create_bucket(Bucket="dropped")
    for look in (1, 2):
        key = f"runs/first/import/{look}/interactions.csv"
        clients.s3.put_object(Bucket="dropped", Key=key, Body=f"look {look}".encode())

    fetch_imported(clients, bucket="dropped", drop_id="first", folder=tmp_path)

    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "thesis.tex": "the only copy",
        "interactions.csv": "look 2",
    }
