//! Query plans of all statements on both databases, to make sure that none scans a whole growing table.

use std::collections::BTreeSet;
use std::fmt::Write;

use rusqlite::Connection;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::engine::{Sql, migrate_postgres, migrate_sqlite, numbered};
use crate::kernel::jobs::claims::{JOBS_CLAIM_POSTGRES, JOBS_CLAIM_SQLITE, JOBS_DUE_POSTGRES, JOBS_DUE_SQLITE};
use crate::kernel::schema::MIGRATIONS;
use crate::sources::sources;

/// Statements that may scan an index or a table, each with the reason why that stays cheap.
const WALKS: &[(&str, &str)] = &[
    ("JOBS_DUE_POSTGRES", "reads along what waits, lane by lane and share by share, and stops when it has enough"),
    ("JOBS_DUE_SQLITE", "the same"),
    ("ORPHANS_TAKE_BACK", "reads along what runs"),
    ("WORKERS", "a row for each process"),
    ("WORKERS_REPLACE", "a row for each process"),
    ("WORKERS_REPLACE_ALL", "a row for each process"),
    ("SYSTEMS_PAUSED", "a row for each outside system"),
    ("SYSTEM_RESUME", "a row for each outside system"),
    ("JOBS_BY_POOL", "reads along what is due or failed, which done jobs are not among"),
    ("JOBS_REVIVABLE", "reads along what failed and stops at its limit"),
    ("JOBS_WAITING", "reads along what waits and stops at its limit"),
    ("JOBS_RUNNING", "reads along what runs and stops at its limit"),
    ("JOBS_FAILED", "reads along what failed and stops at its limit"),
    ("JOBS_IN_DOUBT", "reads along what failed and stops at its limit"),
    ("INVITATIONS_STANDING", "takes both columns of its index as soon as there are fewer systems than requesters"),
    ("DEVICES_PUT_ELSEWHERE", "takes both columns of its index as soon as there are fewer systems than devices"),
    ("DEVICES_AMONG", "takes both columns of its index as soon as there are fewer systems than devices"),
    ("DEVICE_PLACES", "takes both columns of its index as soon as there are fewer systems than devices"),
    ("JOBS_COUNT", "reads along what waits, runs or failed, which done jobs are not among"),
    ("JOBS_OLDEST_DUE", "reads along what waits, once for all who ask within a few seconds"),
    (
        "INVITATIONS_OPEN",
        "counts what has not expired and stops at its limit, once for all who ask within a few seconds",
    ),
    ("REVIEWS_OPEN", "reads along what is open and stops at its limit"),
    ("WAITING_FOR_STAFF", "counts what is open and stops at its limit"),
    ("CONSOLE_STATE", "counts what is open, failed or late and stops at its limits"),
    ("STAFF_WORK", "counts what waits for a person, kind by kind, and stops at its limits"),
    ("LAST_DECISIONS", "takes the last row of each of three indexes"),
    ("ACTIVATIONS_BY_DAY", "counts along an index from the newest and stops at its limit"),
    ("LINKS_BY_ORIGIN", "counts along an index from the newest and stops at its limit"),
    ("INVITATION_FUNNEL", "counts along an index from the newest and stops at its limit"),
    ("JOBS_DUE_BY_AGE", "counts what is due and stops at its limit"),
    ("CONTACTS_OF_CUSTOMERS", "walks along what it found of a few customers, to stop at its limit"),
    ("REGISTRATIONS_WAITING", "reads along what waits for a decision and stops at its limit"),
    ("RECORDS_LIVE", "counts along an index, once for a sweep"),
    ("RECORDS_UNSEEN", "reads along the primary key, page by page, once for a full sweep"),
    ("LINKED_COUNT", "counts once, when so much is taken away that the part of the whole matters"),
    ("HOLDS", "adds up what is held just now"),
    ("BRAKE_PRESSURE", "adds up what is held just now, when something is taken"),
    ("TAKE", "adds up what is held just now, when something is taken"),
    ("SWEEP_HELD", "the sweeps of two weeks, when something more is held"),
    ("SWEEPS_EMPTIED", "the sweeps of two weeks, when the brake lets go"),
    ("SWEEPS_LATEST", "the sweeps of two weeks"),
    ("SWEEPS_FORGET", "the sweeps of two weeks"),
    ("PAUSE", "a row for each outside system"),
    ("PAUSE_CLAIM", "a row for each outside system"),
    ("PAUSE_END", "a row for each outside system"),
    ("DRY_RUNS_FORGET", "the sweeps of two weeks"),
    ("ALARMS", "what is wrong just now"),
    ("HOOK_DELIVERIES", "a row for each hook"),
    ("INVOICES_COUNT", "counts along an index, once for a reading of the source"),
    ("INVOICES_UNMATCHED", "reads along what nobody sees and stops at its limit"),
    ("NEWS_EDITED", "reads along what was changed last and stops at its limit; editors write the news, not customers"),
    ("STAFF", "the staff: administrators add them, one by one"),
    ("API_KEYS", "the API keys: administrators issue them, one by one"),
    ("API_KEY_REPLACE", "the API keys: administrators issue them, one by one"),
    ("ACCOUNTS_FORGET", "takes as many accounts as its limit by their keys, however few are due"),
    ("BOARDS", "the boards: staff make them, one by one"),
    ("BOARDS_READ", "the boards: staff make them, one by one"),
    ("SEARCH_PORTAL", "the boards; the words are read by scope and prefix"),
    ("SEARCH_PORTAL_CANDIDATES", "the boards; the words are read by scope and prefix, and it stops at its limit"),
    ("REPORTS_OPEN", "reads along what is open and stops at its limit"),
    ("REPORTS_READ", "reads along what is open and stops at its limit"),
    ("ASSET_FORM", "a row for each service desk"),
    ("TICKETS_PAGE_READ", "a row for each service desk"),
    ("TICKETS_READ", "a row for each service desk"),
    ("TICKET_READING", "a row for each service desk"),
    ("INVENTORY", "reads along the primary key and stops at its limit"),
    ("INVENTORY_STOCK", "reads along what nobody has and stops at its limit"),
    ("INVENTORY_ASSIGNED", "reads along the primary key and stops at its limit"),
    ("INVENTORY_MISMATCHED", "reads along what differs and stops at its limit"),
    ("MARKETPLACE_ACCOUNTS_AFTER", "reads along the primary key and stops at its limit"),
    ("PRODUCTS_AFTER", "reads along the primary key and stops at its limit; staff make products, one by one"),
    ("PRODUCTS_SOLD", "reads along what is sold and stops at its limit; staff make products, one by one"),
    ("ORDERS_BEFORE", "reads along the primary key and stops at its limit"),
    ("MARKETPLACE_ACCOUNTS_DIRECT", "reads along an index and stops at its limit"),
    ("OPERATIONS_NEWEST", "reads along the primary key and stops at its limit"),
    ("IMPORTS_NEWEST", "reads along the primary key and stops at its limit"),
    ("LOADS_NEWEST", "reads along the primary key and stops at its limit"),
    ("REQUESTS_NEWEST", "reads along the primary key and stops at its limit"),
    ("REQUESTS_IN_TROUBLE", "reads along what somebody has to look at and stops at its limit"),
    ("REQUESTS_LINKED_NOW", "reads along what waits for a requester and stops at its limit"),
    ("TIMELINE_ORPHAN", "reads all timelines along their primary key, once for an audit"),
    ("SWEEPS_NEWEST", "reads along the primary key and stops at its limit"),
    ("SIGN_INS_TRIM", "reads along the index of expiry, and leaves no more rows than it passes"),
];

