"""`tessera marketplace sandbox` against a vendor of another make, its recording, and the replay against other builds."""

import base64
import json
import os
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from demo import binary, start, stop, wait
from marketplace import ENDED, call, synchronize, until
from vendor import API_KEY, APPLICATION_ID, EVERY_TYPE, SETTINGS, Vendor

STOPS_WITHIN_SECONDS = 30
PASSPHRASE = "opal lantern"
# Of the other setting field, four letters would be found in other places, too.
SECRETS = (API_KEY, base64.b64encode(API_KEY.encode()).decode(), SETTINGS["FieldPassword"], PASSPHRASE)


def of_vendor(vendor: Vendor) -> list[str]:
    settings = [part for name, value in SETTINGS.items() for part in ("--setting", f"{name}={value}")]
    return ["--application-id", APPLICATION_ID, *settings]


class Sandbox:
    """A running sandbox. Its temporary files are below `temporary`."""

    def __init__(self, test: unittest.TestCase, vendor: Vendor) -> None:
        home = Path(test.enterContext(tempfile.TemporaryDirectory(prefix="tessera-sandbox-")))
        self.recording, self.log, self.temporary = home / "calls.jsonl", home / "sandbox.log", home / "tmp"
        self.temporary.mkdir()
        ready_file, key_file = home / "ready.json", home / "key"
        key_file.write_text(f"{API_KEY}\n")
        command = [binary(), "marketplace", "sandbox", "--vendor", vendor.base_url, *of_vendor(vendor), "--api-key-file", key_file]
        command += ["--record", self.recording, "--listen", "127.0.0.1:0", "--ready-file", ready_file]
        self.process = start(command, self.log, env={**os.environ, "TMPDIR": str(self.temporary)})
        test.addCleanup(stop, self.process)
        self.ready = wait(self.process, ready_file, self.log)

    def account(self, name: str) -> dict:
        return next(it for it in self.ready["accounts"] if it["name"] == name)

    def synchronized(self, account: dict, **options: str) -> dict:
        operation = synchronize(self.ready, account["id"], self.ready["service_manager"]["id"], **options)
        return until(lambda: call(self.ready, "GET", f"operations/{operation}"), lambda it: it["state"] in ENDED, "it does not end")

    def delete(self, account: dict) -> None:
        call(self.ready, "DELETE", f"marketplace-accounts/{account['id']}", accepted=(202,))
        look = lambda: call(self.ready, "GET", f"marketplace-accounts/{account['id']}")  # noqa: E731
        until(look, lambda it: it["state"] == "deleted", "it is not deleted")

    def stopped(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=STOPS_WITHIN_SECONDS)

    def calls(self) -> list[dict]:
        return [json.loads(line) for line in self.recording.read_text().splitlines()]


