//! The domains of a customer, by which marketplaces find them (`M16`).

use axum::extract::{Form, Path, State};
use serde::Deserialize;
use tessera_core::kernel::domain::{CustomerDomain, DomainSource};
use tessera_core::kernel::ids::CustomerId;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::{back, customer_url, id, presenter};
use crate::pages::console::DomainRow;
use crate::respond::page::Answer;

/// A row of the list of domains.
pub(super) fn row(app: &App, of: CustomerId, known: CustomerDomain) -> DomainRow {
    let CustomerDomain { domain, source, record, entered } = known;
    let system = record.map(|record| presenter::system(app, &record.system).label);
    let remove_action = format!("{}/domains/{domain}/remove", customer_url(of));
    DomainRow {
        source: match source {
            DomainSource::Staff => "Entered",
            DomainSource::RequesterCompany => "The requester’s company",
            DomainSource::AccountWebsite => "Web site of the account",
            DomainSource::AccountEmail => "E-mail address of the account",
        }
        .to_owned(),
        system,
        remove_action: entered.is_some().then_some(remove_action),
        entered: entered.map(|(by, at)| presenter::done(app, at, &by)),
        domain: domain.into(),
    }
}

/// Form: the domain to enter.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewDomain {
    domain: String,
}

/// Enters a domain for the customer.
pub(crate) async fn add(
    State(app): State<App>,
    staff: Staff,
    Path(customer_id): Path<String>,
    Form(NewDomain { domain }): Form<NewDomain>,
) -> Answer {
    let of: CustomerId = id(&customer_id)?;
    let outcome = app.hub.add_domain(of, &domain, &staff.ctx()).await;
    let done =
        |added: CustomerDomain| format!("{} was entered. Marketplaces now find this customer by it.", added.domain);
    back(&app, &customer_url(of), outcome.map(done))
}

/// Removes a domain that was entered for the customer.
pub(crate) async fn remove(
    State(app): State<App>,
    staff: Staff,
    Path((customer_id, domain)): Path<(String, String)>,
) -> Answer {
    let of: CustomerId = id(&customer_id)?;
    let outcome = app.hub.remove_domain(of, &domain, &staff.ctx()).await;
    let done = format!("{domain} was removed. Accounts that are linked stay linked.");
    back(&app, &customer_url(of), outcome.map(|()| done))
}
