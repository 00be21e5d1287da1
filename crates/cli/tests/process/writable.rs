//! A hub that cannot write.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::company::{Company, Wait};

/// A small disk of its own; only root can have one.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Option<Self> {
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then(|| Self(at.to_owned()))
    }

    /// Writes until there is no room.
    fn fill(&self) {
        let mut filler = File::create(self.0.join("filler")).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filler")).unwrap();
    }

    fn make_read_only(&self) {
        assert!(Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Whether this process may not mount anything.
fn is_contained() -> bool {
    !Command::new("unshare").args(["--mount", "true"]).status().is_ok_and(|ended| ended.success())
}

async fn is_refused(company: &Company, because: &str) {
    let refused = company.run(&["serve"]).await;
    let message = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1), "{message}");
    assert!(message.contains(because), "{message}");
}

async fn readiness_becomes(company: &Company, status: u16, says: &str) {
    let mut wait = Wait::until("the readiness changes");
    loop {
        let (now, body) = company.ask("/readyz").await;
        if now == status {
            return assert!(body.contains(says), "{body}");
        }
        wait.left = body;
        wait.a_moment().await;
    }
}

#[tokio::test]
async fn h04_a_hub_whose_disk_is_full_or_read_only_does_not_start_and_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(folder.path()) else {
        return assert!(is_contained(), "a small disk can be mounted");
    };
    let company = Company::on(&format!("sqlite:{}", disk.0.join("hub.db").display())).await;
    disk.fill();
    is_refused(&company, "the disk of the database is full").await;
    disk.make_room();

    let hub = company.serve().await;
    disk.fill();
    readiness_becomes(&company, 503, "database_full").await;
    assert_eq!(company.ask("/healthz").await.0, 200, "the process itself is well");
    disk.make_room();
    readiness_becomes(&company, 200, "ready").await;
    hub.terminate();
    hub.ended().await;

    disk.make_read_only();
    is_refused(&company, "the database is read-only").await;
}
