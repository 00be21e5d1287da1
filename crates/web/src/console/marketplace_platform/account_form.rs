//! The form of an account, new or changed.

use axum::extract::{OriginalUri, Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect};
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::kernel::normalise;
use tessera_core::marketplace::{Address, Place};
use tessera_core::marketplace_platform::{
    AccountAddress, AccountProfile, AccountState, MarketplaceAccount, PrimaryContact,
};
use tessera_hub::{HubError, account_hash};

use super::super::{chrome, id};
use super::presenter::{from_hex, hex, labelled, link};
use super::{ACCOUNTS, account_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::extract::form::Fields;
use crate::middleware::form_once::not_carried_out;
use crate::pages::Flash;
use crate::pages::console::marketplace_platform::accounts::{AccountForm, AddressFields};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

/// Maximum number of addresses in the form.
const MAX_ADDRESSES: usize = 20;
/// Number of accounts among which a reseller is looked for.
const LOOKED_AT: usize = 50;
/// The labels of the form's fields.
const LABELS: [(&str, &str); 11] = [
    ("name", "Name"),
    ("code", "Code"),
    ("email", "E-mail address"),
    ("phone", "Telephone"),
    ("fax", "Fax"),
    ("web_site", "Web site"),
    ("description", "Description"),
    ("contact.email", "E-mail address of the contact"),
    ("contact", "Primary contact,"),
    ("addresses", "Address"),
    ("reseller_id", "Reseller"),
];

pub(super) async fn fresh(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let profile = AccountProfile::default();
    let content = AccountForm {
        addresses: vec![AddressFields { number: 1, kind: "billing".to_owned(), ..AddressFields::default() }],
        ..filled(&profile, None)
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn edit(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let account = account_of(&app, &account).await?;
    let reseller = match account.reseller {
        Some(reseller) => app.hub.queries().platform_account(reseller).await?.map(|it| it.account),
        None => None,
    };
    let content = AccountForm {
        of: Some(link(&account)),
        action: account_url(account.id),
        seen: hex(account_hash(&account.profile, account.reseller)),
        ..filled(&account.profile, reseller.as_ref())
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

async fn account_of(app: &App, account: &str) -> Result<MarketplaceAccount, PageError> {
    let found = app.hub.queries().platform_account(id(account)?).await?;
    Ok(found.ok_or(PageError::NOT_FOUND)?.account)
}

fn filled(profile: &AccountProfile, reseller: Option<&MarketplaceAccount>) -> AccountForm {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let contact = profile.contact.clone().unwrap_or_default();
    let name = reseller.map(|reseller| reseller.profile.name.clone()).unwrap_or_default();
    let mut addresses: Vec<AddressFields> =
        profile.addresses.iter().enumerate().map(|(at, address)| address_fields(at + 1, address)).collect();
    if addresses.is_empty() {
        addresses.push(AddressFields { number: 1, kind: "billing".to_owned(), ..AddressFields::default() });
    }
    AccountForm {
        of: None,
        action: ACCOUNTS.to_owned(),
        seen: String::new(),
        name: profile.name.clone(),
        code: text(&profile.code),
        email: text(&profile.email),
        phone: text(&profile.phone),
        fax: text(&profile.fax),
        web_site: text(&profile.web_site),
        description: text(&profile.description),
        first_name: text(&contact.first_name),
        last_name: text(&contact.last_name),
        contact_email: text(&contact.email),
        reseller: name.clone(),
        reseller_id: reseller.map(|reseller| reseller.id.to_string()).unwrap_or_default(),
        reseller_name: name,
        addresses,
        problems: Vec::new(),
    }
}

fn address_fields(number: usize, AccountAddress { kind, address }: &AccountAddress) -> AddressFields {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let place = |place: &Option<Place>| place.clone().unwrap_or_default();
    let (state, country) = (place(&address.state), place(&address.country));
    AddressFields {
        number,
        kind: kind.clone(),
        address1: text(&address.address1),
        address2: text(&address.address2),
        city: text(&address.city),
        post_code: text(&address.post_code),
        state_code: text(&state.code),
        state: text(&state.name),
        country_code: text(&country.code),
        country: text(&country.name),
    }
}

/// The form as it was typed.
fn typed(fields: &Fields, of: Option<&MarketplaceAccount>) -> AccountForm {
    let get = |name: &str| fields.get(name).to_owned();
    let count = fields.get("addresses").parse::<usize>().unwrap_or(1).clamp(1, MAX_ADDRESSES);
    let address = |number: usize| {
        let part = |name: &str| fields.get(&format!("{name}_{number}")).to_owned();
        AddressFields {
            number,
            kind: part("kind"),
            address1: part("address1"),
            address2: part("address2"),
            city: part("city"),
            post_code: part("post_code"),
            state_code: part("state_code"),
            state: part("state"),
            country_code: part("country_code"),
            country: part("country"),
        }
    };
    AccountForm {
        of: of.map(link),
        action: of.map_or_else(|| ACCOUNTS.to_owned(), |of| account_url(of.id)),
        seen: get("seen"),
        name: get("name"),
        code: get("code"),
        email: get("email"),
        phone: get("phone"),
        fax: get("fax"),
        web_site: get("web_site"),
        description: get("description"),
        first_name: get("first_name"),
        last_name: get("last_name"),
        contact_email: get("contact_email"),
        reseller: get("reseller"),
        reseller_id: get("reseller_id"),
        reseller_name: get("reseller_name"),
        addresses: (1..=count).map(address).collect(),
        problems: Vec::new(),
    }
}

/// The profile of a typed form. An address without any line is left out.
fn profile_in(form: &AccountForm) -> AccountProfile {
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let contact = PrimaryContact {
        first_name: some(&form.first_name),
        last_name: some(&form.last_name),
        email: some(&form.contact_email),
    };
    let place = |code: &str, name: &str| {
        let place = Place { code: some(code), name: some(name) };
        Some(place).filter(|place| place.code.is_some() || place.name.is_some())
    };
    let address = |it: &AddressFields| {
        let address = Address {
            address1: some(&it.address1),
            address2: some(&it.address2),
            city: some(&it.city),
            post_code: some(&it.post_code),
            state: place(&it.state_code, &it.state),
            country: place(&it.country_code, &it.country),
        };
        Some(AccountAddress { kind: it.kind.trim().to_owned(), address }).filter(|it| it.address != Address::default())
    };
    AccountProfile {
        name: form.name.clone(),
        code: some(&form.code),
        email: some(&form.email),
        phone: some(&form.phone),
        fax: some(&form.fax),
        web_site: some(&form.web_site),
        description: some(&form.description),
        contact: Some(contact).filter(|contact| *contact != PrimaryContact::default()),
        addresses: form.addresses.iter().filter_map(address).collect(),
    }
}

/// The reseller that is typed: by id, e-mail address or name. `before` is the id and the name that the form had. The
/// second error is for people.
pub(super) async fn reseller_named(
    app: &App,
    typed: &str,
    before: Option<(&str, &str)>,
) -> Result<Result<Option<MarketplaceAccountId>, String>, PageError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(Ok(None));
    }
    if let Some((id, _)) = before.filter(|(_, name)| *name == typed)
        && let Ok(id) = id.parse()
    {
        return Ok(Ok(Some(id)));
    }
    let found = app.hub.queries().accounts_found(typed, LOOKED_AT).await?;
    let mut found: Vec<MarketplaceAccount> =
        found.into_iter().filter(|account| account.state == AccountState::Active).collect();
    let email = normalise::email(typed);
    let is_it = |account: &MarketplaceAccount| {
        let own = account.profile.entered_email().and_then(normalise::email);
        account.profile.name.eq_ignore_ascii_case(typed) || (email.is_some() && own == email)
    };
    if found.iter().filter(|account| is_it(account)).count() == 1 {
        found.retain(is_it);
    }
    Ok(match found.as_slice() {
        [one] => Ok(Some(one.id)),
        [] => Err(format!("No account is called “{typed}”. Enter the reseller’s name, e-mail address or ID.")),
        _ => Err(format!("Several accounts fit “{typed}”. Enter the reseller’s e-mail address or ID.")),
    })
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    sent(&app, &staff, (&uri, &headers), None, &fields).await
}

pub(super) async fn save(
    State(app): State<App>,
    staff: Staff,
    Path(account): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let account = account_of(&app, &account).await?;
    sent(&app, &staff, (&uri, &headers), Some(&account), &fields).await
}

async fn sent(
    app: &App,
    staff: &Staff,
    (uri, headers): (&Uri, &HeaderMap),
    of: Option<&MarketplaceAccount>,
    fields: &Fields,
) -> Answer {
    let mut form = typed(fields, of);
    let around = chrome(app, headers, uri, staff).await?;
    if !fields.get("add").is_empty() {
        let number = form.addresses.len() + 1;
        if number <= MAX_ADDRESSES {
            form.addresses.push(AddressFields { number, ..AddressFields::default() });
        }
        return page(app, &around, &form).map(not_carried_out);
    }
    let before = Some((form.reseller_id.as_str(), form.reseller_name.as_str()));
    let outcome = match reseller_named(app, &form.reseller, before).await? {
        Ok(reseller) => put(app, staff, of, &form, reseller).await,
        Err(problem) => {
            form.problems = vec![problem];
            return page_with(app, &around, &form, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    match outcome {
        Ok(account) if of.is_none() => Ok(Redirect::to(&account_url(account)).into_response()),
        Ok(account) => {
            let told = Flash::done("Saved. Vendors receive the changes at the next synchronization.");
            Ok(redirect_with(app, &account_url(account), Some(&told)))
        }
        Err(error @ HubError::Rejected(_)) => {
            form.problems = labelled(&error, &LABELS);
            page_with(app, &around, &form, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}

async fn put(
    app: &App,
    staff: &Staff,
    of: Option<&MarketplaceAccount>,
    form: &AccountForm,
    reseller: Option<MarketplaceAccountId>,
) -> Result<MarketplaceAccountId, HubError> {
    let (profile, ctx) = (profile_in(form), &staff.ctx());
    let put = match of {
        None => app.hub.create_marketplace_account(profile, reseller, ctx).await,
        Some(of) => {
            let seen = from_hex(&form.seen);
            app.hub.change_seen_marketplace_account(of.id, seen, profile, reseller, ctx).await
        }
    };
    put.map(|account| account.id)
}
