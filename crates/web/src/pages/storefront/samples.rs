//! Sample states of the storefront.

use crate::pages::community::Choice;
use crate::pages::samples::{HOUR, PageSamples, Sample, Shown, ago, states};
use crate::pages::storefront::{
    ActivationLink, Basket, Catalogue, CheckoutContact, CheckoutDetails, CheckoutOverview, FieldKind, FormField,
    Hidden, MendDetails, NoEmail, OrderCard, OrderStep, Picture, PricedLine, ProductCard, ServiceCard, ShopFrame,
    ShopOrder, ShopOrders, ShopProduct, ShopServices, SignUp, State, VendorFields,
};
use crate::pages::{Fact, Tone};

fn shop(basket: usize) -> ShopFrame {
    ShopFrame { title: "Sunfield Store".to_owned(), basket }
}

fn line(name: &str, quantity: u32) -> PricedLine {
    PricedLine {
        product: "0192f3a0-0000-7000-8000-000000000001".to_owned(),
        url: "/shop/products/0192f3a0-0000-7000-8000-000000000001".to_owned(),
        name: name.to_owned(),
        price: "EUR 12.50".to_owned(),
        quantity,
        amount: "EUR 25.00".to_owned(),
    }
}

fn field(id: &str, label: &str, kind: FieldKind, error: Option<&str>) -> FormField {
    let choice = |value: &str, chosen| Choice { value: value.to_owned(), label: format!("Size {value}"), chosen };
    let choices = match kind {
        FieldKind::Select | FieldKind::Checks => vec![choice("1", false), choice("2", true)],
        _ => Vec::new(),
    };
    FormField {
        id: id.to_owned(),
        name: format!("d.{id}"),
        label: label.to_owned(),
        kind,
        value: if choices.is_empty() { "acme.example".to_owned() } else { "2".to_owned() },
        choices,
        hint: error.is_some().then(|| "The part before the first dot.".to_owned()),
        required: error.is_some(),
        error: error.map(ToOwned::to_owned),
        autocomplete: "off",
    }
}

fn vendor(error: Option<&str>) -> VendorFields {
    let fields = vec![
        field("d-0-0", "Domain", FieldKind::Text, error),
        field("d-0-1", "Size", FieldKind::Select, None),
        field("d-0-2", "Regions", FieldKind::Checks, error),
        field("d-0-3", "Notes", FieldKind::Area, None),
    ];
    VendorFields { name: "Example Cloud".to_owned(), fields }
}

fn hidden() -> Vec<Hidden> {
    vec![Hidden { name: "city".to_owned(), value: "Cape \"Town\"".to_owned() }]
}

fn picture() -> Picture {
    let url = "/shop/products/0192f3a0-0000-7000-8000-000000000001/pictures/2".to_owned();
    Picture { url, alt: "A cloud <with> a disk".to_owned() }
}

impl Sample for Catalogue {
    fn samples() -> Vec<(String, Self)> {
        let card = |name: &str| ProductCard {
            url: "/shop/products/0192f3a0-0000-7000-8000-000000000001".to_owned(),
            name: name.to_owned(),
            excerpt: "Every night, encrypted, for one computer.".to_owned(),
            picture: (name == "Cloud backup").then(picture),
            price: "EUR 12.50".to_owned(),
        };
        let products = vec![card("Cloud backup"), card("Remote <monitoring>")];
        let usual = Self { shop: shop(1), products, more_url: Some("/shop?after=x".to_owned()) };
        let none = Self { shop: shop(0), products: Vec::new(), more_url: None };
        states([("usual", usual), ("none", none)])
    }
}

impl Sample for ShopProduct {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            shop: shop(2),
            id: "0192f3a0-0000-7000-8000-000000000001".to_owned(),
            name: "Cloud backup".to_owned(),
            html: "<p>Every night, <strong>encrypted</strong>.</p>".to_owned(),
            picture: Some(picture()),
            price: "EUR 12.50".to_owned(),
            in_basket: 2,
            most: 99,
        };
        let fresh = Self { in_basket: 0, html: String::new(), shop: shop(0), ..usual.clone() };
        states([("usual", usual), ("new", fresh)])
    }
}

