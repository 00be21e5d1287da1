//! The buyer's orders. What another account has ordered is reported as not found.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use tessera_core::kernel::ids::OrderId;
use tessera_core::marketplace_platform::VendorLink;
use tessera_core::marketplace_platform::operation::{CONTACT_SUPPORT, MAX_MENDED};
use tessera_core::storefront::{LineState, Order, OrderLine, OrderState, StorefrontError};
use tessera_hub::HubError;

use super::fields::{answers_of, vendor_fields};
use super::visitor::ShopBuyer;
use super::{HOME, state_of};
use crate::console::sentence;
use crate::extract::form::Fields;
use crate::pages::Flash;
use crate::pages::storefront::{
    ActivationLink, MendDetails, OrderCard, OrderPoll, OrderStep, PricedLine, ShopOrder, ShopOrders,
};
use crate::respond::page::Answer;
use crate::{App, PageError};

/// Orders per page.
const PAGE_SIZE: usize = 20;
/// The pair of a vendor's answer with the link with which a new customer activates their account.
const ACTIVATION: &str = "activation_url";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    before: String,
}

pub(crate) async fn list(here: ShopBuyer, Query(wanted): Query<ListQuery>) -> Answer {
    let before: Option<OrderId> = wanted.before.parse().ok();
    let mut found = match here.known().await?.account {
        Some(account) => here.here.app.hub.queries().orders_of(account.id, before, PAGE_SIZE + 1).await?,
        None => Vec::new(),
    };
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| more).map(|order| order.id);
    here.here.page(&ShopOrders {
        shop: here.here.frame(),
        orders: found.iter().map(card).collect(),
        more_url: last.map(|id| format!("{HOME}/orders?before={id}")),
    })
}

fn card(order: &Order) -> OrderCard {
    let what = order.lines.iter().map(|line| format!("{} × {}", line.quantity, line.name));
    OrderCard {
        url: url_of(order.id),
        number: order.number(),
        what: what.collect::<Vec<_>>().join(", "),
        placed_at: order.placed_at,
        state: state_of(order.state()),
        total: order.total.to_string(),
    }
}

fn url_of(id: OrderId) -> String {
    format!("{HOME}/orders/{id}")
}

/// The order of the path, if the buyer's account has ordered it.
async fn own(here: &ShopBuyer, id: &str) -> Result<(Order, Vec<VendorLink>), PageError> {
    let id: OrderId = id.parse().map_err(|_| PageError::NOT_FOUND)?;
    let account = here.known().await?.account.ok_or(PageError::NOT_FOUND)?;
    here.here.app.hub.queries().order_of(account.id, id).await?.ok_or(PageError::NOT_FOUND)
}

pub(crate) async fn show(here: ShopBuyer, Path(id): Path<String>) -> Answer {
    let (order, links) = own(&here, &id).await?;
    let hub = &here.here.app.hub;
    let (state, url) = (order.state(), url_of(order.id));
    let mendable = !hub.details_to_mend(&order).await?.is_empty();
    let name: &str = state.into();
    let content = ShopOrder {
        shop: here.here.frame(),
        number: order.number(),
        placed_at: order.placed_at,
        state: state_of(state),
        lead: lead(&order),
        steps: steps(&order),
        lines: order.lines.iter().map(line).collect(),
        total: order.total.to_string(),
        messages: messages(&order),
        poll_url: is_under_way(state).then(|| format!("{url}/state?shown={name}")),
        cancel_action: order.may_be_cancelled().then(|| format!("{url}/cancel")),
        mend_url: mendable.then(|| format!("{url}/details")),
        activations: activations(&here, &order, &links).await?,
        is_active: state == OrderState::Active,
    };
    here.here.page(&content)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    shown: String,
}

/// The state, which the page of an order polls while something is under way.
pub(crate) async fn poll(
    here: ShopBuyer,
    Path(id): Path<String>,
    Query(shown): Query<Shown>,
) -> Result<Response, PageError> {
    let (order, _) = own(&here, &id).await?;
    let state: &str = order.state().into();
    Ok(Json(OrderPoll { steps: steps(&order), next: None, reload: state != shown.shown }).into_response())
}

pub(crate) async fn cancel(here: ShopBuyer, Path(id): Path<String>) -> Answer {
    let (order, _) = own(&here, &id).await?;
    let ctx = here.known().await?.ctx();
    let flash = match here.here.app.hub.cancel_order(order.id, &ctx).await {
        Ok(()) => Flash::done("Your order is cancelled."),
        Err(error @ HubError::Rejected(_)) => Flash::failed(sentence(&error.to_string())),
        Err(error) => return Err(error.into()),
    };
    Ok(here.here.redirect(&url_of(order.id), Some(&flash)))
}

pub(crate) async fn details(here: ShopBuyer, Path(id): Path<String>) -> Answer {
    let (order, _) = own(&here, &id).await?;
    show_details(&here, &order, &Fields::default(), None).await
}

pub(crate) async fn mend(here: ShopBuyer, Path(id): Path<String>, fields: Fields) -> Answer {
    let (order, _) = own(&here, &id).await?;
    let answers = answers_of(&fields);
    match here.here.app.hub.mend_order(&here.sign_in, order.id, &answers).await {
        Ok(()) => Ok(here.here.redirect(&url_of(order.id), Some(&Flash::done("We are trying again.")))),
        Err(error) if matches!(error.rejection(), Some(StorefrontError::Invalid(_))) => {
            show_details(&here, &order, &fields, Some(&error)).await
        }
        Err(error @ HubError::Rejected(_)) => {
            Ok(here.here.redirect(&url_of(order.id), Some(&Flash::failed(sentence(&error.to_string())))))
        }
        Err(error) => Err(error.into()),
    }
}