/// Tables that do not grow with the number of customers, and indexes of current work.
const SMALL: &[&str] = &[
    "asset_forms",
    "sweeps",
    "alarms",
    "staff",
    "api_keys",
    "hook_deliveries",
    "forum_boards",
    "schema_migrations",
    "jobs_running",
    "jobs_worker",
    "workers",
    "paused_systems",
    "device_writes_waiting",
    "requests_trouble",
    "requests_unlinked",
    "ticket_readings",
    "call_systems",
    "call_spending",
    "reading_clock",
    "service_managers",
];

fn walks(name: &str) -> bool {
    // Looking for everything about one person reads tables that are not ordered by people, once for an export or an erasure.
    name.starts_with("PRIVACY_") || WALKS.iter().any(|(walks, _)| *walks == name)
}

/// The statements of every feature, with their file.
pub(super) const FEATURES: &[(&str, &[Sql])] = &[
    crate::ALL,
    crate::access::sql::ALL,
    crate::activation::sql::ALL,
    crate::credentials::sql::ALL,
    crate::devices::sql::ALL,
    crate::devices::device_writes::ALL,
    crate::devices::inventory::ALL,
    crate::devices::loads::ALL,
    crate::forum::sql::ALL,
    crate::invitations::sql::ALL,
    crate::invoices::sql::ALL,
    crate::technical::probe::ALL,
    crate::kernel::answers::ALL,
    crate::kernel::attachments::sql::ALL,
    crate::kernel::audience::ALL,
    crate::kernel::customers::sql::ALL,
    crate::kernel::customers::table::ALL,
    crate::kernel::jobs::claims::ALL,
    crate::kernel::jobs::sql::ALL,
    crate::kernel::records::sql::ALL,
    crate::kernel::timeline::sql::ALL,
    crate::marketplace::sql::ALL,
    crate::marketplace_platform::imports::ALL,
    crate::marketplace_platform::lists::ALL,
    crate::marketplace_platform::sql::ALL,
    crate::messages::sql::ALL,
    crate::metrics::ALL,
    crate::news::sql::ALL,
    crate::overview::ALL,
    crate::persons::privacy::sql::ALL,
    crate::persons::sql::ALL,
    crate::returns::sql::ALL,
    crate::search::sql::ALL,
    crate::service_requests::sql::ALL,
    crate::staff::sql::ALL,
    crate::storefront::sql::ALL,
    crate::sync::holds::sql::ALL,
    crate::sync::hooks::ALL,
    crate::sync::reviews::ALL,
    crate::sync::sweeps::sql::ALL,
    crate::technical::calls::ALL,
    crate::technical::form_posts::ALL,
    crate::technical::rate_limits::ALL,
    crate::technical::retention::ALL,
    crate::technical::sealed::ALL,
    crate::technical::search_keys::ALL,
    crate::work_orders::sql::ALL,
];

