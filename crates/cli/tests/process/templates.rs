//! `tessera templates check` names what is wrong with templates of the operator's own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONFIGURATION: &str = include_str!("../../../../examples/tessera.toml");

fn check(config: &Path) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    let output = command.args(["templates", "check", "--config"]).arg(config).env_clear().output().unwrap();
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    (output, printed)
}

#[test]
fn templates_check_names_file_and_line_of_each_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("own");
    let config = directory.path().join("tessera.toml");
    fs::write(&config, CONFIGURATION).unwrap();
    let (output, printed) = check(&config);
    assert!(output.status.success() && printed.contains("only built-in templates"), "{printed}");

    let line = format!("templates = {own:?}");
    fs::write(&config, CONFIGURATION.replace("# templates = \"/etc/tessera/templates\"", &line)).unwrap();
    for (name, source) in [
        ("auth/forgot.html", "Forgot, at {{ chrome.brand }}"),
        ("auth/register.html", "{% if %}"),
        ("portal/search.html", "one\n{{ nothing_of_the_kind }}"),
        ("emails/reply.txt", "A text without its subject"),
        ("door/forgot.html", "of an earlier version"),
    ] {
        let path = own.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, source).unwrap();
    }
    let (output, printed) = check(&config);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let place = |name: &str| own.join(name).display().to_string();
    for expected in [
        format!("{}:1: syntax error", place("auth/register.html")),
        format!("{}:2: undefined value", place("portal/search.html")),
        "in `{{ nothing_of_the_kind }}` (seen in portal-search-found)".to_owned(),
        place("emails/reply.txt"),
        "(seen in emails-reply-one)".to_owned(),
        format!("{}: no built-in template has this name", place("door/forgot.html")),
        "4 of your own".to_owned(),
        "4 wrong".to_owned(),
    ] {
        assert!(printed.contains(&expected), "{expected} is missing in: {printed}");
    }

    for name in ["auth/register.html", "portal/search.html", "emails/reply.txt", "door/forgot.html"] {
        fs::remove_file(own.join(name)).unwrap();
    }
    let (output, printed) = check(&config);
    assert!(output.status.success() && printed.contains("1 of your own") && printed.contains("0 wrong"), "{printed}");
}
