//! Checks of the hub's own database and disk.

use tessera_store::Reads;

use super::Finding;
use crate::Hub;

/// Warning threshold: little space for a growing database.
const LITTLE: u64 = 1 << 30;
/// Failure threshold: writes will fail soon.
const NEARLY_NOTHING: u64 = 100 << 20;
/// Above this size, the write-ahead log is not being checkpointed.
const LARGE_LOG: u64 = 256 << 20;

impl Hub {
    pub(super) async fn check_database(&self) -> Vec<Finding> {
        const SYSTEM: &str = "database";
        let kind = self.reads().kind();
        let mut findings = vec![match self.reads().ping().await {
            Ok(()) => Finding::ok("database", SYSTEM, format!("The {kind} database answers.")),
            Err(error) => Finding::fail("database", SYSTEM, error.to_string(), "Check database.url and the server."),
        }];
        let version = Reads::schema_version();
        findings.push(Finding::ok(
            "schema",
            SYSTEM,
            format!("The schema has version {version}, which is this program’s."),
        ));
        findings.push(match self.technical().probe_write(self.env.now()).await {
            Ok(()) => Finding::ok("write", SYSTEM, "Writing works."),
            Err(error) => Finding::fail(
                "write",
                SYSTEM,
                error.to_string(),
                "Check the permissions of the file or of the database’s user, and the disk.",
            ),
        });
        findings.extend(self.check_space());
        findings
    }

    fn check_space(&self) -> Vec<Finding> {
        const SYSTEM: &str = "database";
        let space = match self.reads().space() {
            Ok(Some(space)) => space,
            Ok(None) => {
                let detail = "PostgreSQL’s disk is its own machine’s; look there.";
                return vec![Finding::unknown("disk", SYSTEM, detail)];
            }
            Err(error) => return vec![Finding::unknown("disk", SYSTEM, error.to_string())],
        };
        let free =
            format!("{} free of {}; the database takes {}.", size(space.free), size(space.total), size(space.database));
        let remedy = "Make room on the disk, or move the database to a larger one.";
        let disk = match space.free {
            0..NEARLY_NOTHING => Finding::fail("disk", SYSTEM, free, remedy),
            NEARLY_NOTHING..LITTLE => Finding::warn("disk", SYSTEM, free, remedy),
            _ => Finding::ok("disk", SYSTEM, free),
        };
        let detail = format!("The write-ahead log takes {}.", size(space.log));
        let log = if space.log > LARGE_LOG {
            let readers = self.reads().other_readers();
            let named =
                if readers.is_empty() { String::new() } else { format!(" Reading just now: {}.", readers.join(", ")) };
            let remedy = format!(
                "Something reads for long: a backup, or another program that has the file open. The log is folded back when that ends.{named}"
            );
            Finding::warn("log", SYSTEM, detail, remedy)
        } else {
            Finding::ok("log", SYSTEM, detail)
        };
        vec![disk, log]
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
