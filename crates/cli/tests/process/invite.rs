//! What `tessera invite` prints.

use std::process::{Command, Output};

use testkit::Databases;

use crate::company::{Company, EVE};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/seed-b2c.toml");

/// The links as they were sent before there was a hub.
const PRODUCTION: &str = "https://wetilityconsumer.b2clogin.com/wetilityconsumer.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE&client_id=47e5b691-2534-4789-83ac-9edbd1404566&nonce=defaultNonce&redirect_uri=https%3A%2F%2Fwww.wetility.energy%2F&scope=openid&response_type=code&prompt=login&requesterId=123";
const QA: &str = "https://wetilityconsumerqa.b2clogin.com/wetilityconsumerqa.onmicrosoft.com/oauth2/v2.0/authorize?p=B2C_1A_ACCOUNTLINK_SUSI_LINKFRESHSERVICE&client_id=70ab03e5-e37e-40d2-8169-2f9343333a1f&nonce=defaultNonce&redirect_uri=https%3A%2F%2Fwww.wetility.energy%2F&scope=openid&response_type=code&prompt=login&requesterId=123";

fn invite(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command
        .current_dir(folder.path())
        .env_clear()
        .args(["invite", "--config", EXAMPLE, "--requester", "123"])
        .args(arguments);
    command.output().unwrap()
}

#[test]
fn a18_the_two_documented_links_are_printed_byte_for_byte() {
    for (environment, link) in [("production", PRODUCTION), ("qa", QA)] {
        let printed = invite(&["--link-only", "--format", "b2c", "--environment", environment, "--compat"]);
        assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
        assert_eq!(String::from_utf8(printed.stdout).unwrap(), format!("{link}\n"));
    }
    let json = invite(&["--link-only", "--format", "b2c", "--environment", "qa", "--compat", "--json"]);
    assert_eq!(String::from_utf8(json.stdout).unwrap(), format!("{{\"url\":\"{QA}\"}}\n"));
}

#[test]
fn a18_what_is_missing_is_named() {
    let said = |arguments: &[&str]| {
        let output = invite(arguments);
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let unknown = said(&["--link-only", "--format", "b2c", "--environment", "test", "--compat"]);
    assert!(unknown.contains("[b2c.environments.test]") && unknown.contains("production, qa"), "{unknown}");
    assert!(said(&["--format", "b2c"]).contains("--environment"));
    assert!(said(&["--compat"]).contains("--link-only"));
    // With a token, the link is made by the hub, which needs its secrets.
    assert!(said(&["--link-only", "--format", "b2c", "--environment", "qa"]).contains("TESSERA_SECRET_KEY"));
}

#[testkit::both_databases]
async fn a18_a_link_with_a_token_from_the_command_line_links(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let _hub = company.serve().await;
    let wanted = ["invite", "--link-only", "--format", "b2c", "--environment", "qa", "--requester", EVE];
    let printed = company.run(&wanted).await;
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let link = String::from_utf8(printed.stdout).unwrap();
    assert!(
        link.starts_with("https://sunfield.b2clogin.com/sunfield.onmicrosoft.com/oauth2/v2.0/authorize?"),
        "{link}"
    );
    let token = link.trim_end().rsplit_once("&requesterId=").unwrap().1;
    assert!(token.len() > 20 && !token.contains(EVE), "the number is not told: {link}");
    assert_eq!(company.signs_in("eve", token, "eve@example.com", false).await["linkStatus"], "pending");
    company.quiet().await;
    assert_eq!(company.signs_in("eve", token, "eve@example.com", false).await["linkStatus"], "linked");
    let other = company.signs_in("mallory", token, "mallory@example.net", true).await;
    assert_eq!(other["code"], "used", "{other}");
    assert!(
        company.mail.messages().iter().all(|mail| !mail.subject.contains("Activate")),
        "whoever asked hands it over"
    );
}
