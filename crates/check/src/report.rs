//! The report: for a person to act on, or for a program.

use std::fmt::{Display, Formatter};

use serde::Serialize;

use crate::rules::Rule;

/// How a rule came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Kept,
    /// It does not.
    Broken,
    /// It holds as far as it must; something better is possible.
    Advice,
    /// It could not be asked.
    Skipped,
}

/// What was found about one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// How it came out.
    pub outcome: Outcome,
    /// What is wrong, or why it could not be asked.
    pub wrong: Option<String>,
    /// What was sent, shortened.
    pub sent: Option<String>,
    /// What came back, shortened.
    pub received: Option<String>,
}

/// What was found about a vendor.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The vendor's base address.
    pub vendor: String,
    /// Whether no rule is broken.
    pub passed: bool,
    /// How many rules are kept.
    pub kept: usize,
    /// How many are broken.
    pub broken: usize,
    /// How many calls were made.
    pub calls: usize,
    /// Every rule, in order.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(vendor: String, calls: usize, findings: Vec<Finding>) -> Self {
        let count = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count();
        let (kept, broken) = (count(Outcome::Kept), count(Outcome::Broken));
        Self { vendor, passed: broken == 0, kept, broken, calls, findings }
    }

    /// The rules that are broken.
    pub fn broken_rules(&self) -> Vec<&'static str> {
        let broken = self.findings.iter().filter(|finding| finding.outcome == Outcome::Broken);
        broken.map(|finding| finding.rule.id).collect()
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n", self.vendor)?;
        for Finding { rule, outcome, wrong, sent, received } in &self.findings {
            let mark = match outcome {
                Outcome::Kept => "ok    ",
                Outcome::Broken => "BROKEN",
                Outcome::Advice => "advice",
                Outcome::Skipped => "-     ",
            };
            writeln!(f, "{mark}  {:<4} {}", rule.id, rule.title)?;
            if let Some(wrong) = wrong {
                writeln!(f, "             {wrong}")?;
            }
            if matches!(outcome, Outcome::Broken | Outcome::Advice) {
                for (label, text) in [("sent    ", sent), ("received", received)] {
                    if let Some(text) = text {
                        writeln!(f, "             {label} {}", text.replace('\n', "\n                      "))?;
                    }
                }
                writeln!(f, "             to mend  {}", rule.mend)?;
            }
        }
        let verdict = if self.passed { "The vendor keeps the contract." } else { "The vendor breaks the contract." };
        writeln!(f, "\n{verdict} {} rules kept, {} broken, {} calls made.", self.kept, self.broken, self.calls)
    }
}
