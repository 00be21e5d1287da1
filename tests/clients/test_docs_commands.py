"""Runs the commands of a page of the documentation, in order, as a reader would.

Every fenced block of the page is run in one shell, so that a new command is run without a change here. A comment in the page's source
says what is different about the block below it:

    <!-- leave running until: TEXT -->    it runs in a terminal of its own, and is ready when it has printed TEXT
    <!-- stop: TEXT -->                   it is run once the block that printed TEXT has been stopped by Ctrl+C
    <!-- exit status N -->                it ends with this status
    <!-- not run: REASON -->              it is not run
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import unittest
from dataclasses import dataclass
from pathlib import Path

from demo import ROOT, binary

PAGE = ROOT / "docs" / "marketplace-platform.md"
BLOCK_WITHIN_SECONDS = 180
LOOK_EVERY_SECONDS = 0.1
COMMENT = re.compile(r"^\s*<!-- (?P<name>leave running until|stop|exit status|not run):? ?(?P<text>.*) -->\s*$")
FENCE = re.compile(r"^(?P<indent>\s*)(?P<mark>`{3,}|~{3,})(?P<info>.*)$")
ENDED = "the block has ended with status"


@dataclass
class Block:
    line: int
    text: str
    comments: dict[str, str]


def blocks(page: str) -> list[Block]:
    """The fenced blocks, with the comments directly above each."""
    found: list[Block] = []
    comments: dict[str, str] = {}
    lines = iter(enumerate(page.splitlines(), start=1))
    for number, line in lines:
        if comment := COMMENT.match(line):
            comments[comment["name"]] = comment["text"].strip()
        elif fence := FENCE.match(line):
            inside = []
            for _, text in lines:
                if text.strip() == fence["mark"]:
                    break
                inside.append(text.removeprefix(fence["indent"]))
            found.append(Block(number, "\n".join(inside), comments))
            comments = {}
        elif line.strip():
            comments = {}
    return found


class Terminal:
    """A shell that runs blocks one after another and keeps its variables."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.log = directory / "terminal.log"
        self.out = self.log.open("wb")
        command = ["bash", "--noprofile", "--norc", "-o", "pipefail", "-s"]
        self.shell = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.PIPE, stdout=self.out, stderr=subprocess.STDOUT, text=True
        )
        self.run = 0

    def status_of(self, text: str) -> tuple[int, str]:
        """Runs a block. The status of its last command, or of the first one that failed, and what it printed."""
        self.run += 1
        before = self.log.stat().st_size
        mark = f"{ENDED} {self.run}:"
        # A trap keeps the shell, which `set -e` would end.
        self.shell.stdin.write(f"failed=0; trap 'failed=$?' ERR\n{{\n{text}\n}} </dev/null\nstatus=$?; trap - ERR; echo\n")
        self.shell.stdin.write(f'echo "{mark}$((failed ? failed : status))"\n')
        self.shell.stdin.flush()
        deadline = time.monotonic() + BLOCK_WITHIN_SECONDS
        while time.monotonic() < deadline and self.shell.poll() is None:
            printed = self.log.read_bytes()[before:].decode(errors="replace")
            if ended := re.search(rf"^{mark}(\d+)$", printed, re.MULTILINE):
                return int(ended[1]), printed
            time.sleep(LOOK_EVERY_SECONDS)
        raise AssertionError(f"a block does not end, or has ended the shell:\n{text}\n{self.log.read_text(errors='replace')[-4000:]}")

    def close(self) -> None:
        self.shell.kill()
        self.shell.wait()
        self.shell.stdin.close()
        self.out.close()


class Background:
    """A block in a terminal of its own."""

    def __init__(self, block: Block, log: Path, directory: Path, environment: dict[str, str]) -> None:
        self.until, self.log = block.comments["leave running until"], log
        with log.open("wb") as out:
            command = ["bash", "--noprofile", "--norc", "-e", "-c", block.text]
            self.process = subprocess.Popen(
                command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + BLOCK_WITHIN_SECONDS
        while self.until not in self.log.read_text(errors="replace"):
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text(errors="replace")[-4000:]
            time.sleep(LOOK_EVERY_SECONDS)

    def interrupt(self) -> None:
        """Ctrl+C, which the whole terminal gets."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Documentation(unittest.TestCase):
    def test_every_block_of_the_page_is_found_with_its_comments(self) -> None:
        page = "a\n<!-- not run: because -->\n```\none\n```\n\n   ```sh\n   two\n   ```\n<!-- exit status 3 -->\ntext\n```\nthree\n```\n"
        found = [(it.line, it.text, it.comments) for it in blocks(page)]
        self.assertEqual(found, [(3, "one", {"not run": "because"}), (7, "two", {}), (12, "three", {})])

    def test_a_failure_inside_a_block_is_noticed(self) -> None:
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        terminal = Terminal(directory, dict(os.environ))
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.status_of("A=1\necho one")[0], 0)
        self.assertNotEqual(terminal.status_of("false\necho two")[0], 0)
        self.assertNotEqual(terminal.status_of("false | cat")[0], 0)
        self.assertEqual(terminal.status_of('test "$A" = 1 && until true; do false; done')[0], 0)
        self.assertEqual(terminal.status_of("(exit 7)")[0], 7)

    def test_m22_the_commands_of_the_page_work(self) -> None:
        directory = Path(self.enterContext(tempfile.TemporaryDirectory(prefix="tessera-docs-")))
        (directory / "examples").symlink_to(ROOT / "examples")
        environment = {**os.environ, "PATH": f"{binary().absolute().parent}:{os.environ['PATH']}"}
        environment.pop("TESSERA_VENDOR_API_KEY", None)
        page = with_free_ports(PAGE.read_text())
        terminal = Terminal(directory, environment)
        self.addCleanup(terminal.close)
        running: list[Background] = []
        run = 0
        for block in blocks(page):
            with self.subTest(f"{PAGE.name}:{block.line}"):
                if "not run" in block.comments:
                    self.assertGreater(len(block.comments["not run"]), 10, "a block that is not run needs a reason")
                    continue
                run += 1
                if "stop" in block.comments:
                    (stopped,) = [it for it in running if it.until == block.comments["stop"]]
                    stopped.interrupt()
                    self.assertEqual(stopped.process.returncode, 0, stopped.log.read_text(errors="replace")[-4000:])
                if "leave running until" in block.comments:
                    background = Background(block, directory / f"block-{block.line}.log", directory, environment)
                    self.addCleanup(background.interrupt)
                    running.append(background)
                    background.wait_until_ready()
                    continue
                status, printed = terminal.status_of(block.text)
                self.assertEqual(status, int(block.comments.get("exit status", "0")), printed)
        self.assertGreater(run, 5, "the page has commands")


def with_free_ports(page: str) -> str:
    """The page with free ports in place of its own."""
    for port in sorted(set(re.findall(r"(?:127\.0\.0\.1:|localhost:|--port )(\d{4,5})\b", page))):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            number = free.getsockname()[1]
        page = re.sub(rf"(127\.0\.0\.1:|localhost:|--port ){port}\b", rf"\g<1>{number}", page)
    return page


if __name__ == "__main__":
    unittest.main()
