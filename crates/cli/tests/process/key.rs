//! Replacing the secret key at the command line, with the process killed in the middle.

use testkit::{Databases, run_sql, tables_containing};

use crate::company::{Company, Wait};

const OLD: &str = "0123456789abcdef0123456789abcdef";
const NEW: &str = "fedcba9876543210fedcba9876543210";

/// The environment of a process with the new key, which still knows the old one.
const BOTH: [(&str, &str); 2] = [("TESSERA_SECRET_KEY", NEW), ("TESSERA_SECRET_OTHER_KEYS", OLD)];

/// What a command printed, and whether it succeeded.
async fn said(company: &Company, secrets: &[(&str, &str)], arguments: &[&str]) -> (bool, String) {
    let output = company.run_with(secrets, arguments).await;
    (output.status.success(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

/// The name of the current key.
async fn key_id(company: &Company, secrets: &[(&str, &str)]) -> String {
    let (_, status) = said(company, secrets, &["key", "status"]).await;
    let name = status.lines().find_map(|line| line.strip_prefix("Current key: "));
    name.unwrap_or_else(|| panic!("{status}")).to_owned()
}

/// Copies what the hub has encrypted into many e-mails that wait.
async fn fill(database: &str) {
    let sql = if database.starts_with("sqlite:") {
        "INSERT INTO vendor_notifications (id, sealed, created_at)
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
         SELECT randomblob(16), json_extract(task, '$.sealed'), 0 FROM n, jobs WHERE key LIKE 'send_one_time_link:%'"
    } else {
        "INSERT INTO vendor_notifications (id, sealed, created_at)
         SELECT gen_random_uuid(), task::json ->> 'sealed', 0
         FROM generate_series(1, 8000), jobs WHERE key LIKE 'send_one_time_link:%'"
    };
    run_sql(database, sql).await;
}

/// A company whose stopped hub has thousands of secrets in its database.
async fn with_secrets(database: &str) -> Company {
    let company = Company::on(database).await;
    let serving = company.serve().await;
    company.forgets("anyone@example.com").await;
    company.quiet().await;
    serving.kill().await;
    fill(database).await;
    company
}

#[testkit::both_databases]
async fn h01_a_killed_key_rotate_goes_on_where_it_was(databases: Databases) {
    let database = databases.empty().await;
    let company = with_secrets(&database).await;
    let (old, new) = (key_id(&company, &[]).await, key_id(&company, &BOTH).await);
    assert_ne!(old, new);
    assert!(tables_containing(&database, &old).await.contains(&"vendor_notifications".to_owned()));

    for _ in 0..2 {
        let rotating = company.start_with(&BOTH, &["key", "rotate"]);
        let mut wait = Wait::until("some are encrypted anew");
        while !tables_containing(&database, &new).await.contains(&"vendor_notifications".to_owned()) {
            wait.a_moment().await;
        }
        rotating.kill_if_it_runs().await;
        let (whole, status) = said(&company, &BOTH, &["key", "status"]).await;
        assert!(whole && !status.contains("Cannot be read"), "{status}");
    }
    let (whole, status) = said(&company, &BOTH, &["key", "rotate"]).await;
    assert!(whole && status.contains(&format!("Stored secrets under {new}: 8001")), "{status}");
    assert_eq!(tables_containing(&database, &old).await, [] as [&str; 0]);
    let (whole, status) = said(&company, &[("TESSERA_SECRET_KEY", NEW)], &["key", "status"]).await;
    assert!(whole, "the old key is not needed any more: {status}");
}

#[testkit::both_databases]
async fn h01_a_wrong_key_at_the_command_line_names_the_secret_and_the_remedy(databases: Databases) {
    let database = databases.empty().await;
    let company = with_secrets(&database).await;
    let old = key_id(&company, &[]).await;
    for command in ["status", "rotate"] {
        let (whole, status) = said(&company, &[("TESSERA_SECRET_KEY", NEW)], &["key", command]).await;
        assert!(!whole, "{status}");
        for words in ["Cannot be read: e-mail", old.as_str(), "[[secret.other_keys]]"] {
            assert!(status.contains(words), "{words}: {status}");
        }
    }
    let (whole, status) = said(&company, &[], &["key", "status"]).await;
    assert!(whole, "nothing was lost: {status}");
}
