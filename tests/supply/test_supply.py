"""The dependency tree keeps the rules of deny.toml, the rules are applied as they are meant, and the bill of materials is whole."""
import json
import re
import unittest

import supply

ALLOWED = {"MIT", "Apache-2.0", "ISC"}


def package(name="one", version="1.0.0", source=supply.REGISTRY, **more):
    return {"name": name, "version": version, "source": source, "license": "MIT", "dependencies": [], **more}


class Rules(unittest.TestCase):
    def test_h01_a_licence_is_accepted_if_it_can_be_kept_with_the_allowed_ones(self):
        for expression in [
            "MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "GPL-3.0 / Apache-2.0", "(MIT OR GPL-3.0) AND ISC",
            "MIT AND (Apache-2.0 OR ISC)", "GPL-3.0 OR MIT AND ISC", "Apache-2.0 WITH LLVM-exception OR MIT",
        ]:
            self.assertTrue(supply.accepts(expression, ALLOWED), expression)
        for expression in [
            "GPL-3.0", "MIT AND GPL-3.0", "(GPL-3.0 OR AGPL-3.0) AND MIT", "MIT AND ISC AND GPL-3.0", "mit",
            "Apache-2.0 WITH LLVM-exception", "GPL-3.0 OR MIT AND GPL-2.0",
        ]:
            self.assertFalse(supply.accepts(expression, ALLOWED), expression)
        for nonsense in ["", "OR", "MIT OR", "(MIT", "MIT)", "MIT ISC", "AND MIT"]:
            with self.assertRaises(ValueError, msg=nonsense):
                supply.accepts(nonsense, ALLOWED)

    def test_h01_a_crate_without_an_allowed_licence_is_named(self):
        crates = [package(), package("two", license=None), package("three", license="GPL-3.0"), package("four", license="(")]
        found = list(supply.licence_problems(crates, ALLOWED))
        self.assertEqual([text.split()[0] for text in found], ["two", "three", "four"])

    def test_h01_a_crate_from_elsewhere_than_crates_io_is_named(self):
        git = "git+https://git.example.com/two#0123"
        found = list(supply.source_problems([package(), package("two", source=git), package("three", source=None)]))
        self.assertEqual(len(found), 1)
        self.assertIn("two 1.0.0 comes from git+https://git.example.com", found[0])

    def test_h01_banned_crates_and_second_versions_are_named(self):
        bans = [
            {"crate": "openssl", "reason": "another stack"},
            {"crate": "rustls", "deny-multiple-versions": True, "reason": "one stack"},
            {"crate": "absent", "reason": "never"},
        ]
        crates = [package("openssl"), package("rustls"), package("rustls", "2.0.0")]
        found = list(supply.ban_problems(crates, bans))
        self.assertEqual(found, ["openssl is banned: another stack", "rustls has 2 versions (1.0.0, 2.0.0): one stack"])
        self.assertEqual(list(supply.ban_problems(crates[1:2], bans)), [])

    def test_h01_any_version_and_missing_checksums_are_named(self):
        ours = package("ours", source=None, dependencies=[
            {"name": "two", "req": "*"}, {"name": "core", "req": "*", "path": "/core"}, {"name": "three", "req": "^1"},
        ])
        self.assertEqual(list(supply.wildcard_problems([ours])), ["ours 1.0.0 takes any version of two"])
        crates = [package(checksum="00"), package("two"), {"name": "ours", "version": "1.0.0"}]
        self.assertEqual(list(supply.checksum_problems(crates)), ["two 1.0.0 has no checksum in Cargo.lock"])


class Toolchain(unittest.TestCase):
    def test_h01_the_container_is_built_with_the_toolchain_that_is_asked_for(self):
        """A rust-toolchain.toml would have rustup download a toolchain, which not every machine can reach."""
        manifest = supply.tomllib.loads((supply.ROOT / "Cargo.toml").read_text())
        wanted = manifest["workspace"]["package"]["rust-version"]
        dockerfile = (supply.ROOT / "packaging/docker/Dockerfile").read_text()
        self.assertIn(f"FROM rust:{wanted}-", dockerfile)


class Workspace(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = supply.metadata()
        cls.bill = supply.bill(cls.whole, supply.locked())

    def test_h01_the_dependency_tree_keeps_the_rules(self):
        self.assertGreater(len(self.whole["packages"]), 100)
        self.assertEqual(list(supply.problems()), [])

    def test_h01_every_rule_is_of_use(self):
        allowed = set(supply.rules()["licenses"]["allow"])
        expressions = [package["license"] or "" for package in self.whole["packages"]]
        unused = {name for name in allowed if not any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", it) for it in expressions)}
        self.assertEqual(unused, set(), "deny.toml allows a licence that no crate has")

    def test_h01_the_bill_of_materials_is_a_whole_cyclonedx_document(self):
        bill = json.loads(json.dumps(self.bill))
        self.assertEqual((bill["bomFormat"], bill["specVersion"], bill["version"]), ("CycloneDX", "1.5", 1))
        self.assertRegex(bill["serialNumber"], r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assertEqual(bill["metadata"]["component"]["name"], "tessera")
        self.assertEqual(bill["metadata"]["component"]["type"], "application")
        components = [bill["metadata"]["component"], *bill["components"]]
        refs = [component["bom-ref"] for component in components]
        self.assertEqual(len(refs), len(set(refs)), "each component has a reference of its own")
        for component in components:
            self.assertTrue(component["name"] and component["version"], component)
            self.assertRegex(component["purl"], r"^pkg:cargo/[\w-]+@[\w.%-]+$")
            self.assertTrue(component["licenses"][0]["expression"], component)
            self.assertNotIn("/", component["licenses"][0]["expression"], component)
            for checksum in component.get("hashes", []):
                self.assertEqual(checksum["alg"], "SHA-256")
                self.assertRegex(checksum["content"], r"^[0-9a-f]{64}$")
        links = {link["ref"]: link["dependsOn"] for link in bill["dependencies"]}
        self.assertEqual(sorted(links), sorted(refs), "each component is in the graph")
        self.assertLessEqual({other for wanted in links.values() for other in wanted}, set(refs))

    def test_h01_the_bill_of_materials_has_what_is_shipped_and_nothing_that_only_tests_need(self):
        names = {component["name"] for component in self.bill["components"]}
        self.assertLessEqual({"tessera-core", "tessera-hub", "rusqlite", "rustls", "axum"}, names)
        self.assertEqual({"insta", "proptest", "tessera-testkit", "tessera-bench"} & names, set())
        from_outside = [it for it in self.bill["components"] if not it["name"].startswith("tessera-")]
        self.assertTrue(all(it.get("hashes") for it in from_outside))

    def test_h01_the_same_sources_give_the_same_bill_of_materials(self):
        self.assertEqual(self.bill, supply.bill(self.whole, supply.locked()))


if __name__ == "__main__":
    unittest.main()
