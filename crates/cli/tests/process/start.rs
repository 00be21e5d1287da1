//! What `tessera serve` says when its database cannot be opened.

use std::process::Stdio;

use tokio::process::Command;

use crate::company::Company;

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/tessera.toml");

/// What the command says before it ends in failure.
async fn refused(database: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.args(["serve", "--config", CONFIGURATION]).env_clear();
    command.env("TESSERA_SECRET_KEY", "a key for tests, long enough to be one").env("TESSERA_DATABASE_URL", database);
    let ended = command.stdin(Stdio::null()).output().await.unwrap();
    assert_eq!(ended.status.code(), Some(1), "{database}");
    String::from_utf8(ended.stderr).unwrap()
}

#[tokio::test]
async fn h04_serve_quotes_the_server_that_refuses_once_and_refuses_other_urls() {
    let server =
        std::env::var("TESSERA_TEST_POSTGRES").expect("TESSERA_TEST_POSTGRES names no PostgreSQL server to test on");
    let (server, _) = server.rsplit_once('/').unwrap();
    assert_eq!(
        refused(&format!("{server}/nowhere")).await,
        "tessera: the database cannot be opened: the database does not answer: FATAL 3D000: database \"nowhere\" does not exist\n"
    );
    let told = refused("postgres://tessera@127.0.0.1:1/hub").await;
    assert!(told.contains("refused") && !told.contains("db error"), "{told}");
    let told = refused("mysql://root:hunter2@db/hub").await;
    assert!(told.contains("begins with mysql:") && !told.contains("hunter2"), "{told}");
    let told = refused(&format!("{server}/hub?sslmode=require")).await;
    assert!(told.contains("server does not support TLS"), "{told}");
}

#[tokio::test]
async fn a05_h01_serve_warns_of_a_device_type_that_the_service_desk_does_not_have() {
    let folder = tempfile::tempdir().unwrap();
    let company = Company::on(&format!("sqlite:{}", folder.path().join("hub.db").display())).await;
    company.takes_for_devices("Toaster");
    let log = company.serve_until_logged("a setting cannot work").await;
    let warning = log.lines().find(|line| line.contains("a setting cannot work")).unwrap();
    for part in ["Toaster", "Hybrid Inverter Bundle", "freshservice.device_asset_type"] {
        assert!(warning.contains(part), "{part}: {warning}");
    }
    assert!(!log.contains('\u{1b}'), "a log in a file has no colours: {log}");
}
