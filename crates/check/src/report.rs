//! The report, for people and programs.

use std::fmt::{Display, Formatter};

use serde::Serialize;

use crate::rules::Rule;

/// The outcome of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The vendor keeps the rule.
    Kept,
    /// The vendor breaks the rule.
    Broken,
    /// The rule is kept, but there is a recommendation.
    Advice,
    /// The rule could not be checked.
    Skipped,
}

/// The finding on one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// The outcome.
    pub outcome: Outcome,
    /// The violation, or the reason why the rule could not be checked.
    pub wrong: Option<String>,
    /// The request, shortened.
    pub sent: Option<String>,
    /// The answer, shortened.
    pub received: Option<String>,
}

/// The findings on a vendor.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The vendor's base address.
    pub vendor: String,
    /// Whether no rule is broken.
    pub passed: bool,
    /// Number of rules kept.
    pub kept: usize,
    /// Number of rules broken.
    pub broken: usize,
    /// Number of calls made.
    pub calls: usize,
    /// All rules, in order.
    pub findings: Vec<Finding>,
}

impl Report {
    pub(crate) fn new(vendor: String, calls: usize, findings: Vec<Finding>) -> Self {
        let count = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count();
        let (kept, broken) = (count(Outcome::Kept), count(Outcome::Broken));
        Self { vendor, passed: broken == 0, kept, broken, calls, findings }
    }

    /// The ids of the broken rules.
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