impl Sample for Basket {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            shop: shop(2),
            lines: vec![line("Cloud backup", 2), line("Remote <monitoring>", 1)],
            total: Some("EUR 37.50".to_owned()),
            gone: false,
            signed_in: false,
            sign_in_url: "/portal/customer/sign-in?return_to=%2Fshop%2Fcheckout".to_owned(),
            most: 99,
        };
        let ready = Self { signed_in: true, gone: true, ..usual.clone() };
        let mixed = Self { total: None, ..usual.clone() };
        let empty = Self { lines: Vec::new(), total: None, shop: shop(0), ..usual.clone() };
        states([("stranger", usual), ("signed_in", ready), ("mixed", mixed), ("empty", empty)])
    }
}

impl Sample for SignUp {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self { shop: shop(1), sign_in_url: "/portal/customer/sign-in".to_owned(), ..Self::default() };
        let typed = Self { name: "Jo Meyer".to_owned(), email: "jo@example.com".to_owned(), ..usual.clone() };
        let wrong = Self { error: Some("Enter your e-mail address.".to_owned()), ..typed.clone() };
        states([("usual", usual), ("wrong", wrong), ("sent", Self { sent: true, ..typed })])
    }
}

impl Sample for CheckoutContact {
    fn samples() -> Vec<(String, Self)> {
        let fields = |error| {
            vec![
                field("first_name", "First name", FieldKind::Text, error),
                field("phone", "Telephone number", FieldKind::Tel, None),
            ]
        };
        let usual = Self {
            shop: shop(1),
            email: "jo@example.com".to_owned(),
            fields: fields(None),
            hidden: hidden(),
            failed: false,
        };
        let wrong = Self { fields: fields(Some("Enter your first name.")), failed: true, ..usual.clone() };
        states([("usual", usual), ("wrong", wrong)])
    }
}

impl Sample for CheckoutDetails {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self { shop: shop(1), vendors: vec![vendor(None)], hidden: hidden(), failed: false };
        let wrong = Self { vendors: vec![vendor(Some("“Domain” is needed."))], failed: true, ..usual.clone() };
        states([("usual", usual), ("wrong", wrong)])
    }
}

impl Sample for CheckoutOverview {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            shop: shop(1),
            lines: vec![line("Cloud backup", 2)],
            total: "EUR 25.00".to_owned(),
            contact: vec![Fact::new("Name", "Jo Meyer"), Fact::new("E-mail address", "jo@example.com")],
            details: vec![Fact::new("Domain", "acme.example")],
            terms: Some("Prices include VAT.\nYou can cancel monthly.".to_owned()),
            agreed: false,
            hidden: hidden(),
            error: None,
        };
        let second = Self { details: Vec::new(), terms: None, ..usual.clone() };
        let changed = Self {
            error: Some("The price has changed; the total is EUR 25.00 now.".to_owned()),
            agreed: true,
            ..usual.clone()
        };
        states([("first", usual), ("second", second), ("changed", changed)])
    }
}

impl Sample for NoEmail {
    fn samples() -> Vec<(String, Self)> {
        states([("usual", Self { shop: shop(1) })])
    }
}

impl Sample for ShopOrder {
    fn samples() -> Vec<(String, Self)> {
        let step = |state, note| OrderStep { kind: "line-0".to_owned(), state, label: "Cloud backup".to_owned(), note };
        let running = Self {
            shop: shop(0),
            number: "S-7K3F-9QX2".to_owned(),
            placed_at: ago(1),
            state: State { text: "Being set up", tone: Tone::Warn },
            lead: "We are setting this up now. This usually takes a few seconds.",
            steps: vec![step("running", "Being set up")],
            lines: vec![line("Cloud backup", 2)],
            total: "EUR 25.00".to_owned(),
            messages: Vec::new(),
            poll_url: Some("/shop/orders/1/state?shown=provisioning".to_owned()),
            cancel_action: None,
            mend_url: None,
            activations: Vec::new(),
            is_active: false,
        };
        let placed = Self {
            state: State { text: "Placed", tone: Tone::Plain },
            steps: vec![step("waiting", "Waiting")],
            cancel_action: Some("/shop/orders/1/cancel".to_owned()),
            ..running.clone()
        };
        let failed = Self {
            state: State { text: "Not set up", tone: Tone::Bad },
            lead: "Something went wrong while we set this up.",
            steps: vec![step("stopped", "Not set up")],
            messages: vec!["Contact your support department".to_owned()],
            poll_url: None,
            mend_url: Some("/shop/orders/1/details".to_owned()),
            ..running.clone()
        };
        let url = "https://accounts.example.com/activate/kq3vR0pZ8sT1mWc5yXb7Ng".to_owned();
        let active = Self {
            state: State { text: "Active", tone: Tone::Good },
            lead: "Everything is set up.",
            steps: vec![step("done", "Active")],
            poll_url: None,
            activations: vec![ActivationLink { vendor: "Example Cloud".to_owned(), url }],
            is_active: true,
            ..running.clone()
        };
        let cancelled = Self {
            state: State { text: "Cancelled", tone: Tone::Plain },
            lead: "We cancelled this order. Contact us if you did not expect this.",
            steps: vec![step("stopped", "Cancelled")],
            poll_url: None,
            ..running.clone()
        };
        states([
            ("running", running),
            ("placed", placed),
            ("failed", failed),
            ("active", active),
            ("cancelled", cancelled),
        ])
    }
}

