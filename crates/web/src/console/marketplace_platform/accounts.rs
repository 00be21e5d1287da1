//! The list of accounts: the tree of resellers and their customers, and a search.

use axum::extract::{OriginalUri, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use tessera_core::kernel::ids::MarketplaceAccountId;
use tessera_core::marketplace_platform::MarketplaceAccount;
use tessera_hub::queries::marketplace_console::{AccountFilter, AccountLine};
use url::form_urlencoded::Serializer;

use super::super::{PAGE_SIZE, chrome, id};
use super::presenter::{account_state, at_vendor, kind, link};
use super::{ACCOUNTS, account_url};
use crate::App;
use crate::auth::caller::Staff;
use crate::pages::console::marketplace_platform::Link;
use crate::pages::console::marketplace_platform::accounts::{AccountRow, Accounts, AtVendor};
use crate::pages::returns::Choice;
use crate::respond::page::{Answer, page};

/// Maximum length of a search, in characters.
const MAX_LENGTH: usize = 100;

/// Filter and paging of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    show: String,
    reseller: String,
    after: String,
}

impl ListQuery {
    /// URL of the page after an account.
    fn next(&self, after: MarketplaceAccountId) -> String {
        let after = after.to_string();
        let pairs = [("q", &self.q), ("show", &self.show), ("reseller", &self.reseller), ("after", &after)];
        let mut query = Serializer::new(String::new());
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        format!("{ACCOUNTS}?{}", query.finish())
    }
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    Query(mut query): Query<ListQuery>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    query.q = query.q.trim().chars().take(MAX_LENGTH).collect();
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let reseller = given(&query.reseller).as_deref().map(id::<MarketplaceAccountId>).transpose()?;
    let after = given(&query.after).as_deref().map(id::<MarketplaceAccountId>).transpose()?;
    let all = query.show == "all";
    let filter = AccountFilter { search: &query.q, reseller, all, after };
    let mut found = app.hub.queries().accounts_page(filter, PAGE_SIZE + 1).await?;
    let more = found.lines.len() > PAGE_SIZE;
    found.lines.truncate(PAGE_SIZE);
    let content = Accounts {
        shown: vec![Choice::new("", "Without a reseller", !all), Choice::new("all", "All", all)],
        chain: found.chain.iter().map(link).collect(),
        narrowed: !query.q.is_empty(),
        truncated: found.truncated,
        more_url: found.lines.last().filter(|_| more).map(|last| query.next(last.account.id)),
        rows: found.lines.iter().map(row).collect(),
        search: query.q,
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

fn row(line: &AccountLine) -> AccountRow {
    let AccountLine { account, reseller, vendors } = line;
    AccountRow {
        url: account_url(account.id),
        name: account.profile.name.clone(),
        email: account.profile.entered_email().map(ToOwned::to_owned),
        kind: kind(account),
        reseller: account.reseller.zip(reseller.as_ref()).map(|(id, name)| Link::new(name, account_url(id))),
        customers_url: account.is_reseller.then(|| customers_url(account)),
        state: account_state(account.state),
        vendors: vendors.iter().map(|it| AtVendor { name: it.name.clone(), state: at_vendor(it) }).collect(),
    }
}

/// URL of the list of an account's customers.
pub(super) fn customers_url(account: &MarketplaceAccount) -> String {
    format!("{ACCOUNTS}?reseller={}", account.id)
}
