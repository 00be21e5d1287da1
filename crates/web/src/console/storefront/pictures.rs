//! Pictures of products: shown, chosen and removed by staff.

use axum::extract::{FromRequest as _, Multipart, Path, Request, State};
use tessera_core::kernel::attachment::{File, MAX_FILE_SIZE, Sent};
use tessera_core::storefront::product::MAX_ALT_LENGTH;

use super::products::{PAGE, of};
use crate::App;
use crate::auth::caller::Staff;
use crate::console::back;
use crate::extract::form::bounded;
use crate::respond::files::served;
use crate::respond::page::{Answer, PageError};

/// Bytes of a letter in UTF-8, at most.
const LETTER: usize = 4;

/// A picture as it is sent.
struct PictureForm {
    picture: Sent,
    alt: String,
}

impl PictureForm {
    async fn read(app: &App, request: Request) -> Result<Self, PageError> {
        let mut form = Multipart::from_request(request, app).await.map_err(|error| PageError(error.status()))?;
        let mut read = Self { picture: File::read("picture", Vec::new()), alt: String::new() };
        while let Some(field) = form.next_field().await.map_err(|error| PageError(error.status()))? {
            if let Some(name) = field.file_name().map(ToOwned::to_owned) {
                read.picture = File::read(&name, bounded(field, MAX_FILE_SIZE + 1).await?);
            } else if field.name() == Some("alt") {
                let text = bounded(field, LETTER * (MAX_ALT_LENGTH + 1)).await?;
                read.alt = String::from_utf8_lossy(&text).into_owned();
            }
        }
        Ok(read)
    }
}

pub(super) async fn show(State(app): State<App>, _staff: Staff, Path(product): Path<String>) -> Answer {
    let product = of(&app, &product).await?;
    let found = app.hub.queries().product_picture(product.id, false).await?;
    let (product, media_type, bytes) = found.ok_or(PageError::NOT_FOUND)?;
    Ok(served(&product.draft.name, media_type, bytes))
}

pub(super) async fn put(State(app): State<App>, staff: Staff, Path(product): Path<String>, request: Request) -> Answer {
    let product = of(&app, &product).await?;
    let PictureForm { picture, alt } = PictureForm::read(&app, request).await?;
    let outcome = app.hub.put_product_picture(product.id, picture, &alt, &staff.ctx()).await;
    back(&app, &format!("{PAGE}/{}", product.id), outcome.map(|_| "The picture is saved.".to_owned()))
}

pub(super) async fn remove(State(app): State<App>, staff: Staff, Path(product): Path<String>) -> Answer {
    let product = of(&app, &product).await?;
    let outcome = app.hub.remove_product_picture(product.id, &staff.ctx()).await;
    back(&app, &format!("{PAGE}/{}", product.id), outcome.map(|_| "The picture is removed.".to_owned()))
}
