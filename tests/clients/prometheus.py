"""Runs the published Prometheus exporter for Freshservice as its own process and reads its metrics."""

import os
import socket
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

READY_WITHIN_SECONDS = 60
LOOK_EVERY_SECONDS = 0.1


class Exporter:
    """The exporter, while the context is open. `environment` configures it, `authority` is the PEM file it has to trust."""

    def __init__(self, program: Path, environment: dict[str, str], authority: Path, log: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        port = {"EXPORTER_PORT": str(self._port), "REQUESTS_CA_BUNDLE": str(authority)}
        self._program, self._environment, self._log = program, {**os.environ, **environment, **port}, log

    def __enter__(self) -> "Exporter":
        with self._log.open("wb") as out:
            self._process = subprocess.Popen([self._program], env=self._environment, stdout=out, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=15)

    def metrics(self) -> dict[str, float]:
        """The values by name with labels. The exporter reads everything for each answer."""
        samples = [line for line in self._scraped().splitlines() if line and not line.startswith("#")]
        return {name: float(value) for name, value in (sample.rsplit(" ", 1) for sample in samples)}

    def log(self) -> str:
        return self._log.read_text()

    def _scraped(self) -> str:
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with urlopen(f"http://127.0.0.1:{self._port}/metrics", timeout=READY_WITHIN_SECONDS) as answer:
                    return answer.read().decode()
            except URLError:
                time.sleep(LOOK_EVERY_SECONDS)
        raise AssertionError(f"the exporter did not answer ({self._process.poll()}):\n{self.log()[-4000:]}")