/// All statements except those that the database does not support.
fn statements(unknown: [Sql; 2]) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = FEATURES.iter().flat_map(|(_, statements)| *statements);
    all.filter(move |sql| unknown.iter().all(|unknown| sql.name != unknown.name)).map(|sql| (sql.name, sql.text))
}

#[test]
fn h04_every_statement_is_explained() {
    let sources = sources();
    let begin = format!("\n{}", "statements! {");
    let with_statements: BTreeSet<&str> =
        sources.iter().filter(|(_, text)| text.contains(&begin)).map(|(name, _)| name.as_str()).collect();
    let explained: BTreeSet<&str> = FEATURES.iter().map(|(file, _)| *file).collect();
    assert_eq!(with_statements, explained, "a file's statements are missing in FEATURES");
    let by_hand = format!("{} name:", "Sql {");
    let outside = sources.iter().filter(|(name, _)| !name.contains("/engine/"));
    let written: Vec<_> = outside.filter(|(_, text)| text.contains(&by_hand)).map(|(name, _)| name).collect();
    assert_eq!(written, [] as [&String; 0], "a statement has its name from `statements!`");
    let names: Vec<_> = FEATURES.iter().flat_map(|(_, statements)| *statements).map(|sql| sql.name).collect();
    let once: BTreeSet<_> = names.iter().collect();
    assert_eq!(names.len(), once.len(), "two statements have one name");
}

/// Number of parameters of a statement.
fn parameters(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    numbers.map(|number| number.parse().expect("a number follows")).max().unwrap_or(0)
}

fn sqlite_plan(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {}", numbered(sql)))?;
    let nothing = vec![rusqlite::types::Null; parameters(sql)];
    explain.query_map(rusqlite::params_from_iter(nothing), |row| row.get("detail"))?.collect()
}

#[test]
fn h04_no_statement_scans_a_growing_table_on_sqlite() {
    let mut connection = Connection::open_in_memory().unwrap();
    crate::kernel::timeline::teach_chain_hash(&connection).unwrap();
    migrate_sqlite(&mut connection, &MIGRATIONS).unwrap();
    let mut plans = String::new();
    for (name, sql) in statements([JOBS_CLAIM_POSTGRES, JOBS_DUE_POSTGRES]) {
        let plan = sqlite_plan(&connection, sql).unwrap_or_else(|error| panic!("{name}: {error}"));
        // All rows of one system are nearly all rows.
        let reads_much = |step: &&String| {
            (step.starts_with("SCAN ") && *step != "SCAN CONSTANT ROW") || step.ends_with("(system=?)")
        };
        let scans: Vec<_> = plan.iter().filter(reads_much).collect();
        assert!(walks(name) || scans.is_empty(), "{name} scans: {scans:?}\n{sql}");
        writeln!(plans, "{name}").unwrap();
        for step in plan {
            writeln!(plans, "    {step}").unwrap();
        }
    }
    insta::assert_snapshot!("sqlite", plans);
}

