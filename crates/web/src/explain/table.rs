//! The explanation why something is missing, as a table for the terminal.

use std::fmt::{Display, Formatter, Result};

use tessera_core::explain::{Check, Outcome, Reason};
use tessera_core::kernel::printed::OneLine;
use tessera_hub::WhyAnswer;

use super::{for_staff, next_step, sentence};

/// Formats the explanation as a table.
#[derive(Debug, Clone, Copy)]
pub struct Table<'a>(pub &'a WhyAnswer);

impl Display for Table<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let WhyAnswer { subject, customer, why } = self.0;
        writeln!(f, "{}", OneLine(&subject.label))?;
        if let Some((id, name)) = customer
            && subject.kind != "customer"
        {
            writeln!(f, "customer {}, {id}", OneLine(name))?;
        }
        match why.reason {
            None => writeln!(f, "\nNothing is missing: every check that decides holds.\n")?,
            Some(reason) => write_reason(f, reason)?,
        }
        let width = why.checks.iter().map(|check| check.rule.len()).max().unwrap_or(0);
        why.checks.iter().try_for_each(|check| write_check(f, check, width))
    }
}

fn write_reason(f: &mut Formatter<'_>, reason: Reason) -> Result {
    let words = for_staff(reason);
    writeln!(f, "\n{} ({})\n  {}\n  → {}\n", words.title, reason.code(), words.explanation, words.next_step)
}

fn write_check(f: &mut Formatter<'_>, check: &Check, width: usize) -> Result {
    let mark = match check.outcome {
        Outcome::Pass => "pass   ",
        Outcome::Fail => "FAIL   ",
        Outcome::Unknown => "unknown",
        Outcome::Note => "note   ",
    };
    writeln!(f, "{mark}  {:width$}  {}", check.rule, OneLine(sentence(&check.finding)))?;
    match next_step(check) {
        Some(fix) => writeln!(f, "{:7}  {:width$}  → {}", "", "", OneLine(fix)),
        None => Ok(()),
    }
}
