//! What someone does to timelines behind the hub's back, and how the audit names it.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use tessera_core::audit::Record;
use tessera_core::kernel::timeline::{Head, NewEntry};
use tessera_store::Store;
use testkit::{Databases, run_sql};

use crate::company::{ADA, BEN, Company, Wait};

/// What `tessera audit verify` said, and whether it was content.
async fn verify(company: &Company, arguments: &[&str]) -> (bool, String) {
    let output = company.run(&[&["audit", "verify"], arguments].concat()).await;
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn is_whole(company: &Company, checkpoint: u64) {
    let (whole, said) = verify(company, &[]).await;
    assert!(whole, "{said}");
    assert!(
        said.contains(&format!("compared with checkpoint {checkpoint} of ")) && said.contains(", 0 broken"),
        "{said}"
    );
}

async fn links(company: &Company, subject: &str, requester: &str, email: &str) -> String {
    let token = company.token(requester).await;
    company.signs_in(subject, &token, email, true).await;
    company.quiet().await;
    company.customer_of(requester).await.expect("the customer is there")
}

async fn makes_a_checkpoint(company: &Company) {
    let made = company.run(&["audit", "checkpoint"]).await;
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

/// The running hub makes the first checkpoint as soon as it has started, and the next one an hour later.
async fn is_made_by_itself(company: &Company) {
    let mut wait = Wait::until("there is a checkpoint");
    while !company.checkpoints().join("checkpoint-0000000001.jsonl").exists() {
        wait.a_moment().await;
    }
}

fn files(company: &Company) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(company.checkpoints()).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

/// The database as it is, to be put back after each deed.
async fn kept(database: &str) {
    run_sql(database, "CREATE TABLE kept_customers AS SELECT * FROM customers").await;
    run_sql(database, "CREATE TABLE kept_timeline AS SELECT * FROM timeline").await;
}

async fn put_back(database: &str) {
    let back = "DELETE FROM timeline; INSERT INTO timeline SELECT * FROM kept_timeline;
        DELETE FROM customers; INSERT INTO customers SELECT * FROM kept_customers;";
    run_sql(database, &unguarded(database, back)).await;
}

/// Anyone who has the database can switch its foreign keys off.
fn unguarded(database: &str, sql: &str) -> String {
    let off = if database.starts_with("postgres") {
        "SET session_replication_role = replica"
    } else {
        "PRAGMA foreign_keys = OFF"
    };
    format!("{off}; {sql}")
}

/// A customer's id as both databases read it.
fn literal(database: &str, id: &str) -> String {
    if database.starts_with("postgres") { format!("'{id}'") } else { format!("x'{}'", id.replace('-', "")) }
}

fn bytes(database: &str, bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if database.starts_with("postgres") { format!("'\\x{hex}'") } else { format!("x'{hex}'") }
}

/// Computes the whole chain of a customer anew, with another actor in the first entry, as someone would who has the database.
async fn rewritten(database: &str, customer: &str) -> String {
    let store = Store::open(database).await.unwrap();
    let (mut head, mut sql) = (Head::default(), String::new());
    let id = literal(database, customer);
    for entry in store.whole_timeline(customer.parse().unwrap()).await.unwrap() {
        let actor = if entry.seq == 1 { "staff:nobody".to_owned() } else { entry.actor };
        let (customer_id, at, channel) = (entry.customer_id, entry.at, entry.channel);
        let entry = NewEntry { customer_id, at, actor, channel, event: entry.event, personal: entry.personal };
        head = entry.following(head).head();
        let hash = bytes(database, &head.hash);
        write!(sql, "UPDATE timeline SET hash = {hash} WHERE customer_id = {id} AND seq = {};", head.length).unwrap();
    }
    let hash = bytes(database, &head.hash);
    // What was erased is nothing that was ever there.
    write!(sql, "UPDATE timeline SET commitment = NULL WHERE customer_id = {id} AND personal IS NULL;").unwrap();
    write!(sql, "UPDATE timeline SET actor = 'staff:nobody' WHERE customer_id = {id} AND seq = 1;").unwrap();
    sql + &format!("UPDATE customers SET head_hash = {hash} WHERE id = {id};")
}

/// Everything someone might do to the timeline of a customer with `n` entries: in SQL, and what the audit says of it.
async fn deeds(database: &str, customer: &str, n: i64) -> Vec<(String, String)> {
    let id = literal(database, customer);
    let mine = format!("customer_id = {id}");
    let other = bytes(database, &[7; 32]);
    let add = |seq: i64| {
        format!(
            "INSERT INTO timeline (customer_id, seq, at, actor, channel, event, hash)
            SELECT customer_id, {seq}, at, actor, channel, event, hash FROM timeline WHERE {mine} AND seq = 1"
        )
    };
    let cut = format!(
        "DELETE FROM timeline WHERE {mine} AND seq = {n}; UPDATE customers SET head_length = {n} - 1, head_hash =
        (SELECT hash FROM timeline WHERE {mine} AND seq = {n} - 1) WHERE id = {id}"
    );
    let swap = format!(
        "UPDATE timeline SET seq = -1 WHERE {mine} AND seq = 2; UPDATE timeline SET seq = 2 WHERE {mine} AND seq = 3;
        UPDATE timeline SET seq = 3 WHERE {mine} AND seq = -1"
    );
    let gone = format!("DELETE FROM customers WHERE id = {id}");
    let of = |deed: String, said: String| (deed, format!("customer {customer}{said}"));
    let also = |deed: &str, said: &str| of(deed.to_owned(), said.to_owned());
    vec![
        of(
            format!("UPDATE timeline SET actor = 'staff:nobody' WHERE {mine} AND seq = 2"),
            ": entry 2 was changed".into(),
        ),
        of(format!("UPDATE timeline SET personal = '{{}}' WHERE {mine} AND seq = 1"), ": entry 1 was changed".into()),
        of(format!("UPDATE timeline SET hash = {other} WHERE {mine} AND seq = 3"), ": entry 3 was changed".into()),
        of(format!("DELETE FROM timeline WHERE {mine} AND seq = 2"), ": entry 2 is missing".into()),
        of(format!("DELETE FROM timeline WHERE {mine} AND seq = {n}"), format!(": entry {n} is missing")),
        also(&swap, ": entry 2 was changed"),
        of(cut, format!(": entry {n} is missing: checkpoint 2 recorded {n} entries")),
        of(add(n + 1), format!(": entry {} stands beyond the head", n + 1)),
        also(&add(0), ": entry 1 is missing: entry 0 stands in its place"),
        of(format!("UPDATE customers SET head_length = 0 WHERE id = {id}"), ": entry 1 stands beyond the head".into()),
        of(format!("UPDATE customers SET head_length = 2 WHERE id = {id}"), ": entry 3 stands beyond the head".into()),
        of(format!("UPDATE customers SET head_hash = {other} WHERE id = {id}"), format!(": entry {n} is the last one")),
        of(
            format!("UPDATE customers SET head_hash = {} WHERE id = {id}", bytes(database, &[0])),
            ": the head of the timeline cannot be read".into(),
        ),
        of(gone.clone(), format!(", entry 1: the customer is gone; checkpoint 2 recorded {n} entries")),
        also(&gone, ": entry 1 is there, but its customer is gone"),
        of(format!("{gone}; DELETE FROM timeline WHERE {mine}"), ", entry 1: the customer is gone".into()),
        of(rewritten(database, customer).await, format!(": entry {n} is not the one that checkpoint 2 recorded")),
    ]
}

#[testkit::both_databases]
async fn h05_whatever_is_done_to_a_timeline_is_named(databases: Databases) {
    let database = databases.empty().await;
    let company = Company::on(&database).await;
    let hub = company.serve().await;
    is_made_by_itself(&company).await;
    let ada = links(&company, "oid-ada", ADA, "ada@example.com").await;
    makes_a_checkpoint(&company).await;
    is_whole(&company, 2).await;
    let file = files(&company)[1].clone();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let recorded = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = recorded.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    let n = records.iter().find(|record| record.customer.to_string() == ada).unwrap().length;
    assert!(n > 3, "{recorded}");

    kept(&database).await;
    for (deed, said) in deeds(&database, &ada, n).await {
        run_sql(&database, &unguarded(&database, &deed)).await;
        let (whole, found) = verify(&company, &[]).await;
        assert!(!whole && found.contains(&said), "{deed}\nexpected: {said}\nfound: {found}");
        put_back(&database).await;
        is_whole(&company, 2).await;
    }

    let erase = format!(
        "UPDATE timeline SET personal = NULL, salt = NULL WHERE customer_id = {} AND seq = 1",
        literal(&database, &ada)
    );
    run_sql(&database, &erase).await;
    links(&company, "oid-ben", BEN, "ben@example.com").await;
    is_whole(&company, 2).await;
    makes_a_checkpoint(&company).await;
    is_whole(&company, 3).await;
    hub.kill().await;

    run_sql(&database, &rewritten(&database, &ada).await).await;
    let made = company.run(&["audit", "checkpoint"]).await;
    assert!(!made.status.success(), "what was rewritten is not signed");
    let (whole, found) = verify(&company, &[]).await;
    assert!(!whole && found.contains("recorded: the chain was rewritten"), "{found}");

    let header = recorded.lines().next().unwrap();
    for kept in [["--checkpoint", file.to_str().unwrap()], ["--header", header]] {
        let (whole, found) = verify(&company, &kept).await;
        assert!(!whole && found.contains(&format!("entry {n} is not the one that checkpoint 2 recorded")), "{found}");
    }
    std::fs::remove_dir_all(company.checkpoints()).unwrap();
    let (content, found) = verify(&company, &[]).await;
    assert!(!content && found.contains("holds no checkpoint"), "a directory that is gone is no proof: {found}");
    assert!(verify(&company, &["--no-checkpoint"]).await.1.contains(", 0 broken"));
    let (_, found) = verify(&company, &["--header", header]).await;
    assert!(found.contains("compared with the counts alone of checkpoint 2"), "{found}");
    run_sql(&database, &unguarded(&database, "DELETE FROM timeline; DELETE FROM customers")).await;
    let (whole, found) = verify(&company, &["--header", header]).await;
    assert!(!whole && found.contains("checkpoint 2 counted") && found.contains("there are 0 and 0"), "{found}");
}

#[testkit::both_databases]
async fn h05_serve_makes_checkpoints_by_itself(databases: Databases) {
    let company = Company::on(&databases.empty().await).await;
    let hub = company.serve().await;
    is_made_by_itself(&company).await;
    hub.kill().await;
    is_whole(&company, 1).await;
    makes_a_checkpoint(&company).await;
    is_whole(&company, 2).await;

    let (first, second) = (files(&company)[0].clone(), files(&company)[1].clone());
    let text = std::fs::read_to_string(&second).unwrap();
    for (wrong, said) in [
        (text.replacen("\"entries\":", "\"entries\":1", 1), "the signature of checkpoint 2 is not of this"),
        (text.lines().next().unwrap().to_owned(), "the lines are not those that were signed"),
        (std::fs::read_to_string(&first).unwrap(), "it does not follow checkpoint 1"),
    ] {
        std::fs::write(&second, wrong).unwrap();
        let (whole, found) = verify(&company, &[]).await;
        assert!(!whole && found.contains(said), "{found}");
    }
}
