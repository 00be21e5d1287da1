//! Failed jobs of every kind that refers to another object.

use std::ops::Range;

use tessera_core::activation::jobs::RunActivation;
use tessera_core::credentials::jobs::MailOneTimeLink;
use tessera_core::devices::jobs::WriteDevice;
use tessera_core::invitations::jobs::MailInvitation;
use tessera_core::kernel::job::change::JobChange;
use tessera_core::kernel::job::{Job, Task};
use tessera_core::persons::jobs::{MailEmailChange, MailEmailCorrected, MailRegistration};
use tessera_core::service_requests::jobs::SyncTicket;
use tessera_core::sync::jobs::Refresh;
use testkit::TestApp;
use testkit::store::{claim, plan, worker};
use uuid::Uuid;

/// Number of job kinds, each of which refers to another kind of object.
pub const KINDS: usize = 9;

fn task(app: &TestApp, kind: usize) -> Task {
    let id: Uuid = app.hub.env.uuid();
    match kind {
        0 => RunActivation { activation_id: id.into(), missing_since: None }.into(),
        1 => MailOneTimeLink { link_id: id.into() }.into(),
        2 => WriteDevice { write_id: id.into() }.into(),
        3 => MailInvitation { invitation_id: id.into() }.into(),
        4 => MailEmailChange { change_id: id.into() }.into(),
        5 => MailRegistration { registration_id: id.into() }.into(),
        6 => SyncTicket { request_id: id.into() }.into(),
        7 => Refresh { customer_id: id.into() }.into(),
        _ => {
            MailEmailCorrected { person_id: id.into(), to: "row@example.com".to_owned(), at: app.hub.env.now() }.into()
        }
    }
}

/// Fails this number of jobs, one kind after the other. No other job is due.
pub async fn failed_jobs(app: &TestApp, rows: Range<usize>) {
    let now = app.hub.env.now();
    let tasks: Vec<Task> = rows.map(|n| task(app, n % KINDS)).collect();
    let job = |task: &Task| Job { id: app.hub.env.uuid().into(), task: task.clone(), run_at: now, created_at: now };
    app.store.apply(&plan(tasks.iter().map(|task| JobChange::Enqueue(job(task))))).await.unwrap();
    let technical = app.store.technical();
    let worker = worker(&app.store, now).await;
    let mut claimed = Vec::new();
    while claimed.len() < tasks.len() {
        let some = claim(&app.store, worker, now, tasks.len()).await;
        assert_ne!(some, []);
        claimed.extend(some);
    }
    assert_eq!(claimed.len(), tasks.len());
    for job in &claimed {
        technical.fail_job(job, "it cannot be done", now).await.unwrap();
    }
}

/// Declares that the test ends with these failed jobs.
pub fn expect_failed_jobs(app: &TestApp) {
    let tasks: Vec<Task> = (0..KINDS).map(|kind| task(app, kind)).collect();
    app.expect_failed_jobs(&tasks.iter().map(Task::kind).collect::<Vec<_>>());
}
