//! `tessera jobs` lists what the API lists, and staff retry jobs and pause systems with it.

use jiff::Timestamp;
use serde_json::{Value, json};
use tessera_core::invitations::jobs::Invite;
use tessera_core::kernel::actor::Actor;
use tessera_core::kernel::job::Job;
use tessera_store::Store;
use testkit::Databases;
use testkit::store::enqueue;
use uuid::Uuid;

use crate::company::{Company, Wait};

/// Asks for an invitation of a requester that cannot exist, because the service desk's ids are numbers.
async fn hopeless(database: &str) {
    let store = Store::open(database).await.unwrap();
    let task = Invite { requester_id: "nobody".to_owned(), asked_by: Actor::Hub, missing_since: None }.into();
    let now = Timestamp::from_second(1_780_000_000).unwrap();
    enqueue(&store, &Job { id: Uuid::now_v7().into(), task, run_at: now, created_at: now }).await.unwrap();
    store.close().await;
}

/// What a command prints.
async fn printed(company: &Company, arguments: &[&str]) -> String {
    let output = company.run(&[&["jobs"], arguments].concat()).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn failed(company: &Company) -> Value {
    company.get("/jobs?state=failed").await
}

/// Waits for a failed job that was tried so often.
async fn failed_at_attempt(company: &Company, attempt: i64) -> Value {
    let mut wait = Wait::until("a failed job");
    loop {
        let jobs = failed(company).await;
        if jobs["items"].as_array().unwrap().iter().any(|job| job["attempts"] == attempt) {
            return jobs;
        }
        wait.a_moment().await;
    }
}

#[testkit::both_databases]
async fn h04_h06_failed_jobs_are_retried_and_systems_paused_at_the_command_line(databases: Databases) {
    let database = databases.empty().await;
    let company = Company::on(&database).await;
    hopeless(&database).await;
    let _hub = company.serve().await;
    assert_eq!(printed(&company, &["list", "--state", "in-doubt"]).await, "There are no such jobs.\n");
    let jobs = failed_at_attempt(&company, 1).await;
    let id = jobs["items"][0]["id"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(&printed(&company, &["list", "--json"]).await).unwrap(), jobs);
    let listed = printed(&company, &["list"]).await;
    assert!(listed.contains(id) && listed.contains("invite"), "{listed}");

    printed(&company, &["retry", id]).await;
    failed_at_attempt(&company, 2).await;
    assert_eq!(printed(&company, &["retry", "--kind", "invite"]).await, "1 job is being retried.\n");
    failed_at_attempt(&company, 3).await;

    printed(&company, &["pause", "service_desk"]).await;
    let systems = company.get("/jobs/systems").await;
    assert_eq!(systems["items"][0]["paused_by"], "cli", "{systems}");
    assert_eq!(serde_json::from_str::<Value>(&printed(&company, &["systems", "--json"]).await).unwrap(), systems);
    assert_eq!(printed(&company, &["retry", "--system", "service_desk"]).await, "1 job is being retried.\n");
    let shown = printed(&company, &["systems"]).await;
    assert!(shown.contains("service_desk: 1 due, 0 failed; paused since"), "{shown}");
    printed(&company, &["resume", "service_desk"]).await;
    failed_at_attempt(&company, 4).await;

    printed(&company, &["dismiss", id]).await;
    assert_eq!(failed(&company).await["items"], json!([]));
    assert_eq!(company.run(&["jobs", "retry", id]).await.status.code(), Some(2));
    assert!(!company.run(&["jobs", "retry", "--kind", "invit"]).await.status.success());
}
