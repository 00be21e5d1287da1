//! Products: listed, entered, changed, shown and hidden.

use axum::extract::{OriginalUri, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use tessera_core::kernel::ids::{ProductId, ServiceManagerId};
use tessera_core::kernel::money::{Currency, Money};
use tessera_core::storefront::{Product, ProductDraft, StorefrontError};
use tessera_hub::HubError;

use crate::App;
use crate::auth::caller::Staff;
use crate::console::{PAGE_SIZE, back, chrome, id, sentence};
use crate::extract::form::Fields;
use crate::pages::community::Choice;
use crate::pages::console::{PictureForm, ProductForm, ProductRow, Products};
use crate::pages::storefront::State as Shown;
use crate::pages::{Flash, Tone};
use crate::respond::page::{Answer, PageError, page, page_with, redirect_with};

pub(super) const PAGE: &str = "/console/products";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ListQuery {
    after: String,
}

pub(super) async fn list(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Query(wanted): Query<ListQuery>,
) -> Answer {
    let after: Option<ProductId> = wanted.after.parse().ok();
    let mut found = app.hub.queries().products(false, after, PAGE_SIZE + 1).await?;
    let vendors = app.hub.queries().vendor_names().await?;
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| more).map(|product| product.id);
    let row = |product: Product| {
        let url = format!("{PAGE}/{}", product.id);
        let visible = product.draft.visible;
        ProductRow {
            toggle_action: format!("{url}/{}", if visible { "hide" } else { "show" }),
            toggle_label: if visible { "Hide" } else { "Show" },
            url,
            vendor: vendors.get(&product.draft.service_manager).cloned(),
            price: product.draft.price.to_string(),
            state: if visible {
                Shown { text: "On sale", tone: Tone::Good }
            } else {
                Shown { text: "Hidden", tone: Tone::Plain }
            },
            name: product.draft.name,
            changed_at: product.changed_at,
            changed_by: product.changed_by,
        }
    };
    let content = Products {
        products: found.into_iter().map(row).collect(),
        more_url: last.map(|id| format!("{PAGE}?after={id}")),
        is_open: app.hub.config.storefront.is_some(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn fresh(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let content = ProductForm {
        action: format!("{PAGE}/new"),
        fresh: true,
        version: 0,
        name: String::new(),
        description: String::new(),
        amount: String::new(),
        currency: app.hub.config.returns.currency.code().to_owned(),
        vendors: vendors(&app, None).await?,
        visible: true,
        picture: None,
        problems: Vec::new(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn create(
    State(app): State<App>,
    staff: Staff,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    put(&app, &staff, (&headers, &uri), None, &fields).await
}

pub(super) async fn form(
    State(app): State<App>,
    staff: Staff,
    Path(product): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Answer {
    let product = of(&app, &product).await?;
    let content = ProductForm {
        action: format!("{PAGE}/{}", product.id),
        fresh: false,
        version: product.version,
        vendors: vendors(&app, Some(product.draft.service_manager)).await?,
        amount: product.draft.price.number(),
        currency: product.draft.price.currency.code().to_owned(),
        visible: product.draft.visible,
        picture: Some(picture_form(&product)),
        name: product.draft.name,
        description: product.draft.description,
        problems: Vec::new(),
    };
    page(&app, &chrome(&app, &headers, &uri, &staff).await?, &content)
}

pub(super) async fn change(
    State(app): State<App>,
    staff: Staff,
    Path(product): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    fields: Fields,
) -> Answer {
    let product = of(&app, &product).await?;
    put(&app, &staff, (&headers, &uri), Some(&product), &fields).await
}

pub(super) async fn hide(State(app): State<App>, staff: Staff, Path(product): Path<String>) -> Answer {
    set_visible(&app, &staff, &product, false).await
}

pub(super) async fn show(State(app): State<App>, staff: Staff, Path(product): Path<String>) -> Answer {
    set_visible(&app, &staff, &product, true).await
}

async fn set_visible(app: &App, staff: &Staff, product: &str, visible: bool) -> Answer {
    let Product { id, version, draft, .. } = of(app, product).await?;
    let name = draft.name.clone();
    let changed = app.hub.change_product(id, Some(version), ProductDraft { visible, ..draft }, &staff.ctx()).await;
    let done = if visible { "is on sale" } else { "is hidden" };
    back(app, PAGE, changed.map(|_| format!("The product {name} {done}.")))
}

pub(super) async fn of(app: &App, product: &str) -> Result<Product, PageError> {
    app.hub.queries().product(id(product)?).await?.ok_or(PageError::NOT_FOUND)
}

async fn vendors(app: &App, chosen: Option<ServiceManagerId>) -> Result<Vec<Choice>, PageError> {
    let names = app.hub.queries().vendor_names().await?;
    let choice = |(id, name): (ServiceManagerId, String)| Choice {
        value: id.to_string(),
        label: name,
        chosen: chosen == Some(id),
    };
    Ok(names.into_iter().map(choice).collect())
}

async fn put(
    app: &App,
    staff: &Staff,
    (headers, uri): (&HeaderMap, &Uri),
    product: Option<&Product>,
    fields: &Fields,
) -> Answer {
    let version = fields.get("version").parse().unwrap_or_default();
    let problems = match typed(fields) {
        Ok(draft) => {
            let name = draft.name.clone();
            let outcome = match product {
                Some(product) => app.hub.change_product(product.id, Some(version), draft, &staff.ctx()).await,
                None => app.hub.create_product(draft, &staff.ctx()).await,
            };
            match outcome {
                Ok(_) => {
                    let flash = Flash::done(format!("The product {name} is saved."));
                    return Ok(redirect_with(app, PAGE, Some(&flash)));
                }
                Err(error @ HubError::Rejected(_)) => match error.rejection::<StorefrontError>() {
                    Some(StorefrontError::Invalid(problems)) => worded(problems),
                    _ => vec![sentence(&error.to_string())],
                },
                Err(error) => return Err(error.into()),
            }
        }
        Err(problems) => problems,
    };
    let content = ProductForm {
        action: product.map_or_else(|| format!("{PAGE}/new"), |product| format!("{PAGE}/{}", product.id)),
        fresh: product.is_none(),
        version,
        name: fields.get("name").to_owned(),
        description: fields.get("description").to_owned(),
        amount: fields.get("amount").to_owned(),
        currency: fields.get("currency").to_owned(),
        vendors: vendors(app, fields.get("service_manager").parse().ok()).await?,
        visible: fields.is_set("visible"),
        picture: product.map(picture_form),
        problems,
    };
    page_with(app, &chrome(app, headers, uri, staff).await?, &content, StatusCode::UNPROCESSABLE_ENTITY)
}

fn picture_form(product: &Product) -> PictureForm {
    let action = format!("{PAGE}/{}/picture", product.id);
    let picture = product.picture.as_ref();
    PictureForm {
        // The version makes the browser look again after a change.
        url: picture.map(|picture| format!("{action}?since={}", picture.since)),
        alt: picture.map(|picture| picture.alt.clone()).unwrap_or_default(),
        remove_action: picture.map(|_| format!("{action}/remove")),
        action,
    }
}

/// The product in the form; or what is wrong with it.
fn typed(fields: &Fields) -> Result<ProductDraft, Vec<String>> {
    let currency = Currency::parse(fields.get("currency"));
    let service_manager = fields.get("service_manager").parse::<ServiceManagerId>();
    let price = currency.map(|currency| Money::parse(fields.get("amount"), '.', currency));
    match (price, service_manager) {
        (Some(Ok(price)), Ok(service_manager)) => Ok(ProductDraft {
            service_manager,
            name: fields.get("name").to_owned(),
            description: fields.get("description").to_owned(),
            price,
            visible: fields.is_set("visible"),
        }),
        (price, service_manager) => {
            let no_currency = || "Enter a currency code of three letters, such as EUR.".to_owned();
            let no_price = match price {
                None => Some(no_currency()),
                Some(Err(error)) => Some(sentence(&format!("{error}."))),
                Some(Ok(_)) => None,
            };
            let no_vendor = service_manager.err().map(|_| "Choose a service manager.".to_owned());
            Err(no_price.into_iter().chain(no_vendor).collect())
        }
    }
}

fn worded(problems: &[tessera_core::kernel::rejection::FieldProblem]) -> Vec<String> {
    let label = |field: &str| match field {
        "name" => "Name",
        "description" => "Description",
        "price" => "Price",
        "currency" => "Currency",
        _ => "Service manager",
    };
    problems.iter().map(|problem| format!("{}: {}.", label(&problem.field), problem.message)).collect()
}
