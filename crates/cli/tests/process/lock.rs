//! One hub serves one file.

use std::os::unix::fs::symlink;
use std::time::{Duration, Instant};

use crate::company::Company;

#[tokio::test]
async fn h04_a_second_hub_on_one_file_is_refused_with_the_process_id_of_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| format!("sqlite:{}", folder.path().join(name).display());
    let company = Company::on(&at("hub.db")).await;
    let first = company.serve().await;
    symlink(folder.path().join("hub.db"), folder.path().join("link.db")).unwrap();
    symlink(folder.path(), folder.path().join("folder")).unwrap();
    for name in ["hub.db", "./hub.db", "link.db", "folder/hub.db"] {
        let began = Instant::now();
        let refused = company.run_on(&at(name), &["serve"]).await;
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{name}: {message}");
        assert!(
            message.contains(&format!("process {} ", first.pid())) && message.contains("stop that process"),
            "{message}"
        );
        assert!(began.elapsed() < Duration::from_secs(5), "it is refused at once");
    }
    let copy = folder.path().join("copy.db").display().to_string();
    let beside: [&[&str]; 4] =
        [&["api-key", "another"], &["audit", "verify", "--no-checkpoint"], &["backup", &copy], &["migrate"]];
    for command in beside {
        let done = company.run(command).await;
        assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    }
    assert_eq!(company.ask("/readyz").await, (200, "ready\n".to_owned()), "the first goes on");
    first.kill().await;
    company.serve().await.kill().await;
}
