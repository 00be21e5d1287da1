//! The products, which everyone sees.

use axum::extract::{Path, Query};
use axum::http::{HeaderValue, header};
use serde::Deserialize;
use tessera_core::kernel::ids::ProductId;
use tessera_core::kernel::markdown;
use tessera_core::storefront::Product;
use tessera_core::storefront::order::MAX_QUANTITY;

use super::visitor::ShopVisitor;
use super::{HOME, picture_of};
use crate::PageError;
use crate::pages::markdown::{Style, html};
use crate::pages::storefront::{Catalogue, Picture, ProductCard, ShopProduct};
use crate::respond::files::served;
use crate::respond::page::Answer;

/// Products per page.
const PAGE_SIZE: usize = 24;
const EXCERPT: usize = 160;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ListQuery {
    after: String,
}

pub(crate) async fn list(here: ShopVisitor, Query(wanted): Query<ListQuery>) -> Answer {
    let after: Option<ProductId> = wanted.after.parse().ok();
    let mut found = here.app.hub.queries().products(true, after, PAGE_SIZE + 1).await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| more).map(|product| product.id);
    let card = |product: Product| ProductCard {
        picture: shown(&product),
        url: format!("{HOME}/products/{}", product.id),
        excerpt: markdown::excerpt(&product.draft.description, EXCERPT),
        price: product.draft.price.to_string(),
        name: product.draft.name,
    };
    here.page(&Catalogue {
        shop: here.frame(),
        products: found.into_iter().map(card).collect(),
        more_url: last.map(|id| format!("{HOME}?after={id}")),
    })
}

pub(crate) async fn product(here: ShopVisitor, Path(id): Path<String>) -> Answer {
    let id: ProductId = id.parse().map_err(|_| PageError::NOT_FOUND)?;
    let product = here.app.hub.queries().product_on_sale(id).await?.ok_or(PageError::NOT_FOUND)?;
    let in_basket = here.items.iter().find(|(known, _)| *known == id).map_or(0, |(_, quantity)| *quantity);
    here.page(&ShopProduct {
        shop: here.frame(),
        id: id.to_string(),
        picture: shown(&product),
        html: described(&product.draft.description),
        price: product.draft.price.to_string(),
        name: product.draft.name,
        in_basket,
        most: MAX_QUANTITY,
    })
}

/// The picture of a product. The path has the version of its content, so browsers keep it.
pub(crate) async fn picture(here: ShopVisitor, Path((id, _since)): Path<(String, String)>) -> Answer {
    let id: ProductId = id.parse().map_err(|_| PageError::NOT_FOUND)?;
    let found = here.app.hub.queries().product_picture(id, true).await?;
    let (product, media_type, bytes) = found.ok_or(PageError::NOT_FOUND)?;
    let mut response = served(&product.draft.name, media_type, bytes);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=86400"));
    Ok(response)
}

fn shown(product: &Product) -> Option<Picture> {
    picture_of(product).map(|(url, alt)| Picture { url, alt })
}

/// A description as HTML with our own tags only. It has no pictures of its own.
fn described(text: &str) -> String {
    html(text, Style { headings: true, picture: &|_| None })
}
