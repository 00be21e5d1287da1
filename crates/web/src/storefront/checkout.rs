//! The checkout: contact and billing address, "Service Details" if they are due, overview, order.
//!
//! Each step is a form that carries what was entered in the others. So the checkout keeps no rows before the order, works
//! without a script, and loses nothing when something is wrong.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use tessera_core::kernel::ids::ServiceManagerId;
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::kernel::rejection::{FieldProblem, Rejection as _};
use tessera_core::storefront::details::checked;
use tessera_core::storefront::order::total;
use tessera_core::storefront::{BillingDetails, Product, StorefrontError};
use tessera_hub::{Checkout, DueDetails, HubError, KnownBuyer, random_token};

use super::fields::{
    Answers, answer_facts, answers_of, billing_facts, billing_fields, billing_of, has_billing, hidden_answers,
    hidden_billing, vendor_fields,
};
use super::visitor::{ShopBuyer, ShopVisitor, priced};
use super::{HOME, basket};
use crate::PageError;
use crate::console::sentence;
use crate::extract::form::Fields;
use crate::middleware::form_once::not_carried_out;
use crate::pages::Flash;
use crate::pages::storefront::{CheckoutContact, CheckoutDetails, CheckoutOverview, Hidden, NoEmail};
use crate::respond::page::Answer;

/// Maximum number of orders of one buyer within 15 minutes.
const ORDERS: u32 = 30;
/// Where an empty basket leads.
const BASKET: &str = "/shop/basket";

/// What was entered so far, and what it is for.
struct CheckoutForm {
    /// Key of this checkout.
    key: String,
    billing: BillingDetails,
    answers: Answers,
    /// The vendors whose "Service Details" were shown.
    shown: BTreeSet<ServiceManagerId>,
    agreed: bool,
}

/// What is ordered, and what is asked for it.
struct Ready {
    products: Vec<(Product, u32)>,
    total: Money,
    due: Vec<DueDetails>,
    email: String,
}

/// Everything that a step is made of.
struct Steps<'a> {
    here: &'a ShopVisitor,
    buyer: &'a KnownBuyer,
    ready: &'a Ready,
    entered: &'a CheckoutForm,
}

pub(crate) async fn begin(here: ShopBuyer) -> Answer {
    let buyer = here.known().await?;
    let known = buyer.account.as_ref().map(|account| &account.profile);
    let entered = CheckoutForm {
        key: random_token(),
        billing: BillingDetails::known(known, &buyer.name),
        answers: Answers::new(),
        shown: BTreeSet::new(),
        agreed: false,
    };
    match ready(&here, &buyer).await? {
        Ok(ready) => Steps { here: &here.here, buyer: &buyer, ready: &ready, entered: &entered }.contact(&[]),
        Err(elsewhere) => Ok(elsewhere),
    }
}

