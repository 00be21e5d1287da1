//! What packages are made of: the Debian package of the built command, and the alert rules.

use std::path::Path;
use std::process::Command;

#[test]
fn h01_a_debian_package_has_the_program_its_unit_manual_and_completions() {
    // Other systems have no tool to make it with.
    if Command::new("dpkg-deb").arg("--version").output().is_err() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/debian/build.sh");
    let mut build = Command::new(script);
    build.arg(env!("CARGO_BIN_EXE_tessera")).arg(folder.path()).env("DPKG_DEB_OPTIONS", "-Znone");
    let built = build.output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let package = String::from_utf8(built.stdout).unwrap();
    assert!(package.contains(env!("CARGO_PKG_VERSION")), "{package}");
    let listed = Command::new("dpkg-deb").arg("--contents").arg(package.trim()).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for (mode, file) in [
        ("drwxr-xr-x", "./"),
        ("-rwxr-xr-x", "./usr/bin/tessera"),
        ("-rw-r--r--", "./usr/lib/systemd/system/tessera.service"),
        ("-rw-r--r--", "./usr/share/man/man1/tessera.1.gz"),
        ("-rw-r--r--", "./usr/share/man/man1/tessera-config-show.1.gz"),
        ("-rw-r--r--", "./usr/share/bash-completion/completions/tessera"),
        ("-rw-r--r--", "./usr/share/doc/tessera/examples/tessera.toml"),
    ] {
        let found = listed.lines().any(|line| line.starts_with(&format!("{mode} root/root")) && line.ends_with(file));
        assert!(found, "{mode} {file} in {listed}");
    }
}

#[test]
fn h06_prometheus_accepts_the_alert_rules() {
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/prometheus/alerts.yaml");
    // Part of Debian's package prometheus. Without it, only the names of the metrics are compared.
    let Ok(checked) = Command::new("promtool").args(["check", "rules"]).arg(rules).output() else { return };
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&[checked.stdout, checked.stderr].concat()));
}
