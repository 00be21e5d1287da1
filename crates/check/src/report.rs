//! The report, for people and programs.

use std::fmt::{Display, Formatter};

use serde::Serialize;

use crate::rules::Rule;

/// The outcome of a rule. A later one in this order replaces an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is nothing at this vendor that the rule is about.
    NotApplicable,
    /// The vendor keeps the rule.
    Kept,
    /// The rule was not checked, or not completely, so there is no verdict.
    NotAsked,
    /// The contract is kept, but there is a recommendation.
    Advice,
    /// The vendor breaks the rule.
    Broken,
}

/// The verdict on a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Every rule that applies was checked, and the contract is kept.
    Kept,
    /// At least one rule of the contract is broken.
    Broken,
    /// No broken rule was found, but some rules were not checked.
    Incomplete,
}

/// The finding on one rule.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// The outcome.
    pub outcome: Outcome,
    /// The violation, the recommendation's cause, or the reason why the rule was not checked.
    pub wrong: Option<String>,
    /// The request, shortened.
    pub sent: Option<String>,
    /// The recorded answer, shortened, if a recording was replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recorded: Option<String>,
    /// The answer, shortened.
    pub received: Option<String>,
}

/// A test account that was not deleted, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftBehind {
    /// The account's id at the platform.
    pub account: String,
    /// The customer's id at the vendor, if it answered one.
    pub external_id: Option<String>,
    /// What was seen of it.
    pub why: String,
}

/// The findings on a vendor.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The vendor's base address.
    pub vendor: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Whether the contract is kept and every rule was checked.
    pub passed: bool,
    /// The reason why the check ended early.
    pub stopped: Option<String>,
    /// Number of rules kept.
    pub kept: usize,
    /// Number of rules broken.
    pub broken: usize,
    /// Number of recommendations.
    pub advice: usize,
    /// Number of rules that were not checked.
    pub not_asked: usize,
    /// Number of calls made.
    pub calls: usize,
    /// All rules, in order.
    pub findings: Vec<Finding>,
    /// Test accounts that are, or may be, still there.
    pub left_behind: Vec<LeftBehind>,
    /// What the vendor was held against.
    pub against: Against,
}

/// What a vendor was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// The contract.
    Contract,
    /// A recorded conversation.
    Recording,
}

impl Report {
    pub(crate) fn new(
        against: Against,
        vendor: String,
        calls: usize,
        stopped: Option<String>,
        findings: Vec<Finding>,
        left_behind: Vec<LeftBehind>,
    ) -> Self {
        let count = |outcome| findings.iter().filter(|finding| finding.outcome == outcome).count();
        let (kept, broken) = (count(Outcome::Kept), count(Outcome::Broken));
        let (advice, not_asked) = (count(Outcome::Advice), count(Outcome::NotAsked));
        let verdict = match (broken, not_asked, &stopped) {
            (0, 0, None) => Verdict::Kept,
            (0, ..) => Verdict::Incomplete,
            _ => Verdict::Broken,
        };
        let passed = verdict == Verdict::Kept;
        Self {
            vendor,
            verdict,
            passed,
            stopped,
            kept,
            broken,
            advice,
            not_asked,
            calls,
            findings,
            left_behind,
            against,
        }
    }

    /// The ids of the broken rules.
    pub fn broken_rules(&self) -> Vec<&'static str> {
        self.rules(Outcome::Broken)
    }

    /// The ids of the rules with this outcome.
    pub fn rules(&self, outcome: Outcome) -> Vec<&'static str> {
        self.findings.iter().filter(|finding| finding.outcome == outcome).map(|finding| finding.rule.id).collect()
    }
}

/// Indentation of the lines below a rule.
const INDENT: &str = "                 ";

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}\n", self.vendor)?;
        self.findings.iter().try_for_each(|finding| write!(f, "{finding}"))?;
        write!(f, "\n{}", verdict(self))?;
        let not_checked = self.rules(Outcome::NotAsked);
        if !not_checked.is_empty() {
            writeln!(f, "Not checked: {}.", not_checked.join(", "))?;
        }
        let number = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        writeln!(
            f,
            "{}, {} broken, {}, {} not checked. {} made.",
            number(self.kept, "rule kept", "rules kept"),
            self.broken,
            number(self.advice, "recommendation", "recommendations"),
            self.not_asked,
            number(self.calls, "call", "calls"),
        )?;
        if self.left_behind.is_empty() {
            return Ok(());
        }
        let accounts = number(self.left_behind.len(), "test account", "test accounts");
        let how = match self.against {
            Against::Contract => "; the names begin with “Contract check”",
            Against::Recording => "",
        };
        writeln!(f, "\nLeft behind: {accounts}. Delete what is still at the vendor{how}.")?;
        self.left_behind.iter().try_for_each(|left| {
            let id = left.external_id.as_ref().map(|id| format!(" (ExternalID {id})")).unwrap_or_default();
            writeln!(f, "  {}{id}: {}", left.account, left.why)
        })
    }
}

fn verdict(report: &Report) -> String {
    let stopped = report.stopped.as_ref().map(|why| format!("The check ended early: {why}.\n")).unwrap_or_default();
    let (kept, broken) = match report.against {
        Against::Contract => ("The vendor keeps the contract.", "The vendor breaks the contract"),
        Against::Recording => ("The vendor answers as recorded.", "The vendor does not answer as recorded"),
    };
    match report.verdict {
        Verdict::Kept => format!("{kept}\n"),
        Verdict::Broken => {
            format!("{broken}: {}.\n{stopped}{}", report.broken_rules().join(", "), hint(report))
        }
        Verdict::Incomplete => format!("No verdict: not every rule was checked.\n{stopped}{}", hint(report)),
    }
}

/// If no call was accepted, the usual cause is not the vendor but how it was called.
fn hint(report: &Report) -> &'static str {
    let accepted = |finding: &Finding| {
        ["O1", "S1", "P3"].contains(&finding.rule.id) && matches!(finding.outcome, Outcome::Kept | Outcome::Advice)
    };
    if report.stopped.is_some() || report.findings.iter().any(accepted) {
        return "";
    }
    "No answer listed options or named a new customer. First check the address, the application id, the key and the settings.\n"
}

impl Display for Finding {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { rule, outcome, wrong, sent, recorded, received } = self;
        let mark = match outcome {
            Outcome::Kept => "ok",
            Outcome::Broken => "BROKEN",
            Outcome::Advice => "advice",
            Outcome::NotApplicable => "n/a",
            Outcome::NotAsked => "not checked",
        };
        writeln!(f, "{mark:<11}  {:<4}{}", rule.id, rule.title)?;
        let mut line = |label: &str, text: &str| {
            writeln!(f, "{INDENT}{label:<10}{}", text.replace('\n', &format!("\n{INDENT}          ")))
        };
        let found = matches!(outcome, Outcome::Broken | Outcome::Advice);
        for (label, text) in [("found", wrong), ("sent", sent), ("recorded", recorded), ("received", received)] {
            if let Some(text) = text.as_ref().filter(|_| found) {
                line(label, text)?;
            }
        }
        match (found, wrong) {
            (true, _) => {
                line(if rule.binding { "contract" } else { "why" }, rule.source)?;
                line("fix", rule.mend)
            }
            (false, Some(why)) => line("because", why),
            (false, None) => Ok(()),
        }
    }
}
