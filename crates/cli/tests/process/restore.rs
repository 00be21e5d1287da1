//! `tessera restore`: a backup takes the database's place only when it is whole and nobody uses the database.

use std::fs;
use std::path::{Path, PathBuf};

use testkit::run_sql;

use crate::company::{ADA, BEN, Company};

struct Story {
    company: Company,
    database: PathBuf,
    folder: tempfile::TempDir,
}

impl Story {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("hub.db");
        let company = Company::on(&format!("sqlite:{}", database.display())).await;
        Self { company, database, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A copy of a file, changed.
    async fn changed(&self, from: &Path, name: &str, sql: &str) -> PathBuf {
        let copy = self.file(name);
        fs::copy(from, &copy).unwrap();
        run_sql(&format!("sqlite:{}", copy.display()), sql).await;
        copy
    }

    async fn links(&self, subject: &str, requester: &str) {
        let token = self.company.token(requester).await;
        self.company.signs_in(subject, &token, &format!("{subject}@example.com"), true).await;
        self.company.quiet().await;
        assert!(self.company.customer_of(requester).await.is_some());
    }

    async fn restore(&self, file: &Path, arguments: &[&str]) -> (bool, String) {
        let file = file.display().to_string();
        let ended = self.company.run(&[&["restore", &file], arguments].concat()).await;
        (ended.status.success(), String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap())
    }

    /// It is refused for this reason, and the database is as it was.
    async fn is_refused(&self, file: &Path, because: &str) {
        let before = fs::read(&self.database).unwrap();
        let (restored, message) = self.restore(file, &[]).await;
        assert!(!restored && message.contains(because), "{message}");
        assert!(fs::read(&self.database).unwrap() == before, "the database is as it was");
        assert!(!self.file("hub.db-restoring").exists(), "nothing is left of the copy");
    }

    /// The one file beside the database that is the database before.
    fn aside(&self) -> PathBuf {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|file| file.unwrap().path());
        let aside = |path: &PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap();
            name.starts_with("hub.db-before-restore-") && !name.ends_with("-wal") && !name.ends_with("-shm")
        };
        let found: Vec<_> = names.filter(aside).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].clone()
    }
}

#[tokio::test]
async fn h04_a_backup_replaces_the_database_of_a_killed_hub_and_the_old_one_is_kept() {
    let story = Story::begin().await;
    let company = &story.company;
    let hub = company.serve().await;
    story.links("ada", ADA).await;
    let backup = story.file("backup.db");
    assert!(company.run(&["backup", backup.to_str().unwrap()]).await.status.success());
    story.links("ben", BEN).await;
    let (restored, message) = story.restore(&backup, &[]).await;
    assert!(!restored && message.contains(&format!("process {} ", hub.pid())), "{message}");
    hub.kill().await;
    assert!(story.file("hub.db-wal").exists(), "the killed hub has left its log");

    let (restored, message) = story.restore(&backup, &[]).await;
    assert!(restored && message.contains("timelines with"), "{message}");
    let hub = company.serve().await;
    assert!(company.customer_of(ADA).await.is_some());
    assert_eq!(company.customer_of(BEN).await, None, "the log of the old database is not written into the new one");
    hub.kill().await;
    let aside = format!("sqlite:{}", story.aside().display());
    let message = company.run_on(&aside, &["audit", "verify", "--no-checkpoint"]).await;
    assert!(message.status.success(), "the old database is whole: {}", String::from_utf8_lossy(&message.stdout));
    let back = story.aside();
    let (restored, message) = story.restore(&back, &[]).await;
    assert!(restored, "and can be restored: {message}");
    let hub = company.serve().await;
    assert!(company.customer_of(BEN).await.is_some());
    hub.kill().await;
}

#[tokio::test]
async fn h04_what_is_damaged_foreign_newer_or_tampered_with_is_not_restored() {
    let story = Story::begin().await;
    let hub = story.company.serve().await;
    story.links("ada", ADA).await;
    hub.terminate();
    hub.ended().await;
    let whole = story.file("whole.db");
    fs::copy(&story.database, &whole).unwrap();

    let mut bytes = fs::read(&whole).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 8192].fill(7);
    fs::write(story.file("damaged.db"), &bytes).unwrap();
    story.is_refused(&story.file("damaged.db"), "it is damaged").await;
    fs::write(story.file("short.db"), &bytes[..middle]).unwrap();
    story.is_refused(&story.file("short.db"), "cannot be restored").await;
    fs::write(story.file("letter.db"), "Dear Sirs").unwrap();
    story.is_refused(&story.file("letter.db"), "file is not a database").await;
    fs::write(story.file("empty.db"), "").unwrap();
    story.is_refused(&story.file("empty.db"), "not the database of a hub").await;
    story.is_refused(&story.file("missing.db"), "No such file").await;
    story.is_refused(&story.database, "the database itself").await;
    let newer = "INSERT INTO schema_migrations VALUES (99999, 'later', 'x')";
    story.is_refused(&story.changed(&whole, "newer.db", newer).await, "start the newer program").await;
    let tampered = story.changed(&whole, "tampered.db", "UPDATE timeline SET actor = 'nobody' WHERE seq = 2").await;
    story.is_refused(&tampered, "timelines of the backup are broken").await;

    let (restored, message) = story.restore(&tampered, &["--broken-timelines"]).await;
    assert!(restored, "{message}");
}

#[tokio::test]
async fn h04_postgres_is_restored_with_its_own_tools() {
    let server = std::env::var("TESSERA_TEST_POSTGRES").expect("TESSERA_TEST_POSTGRES names a PostgreSQL server");
    let story = Story::begin().await;
    let refused = story.company.run_on(&server, &["restore", "backup.db"]).await;
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && message.contains("pg_restore"), "{message}");
}
