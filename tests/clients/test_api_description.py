"""The API keeps to its own description: Schemathesis reads it, and asks every operation of the admin API with values that the
description allows, and with values that it forbids."""

import subprocess
import sys
from pathlib import Path

from demo import DemoCase

SCHEMATHESIS = Path(sys.prefix).with_name("schemathesis") / "bin" / "schemathesis"
# What is created refers to what exists, which a description cannot say; so values that it allows may be refused.
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
)


class ApiDescription(DemoCase):
    def test_h01_every_operation_keeps_to_the_description(self) -> None:
        command = [
            SCHEMATHESIS, "run", f"{self.ready['hub']}/api/v1/openapi.json",
            "--header", f"Authorization: Bearer {self.ready['admin_api_key']}",
            "--include-tag", "Admin",
            # It would revoke the key that it uses itself.
            "--exclude-path-regex", "/api-keys",
            "--checks", ",".join(CHECKS),
            "--phases", "examples,coverage", "--seed", "1",
            "--request-timeout", "30", "--continue-on-failure", "--warnings", "off", "--no-color",
        ]
        done = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=False, timeout=600)
        failures = done.stdout.partition(" FAILURES ")[2] or done.stdout + done.stderr
        self.assertEqual(done.returncode, 0, failures)
