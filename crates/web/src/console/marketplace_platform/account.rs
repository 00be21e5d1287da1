//! The page of an account; moving it to another reseller; deleting it, with a preview.

use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use tessera_core::kernel::ids::{MarketplaceAccountId, ServiceManagerId};
use tessera_core::marketplace_platform::{AccountOperation, AccountState, MarketplaceAccount, VendorLink};
use tessera_hub::queries::marketplace_console::{AccountDeletion as Found, AccountDetail, VendorState};

use super::super::{PAGE_SIZE, chrome, customer_url, id};
use super::account_form::reseller_named;
use super::accounts::customers_url;
use super::calls::calls_about;
use super::presenter::{account_state, at_vendor, back, kind, link, operation, row_of};
use super::{account_url, operation_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::presenter;
use crate::extract::form::Fields;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::accounts::{AccountDeletion, AccountPage, VendorRow};
use crate::pages::{Fact, Flash};
use crate::respond::page::{Answer, PageError, page, redirect_with};

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().account_detail(id(&account)?, None, PAGE_SIZE + 1).await?;
    let content = shown(&app, found.ok_or(PageError::NOT_FOUND)?);
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn shown(app: &App, found: AccountDetail) -> AccountPage {
    let AccountDetail { account, customer, above, mut customers, vendors, operations } = found;
    let more = customers.len() > PAGE_SIZE;
    customers.truncate(PAGE_SIZE);
    let vendor_of = |it: &AccountOperation| {
        let vendor = vendors.iter().find(|(state, _)| Some(state.id) == it.service_manager);
        vendor.map(|(state, _)| state.name.as_str())
    };
    AccountPage {
        url: account_url(account.id),
        name: account.profile.name.clone(),
        kind: kind(&account),
        state: account_state(account.state),
        created: presenter::done(app, account.created_at, &account.created_by),
        facts: facts(&account),
        undecided: customer.is_none() && account.state != AccountState::Deleted,
        customer: customer.map(|(id, name)| Link::new(name, customer_url(id))),
        more_customers_url: more.then(|| customers_url(&account)),
        customers: customers.iter().map(link).collect(),
        operations: operations.iter().map(|it| row_of(it, vendor_of(it))).collect(),
        vendors: vendors.iter().map(|(state, entered)| vendor_row(&account, state, *entered)).collect(),
        active: account.state == AccountState::Active,
        reseller: above.last().map(|it| it.profile.name.clone()).unwrap_or_default(),
        above: above.iter().map(link).collect(),
    }
}

fn vendor_row(account: &MarketplaceAccount, state: &VendorState, entered: usize) -> VendorRow {
    VendorRow {
        name: state.name.clone(),
        state: at_vendor(state),
        external_id: state.link.as_ref().and_then(VendorLink::active_id).map(ToOwned::to_owned),
        values: entered,
        url: synchronize_url(account.id, state.id),
        calls_url: calls_about(state.id, account.id),
    }
}

/// URL of the synchronization options of an account at a vendor.
pub(super) fn synchronize_url(account: MarketplaceAccountId, manager: ServiceManagerId) -> String {
    format!("{}/synchronize/{manager}", account_url(account))
}

fn facts(account: &MarketplaceAccount) -> Vec<Fact> {
    let profile = &account.profile;
    let contact = profile.contact.as_ref();
    let name = contact.map(|contact| {
        [&contact.first_name, &contact.last_name].into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
    });
    let listed = [
        ("E-mail", profile.email.clone()),
        ("Code", profile.code.clone()),
        ("Telephone", profile.phone.clone()),
        ("Fax", profile.fax.clone()),
        ("Web site", profile.web_site.clone()),
        ("Primary contact", name),
        ("E-mail of the contact", contact.and_then(|contact| contact.email.clone())),
        ("Description", profile.description.clone()),
    ];
    let mut facts: Vec<Fact> = listed
        .into_iter()
        .filter_map(|(label, value)| Some(Fact::new(label, value.filter(|value| !value.is_empty())?)))
        .collect();
    facts.extend(profile.addresses.iter().map(|it| Fact::new(format!("Address ({})", it.kind), it.address.line())));
    facts
}

/// Moves the account to another reseller, or to none.
pub(super) async fn change_reseller(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    fields: Fields,
) -> Answer {
    let account: MarketplaceAccountId = id(&account)?;
    let found = app.hub.queries().platform_account(account).await?.ok_or(PageError::NOT_FOUND)?.account;
    let url = account_url(account);
    let reseller = match reseller_named(&app, fields.get("reseller"), None).await? {
        Ok(reseller) => reseller,
        Err(problem) => return Ok(redirect_with(&app, &url, Some(&Flash::failed(problem)))),
    };
    let moved = app.hub.change_marketplace_account(account, found.profile, reseller, &staff.ctx()).await;
    let told = match reseller {
        Some(_) => "Moved. Vendors learn of it at the next synchronization.",
        None => "The account is a direct customer now. Vendors learn of it at the next synchronization.",
    };
    back(&app, &url, moved.map(|_| told.to_owned()))
}

/// Shows what a deletion would do.
pub(super) async fn preview_deletion(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let found = app.hub.queries().account_deletion(id(&account)?).await?.ok_or(PageError::NOT_FOUND)?;
    let obstacles = obstacles(&found);
    let content = AccountDeletion {
        action: obstacles.is_empty().then(|| format!("{}/delete", account_url(found.account.id))),
        effects: effects(&found),
        obstacles,
        account: link(&found.account),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn obstacles(found: &Found) -> Vec<String> {
    if found.account.state == AccountState::Deleted {
        return vec!["It is deleted already.".to_owned()];
    }
    let customer = |it: &MarketplaceAccount| {
        format!("{} is a customer of this account. Delete it, or move it to another reseller, first.", it.profile.name)
    };
    found.customers.iter().take(10).map(customer).collect()
}

fn effects(found: &Found) -> Vec<String> {
    let mut effects: Vec<String> = Vec::new();
    for it in &found.pending {
        let vendor = found.vendors.iter().find(|state| Some(state.id) == it.service_manager);
        let what = operation(it.kind, vendor.map(|state| state.name.as_str()));
        effects.push(format!("The operation “{what}” is cancelled."));
    }
    effects.extend(found.vendors.iter().map(at_vendor_then));
    if found.vendors.is_empty() {
        effects.push("No vendor has this account, so none is called.".to_owned());
    } else {
        effects.push("If a vendor refuses, the account is kept here until you try again.".to_owned());
    }
    effects.push("The account is deleted here. Its history is kept.".to_owned());
    effects.extend(found.customer.as_ref().map(|(_, name, alone)| {
        if *alone {
            format!("{name} loses access to the portal, because nothing else makes them a customer.")
        } else {
            format!("{name} stays a customer, because other records belong to them.")
        }
    }));
    effects
}

fn at_vendor_then(state: &VendorState) -> String {
    let name = &state.name;
    match state.link.as_ref() {
        Some(link) if link.sent_at.is_none() => match link.active_id() {
            Some(external_id) => format!("{name} deletes customer {external_id}."),
            None => format!("{name} is asked whether it has the customer."),
        },
        _ => format!("{name} may have the customer, because an answer was lost. It is asked first."),
    }
}

/// Requests the deletion.
pub(super) async fn delete(State(app): State<App>, staff: Staff, Path(account): Path<String>) -> Answer {
    let account: MarketplaceAccountId = id(&account)?;
    match app.hub.delete_account(account, &staff.ctx()).await {
        Ok(operation) => Ok(Redirect::to(&operation_url(operation)).into_response()),
        Err(error) => back(&app, &account_url(account), Err(error)),
    }
}
