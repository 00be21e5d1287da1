//! `tessera person`: everything about a person is exported or erased.
#![expect(clippy::print_stdout, reason = "a command's answer goes to standard output")]

use std::io::{BufRead, IsTerminal, Write};

use anyhow::{Context, bail};
use tessera_core::kernel::printed::OneLine;
use tessera_core::persons::{Person, key};
use tessera_hub::Hub;
use tessera_hub::queries::privacy::ErasureReport;

use crate::admin::with_hub;
use crate::{CLI, Configured};

/// What to do with a person's data.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Print everything that the hub keeps about a person as JSON, without secrets.
    Export {
        #[command(flatten)]
        configured: Configured,
        /// Person id, or the hub's own id.
        person: String,
    },
    /// Erase a person, after a list of what goes and what stays, and why. Cannot be undone.
    ///
    /// Asks for the person id as confirmation.
    Erase {
        #[command(flatten)]
        configured: Configured,
        /// Person id, or the hub's own id.
        person: String,
        /// List what would be erased and what would stay. Change nothing.
        #[arg(long)]
        preview: bool,
        /// Whether the customer record is about this person alone and is erased, too. Without it, it is if nobody else belongs to
        /// the customer and it has the person's name.
        #[arg(long, value_name = "BOOL")]
        with_customer: Option<bool>,
        /// Do not ask for confirmation.
        #[arg(long, conflicts_with = "preview")]
        yes: bool,
    },
}

/// `tessera person`.
pub async fn run(action: Action) -> anyhow::Result<()> {
    match action {
        Action::Export { configured, person } => {
            with_hub(&configured.config, async |hub| export(hub, &person).await).await
        }
        Action::Erase { configured, person, preview, with_customer, yes } => {
            let confirmed = Confirmed { preview, yes };
            with_hub(&configured.config, async |hub| erase(hub, &person, with_customer, confirmed).await).await
        }
    }
}

/// How far an erasure goes without being asked.
#[derive(Debug, Clone, Copy)]
struct Confirmed {
    preview: bool,
    yes: bool,
}

async fn found(hub: &Hub, person: &str) -> anyhow::Result<Person> {
    let found = hub.queries().person_called(person.trim()).await?;
    found.with_context(|| format!("there is no person {person}"))
}

async fn export(hub: &Hub, person: &str) -> anyhow::Result<()> {
    let person = found(hub, person).await?;
    let exported = hub.queries().person_export(person.id).await?;
    println!("{}", serde_json::to_string_pretty(&exported)?);
    Ok(())
}

async fn erase(
    hub: &Hub,
    person: &str,
    with_customer: Option<bool>,
    Confirmed { preview, yes }: Confirmed,
) -> anyhow::Result<()> {
    let person = found(hub, person).await?;
    let report = hub.queries().erasure_preview(person.id, with_customer).await?;
    if preview || !yes {
        print_report(&report);
    }
    if preview {
        return Ok(());
    }
    if !yes && key(&answer(&person.person_id)?) != key(&person.person_id) {
        bail!("not confirmed; nothing was erased");
    }
    let report = hub.erase_person(person.id, with_customer, &CLI).await?;
    eprintln!("{} was erased. The history names this person {} now.", OneLine(&report.person_id), report.erased_as);
    Ok(())
}

fn print_report(report: &ErasureReport) {
    println!("Is erased:");
    for it in &report.erased {
        let how = if it.is_deleted { "deleted" } else { "stays, without anything personal" };
        println!("  {}\t{}\t{how}", it.title, it.count);
    }
    println!("Stays:");
    for it in &report.kept {
        println!("  {}\t{}\t{}", it.title, it.count, it.why);
    }
}

/// Asks for the person id, at a terminal or from a pipe.
fn answer(person_id: &str) -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprint!("This cannot be undone. Type the person ID {} to confirm: ", OneLine(person_id));
        std::io::stderr().flush()?;
    }
    let mut typed = String::new();
    stdin.lock().read_line(&mut typed)?;
    Ok(typed)
}
