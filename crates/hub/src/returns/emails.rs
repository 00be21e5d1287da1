//! The mails about a return.

use serde::Serialize;
use tessera_core::kernel::ids::ReturnId;
use tessera_core::kernel::job::Leased;
use tessera_core::returns::jobs::MailReturn;
use tessera_core::returns::{self, LineStatus, Return, ReturnStatus};

use crate::emails::{Email, EmailSamples, sample};
use crate::jobs::{JobOutcome, Run};
use crate::{Hub, HubError};

/// Tells the customer of a return (`P09`).
#[derive(Serialize)]
struct ReturnEmail {
    name: String,
    /// What the return is called.
    number: String,
    url: String,
    news: ReturnNews,
}

/// What happened to a return.
#[derive(Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ReturnNews {
    /// It was opened.
    Opened {
        /// What is returned.
        units: Vec<String>,
        /// Whether the customer is the next to do something: to send it.
        send_it: bool,
    },
    /// An amount is to be approved.
    Asked {
        /// For what unit.
        model: String,
        /// How much, as written in every language.
        amount: String,
        /// For what.
        note: String,
    },
    /// Something was shipped to the customer.
    Shipped {
        /// What.
        model: String,
        /// How many.
        quantity: u32,
        /// How to follow the parcel.
        tracking: Option<String>,
    },
    /// Everything is done.
    Closed,
    /// It was given up.
    Cancelled {
        /// Why.
        why: String,
    },
}

impl Email for ReturnEmail {
    const NAME: &'static str = "return";

    fn is_open_to_strangers(&self) -> bool {
        false
    }

    fn samples() -> Vec<(&'static str, Self)> {
        let model = || "PACE 5 kW".to_owned();
        let asked =
            ReturnNews::Asked { model: model(), amount: "EUR\u{a0}184.50".to_owned(), note: "New board".to_owned() };
        let shipped = |quantity, tracking: Option<&str>| ReturnNews::Shipped {
            model: model(),
            quantity,
            tracking: tracking.map(str::to_owned),
        };
        let email = |(case, news)| {
            let url = sample::url("/portal/customer/returns/0197");
            (case, Self { name: "Jo".to_owned(), number: "R-7K3M-9QXD".to_owned(), url, news })
        };
        let all = [
            ("opened", ReturnNews::Opened { units: vec![model()], send_it: true }),
            ("replaced-first", ReturnNews::Opened { units: vec![model(), "2 × fan".to_owned()], send_it: false }),
            ("asked", asked),
            ("shipped", shipped(1, Some("DHL 00340434161094021501"))),
            ("shipped-several", shipped(3, None)),
            ("closed", ReturnNews::Closed),
            ("cancelled", ReturnNews::Cancelled { why: "Found in the garage".to_owned() }),
        ];
        all.into_iter().map(email).collect()
    }
}

inventory::submit! { EmailSamples::of::<ReturnEmail>() }

impl Run for MailReturn {
    async fn run(&self, hub: &Hub, job: &Leased) -> Result<JobOutcome, HubError> {
        match hub.return_email(self.return_id, self.notice).await? {
            Some((address, email)) => Ok(hub.send(&address, &email, job).await),
            None => Ok(JobOutcome::Done),
        }
    }
}

impl Hub {
    /// Where a mail goes and what it says; none when there is nothing to tell any more.
    async fn return_email(
        &self,
        id: ReturnId,
        notice: returns::Notice,
    ) -> Result<Option<(String, ReturnEmail)>, HubError> {
        let Some(customer_return) = self.reads().return_by_id(id).await? else { return Ok(None) };
        let Some(customer) = self.reads().customer(customer_return.customer_id).await? else { return Ok(None) };
        let Some(address) = customer_return.email.clone().or(customer.email) else { return Ok(None) };
        let url = self.config.url(&format!("/portal/customer/returns/{}", customer_return.id));
        let told = news(&customer_return, notice);
        Ok(told.map(|news| (address, ReturnEmail { name: customer.name, number: customer_return.number, url, news })))
    }
}

/// What is still true of what was to be told.
fn news(customer_return: &Return, notice: returns::Notice) -> Option<ReturnNews> {
    match notice {
        returns::Notice::Opened => {
            let first = customer_return.lines.iter().find_map(|line| line.reason.steps.first().copied());
            let units = customer_return.lines.iter().map(returns::Line::summary).collect();
            Some(ReturnNews::Opened { units, send_it: first == Some(returns::Step::Receive) })
        }
        returns::Notice::Asked { line, version } => {
            let line = customer_return.line(line)?;
            // Answered, or another amount was asked meanwhile: nobody should approve this one.
            let asked = line.asked().filter(|asked| asked.version == version)?;
            let (amount, note) = (asked.amount.to_string(), asked.note.clone());
            Some(ReturnNews::Asked { model: line.model.clone(), amount, note })
        }
        returns::Notice::Shipped { line, posting } => {
            let line = customer_return.line(line)?;
            let posting = line.postings.get(usize::try_from(posting).ok()?)?;
            let tracking = posting.tracking.as_ref().map(returns::Tracking::sentence);
            Some(ReturnNews::Shipped { model: line.model.clone(), quantity: posting.quantity, tracking })
        }
        returns::Notice::Ended if customer_return.status() == ReturnStatus::Cancelled => {
            let why = customer_return.lines.iter().rev().find(|line| line.status() == LineStatus::Cancelled);
            let why = why.and_then(|line| line.cancelled.as_ref()).map(|cancelled| cancelled.why.clone());
            Some(ReturnNews::Cancelled { why: why.unwrap_or_default() })
        }
        returns::Notice::Ended => Some(ReturnNews::Closed),
    }
}