/// The nodes of a plan that read a whole table or a whole index.
fn whole_reads(node: &serde_json::Value, found: &mut Vec<String>) {
    let text = |key: &str| node[key].as_str().unwrap_or_default();
    let (kind, table) = (text("Node Type"), text("Relation Name"));
    let whole = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
            let condition = text("Index Cond");
            condition.is_empty() || (condition.contains("system = ") && !condition.contains(" AND "))
        }
        _ => false,
    };
    if whole && !SMALL.contains(&table) && !SMALL.contains(&text("Index Name")) {
        found.push(format!("{kind} {table} {} {}", text("Index Name"), text("Index Cond")));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        whole_reads(child, found);
    }
}

fn first_column(messages: &[SimpleQueryMessage]) -> String {
    messages
        .iter()
        .find_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(ToOwned::to_owned),
            _ => None,
        })
        .unwrap_or_default()
}

/// Removes constraints, so that tables can be filled with arbitrary rows.
async fn unconstrain(client: &Client, schema: &str) {
    let constraints =
        "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint
        WHERE contype IN ('c', 'f') AND connamespace = to_regnamespace($1) ORDER BY contype DESC";
    for row in client.query(constraints, &[&schema]).await.unwrap() {
        client.batch_execute(row.get(0)).await.unwrap();
    }
}

/// Fills every table. With empty tables, all plans cost the same.
async fn fill(client: &Client, schema: &str) {
    let columns = "SELECT table_name::text, string_agg(CASE
            WHEN is_nullable = 'YES' THEN 'CASE WHEN n % 2 = 0 THEN ' ELSE '' END
            || CASE WHEN table_name = 'jobs' AND column_name = 'state'
                    THEN 'CASE WHEN n % 100 = 0 THEN ''running'' WHEN n % 100 = 1 THEN ''failed'' WHEN n % 2 = 0 THEN ''waiting'' ELSE ''done'' END'
                WHEN column_name = 'lane' THEN 'n % 3'
                ELSE CASE data_type WHEN 'uuid' THEN 'gen_random_uuid()' WHEN 'bigint' THEN 'n' WHEN 'bytea' THEN 'sha256(n::text::bytea)'
                ELSE 'concat(''x'', n)' END END
            || CASE WHEN is_nullable = 'YES' THEN ' END' ELSE '' END, ', ' ORDER BY ordinal_position)
        FROM information_schema.columns WHERE table_schema = $1 AND table_name <> 'schema_migrations' GROUP BY table_name";
    for row in client.query(columns, &[&schema]).await.unwrap() {
        let (table, values): (String, String) = (row.get(0), row.get(1));
        let insert = format!(
            "INSERT INTO {table} SELECT {values} FROM generate_series(1, 4000) AS n ON CONFLICT DO NOTHING; ANALYZE {table}"
        );
        client.batch_execute(&insert).await.unwrap();
    }
}

#[tokio::test]
async fn h04_no_statement_scans_a_growing_table_on_postgres() {
    let url = std::env::var("TESSERA_TEST_POSTGRES")
        .expect("TESSERA_TEST_POSTGRES names no PostgreSQL server to test on: run `./test`, or `just pg` and set what it prints");
    let (mut client, connection) = tokio_postgres::connect(&url, NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = format!("plans_{}", uuid::Uuid::now_v7().simple());
    client.batch_execute(&format!("CREATE SCHEMA {schema}; SET search_path = {schema}")).await.unwrap();
    migrate_postgres(&mut client, &MIGRATIONS).await.unwrap();
    unconstrain(&client, &schema).await;
    fill(&client, &schema).await;
    // A scan of a few thousand rows may be cheap. So sequential scans are disabled, and the plan must be generic.
    client.batch_execute("SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan").await.unwrap();
    let mut faults = Vec::new();
    for (name, sql) in statements([JOBS_CLAIM_SQLITE, JOBS_DUE_SQLITE]) {
        let nothing = vec!["NULL"; parameters(sql)].join(", ");
        let values = if nothing.is_empty() { nothing } else { format!("({nothing})") };
        let explain =
            format!("PREPARE it AS {sql}; EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE it{values}; DEALLOCATE it");
        match client.simple_query(&explain).await {
            Ok(messages) => {
                let plan: serde_json::Value = serde_json::from_str(&first_column(&messages)).unwrap();
                let mut found = Vec::new();
                whole_reads(&plan[0]["Plan"], &mut found);
                if !walks(name) && !found.is_empty() {
                    faults.push(format!("{name} reads whole: {found:?}"));
                }
            }
            Err(error) => faults.push(format!("{name}: {error:?}")),
        }
    }
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
