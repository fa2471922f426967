"""A record of `loksync wire measure` as a note of Anki: its kind, and its fields as compact JSON. Anki gives each note
an id and a time of its own, so the record's are left out."""
import json

# What the record has beside the fields of the contract: `RecordJSON.OwnKey`.
OWN_KEYS = ("entity", "id", "updated_at")


def fields(record):
    """The note's two fields, by name."""
    left = {name: value for name, value in record.items() if name not in OWN_KEYS}
    return {"kind": str(record["entity"]), "fields": json.dumps(left, separators=(",", ":"), ensure_ascii=False)}
