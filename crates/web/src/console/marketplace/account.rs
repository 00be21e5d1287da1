//! The page of a marketplace account: its customer, its reseller, the calls about it, and undoing its deletion.

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_hub::marketplace::account_key;
use tessera_hub::queries::marketplace::AccountPage;
use tessera_hub::queries::records::StoredRecord;

use super::super::{back, chrome, customer_url, invitations};
use super::{CALLS, account_url, call_row, marketplace, state, url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::pages::Fact;
use crate::pages::console::{MarketplaceAccount, Named};
use crate::respond::page::{Answer, PageError, page};

pub(crate) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path((name, account)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let marketplace = marketplace(&app, &name)?;
    let key = account_key(&name, &account);
    let found = app.hub.queries().marketplace_account(&name, &account, CALLS).await?.ok_or(PageError::NOT_FOUND)?;
    let AccountPage { record, owner, deleted, owner_before, reseller, serves, invitations: invited, calls } = found;
    let mut facts: Vec<Fact> =
        record.attributes.primary_email().map(|email| Fact::new("E-mail", email)).into_iter().collect();
    facts.extend(presenter::facts(&record.attributes));
    let content = MarketplaceAccount {
        marketplace: Named { name: marketplace.display_name.clone(), url: Some(url(&name)) },
        id: account,
        name: record.attributes.title().to_owned(),
        state: state(&record, owner.is_some()),
        read_at: record.read_at,
        facts,
        customer: owner.or(owner_before).map(|it| Named { name: it.name, url: Some(customer_url(it.id)) }),
        reseller: reseller.map(|(id, known)| named(&id, known.as_ref())),
        serves: serves
            .iter()
            .map(|it| Named { name: it.attributes.title().to_owned(), url: Some(account_url(&it.key)) })
            .collect(),
        invitations: invitations::rows(&app, &invited),
        restore_action: deleted.then(|| format!("{}/restore", account_url(&key))),
        calls: calls.iter().map(call_row).collect(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

/// An account by its name, or by its id if it has not been synchronized yet.
fn named(id: &str, known: Option<&StoredRecord>) -> Named {
    match known {
        Some(record) => Named { name: record.attributes.title().to_owned(), url: Some(account_url(&record.key)) },
        None => Named { name: format!("{id}, not synchronized yet"), url: None },
    }
}

/// Form: the reason for undoing a deletion.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Why {
    why: String,
}

pub(crate) async fn restore(
    State(app): State<App>,
    staff: Staff,
    Path((name, account)): Path<(String, String)>,
    Form(Why { why }): Form<Why>,
) -> Answer {
    marketplace(&app, &name)?;
    let key = account_key(&name, &account);
    let why: String = why.trim().chars().take(500).collect();
    let why = if why.is_empty() { "no reason was given" } else { &why };
    let outcome = app.hub.restore_account(&key, why, &staff.ctx()).await;
    back(&app, &account_url(&key), outcome.map(|()| "The account and its access are back.".to_owned()))
}
