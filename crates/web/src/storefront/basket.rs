//! The basket. It waits in a signed cookie, so it needs neither a sign-in nor rows that strangers cause.

use axum::http::HeaderMap;
use axum::response::Response;
use tessera_core::kernel::ids::ProductId;
use tessera_core::storefront::order::{MAX_LINES, MAX_QUANTITY, total};
use url::form_urlencoded;
use uuid::Uuid;

use super::visitor::{ShopVisitor, priced};
use super::{CHECKOUT, HOME};
use crate::App;
use crate::auth::session_cookie::{self, Kind};
use crate::extract::form::Fields;
use crate::pages::Flash;
use crate::pages::storefront::Basket;
use crate::respond::page::{Answer, append_cookie};

const PAGE: &str = "/shop/basket";

pub(crate) async fn show(here: ShopVisitor) -> Answer {
    let found = here.products().await?;
    let prices = found.iter().map(|(product, quantity)| (&product.draft.price, *quantity));
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", CHECKOUT).finish();
    let gone = found.len() < here.items.len();
    let content = Basket {
        shop: here.frame(),
        lines: found.iter().map(|(product, quantity)| priced(product, *quantity)).collect(),
        total: total(prices).map(|total| total.to_string()),
        gone,
        signed_in: here.is_signed_in(),
        sign_in_url: format!("/portal/customer/sign-in?{query}"),
        most: MAX_QUANTITY,
    };
    let mut answer = here.page(&content)?;
    if gone {
        let kept: Vec<_> = found.iter().map(|(product, quantity)| (product.id, *quantity)).collect();
        write(&here.app, &mut answer, &kept);
    }
    Ok(answer)
}

pub(crate) async fn change(here: ShopVisitor, fields: Fields) -> Answer {
    if fields.get("act") == "add" {
        return add(&here, &fields).await;
    }
    let mut items = here.items.clone();
    let removed: Option<ProductId> = fields.get("remove").parse().ok();
    items.retain(|(id, _)| Some(*id) != removed);
    for (id, quantity) in fields.beginning("q.").filter(|_| removed.is_none()) {
        let (Ok(id), Ok(quantity)) = (id.parse::<ProductId>(), quantity.trim().parse::<u32>()) else { continue };
        for item in items.iter_mut().filter(|(known, _)| *known == id) {
            item.1 = quantity.min(MAX_QUANTITY);
        }
    }
    items.retain(|(_, quantity)| *quantity > 0);
    let mut answer = here.redirect(PAGE, None);
    write(&here.app, &mut answer, &items);
    Ok(answer)
}

async fn add(here: &ShopVisitor, fields: &Fields) -> Answer {
    let Some(id) = on_sale(here, fields.get("product")).await? else {
        let gone = Flash::failed("This product is no longer available.");
        return Ok(here.redirect(HOME, Some(&gone)));
    };
    let mut items = here.items.clone();
    let is_full = items.len() >= MAX_LINES;
    let quantity = fields.get("quantity").trim().parse().unwrap_or(1).clamp(1, MAX_QUANTITY);
    match items.iter_mut().find(|(known, _)| *known == id) {
        Some((_, known)) => *known = known.saturating_add(quantity).min(MAX_QUANTITY),
        None if is_full => {
            let full = format!("Your basket is full: at most {MAX_LINES} products fit into it.");
            return Ok(here.redirect(PAGE, Some(&Flash::failed(full))));
        }
        None => items.push((id, quantity)),
    }
    let mut answer = here.redirect(PAGE, Some(&Flash::done("Added to your basket.")));
    write(&here.app, &mut answer, &items);
    Ok(answer)
}

async fn on_sale(here: &ShopVisitor, id: &str) -> Result<Option<ProductId>, crate::PageError> {
    let Ok(id) = id.parse::<ProductId>() else { return Ok(None) };
    Ok(here.app.hub.queries().product_on_sale(id).await?.map(|product| product.id))
}

/// The basket of a browser. One that is not signed by the hub is empty.
pub(super) fn read(app: &App, headers: &HeaderMap) -> Vec<(ProductId, u32)> {
    let items = session_cookie::read(app, headers, Kind::Basket).and_then(|cookie| {
        let (items, mark) = cookie.rsplit_once('.')?;
        let is_ours = app.hub.config.secret_key.made(mark, |key| key.basket_mark(items));
        is_ours.then(|| items.split('_').filter_map(item).take(MAX_LINES).collect())
    });
    items.unwrap_or_default()
}

fn item(text: &str) -> Option<(ProductId, u32)> {
    let (id, quantity) = text.split_once('-')?;
    let quantity = quantity.parse().ok().filter(|quantity| (1..=MAX_QUANTITY).contains(quantity))?;
    Some((ProductId(Uuid::try_parse(id).ok()?), quantity))
}

/// Has the browser keep the basket.
pub(super) fn write(app: &App, answer: &mut Response, items: &[(ProductId, u32)]) {
    if items.is_empty() {
        append_cookie(answer, &session_cookie::removal(app, Kind::Basket));
        return;
    }
    let items: Vec<String> = items.iter().map(|(id, quantity)| format!("{}-{quantity}", id.0.simple())).collect();
    let items = items.join("_");
    let mark = app.hub.config.secret_key.basket_mark(&items);
    append_cookie(answer, &session_cookie::cookie(app, Kind::Basket, format!("{items}.{mark}")));
}
