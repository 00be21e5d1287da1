//! The report as a table for the terminal.

use std::fmt::{Display, Formatter, Result};

use tessera_core::kernel::printed::OneLine;

use super::{Report, Verdict};

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let width = self.findings.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
        let mut system = "";
        for finding in &self.findings {
            if finding.system != system {
                system = &finding.system;
                writeln!(f, "\n{system}")?;
            }
            let mark = match finding.verdict {
                Verdict::Ok => "ok     ",
                Verdict::Unknown => "unknown",
                Verdict::Warn => "WARN   ",
                Verdict::Fail => "FAIL   ",
            };
            writeln!(f, "  {mark}  {:width$}  {}", finding.check, OneLine(&finding.detail))?;
            if let Some(remedy) = &finding.remedy {
                writeln!(f, "  {:7}  {:width$}  → {}", "", "", OneLine(remedy))?;
            }
        }
        let count = |verdict| self.findings.iter().filter(|finding| finding.verdict == verdict).count();
        writeln!(
            f,
            "\n{} checks: {} ok, {} to look at, {} failed, {} unknown",
            self.findings.len(),
            count(Verdict::Ok),
            count(Verdict::Warn),
            count(Verdict::Fail),
            count(Verdict::Unknown)
        )
    }
}
