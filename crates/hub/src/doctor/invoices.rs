//! Checks of the invoice source: whether it is readable, and the result of the last reading.

use super::Finding;
use crate::Hub;
use crate::invoices::Invoices;

impl Hub {
    pub(super) async fn check_invoices(&self, source: &Invoices) -> Vec<Finding> {
        let name = source.name();
        let mut findings = source.source.check().await;
        findings.push(match self.reads().invoice_feed(name).await {
            Err(error) => Finding::unknown("reading", name, error.to_string()),
            Ok(None) => Finding::unknown("reading", name, "It was not read yet."),
            Ok(Some(feed)) => match (&feed.error, feed.bad.first()) {
                (Some(error), _) => Finding::fail(
                    "reading",
                    name,
                    format!("The last reading did not come to its end: {error}."),
                    "Mend the source; every invoice is kept meanwhile. Then read it again under Invoices in the console.",
                ),
                (None, Some(bad)) => Finding::warn(
                    "reading",
                    name,
                    format!("Of {} rows, some could not be read; the first is line {}: {}.", feed.rows, bad.line, bad.why),
                    "Correct the rows in the source, or the field names under [invoices.fields].",
                ),
                (None, None) => Finding::ok("reading", name, format!("{} rows were read.", feed.rows)),
            },
        });
        findings
    }
}
