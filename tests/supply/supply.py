#!/usr/bin/env python3
"""What may enter the dependency tree, by the rules in deny.toml, and a bill of materials. Needs cargo and Python's standard library.

Usage: tests/supply/supply.py check        licences, sources, banned crates, crates that must have one version, checksums
       tests/supply/supply.py advisories   known vulnerabilities, if cargo-deny and its database are there; says so if not
       tests/supply/supply.py sbom FILE    a CycloneDX 1.5 file of what the program `tessera` is made of, on every platform

The rules are those of cargo-deny, so that it can be used as well; here they are always checked, also where it is not installed.
"""
import json
import re
import shutil
import subprocess
import sys
import tomllib
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"
PROGRAM = "tessera"


def metadata():
    """The resolved packages. They are downloaded only if a package of another platform is missing."""
    command = ["cargo", "metadata", "--locked", "--all-features", "--format-version", "1"]
    offline = subprocess.run([*command, "--offline"], cwd=ROOT, capture_output=True, text=True)
    if offline.returncode == 0:
        return json.loads(offline.stdout)
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def rules():
    return tomllib.loads((ROOT / "deny.toml").read_text())


def locked():
    return tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]


def accepts(expression, allowed):
    """Whether a licence expression (SPDX, or with `/` for OR as in old manifests) can be kept with the allowed licences."""
    words = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    at = 0

    def word():
        return words[at] if at < len(words) else None

    def advance():
        nonlocal at
        at += 1
        return words[at - 1]

    def one():
        if word() == "(":
            advance()
            found = either()
            if word() != ")":
                raise ValueError(f"a parenthesis is not closed: {expression}")
            advance()
            return found
        if word() in (None, ")", "OR", "AND", "WITH"):
            raise ValueError(f"a licence is missing: {expression}")
        name = advance()
        if word() == "WITH":
            advance()
            name = f"{name} WITH {advance()}" if word() else name
        return name in allowed

    def both():
        found = one()
        while word() == "AND":
            advance()
            found = one() and found
        return found

    def either():
        found = both()
        while word() == "OR":
            advance()
            found = both() or found
        return found

    found = either()
    if word() is not None:
        raise ValueError(f"this is no licence expression: {expression}")
    return found


def named(package):
    return f"{package['name']} {package['version']}"


def licence_problems(packages, allowed):
    for package in packages:
        expression = package.get("license")
        if not expression:
            yield f"{named(package)} names no licence"
            continue
        try:
            accepted = accepts(expression, allowed)
        except ValueError as error:
            yield f"{named(package)}: {error}"
            continue
        if not accepted:
            yield f"{named(package)}: the licence {expression} is not allowed by deny.toml"


def source_problems(packages):
    for package in packages:
        if package["source"] not in (None, REGISTRY):
            yield f"{named(package)} comes from {package['source']}, not from crates.io"


def ban_problems(packages, bans):
    versions = {}
    for package in packages:
        versions.setdefault(package["name"], set()).add(package["version"])
    for ban in bans:
        name, found = ban["crate"], sorted(versions.get(ban["crate"], []))
        if ban.get("deny-multiple-versions"):
            if len(found) > 1:
                yield f"{name} has {len(found)} versions ({', '.join(found)}): {ban['reason']}"
        elif found:
            yield f"{name} is banned: {ban['reason']}"


def wildcard_problems(packages):
    for package in packages:
        if package["source"] is None:
            for wanted in package["dependencies"]:
                if wanted["req"] == "*" and not wanted.get("path"):
                    yield f"{named(package)} takes any version of {wanted['name']}"


def checksum_problems(packages):
    for package in packages:
        if package.get("source") and not package.get("checksum"):
            yield f"{named(package)} has no checksum in Cargo.lock"


def problems():
    packages, deny = metadata()["packages"], rules()
    yield from licence_problems(packages, set(deny["licenses"]["allow"]))
    yield from source_problems(packages)
    yield from ban_problems(packages, deny["bans"]["deny"])
    yield from wildcard_problems(packages)
    yield from checksum_problems(locked())


def shipped(resolve, root):
    """The ids of what is linked into a package, or runs while it is built: everything but what only tests need."""
    nodes = {node["id"]: node for node in resolve["nodes"]}
    reached, waiting = {}, [root]
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        kept = [
            wanted["pkg"]
            for wanted in nodes[here]["deps"]
            if any(kind["kind"] in (None, "build") for kind in wanted["dep_kinds"])
        ]
        reached[here] = sorted(set(kept))
        waiting.extend(kept)
    return reached


def purl(package):
    return f"pkg:cargo/{package['name']}@{package['version'].replace('+', '%2B')}"


def component(package, checksum):
    kind = "application" if package["name"] == PROGRAM and package["source"] is None else "library"
    described = {"type": kind, "bom-ref": purl(package), "name": package["name"], "version": package["version"]}
    if package.get("description"):
        described["description"] = " ".join(package["description"].split())
    if package.get("license"):
        described["licenses"] = [{"expression": package["license"].replace(" / ", " OR ").replace("/", " OR ")}]
    if checksum:
        described["hashes"] = [{"alg": "SHA-256", "content": checksum}]
    described["purl"] = purl(package)
    if package.get("repository"):
        described["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return described


def bill(whole, lock):
    """The bill of materials. The same sources give the same text: it has no date, and its number follows from its content."""
    packages = {package["id"]: package for package in whole["packages"]}
    root = next(it for it in whole["packages"] if it["name"] == PROGRAM and it["source"] is None)
    checksums = {(it["name"], it["version"], it.get("source")): it.get("checksum") for it in lock}
    reached = shipped(whole["resolve"], root["id"])

    def described(identity):
        package = packages[identity]
        return component(package, checksums.get((package["name"], package["version"], package["source"])))

    others = sorted((described(it) for it in reached if it != root["id"]), key=lambda it: it["bom-ref"])
    links = [
        {"ref": purl(packages[it]), "dependsOn": sorted(purl(packages[other]) for other in wanted)}
        for it, wanted in reached.items()
    ]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": described(root["id"])},
        "components": others,
        "dependencies": sorted(links, key=lambda it: it["ref"]),
    }
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True))
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{number}", **content}


def advisories():
    """Known vulnerabilities come from a database outside crates.io, which a machine may not reach."""
    if shutil.which("cargo-deny") is None:
        print("advisories: NOT CHECKED, because cargo-deny is not installed (`cargo install cargo-deny --locked`)")
        return 0
    database = Path.home() / ".cargo/advisory-dbs"
    if not database.exists() or not any(database.iterdir()):
        print("advisories: NOT CHECKED, because there is no database of advisories (`cargo deny fetch`)")
        return 0
    return subprocess.run(["cargo", "deny", "--offline", "check", "advisories"], cwd=ROOT).returncode


def main(arguments):
    match arguments:
        case ["check"]:
            found = list(problems())
            print("\n".join(found) or "licences, sources, bans and checksums: nothing to object to")
            return 1 if found else 0
        case ["advisories"]:
            return advisories()
        case ["sbom", file]:
            Path(file).write_text(json.dumps(bill(metadata(), locked()), indent=2, ensure_ascii=False) + "\n")
            print(file)
            return 0
        case _:
            print(__doc__.strip(), file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
