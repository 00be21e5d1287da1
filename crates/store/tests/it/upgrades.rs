//! What an upgrade of the schema makes of the rows of an earlier version.

use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::job::{Load, Places};
use tessera_store::Store;
use testkit::store::{at, claim, worker};
use testkit::{Databases, run_sql};
use uuid::Uuid;

/// The literals of a database for ids and bytes.
struct Literals {
    postgres: bool,
}

impl Literals {
    fn of(url: &str) -> Self {
        Self { postgres: !url.starts_with("sqlite:") }
    }

    fn id(&self, id: u128) -> String {
        let id = Uuid::from_u128(id);
        if self.postgres { format!("'{id}'") } else { format!("x'{}'", id.simple()) }
    }

    fn bytes(&self) -> &'static str {
        if self.postgres { "'\\x00'" } else { "x'00'" }
    }
}

#[testkit::both_databases]
async fn a01_an_upgrade_fills_the_phone_number_from_the_stored_requester(databases: Databases) {
    let url = databases.of_version(1).await;
    let literals = Literals::of(&url);
    let numbers = [
        (r#"{"mobile_phone":"0171 1","work_phone":"030 1"}"#, Some("0171 1")),
        (r#"{"mobile_phone":null,"work_phone":"030 2"}"#, Some("030 2")),
        (r#"{"mobile_phone":null,"work_phone":null}"#, None),
    ];
    for ((attributes, _), n) in numbers.iter().zip(1..) {
        let (customer, link, hash) = (literals.id(n), literals.id(100 + n), literals.bytes());
        let sql = format!(
            "INSERT INTO customers (id, version, name, created_at, updated_at, head_length, head_hash)
                VALUES ({customer}, 1, 'Jane', 0, 0, 0, {hash});
             INSERT INTO records (system, kind, external_id, title, attributes, raw, content_hash, first_seen_at, changed_at, read_at)
                VALUES ('freshservice', 'requester', '{n}', 'Jane', '{attributes}', '{{}}', {hash}, 0, 0, 0);
             INSERT INTO links (id, system, kind, external_id, customer_id, origin, actor, evidence, created_at)
                VALUES ({link}, 'freshservice', 'requester', '{n}', {customer}, 'activation', 'hub', '{{}}', 0)"
        );
        run_sql(&url, &sql).await;
    }

    let upgraded = Store::open(&url).await.unwrap();
    for ((_, phone), n) in numbers.iter().zip(1..) {
        let customer = upgraded.customer(CustomerId(Uuid::from_u128(n))).await.unwrap().unwrap();
        assert_eq!(customer.phone.as_deref(), *phone);
    }
}

/// Tasks and keys as version 2 wrote them, with what the kind is called since.
const JOBS: &[(&str, &str, &str)] = &[
    (r#"{"kind":"write_asset","write_id":"ID"}"#, "write_asset:ID", "write_device"),
    (
        r#"{"kind":"weigh_number","sign_in":{"identity":{"issuer":"https://id.example.org","subject":"s-1"},"provider":"entra","email":"jo@example.org","email_verified":true,"name":null},"requester_id":"4711"}"#,
        "weigh_number:4711:https://id.example.org s-1",
        "link_by_requester_id",
    ),
    (r#"{"kind":"tell_followers","post_id":"ID","after":null}"#, "tell_followers:ID", "notify_followers"),
    (r#"{"kind":"look_again","customer_id":"ID"}"#, "look_again:ID", "confirm_absence"),
    (r#"{"kind":"reread","hint":{"of":"ticket","id":"6"},"tries":0}"#, "reread:ticket:6", "fetch_record"),
    (r#"{"kind":"mirror_request","request_id":"ID"}"#, "mirror_request:ID", "sync_ticket"),
    (
        r#"{"kind":"mail_return","rma_id":"ID","letter":{"tells":"asked","line":1,"version":2}}"#,
        "mail_return:ID:asked:1:2",
        "mail_return",
    ),
];

#[testkit::both_databases]
async fn h04_jobs_that_wait_are_run_after_an_upgrade_that_renames_their_kind(databases: Databases) {
    let url = databases.of_version(2).await;
    let literals = Literals::of(&url);
    for ((task, key, _), n) in JOBS.iter().zip(1..) {
        let (id, example) = (literals.id(n), Uuid::from_u128(7).to_string());
        let (task, key) = (task.replace("\"ID\"", &format!("\"{example}\"")), key.replace("ID", &example));
        let sql = format!(
            "INSERT INTO jobs (id, key, task, lane, state, run_at, attempt, created_at)
             VALUES ({id}, '{key}', '{task}', 1, 'waiting', 0, 0, 0)"
        );
        run_sql(&url, &sql).await;
    }

    let upgraded = Store::open(&url).await.unwrap();
    let room = Places::unreserved(100).room(&Load::default());
    let due = upgraded.due_jobs(at(10), &room).await.unwrap();
    let mut jobs = claim(&upgraded, worker(&upgraded, at(10)).await, at(10), 100).await;
    jobs.sort_by_key(|job| job.id);
    let kinds: Vec<_> = jobs.iter().map(|job| job.task.kind()).collect();
    assert_eq!(kinds, JOBS.iter().map(|(_, _, kind)| *kind).collect::<Vec<_>>());
    for job in &jobs {
        let stored = upgraded.job(job.id).await.unwrap().unwrap();
        assert_eq!(stored.task.key(), job.task.key());
        let pool = due.iter().find(|due| due.id == job.id).map(|due| due.pool);
        assert_eq!(pool, Some(job.task.pool()), "{}", job.task.key());
        assert!(job.task.key().starts_with(job.task.kind()), "{}", job.task.key());
    }
}