async fn show_details(here: &ShopBuyer, order: &Order, fields: &Fields, error: Option<&HubError>) -> Answer {
    let mendable = here.here.app.hub.details_to_mend(order).await?;
    if mendable.is_empty() {
        return Ok(here.here.redirect(&url_of(order.id), None));
    }
    let problems = match error.and_then(HubError::rejection::<StorefrontError>) {
        Some(StorefrontError::Invalid(problems)) => problems.clone(),
        _ => Vec::new(),
    };
    let content = MendDetails {
        shop: here.here.frame(),
        number: order.number(),
        back_url: url_of(order.id),
        action: format!("{}/details", url_of(order.id)),
        messages: messages(order),
        vendors: vendor_fields(&mendable, &answers_of(fields), "", &problems),
        error: error.map(|_| "Not sent yet. Check what is marked below.".to_owned()),
    };
    if error.is_some() { here.here.refused(&content) } else { here.here.page(&content) }
}

const fn is_under_way(state: OrderState) -> bool {
    matches!(state, OrderState::Placed | OrderState::Provisioning)
}

fn lead(order: &Order) -> &'static str {
    match order.state() {
        OrderState::Placed if order.waits_for_staff() => "We have received your order, and set it up for you soon.",
        OrderState::Placed => "We have received your order. Setting it up begins in a moment.",
        OrderState::Provisioning if order.waits_for_staff() => {
            "A part of your order is set up. We see to the rest soon."
        }
        OrderState::Provisioning => "We are setting this up now. This usually takes a few seconds.",
        OrderState::Active if order.is_partly_cancelled() => "A part of your order is set up. We cancelled the rest.",
        OrderState::Active => "Everything is set up.",
        OrderState::Failed => "Something went wrong while we set this up.",
        OrderState::Cancelled if order.cancelled_at.is_none() => {
            "We cancelled this order. Contact us if you did not expect this."
        }
        OrderState::Cancelled => "This order was cancelled. Nothing was set up.",
    }
}

fn steps(order: &Order) -> Vec<OrderStep> {
    let cancelled = order.state() == OrderState::Cancelled;
    let step = |(number, line): (usize, &OrderLine)| {
        let (state, note) = match line.state() {
            _ if cancelled => ("waiting", "Cancelled"),
            LineState::Placed => ("waiting", "Waiting"),
            LineState::Provisioning => ("running", "Being set up"),
            LineState::Active => ("done", "Active"),
            LineState::Failed => ("stopped", "Not set up"),
            LineState::Cancelled => ("stopped", "Cancelled"),
        };
        OrderStep { kind: format!("line-{number}"), state, label: line.name.clone(), note }
    };
    order.lines.iter().enumerate().map(step).collect()
}

fn line(line: &OrderLine) -> PricedLine {
    PricedLine {
        product: line.product.to_string(),
        url: format!("{HOME}/products/{}", line.product),
        name: line.name.clone(),
        price: line.price.to_string(),
        quantity: line.quantity,
        amount: line.amount().to_string(),
    }
}

/// What the customer reads of failures: the vendor's message if its code is for customers (`M11`).
fn messages(order: &Order) -> Vec<String> {
    let is_cancelled = order.state() == OrderState::Cancelled;
    let failed = order.lines.iter().filter(|line| !is_cancelled && line.state() == LineState::Failed);
    let told = failed.flat_map(|line| {
        let told = line.progress.as_ref().and_then(|progress| progress.customer_message.clone());
        // Anyone who has tried often cannot try again.
        let is_over = line.progress.as_ref().is_some_and(|progress| progress.attempts >= MAX_MENDED);
        let support = || CONTACT_SUPPORT.to_owned();
        [Some(told.unwrap_or_else(support)), is_over.then(support)].into_iter().flatten()
    });
    told.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The links with which the services of an order are activated, while that is due.
async fn activations(here: &ShopBuyer, order: &Order, links: &[VendorLink]) -> Result<Vec<ActivationLink>, PageError> {
    let has_portal = here.known().await?.has_portal;
    let vendors: BTreeSet<_> = order.lines.iter().map(|line| line.service_manager).collect();
    let mut found = Vec::new();
    for link in links.iter().filter(|link| vendors.contains(&link.service_manager)) {
        let Some(url) = activation_of(&here.here.app, link, has_portal) else { continue };
        let vendor = here.here.app.hub.queries().service_manager(link.service_manager).await?;
        found.extend(vendor.map(|vendor| ActivationLink { vendor: vendor.name, url }));
    }
    Ok(found)
}

/// The link with which someone activates their account at a vendor, if the vendor gave one that is a web address. That of
/// this hub is due until the portal lets them in.
pub(super) fn activation_of(app: &App, link: &VendorLink, has_portal: bool) -> Option<String> {
    link.active_id()?;
    let (_, text) = link.extra.iter().find(|(key, _)| key.eq_ignore_ascii_case(ACTIVATION))?;
    let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))?;
    let is_ours = url.origin() == app.hub.config.public_url.origin();
    (!is_ours || !has_portal).then(|| text.clone())
}
