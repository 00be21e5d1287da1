//! Tests of invalid database URLs, and of servers that refuse connections.

use super::{refusal, server};
use crate::engine::StoreError;

#[tokio::test]
async fn h04_a_url_of_another_kind_of_database_is_refused_and_no_file_is_made() {
    for (url, word) in [
        ("mysql://root:hunter2@db/hub", "mysql"),
        ("mongodb+srv://db/hub", "mongodb+srv"),
        ("file:hub.db", "file"),
        ("Postgres://db/hub", "Postgres"),
        ("postgres:hub", "postgres"),
        ("sqlite:", "no file"),
        ("", "no file"),
    ] {
        let error = refusal(url).await;
        assert!(matches!(&error, StoreError::Url(words) if words.contains(word)), "{url}: {error:?}");
        assert!(!error.to_string().contains("hunter2"), "a password is not shown");
    }
    assert!(!std::path::Path::new("mysql:").exists());
}

#[tokio::test]
async fn h04_a_server_that_refuses_is_quoted() {
    let (server, _) = server().rsplit_once('/').map(|(server, name)| (server.to_owned(), name.to_owned())).unwrap();
    let error = refusal(&format!("{server}/nowhere")).await.to_string();
    assert!(error.contains("FATAL 3D000: database \"nowhere\" does not exist"), "{error}");
    let (_, at) = server.split_once('@').unwrap();
    let error = refusal(&format!("postgres://nobody@{at}/postgres")).await.to_string();
    assert!(error.contains("FATAL 28000: role \"nobody\" does not exist"), "{error}");
    let error = refusal("postgres://tessera@127.0.0.1:1/hub").await.to_string();
    assert!(error.contains("refused"), "{error}");
    let error = refusal(&format!("{server}/postgres?colour=blue")).await;
    assert!(matches!(&error, StoreError::Url(words) if words.contains("colour")), "{error:?}");
}