pub(crate) async fn go_on(here: ShopBuyer, fields: Fields) -> Answer {
    let buyer = here.known().await?;
    let known = buyer.account.as_ref().map(|account| &account.profile);
    let key: String = fields.get("key").chars().filter(char::is_ascii).take(64).collect();
    let entered = CheckoutForm {
        key: if key.is_empty() { random_token() } else { key },
        billing: if has_billing(&fields) { billing_of(&fields) } else { BillingDetails::known(known, &buyer.name) },
        answers: answers_of(&fields),
        shown: fields.all("shown").filter_map(|vendor| vendor.parse().ok()).collect(),
        agreed: fields.is_set("agreed"),
    };
    match ready(&here, &buyer).await? {
        Ok(ready) => {
            let steps = Steps { here: &here.here, buyer: &buyer, ready: &ready, entered: &entered };
            step(&here, &steps, &fields).await
        }
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// What the steps are made of; or where the buyer goes, because there is nothing to order, or nobody to order it.
async fn ready(here: &ShopBuyer, buyer: &KnownBuyer) -> Result<Result<Ready, Response>, PageError> {
    let shop = &here.here;
    let products = shop.products().await?;
    let prices = products.iter().map(|(product, quantity)| (&product.draft.price, *quantity));
    let Some(total) = total(prices).filter(|_| products.len() == shop.items.len()) else {
        return Ok(Err(shop.redirect(BASKET, None)));
    };
    let Some(email) = buyer.email.clone() else {
        return Ok(Err(not_carried_out(shop.page(&NoEmail { shop: shop.frame() })?)));
    };
    let vendors = products.iter().map(|(product, _)| product.draft.service_manager);
    let due = shop.app.hub.due_details(buyer, vendors).await?;
    Ok(Ok(Ready { products, total, due, email }))
}

async fn step(here: &ShopBuyer, steps: &Steps<'_>, fields: &Fields) -> Answer {
    if fields.get("to") == "contact" {
        return steps.contact(&[]);
    }
    if let Err(StorefrontError::Invalid(problems)) = steps.entered.billing.check() {
        return steps.contact(&problems);
    }
    let is_new = |due: &&DueDetails| !steps.entered.shown.contains(&due.vendor.id);
    let due = &steps.ready.due;
    let is_next = fields.get("step") == "contact" || fields.get("to") == "details";
    if is_next && !due.is_empty() || due.iter().any(|due| is_new(&due)) {
        return steps.details(&[]);
    }
    let problems = steps.problems();
    if !problems.is_empty() {
        return steps.details(&problems);
    }
    if fields.get("step") != "place" {
        return steps.overview(None, StatusCode::OK);
    }
    let terms = here.here.app.hub.config.storefront.as_ref().and_then(|storefront| storefront.terms.as_ref());
    if terms.is_some() && !steps.entered.agreed {
        let error = "Agree to the terms to place the order.";
        return steps.overview(Some(error.to_owned()), StatusCode::UNPROCESSABLE_ENTITY);
    }
    place(here, steps, fields).await
}

async fn place(here: &ShopBuyer, steps: &Steps<'_>, fields: &Fields) -> Answer {
    let app = &here.here.app;
    let limit = format!("orders {}", steps.buyer.ctx().actor);
    let Some(attempt) = app.opened.begin(limit, ORDERS, app.hub.env.now()).await else {
        let error = "You placed many orders within a short time. Wait a quarter of an hour, then try again.";
        return steps.overview(Some(error.to_owned()), StatusCode::TOO_MANY_REQUESTS);
    };
    let checkout = Checkout {
        key: steps.entered.key.clone(),
        items: &here.here.items,
        seen: seen(fields),
        billing: &steps.entered.billing,
        details: &steps.entered.answers,
    };
    let error = match app.hub.place_order(&here.sign_in, &checkout).await {
        Ok(id) => {
            attempt.counts();
            let done = Flash::done("Your order is placed.");
            let mut answer = here.here.redirect(&format!("{HOME}/orders/{id}"), Some(&done)).into_response();
            basket::write(app, &mut answer, &[]);
            return Ok(answer);
        }
        Err(error) => error,
    };
    if let Some(StorefrontError::Invalid(problems)) = error.rejection::<StorefrontError>() {
        let is_detail = |problem: &FieldProblem| problem.field.starts_with("details.");
        return if problems.iter().any(is_detail) {
            steps.details(problems)
        } else {
            steps.overview(Some(sentence(&error.to_string())), StatusCode::UNPROCESSABLE_ENTITY)
        };
    }
    match error {
        HubError::Rejected(rejection) => {
            steps.overview(Some(sentence(&rejection.to_string())), StatusCode::UNPROCESSABLE_ENTITY)
        }
        error @ HubError::Busy => {
            let error = format!("Nothing was ordered: {error}.");
            steps.overview(Some(error), StatusCode::UNPROCESSABLE_ENTITY)
        }
        error => Err(error.into()),
    }
}

/// The total that the buyer saw.
fn seen(fields: &Fields) -> Option<Money> {
    let (minor, currency) = fields.get("total").split_once(' ')?;
    Some(Money::new(minor.parse().ok()?, Currency::parse(currency)?))
}

impl Steps<'_> {
    /// The problems with the answers to vendors.
    fn problems(&self) -> Vec<FieldProblem> {
        let none = std::collections::BTreeMap::new();
        let of_vendor = |due: &DueDetails| {
            let answers = self.entered.answers.get(&due.vendor.id).unwrap_or(&none);
            let problems = checked(&due.vendor.fields, answers).err().map(|error| error.problems()).unwrap_or_default();
            let vendor = due.vendor.id;
            let named = move |it: FieldProblem| FieldProblem::new(format!("details.{vendor}.{}", it.field), it.message);
            problems.into_iter().map(named).collect::<Vec<_>>()
        };
        self.ready.due.iter().flat_map(of_vendor).collect()
    }

    fn hidden(&self, others: impl IntoIterator<Item = Vec<Hidden>>) -> Vec<Hidden> {
        let key = Hidden { name: "key".to_owned(), value: self.entered.key.clone() };
        std::iter::once(key).chain(others.into_iter().flatten()).collect()
    }

    fn shown(&self, now: bool) -> Vec<Hidden> {
        let of_vendor = |vendor: ServiceManagerId| Hidden { name: "shown".to_owned(), value: vendor.to_string() };
        let due = self.ready.due.iter().map(|due| due.vendor.id);
        due.filter(|vendor| now || self.entered.shown.contains(vendor)).map(of_vendor).collect()
    }

    fn contact(&self, problems: &[FieldProblem]) -> Answer {
        let answers = hidden_answers(&self.entered.answers);
        let content = CheckoutContact {
            shop: self.here.frame(),
            email: self.ready.email.clone(),
            fields: billing_fields(&self.entered.billing, problems),
            hidden: self.hidden([answers, self.shown(false), self.agreed()]),
            failed: !problems.is_empty(),
        };
        let page = if problems.is_empty() { self.here.page(&content) } else { self.here.refused(&content) };
        page.map(not_carried_out)
    }

    fn details(&self, problems: &[FieldProblem]) -> Answer {
        let content = CheckoutDetails {
            shop: self.here.frame(),
            vendors: vendor_fields(&self.ready.due, &self.entered.answers, &self.ready.email, problems),
            hidden: self.hidden([hidden_billing(&self.entered.billing), self.shown(true), self.agreed()]),
            failed: !problems.is_empty(),
        };
        let page = if problems.is_empty() { self.here.page(&content) } else { self.here.refused(&content) };
        page.map(not_carried_out)
    }

    fn overview(&self, error: Option<String>, status: StatusCode) -> Answer {
        let storefront = self.here.app.hub.config.storefront.as_ref().ok_or(PageError::NOT_FOUND)?;
        let total = Hidden {
            name: "total".to_owned(),
            value: format!("{} {}", self.ready.total.minor, self.ready.total.currency.code()),
        };
        let answers = hidden_answers(&self.entered.answers);
        let billing = hidden_billing(&self.entered.billing);
        let content = CheckoutOverview {
            shop: self.here.frame(),
            lines: self.ready.products.iter().map(|(product, quantity)| priced(product, *quantity)).collect(),
            total: self.ready.total.to_string(),
            contact: billing_facts(&self.entered.billing, &self.ready.email),
            details: answer_facts(&self.ready.due, &self.entered.answers),
            terms: storefront.terms.clone(),
            agreed: self.entered.agreed,
            hidden: self.hidden([billing, answers, self.shown(true), vec![total]]),
            error,
        };
        self.here.with_status(&content, status).map(not_carried_out)
    }

    fn agreed(&self) -> Vec<Hidden> {
        let agreed = Hidden { name: "agreed".to_owned(), value: "true".to_owned() };
        Some(agreed).filter(|_| self.entered.agreed).into_iter().collect()
    }
}
