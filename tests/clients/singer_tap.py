"""Runs a published Singer tap as its own process and reads the messages it prints."""

import json
import subprocess
from pathlib import Path

RUN_WITHIN_SECONDS = 120


def read(program: Path, config: dict, directory: Path) -> dict[str, list[dict]]:
    """Everything in the tap's streams, as records by stream name. A stream without records has an empty list."""
    settings = directory / "config.json"
    settings.write_text(json.dumps(config))
    done = subprocess.run(
        [program, "--config", settings], cwd=directory, capture_output=True, text=True, timeout=RUN_WITHIN_SECONDS
    )
    if done.returncode != 0:
        raise AssertionError(f"{program.name} ended with {done.returncode}:\n{done.stderr[-4000:]}")
    records: dict[str, list[dict]] = {}
    for message in map(json.loads, done.stdout.splitlines()):
        if message["type"] == "SCHEMA":
            records.setdefault(message["stream"], [])
        elif message["type"] == "RECORD":
            records[message["stream"]].append(message["record"])
    return records
