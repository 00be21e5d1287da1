//! The doctor's checks of the file: availability, age and unreadable lines.

use tessera_hub::ports::{ConnectError, Finding};

use super::table::{LineError, Table};
use super::{ContactsCsv, Freshness};

/// Maximum number of unreadable lines listed.
const MAX_NAMED: usize = 5;

impl ContactsCsv {
    /// Reads the file and reports problems with remedies.
    pub(super) async fn findings(&self) -> Vec<Finding> {
        let system = self.name();
        match self.table(Freshness::Now).await {
            Ok((table, _)) => vec![self.age(&table), contents(system, &table)],
            Err(ConnectError::Unexpected { found, .. }) => vec![
                Finding::ok("address", system, format!("{} answers.", self.address)),
                Finding::fail(
                    "list_contacts",
                    system,
                    format!("The file is not used: {found}."),
                    "Export the file again as CSV in UTF-8, with the columns that contacts_csv.columns names and the delimiter that \
                     contacts_csv.delimiter sets. Contacts stay as they were read last.",
                ),
            ],
            Err(error) => vec![
                Finding::fail(
                    "address",
                    system,
                    error.to_string(),
                    "Check contacts_csv.location, who may read it, and TESSERA_CONTACTS_AUTHORIZATION. Contacts stay as they were read last.",
                ),
                Finding::unknown("list_contacts", system, "Not tried: see above."),
            ],
        }
    }

    fn age(&self, table: &Table) -> Finding {
        let (system, address) = (self.name(), &self.address);
        let Some(written_at) = table.written_at else {
            return Finding::ok("address", system, format!("{address} answers."));
        };
        let minutes = (self.environment.clock.now().duration_since(written_at)).as_mins();
        let found = format!("{address} was written {} ago.", age(minutes));
        if self.config.max_age.is_some_and(|max| minutes > max.as_mins()) {
            return Finding::warn(
                "address",
                system,
                found,
                "See why the export no longer runs, or raise contacts_csv.max_age_hours.",
            );
        }
        Finding::ok("address", system, found)
    }
}

fn contents(system: &str, table: &Table) -> Finding {
    let mut found = vec![format!("{}.", counted(table.len(), "contact"))];
    let mut remedies = Vec::new();
    if !table.bad.is_empty() {
        let named: Vec<String> = table.bad.iter().take(MAX_NAMED).map(LineError::to_string).collect();
        let more = if table.bad.len() > MAX_NAMED { "; …" } else { "" };
        found.push(format!("{} cannot be read: {}{more}.", counted(table.bad.len(), "line"), named.join("; ")));
        remedies.push("Correct these lines in the system that writes the file, and export it as UTF-8.");
    }
    if let Some(doubt) = &table.doubt {
        found.push(format!("Contacts may be missing: {doubt}."));
        remedies.push("Export the whole file again, with a line break at its end. If it is right to be this short, restart the hub.");
    }
    if !remedies.is_empty() {
        remedies.push("Until then, the hub does not take contacts that it cannot find for deleted.");
    }
    if let Some(first) = table.undated.first() {
        let count = counted(table.undated.len(), "line");
        found.push(format!("{count} without a readable time of the last change: {first}."));
        remedies.push("Write these times as 2026-05-31T10:00:00Z, or leave them empty.");
    }
    let found = found.join(" ");
    if remedies.is_empty() {
        return Finding::ok("list_contacts", system, found);
    }
    Finding::warn("list_contacts", system, found, remedies.join(" "))
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn age(minutes: i64) -> String {
    let minutes = usize::try_from(minutes).unwrap_or_default();
    match minutes {
        0..120 => counted(minutes, "minute"),
        120..2880 => counted(minutes / 60, "hour"),
        _ => counted(minutes / 1440, "day"),
    }
}
