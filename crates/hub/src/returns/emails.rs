//! The mails about a return.

use tessera_core::kernel::ids::RmaId;
use tessera_core::returns::{self, LineStatus, Return, ReturnStatus};

use crate::emails::{ReturnLetter, ReturnNews};
use crate::{Hub, HubError};

impl Hub {
    /// Where a mail goes and what it says; none when there is nothing to tell any more.
    pub(crate) async fn return_letter(
        &self,
        id: RmaId,
        letter: returns::Letter,
    ) -> Result<Option<(String, ReturnLetter)>, HubError> {
        let Some(customer_return) = self.store.return_by_id(id).await? else { return Ok(None) };
        let Some(customer) = self.store.customer(customer_return.customer_id).await? else { return Ok(None) };
        let Some(address) = customer_return.email.clone().or(customer.email) else { return Ok(None) };
        let url = self.config.url(&format!("/portal/customer/returns/{}", customer_return.id));
        let told = news(&customer_return, letter);
        Ok(told.map(|news| (address, ReturnLetter { name: customer.name, number: customer_return.number, url, news })))
    }
}

/// What is still true of what was to be told.
fn news(customer_return: &Return, letter: returns::Letter) -> Option<ReturnNews> {
    match letter {
        returns::Letter::Opened => {
            let first = customer_return.lines.iter().find_map(|line| line.reason.steps.first().copied());
            let units = customer_return.lines.iter().map(returns::Line::summary).collect();
            Some(ReturnNews::Opened { units, send_it: first == Some(returns::Step::Receive) })
        }
        returns::Letter::Asked { line, version } => {
            let line = customer_return.line(line)?;
            // Answered, or another amount was asked meanwhile: nobody should approve this one.
            let asked = line.asked().filter(|asked| asked.version == version)?;
            let (amount, note) = (asked.amount, asked.note.clone());
            Some(ReturnNews::Asked { model: line.model.clone(), amount, note })
        }
        returns::Letter::Shipped { line, posting } => {
            let line = customer_return.line(line)?;
            let posting = line.postings.get(usize::try_from(posting).ok()?)?;
            let tracking = posting.tracking.as_ref().map(returns::Tracking::sentence);
            Some(ReturnNews::Shipped { model: line.model.clone(), quantity: posting.quantity, tracking })
        }
        returns::Letter::Ended if customer_return.status() == ReturnStatus::Cancelled => {
            let why = customer_return.lines.iter().rev().find(|line| line.status() == LineStatus::Cancelled);
            let why = why.and_then(|line| line.cancelled.as_ref()).map(|cancelled| cancelled.why.clone());
            Some(ReturnNews::Cancelled { why: why.unwrap_or_default() })
        }
        returns::Letter::Ended => Some(ReturnNews::Closed),
    }
}
