//! `tessera config check` names every problem of a configuration.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CONFIGURATION: &str = include_str!("../../../../examples/tessera.toml");

fn check(config: &Path, secrets: bool) -> (Output, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["config", "check", "--config"]).arg(config).env_clear();
    if secrets {
        command.env("TESSERA_SECRET_KEY", "a key for tests, long enough to be one");
        command.env("TESSERA_MAIL_URL", "smtp://mail.example.com");
        command.env("TESSERA_FRESHSERVICE_API_KEY", "key").env("TESSERA_FRESHSALES_API_KEY", "key");
        command.env("TESSERA_HOOKS_SECRET", "a secret of the service desk");
    }
    let output = command.output().unwrap();
    let printed = String::from_utf8(output.stdout.clone()).unwrap();
    (output, printed)
}

#[test]
fn h01_config_check_names_every_problem_and_asks_nothing_outside() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("tessera.toml");
    fs::write(&config, CONFIGURATION).unwrap();
    // Neither the database nor any of the systems in the example exists.
    let (output, printed) = check(&config, true);
    assert!(output.status.success() && printed.contains("0 problems"), "{printed}");
    let (output, printed) = check(&config, false);
    assert_eq!(output.status.code(), Some(1));
    assert!(printed.contains("secret.key") && printed.contains("TESSERA_MAIL_URL"), "{printed}");

    let wrong = CONFIGURATION
        .replace("https://accounts.example.com", "https://accounts.example.com/hub")
        .replace("[server]", "[server]\ntrusted_proxies = [\"10.0.0.1/8\"]\nportal = true");
    let wrong = wrong.replace("activation_licence = \"CUSTPORTAL\"", "activation_licence = \"CUST_PORTAL\"");
    fs::write(&config, &wrong).unwrap();
    let (output, printed) = check(&config, true);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    let line = |text: &str| wrong.lines().position(|line| line.starts_with(text)).unwrap() + 1;
    for (text, words) in [
        ("portal = true", "unknown field `portal`"),
        ("public_url = ", "server.public_url"),
        ("trusted_proxies = ", "10.0.0.1/8"),
        ("activation_licence = ", "did you mean CUSTPORTAL?"),
    ] {
        let place = format!("{}:{}: ", config.display(), line(text));
        let found = printed.lines().any(|line| line.starts_with(&place) && line.contains(words));
        assert!(found, "{place}{words} is missing in: {printed}");
    }
    let (output, printed) = check(&directory.path().join("nowhere.toml"), true);
    assert_eq!((output.status.code(), printed.as_str()), (Some(1), ""), "the error goes to standard error");
}

#[test]
fn h01_a_command_ends_quietly_when_nobody_reads_its_output() {
    let directory = tempfile::tempdir().unwrap();
    let config = directory.path().join("tessera.toml");
    fs::write(&config, CONFIGURATION).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["config", "check", "--config"]).arg(&config).env_clear().stdout(writer);
    let output = command.stderr(std::process::Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(141));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}
