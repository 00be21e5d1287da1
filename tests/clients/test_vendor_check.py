"""`tessera check-vendor` against a vendor of another make."""

import json
import os
import subprocess
import unittest

from demo import binary
from vendor import API_KEY, APPLICATION_ID, EVERY_TYPE, SETTINGS, Vendor


class VendorCheck(unittest.TestCase):
    def check(self, vendor: Vendor, *more: str) -> tuple[int, dict[str, str], dict]:
        """The exit status, the outcome of each rule, and the report."""
        settings = [part for name, value in SETTINGS.items() for part in ("--setting", f"{name}={value}")]
        command = [binary(), "check-vendor", vendor.base_url, "--application-id", APPLICATION_ID, *settings, "--json", *more]
        environment = {**os.environ, "TESSERA_VENDOR_API_KEY": API_KEY}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
        self.assertTrue(done.stdout, done.stderr)
        self.assertNotIn(API_KEY, done.stdout + done.stderr)
        report = json.loads(done.stdout)
        return done.returncode, {finding["id"]: finding["outcome"] for finding in report["findings"]}, report

    def vendor(self) -> Vendor:
        return self.enterContext(Vendor(options=EVERY_TYPE))

    def test_m21_a_vendor_who_keeps_the_contract_passes(self) -> None:
        vendor = self.vendor()
        known = vendor.knows(domain="known.example")
        status, outcomes, report = self.check(vendor, "--existing", "domain=known.example", "--existing-id", known)
        self.assertEqual({rule: outcome for rule, outcome in outcomes.items() if outcome != "kept"}, {})
        self.assertEqual((status, report["verdict"]), (0, "kept"))
        self.assertEqual([it.external_id for it in vendor.customers], [known], "the test accounts are deleted, and nobody else")

    def test_m21_spelling_that_the_platform_reads_is_only_advice(self) -> None:
        vendor = self.vendor()
        vendor.switch_on("odd_spelling")
        status, outcomes, _ = self.check(vendor)
        self.assertEqual([rule for rule, outcome in outcomes.items() if outcome not in ("kept", "not_applicable")], ["T10"])
        self.assertEqual(status, 0)

    def test_m21_the_same_id_for_every_account_breaks_one_rule(self) -> None:
        vendor = self.vendor()
        vendor.switch_on("same_id", "synchronize")
        status, outcomes, _ = self.check(vendor)
        self.assertEqual([rule for rule, outcome in outcomes.items() if outcome == "broken"], ["S2"])
        self.assertEqual(status, 1)

    def test_m21_customers_whose_creation_was_not_answered_are_deleted_too(self) -> None:
        vendor = self.vendor()
        vendor.switch_on("dies", "synchronize")
        status, outcomes, _ = self.check(vendor)
        self.assertEqual([rule for rule, outcome in outcomes.items() if outcome == "broken"], ["T1"])
        self.assertEqual((status, vendor.customers), (1, []))


if __name__ == "__main__":
    unittest.main()
