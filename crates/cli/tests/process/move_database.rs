//! `tessera move`: a hub goes on with another database.

use testkit::{count_rows, run_sql};

use crate::company::{ADA, BEN, Company};

/// An empty database on the test server.
async fn on_the_server(name: &str) -> String {
    let server = std::env::var("TESSERA_TEST_POSTGRES").expect("TESSERA_TEST_POSTGRES names a PostgreSQL server");
    run_sql(&server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
    run_sql(&server, &format!("CREATE DATABASE {name} TEMPLATE template0")).await;
    server.replace("/postgres", &format!("/{name}"))
}

async fn links(company: &Company, subject: &str, requester: &str) {
    let token = company.token(requester).await;
    company.signs_in(subject, &token, &format!("{subject}@example.com"), true).await;
    company.quiet().await;
    assert!(company.customer_of(requester).await.is_some());
}

#[tokio::test]
async fn h04_a_hub_moves_to_postgresql_and_goes_on_there() {
    let folder = tempfile::tempdir().unwrap();
    let old = format!("sqlite:{}", folder.path().join("hub.db").display());
    let new = on_the_server(&format!("tessera_moved_{}", std::process::id())).await;
    let mut company = Company::on(&old).await;
    let hub = company.serve().await;
    links(&company, "ada", ADA).await;

    let refused = company.run(&["move", "--to", &new]).await;
    assert!(!refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("stop that process"));
    hub.terminate();
    hub.ended().await;
    let moved = company.run(&["move", "--to", &new]).await;
    let said = String::from_utf8([moved.stdout, moved.stderr].concat()).unwrap();
    assert!(moved.status.success() && said.contains("every timeline is intact"), "{said}");
    assert!(said.contains("customers: "), "tables with rows are named: {said}");
    let again = company.run(&["move", "--to", &new]).await;
    assert!(String::from_utf8_lossy(&again.stderr).contains("name a new database"));

    company.uses(&new);
    let (before, after) = (count_rows(&old).await, count_rows(&new).await);
    assert_eq!(before["customers"], after["customers"]);
    let hub = company.serve().await;
    assert!(company.customer_of(ADA).await.is_some(), "what was there is there");
    links(&company, "ben", BEN).await;
    hub.kill().await;
    let verified = company.run(&["audit", "verify"]).await;
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    let server = std::env::var("TESSERA_TEST_POSTGRES").unwrap();
    run_sql(&server, &format!("DROP DATABASE tessera_moved_{} WITH (FORCE)", std::process::id())).await;
}
