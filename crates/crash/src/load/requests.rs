//! Service requests and comments, in the customer portal.

use anyhow::{Context, ensure};
use tokio::time::sleep;

use super::{BREATH, Load, Request};
use crate::hubs::Visitor;
use crate::schedule::RequestPlan;

const HOME: &str = "/portal/customer/requests";
/// How often a request is looked at before it is closed.
const GLANCES: usize = 20;

impl Load {
    /// Opens request `number` of a customer, comments on it, and closes it.
    pub(super) async fn request(
        &self,
        n: u64,
        number: usize,
        plan: RequestPlan,
        visitor: &mut Visitor,
    ) -> anyhow::Result<()> {
        let subject = format!("request {n}-{number} of the crash test");
        let once = format!("r{n}x{number}");
        let fields = [
            ("once", &*once),
            ("kind", "question"),
            ("subject", &*subject),
            ("description", "It hums."),
            ("device", ""),
        ];
        let opened = visitor.post(&format!("{HOME}/new"), &fields).await?;
        ensure!(opened.status == 303, "a request: {}", opened.status);
        let page = opened.location.context("no page of the request")?;
        let id = page.rsplit('/').next().unwrap_or_default().to_owned();
        let request = Request { id, subject, ..Request::default() };
        self.0.ledger.life(n, "requests", |life| life.requests.push(request));
        for comment in 0..plan.comments {
            sleep(BREATH).await;
            if self.is_stopping() {
                return Ok(());
            }
            self.comment((n, number, comment), &page, visitor).await?;
        }
        if plan.closes && self.has_ticket(&page, visitor).await? {
            let closed = visitor.post(&format!("{page}/close"), &[]).await?;
            ensure!(closed.status == 303, "closing a request: {}", closed.status);
            self.0.ledger.life(n, "closed requests", |life| life.requests[number].closed = true);
        }
        Ok(())
    }

    /// Whether a request has its ticket soon. One that is closed before never gets any.
    async fn has_ticket(&self, page: &str, visitor: &mut Visitor) -> anyhow::Result<bool> {
        for _ in 0..GLANCES {
            if visitor.open(page).await?.body.contains("<dt>Ticket</dt>") {
                return Ok(true);
            }
            sleep(3 * BREATH).await;
        }
        Ok(false)
    }

    async fn comment(
        &self,
        (n, number, comment): (u64, usize, usize),
        page: &str,
        visitor: &mut Visitor,
    ) -> anyhow::Result<()> {
        let text = format!("comment {n}-{number}-{comment} of the crash test.");
        let once = format!("c{n}x{number}x{comment}");
        let said = visitor.post(&format!("{page}/comment"), &[("text", &*text), ("once", &*once)]).await?;
        ensure!(said.status == 303, "a comment: {}", said.status);
        self.0.ledger.life(n, "comments", |life| life.requests[number].comments.push(text));
        Ok(())
    }
}