impl Sample for MendDetails {
    fn samples() -> Vec<(String, Self)> {
        let usual = Self {
            shop: shop(0),
            number: "S-7K3F-9QX2".to_owned(),
            back_url: "/shop/orders/1".to_owned(),
            action: "/shop/orders/1/details".to_owned(),
            messages: vec!["This domain is taken. Choose another one.".to_owned()],
            vendors: vec![vendor(None)],
            error: None,
        };
        let wrong = Self {
            vendors: vec![vendor(Some("“Domain” is needed."))],
            error: Some("Not sent yet.".to_owned()),
            ..usual.clone()
        };
        states([("usual", usual), ("wrong", wrong)])
    }
}

impl Sample for ShopOrders {
    fn samples() -> Vec<(String, Self)> {
        let card = |text, tone| OrderCard {
            url: "/shop/orders/0192f3a0-0000-7000-8000-000000000001".to_owned(),
            number: "S-7K3F-9QX2".to_owned(),
            what: "2 × Cloud backup".to_owned(),
            placed_at: ago(2 * HOUR),
            state: State { text, tone },
            total: "EUR 25.00".to_owned(),
        };
        let orders = vec![card("Active", Tone::Good), card("Not set up", Tone::Bad)];
        let usual = Self { shop: shop(0), orders, more_url: Some("/shop/orders?before=x".to_owned()) };
        states([("usual", usual), ("none", Self { shop: shop(0), orders: Vec::new(), more_url: None })])
    }
}

impl Sample for ShopServices {
    fn samples() -> Vec<(String, Self)> {
        let card = |url: Option<&str>| ServiceCard {
            vendor: "Example Cloud".to_owned(),
            since: Some(ago(HOUR)),
            activation_url: url.map(ToOwned::to_owned),
        };
        let due = card(Some("https://accounts.example.com/activate/kq3vR0pZ8sT1mWc5yXb7Ng"));
        let usual = Self { shop: shop(0), services: vec![due], has_portal: false };
        let known = Self { services: vec![card(None)], has_portal: true, ..usual.clone() };
        let none = Self { services: Vec::new(), ..usual.clone() };
        states([("to_activate", usual), ("activated", known), ("none", none)])
    }
}

inventory::submit! { PageSamples::of::<Catalogue>(Shown::Customer("/shop")) }
inventory::submit! { PageSamples::of::<ShopProduct>(Shown::Customer("/shop/products/1")) }
inventory::submit! { PageSamples::of::<Basket>(Shown::Anyone) }
inventory::submit! { PageSamples::of::<SignUp>(Shown::Anyone) }
inventory::submit! { PageSamples::of::<CheckoutContact>(Shown::Customer("/shop/checkout")) }
inventory::submit! { PageSamples::of::<CheckoutDetails>(Shown::Customer("/shop/checkout")) }
inventory::submit! { PageSamples::of::<CheckoutOverview>(Shown::Customer("/shop/checkout")) }
inventory::submit! { PageSamples::of::<NoEmail>(Shown::Customer("/shop/checkout")) }
inventory::submit! { PageSamples::of::<ShopOrder>(Shown::Customer("/shop/orders/1")) }
inventory::submit! { PageSamples::of::<MendDetails>(Shown::Customer("/shop/orders/1/details")) }
inventory::submit! { PageSamples::of::<ShopOrders>(Shown::Customer("/shop/orders")) }
inventory::submit! { PageSamples::of::<ShopServices>(Shown::Customer("/shop/services")) }
