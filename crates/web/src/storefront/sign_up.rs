//! Sign-up in the storefront. As with a registration, the answer does not reveal whether the address is known; only the
//! e-mail to its owner does.

use axum::http::StatusCode;
use tessera_core::persons::registration::Application;
use tessera_hub::HubError;
use url::form_urlencoded;

use super::CHECKOUT;
use super::visitor::ShopVisitor;
use crate::auth::Browser;
use crate::extract::form::Fields;
use crate::pages::storefront::SignUp;
use crate::respond::page::Answer;

/// Maximum length of an entry that is shown again, in characters.
const MAX_LENGTH: usize = 400;

fn filled(here: &ShopVisitor, fields: &Fields) -> SignUp {
    let entered = |name: &str| fields.get(name).chars().take(MAX_LENGTH).collect();
    let query = form_urlencoded::Serializer::new(String::new()).append_pair("return_to", CHECKOUT).finish();
    SignUp {
        shop: here.frame(),
        name: entered("name"),
        email: entered("email"),
        sign_in_url: format!("/portal/customer/sign-in?{query}"),
        ..SignUp::default()
    }
}

pub(crate) async fn form(here: ShopVisitor) -> Answer {
    here.page(&filled(&here, &Fields::default()))
}

pub(crate) async fn sign_up(here: ShopVisitor, browser: Browser, fields: Fields) -> Answer {
    if browser.asks_too_often(&here.app, here.app.hub.env.now()).await {
        let error = Some("There were too many attempts from your location. Wait a minute, then try again.".to_owned());
        return here.with_status(&SignUp { error, ..filled(&here, &fields) }, StatusCode::TOO_MANY_REQUESTS);
    }
    let application = Application {
        name: fields.get("name").to_owned(),
        email: fields.get("email").to_owned(),
        message: String::new(),
        for_shop: true,
    };
    match here.app.hub.register(&application).await {
        Ok(()) => here.page(&SignUp { sent: true, ..filled(&here, &fields) }),
        Err(HubError::Rejected(rejection)) => {
            let error = Some(format!("Nothing was sent: {rejection}."));
            here.refused(&SignUp { error, ..filled(&here, &fields) })
        }
        Err(error) => Err(error.into()),
    }
}
