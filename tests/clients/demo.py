"""Starts the built `tessera demo`, or another command with a ready file, and reads what the file says."""

import json
import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

READY_WITHIN_SECONDS = 60
LOOK_EVERY_SECONDS = 0.05
ROOT = Path(__file__).parents[2]


def binary() -> Path:
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return Path(os.environ.get("TESSERA_BIN", target / "debug" / "tessera"))


class DemoCase(unittest.TestCase):
    """A test with the stand-ins around it: `ready` holds their addresses and keys, `directory` is the test's own."""

    arguments: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls) -> None:
        home = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="tessera-clients-")))
        ready_file, log = home / "ready.json", home / "demo.log"
        command = [binary(), "demo", "--listen", "127.0.0.1:0", "--data", home / "hub", "--ready-file", ready_file, *cls.arguments]
        process = start(command, log)
        cls.addClassCleanup(stop, process)
        cls.ready = wait(process, ready_file, log)

    def setUp(self) -> None:
        self.directory = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="tessera-clients-")))


def start(command: list, log: Path, **more: object) -> subprocess.Popen:
    with log.open("wb") as out:
        return subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, **more)


def wait(process: subprocess.Popen, ready_file: Path, log: Path) -> dict:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready_file.exists():
            try:
                return json.loads(ready_file.read_text())
            except json.JSONDecodeError:
                pass  # Half written.
        time.sleep(LOOK_EVERY_SECONDS)
    raise AssertionError(f"tessera did not get ready ({process.poll()}):\n{log.read_text()[-4000:]}")


def stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
