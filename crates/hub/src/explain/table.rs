//! The answer as a table for the terminal.

use std::fmt::{Display, Formatter, Result};

use tessera_core::explain::Outcome;

use super::WhyAnswer;

impl Display for WhyAnswer {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "{}", self.subject.label)?;
        if let Some((id, name)) = &self.customer
            && self.subject.kind != "customer"
        {
            writeln!(f, "customer {name}, {id}")?;
        }
        match self.why.reason {
            None => writeln!(f, "\nNothing is missing: every check that decides holds.\n")?,
            Some(reason) => {
                let words = reason.staff();
                writeln!(
                    f,
                    "\n{} ({})\n  {}\n  → {}\n",
                    words.title,
                    reason.code(),
                    words.explanation,
                    words.next_step
                )?;
            }
        }
        let width = self.why.checks.iter().map(|check| check.rule.len()).max().unwrap_or(0);
        for check in &self.why.checks {
            let mark = match check.outcome {
                Outcome::Pass => "pass   ",
                Outcome::Fail => "FAIL   ",
                Outcome::Unknown => "unknown",
            };
            writeln!(f, "{mark}  {:width$}  {}", check.rule, check.detail)?;
            if let Some(fix) = &check.fix {
                writeln!(f, "{:7}  {:width$}  → {}", "", "", fix.text)?;
            }
        }
        Ok(())
    }
}
