//! One account of a marketplace: whose it is, who serves it, what was called about it, and undoing its deletion.

use axum::extract::{Form, OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::record::{Attributes, RecordKey};
use tessera_hub::marketplace::account_key;

use super::super::{back, chrome, customer_url, invitations};
use super::{CALLS, account_url, call_row, instance, state, url};
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
    let instance = instance(&app, &name)?;
    let key = account_key(&name, &account);
    let store = &app.hub.store;
    let record = store.record(&key).await?.ok_or(PageError::NOT_FOUND)?;
    let owner = store.customer_of(&key).await?;
    let before = store.links_of_record(&key).await?.into_iter().find(|link| link.ended.is_some());
    let serves = store.records_held(&name, &account).await?;
    let invited = store.invitations(&name, &account).await?;
    let calls = store.calls_about(&name, &account, CALLS).await?;
    let reseller = match &record.attributes {
        Attributes::Account(account) => account.reseller.clone(),
        _ => None,
    };
    let reseller = match reseller {
        Some(id) => Some(named(&app, &account_key(&name, &id)).await?),
        None => None,
    };
    let mut facts: Vec<Fact> =
        record.attributes.primary_email().map(|email| Fact::new("E-mail", email)).into_iter().collect();
    facts.extend(presenter::facts(&record.attributes));
    let deleted = record.gone_at.is_some() && owner.is_none();
    let content = MarketplaceAccount {
        marketplace: Named { name: instance.display_name.clone(), url: Some(url(&name)) },
        id: account,
        name: record.attributes.title().to_owned(),
        state: state(&record, owner.is_some()),
        read_at: record.read_at,
        facts,
        customer: match (owner, before.filter(|_| deleted)) {
            (Some(owner), _) => Some(Named { name: owner.name, url: Some(customer_url(owner.id)) }),
            (None, Some(link)) => store
                .customer(link.customer_id)
                .await?
                .map(|it| Named { name: it.name, url: Some(customer_url(it.id)) }),
            (None, None) => None,
        },
        reseller,
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

/// An account by its name; one that has not come yet, by its id.
async fn named(app: &App, key: &RecordKey) -> Result<Named, PageError> {
    Ok(match app.hub.store.record(key).await? {
        Some(record) => Named { name: record.attributes.title().to_owned(), url: Some(account_url(key)) },
        None => Named { name: format!("{}, not synchronized yet", key.external_id), url: None },
    })
}

/// Why a deletion is undone.
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
    instance(&app, &name)?;
    let key = account_key(&name, &account);
    let why: String = why.trim().chars().take(500).collect();
    let why = if why.is_empty() { "no reason was given" } else { &why };
    let outcome = app.hub.restore_account(&key, why, &staff.ctx()).await;
    back(&app, &account_url(&key), outcome.map(|()| "The account and its access are back.".to_owned()))
}