class MarketplaceSandbox(unittest.TestCase):
    def vendor(self, **more: object) -> Vendor:
        return self.enterContext(Vendor(options=EVERY_TYPE, **more))

    def conversation(self, vendor: Vendor) -> Sandbox:
        """A customer, another one who first enters somebody else's domain, an update, and a deletion."""
        sandbox = Sandbox(self, vendor)
        customer, direct = sandbox.account("Bakehouse Lane"), sandbox.account("Rivers Roofing")
        done = sandbox.synchronized(customer, domain="bakehouse-lane.example", passphrase=PASSPHRASE, role="2", regions="eu|za")
        self.assertEqual(done["state"], "done", done)
        refused = sandbox.synchronized(direct, domain="bakehouse-lane.example")
        self.assertEqual((refused["state"], refused["code"]), ("failed", 2), refused)
        self.assertEqual(sandbox.synchronized(direct, domain="rivers-roofing.example")["state"], "done")
        self.assertEqual(sandbox.synchronized(customer, seats="12")["state"], "done")
        sandbox.delete(direct)
        return sandbox

    def replay(self, recording: Path, vendor: Vendor, *more: str) -> tuple[int, dict, dict[str, str]]:
        """The exit status, the report, and the outcome of each rule."""
        command = [binary(), "check-vendor", vendor.base_url, *of_vendor(vendor), "--replay", recording, "--json", *more]
        environment = {**os.environ, "TESSERA_VENDOR_API_KEY": API_KEY}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        self.assertTrue(done.stdout, done.stderr)
        for secret in SECRETS:
            self.assertNotIn(secret, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        return done.returncode, report, {it["id"]: it["outcome"] for it in report["findings"]}

    def test_m22_a_sandbox_shows_and_records_every_call_and_leaves_nothing_behind(self) -> None:
        vendor = self.vendor()
        sandbox = self.conversation(vendor)
        kinds = sorted(it["kind"] for it in sandbox.ready["accounts"])
        self.assertEqual(kinds, ["customer_of_reseller"] * 3 + ["direct_customer"] * 2 + ["reseller"] * 2)
        self.assertEqual(sandbox.stopped(), 0, sandbox.log.read_text())
        self.assertEqual(list(sandbox.temporary.iterdir()), [], "temporary data is deleted")

        calls, seen = sandbox.calls(), [it for it in vendor.calls]
        self.assertEqual([it["endpoint"].lower() for it in calls], [it.operation for it in seen], "every call, in order")
        shown = sandbox.log.read_text()
        for recorded, arrived in zip(calls, seen, strict=True):
            self.assertEqual((recorded["version"], recorded["outcome"], recorded["status"]), (1, "answered", 200))
            track_id = arrived.headers["x-cloudplatform-trackid"]
            self.assertEqual(recorded["headers"]["X-CloudPlatform-TrackId"], track_id)
            (line,) = [line for line in shown.splitlines() if track_id in line]
            for part in (recorded["method"], recorded["endpoint"], "200", " ms"):
                self.assertIn(part, line)
            if recorded["endpoint"] != "SyncOptions":
                self.assertIn(f"Code {recorded['answer'].get('Code', recorded['answer'].get('ErrorCode'))}", line)
                self.assertEqual(recorded["request"]["ID"], arrived.body["ID"])
        texts = sandbox.recording.read_text(), shown
        for secret in SECRETS:
            self.assertFalse([text for text in texts if secret in text], "a secret is shown")
        self.assertIn("This domain belongs to another account.", shown)
        for place in ("/console/service-managers/", "/console/marketplace-accounts", "curl -s "):
            self.assertIn(place, shown)

    def test_m22_a_recording_is_replayed_against_other_builds(self) -> None:
        sandbox = self.conversation(self.vendor())
        self.assertEqual(sandbox.stopped(), 0)

        again = self.vendor()
        status, report, outcomes = self.replay(sandbox.recording, again)
        self.assertEqual((status, report["verdict"], report["left_behind"]), (0, "kept", []), report)
        self.assertEqual({rule: it for rule, it in outcomes.items() if it not in ("kept", "not_applicable")}, {}, report)
        self.assertEqual(again.customers, [], "what the replay made is deleted")

        for fault, operations, rule in (
            ("same_id", ("synchronize",), "P5"),
            ("internal_code", ("synchronize",), "P3"),
            ("error_status", ("exists",), "P2"),
            ("rubbish", ("synchronize",), "P6"),
        ):
            with self.subTest(fault):
                vendor = self.vendor()
                vendor.switch_on(fault, *operations)
                status, report, outcomes = self.replay(sandbox.recording, vendor)
                self.assertEqual((status, outcomes[rule]), (1, "broken"), report)
        with self.subTest("odd_spelling"):
            vendor = self.vendor()
            vendor.switch_on("odd_spelling")
            status, report, outcomes = self.replay(sandbox.recording, vendor)
            self.assertEqual((status, outcomes["P12"]), (0, "advice"), report)

    def test_m22_a_recording_is_never_continued(self) -> None:
        vendor = self.vendor()
        with tempfile.NamedTemporaryFile(prefix="tessera-sandbox-") as file:
            file.write(b"another conversation\n")
            file.flush()
            command = [binary(), "marketplace", "sandbox", "--vendor", vendor.base_url, *of_vendor(vendor), "--record", file.name]
            environment = {**os.environ, "TESSERA_VENDOR_API_KEY": API_KEY}
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("contains something already", done.stderr)
        self.assertEqual(vendor.calls, [])


if __name__ == "__main__":
    unittest.main()
