"""Runs a published Airbyte connector as its own process and reads the messages it prints.

The connectors are declarative: a manifest in a package of its own, run by the Airbyte CDK's command.
"""

import json
import os
import subprocess
from pathlib import Path

RUN_WITHIN_SECONDS = 120


class Connector:
    """One connector package, e.g. `source_freshservice`, in the virtual environment `environment`.

    `config` is the connector's own, `authority` the PEM file of the authority that signed the far end's certificate.
    """

    def __init__(self, environment: Path, package: str, config: dict, authority: Path, directory: Path) -> None:
        self._name = package
        self._program = environment / "bin" / "source-declarative-manifest"
        (self._manifest,) = environment.glob(f"lib/python3*/site-packages/{package}/manifest.yaml")
        self._authority = authority
        self._directory = directory
        self._config = directory / "config.json"
        self._config.write_text(json.dumps(config))

    def check(self) -> dict:
        """The connector's own verdict on the connection: `{"status": "SUCCEEDED" | "FAILED", "message": …}`."""
        return _one(self._run("check"), "CONNECTION_STATUS")["connectionStatus"]

    def read(self, *streams: str) -> dict[str, list[dict]]:
        """Everything in `streams`, as records by stream name."""
        catalog = self._directory / "catalog.json"
        catalog.write_text(json.dumps({"streams": [_configured(name) for name in streams]}))
        records = {name: [] for name in streams}
        for message in self._run("read", "--catalog", catalog):
            if message["type"] == "RECORD":
                records[message["record"]["stream"]].append(message["record"]["data"])
        return records

    def _run(self, *arguments: str | Path) -> list[dict]:
        done = subprocess.run(
            [self._program, arguments[0], "--manifest-path", self._manifest, "--config", self._config, *arguments[1:]],
            env={**os.environ, "REQUESTS_CA_BUNDLE": str(self._authority)},
            cwd=self._directory,
            capture_output=True,
            text=True,
            timeout=RUN_WITHIN_SECONDS,
        )
        messages = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode != 0:
            raise AssertionError(f"{self._name} {arguments[0]} ended with {done.returncode}:\n{_said(messages)}{done.stderr}")
        return messages


def _configured(name: str) -> dict:
    return {
        "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }


def _one(messages: list[dict], kind: str) -> dict:
    found = [message for message in messages if message["type"] == kind]
    if len(found) != 1:
        raise AssertionError(f"expected one {kind}, got {len(found)}:\n{_said(messages)}")
    return found[0]


def _said(messages: list[dict]) -> str:
    return "".join(f"{message.get('log') or message.get('trace')}\n" for message in messages if message["type"] in ("LOG", "TRACE"))
