//! Sample states of the storefront's pages for staff.

use crate::pages::Tone;
use crate::pages::community::Choice;
use crate::pages::console::{
    Cancelled, OrderDetail, OrderLineRow, OrderRow, Orders, PictureForm, ProductForm, ProductRow, Products,
};
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago, states};
use crate::pages::storefront::State;

const ID: &str = "0192f3a0-0000-7000-8000-000000000001";

impl Sample for Products {
    fn samples() -> Vec<(String, Self)> {
        let row = |name: &str, shown: bool| ProductRow {
            url: format!("/console/products/{ID}"),
            name: name.to_owned(),
            vendor: shown.then(|| "Example Cloud".to_owned()),
            price: "EUR 12.50".to_owned(),
            state: if shown {
                State { text: "On sale", tone: Tone::Good }
            } else {
                State { text: "Hidden", tone: Tone::Plain }
            },
            toggle_action: format!("/console/products/{ID}/{}", if shown { "hide" } else { "show" }),
            toggle_label: if shown { "Hide" } else { "Show" },
            changed_at: ago(DAY),
            changed_by: "staff:agnes".to_owned(),
        };
        let products = vec![row("Cloud backup", true), row("Remote <monitoring>", false)];
        let usual = Self { products, more_url: Some("/console/products?after=x".to_owned()), is_open: true };
        let none = Self { products: Vec::new(), more_url: None, is_open: false };
        states([("usual", usual), ("none", none)])
    }
}

impl Sample for ProductForm {
    fn samples() -> Vec<(String, Self)> {
        let vendor = Choice { value: ID.to_owned(), label: "Example Cloud".to_owned(), chosen: true };
        let fresh = Self {
            action: "/console/products/new".to_owned(),
            fresh: true,
            version: 0,
            name: String::new(),
            description: String::new(),
            amount: String::new(),
            currency: "EUR".to_owned(),
            vendors: vec![vendor],
            visible: true,
            picture: None,
            problems: Vec::new(),
        };
        let wrong = Self {
            action: format!("/console/products/{ID}"),
            fresh: false,
            version: 2,
            name: "Cloud backup".to_owned(),
            amount: "twelve".to_owned(),
            picture: Some(PictureForm {
                action: format!("/console/products/{ID}/picture"),
                url: Some(format!("/console/products/{ID}/picture?since=2")),
                alt: "A cloud <with> a disk".to_owned(),
                remove_action: Some(format!("/console/products/{ID}/picture/remove")),
            }),
            problems: vec!["“twelve” is not an amount".to_owned()],
            ..fresh.clone()
        };
        let no_vendor = Self { vendors: Vec::new(), ..fresh.clone() };
        states([("new", fresh), ("wrong", wrong), ("no_vendor", no_vendor)])
    }
}

impl Sample for Orders {
    fn samples() -> Vec<(String, Self)> {
        let row = |text, tone, waits| OrderRow {
            url: format!("/console/orders/{ID}"),
            number: "S-7K3F-9QX2".to_owned(),
            what: "2 × Cloud backup".to_owned(),
            total: "EUR 25.00".to_owned(),
            state: State { text, tone },
            waits,
            placed_at: ago(DAY),
        };
        let orders = vec![row("Placed", Tone::Plain, true), row("Not set up", Tone::Bad, false)];
        let usual = Self { orders, more_url: Some("/console/orders?before=x".to_owned()) };
        states([("usual", usual), ("none", Self { orders: Vec::new(), more_url: None })])
    }
}

impl Sample for OrderDetail {
    fn samples() -> Vec<(String, Self)> {
        let line = OrderLineRow {
            name: "Cloud backup".to_owned(),
            vendor: "Example Cloud".to_owned(),
            quantity: 2,
            amount: "EUR 25.00".to_owned(),
            state: State { text: "Not set up", tone: Tone::Bad },
            message: Some("no such tenant".to_owned()),
            code: Some(-17),
            customer_message: Some("Contact your support department".to_owned()),
            attempts: Some(1),
            operation_url: Some(format!("/console/operations/{ID}")),
        };
        let failed = Self {
            number: "S-7K3F-9QX2".to_owned(),
            state: State { text: "Not set up", tone: Tone::Bad },
            placed_at: ago(DAY),
            placed_by: "person:P-7K3F-9QX2".to_owned(),
            cancelled: None,
            account: "Meyer Ltd".to_owned(),
            account_url: format!("/console/marketplace-accounts/{ID}"),
            total: "EUR 25.00".to_owned(),
            lines: vec![line.clone()],
            execute_action: None,
            retry_action: Some(format!("/console/orders/{ID}/retry")),
            cancel_action: None,
        };
        let waiting = OrderLineRow {
            state: State { text: "Waits for staff", tone: Tone::Warn },
            message: None,
            code: None,
            customer_message: None,
            attempts: None,
            operation_url: None,
            ..line
        };
        let placed = Self {
            state: State { text: "Placed", tone: Tone::Plain },
            lines: vec![waiting],
            execute_action: Some(format!("/console/orders/{ID}/execute")),
            retry_action: None,
            cancel_action: Some(format!("/console/orders/{ID}/cancel")),
            ..failed.clone()
        };
        let cancelled = Self {
            state: State { text: "Cancelled", tone: Tone::Plain },
            cancelled: Some(Cancelled { at: ago(1), by: "staff:agnes".to_owned() }),
            execute_action: None,
            cancel_action: None,
            ..placed.clone()
        };
        states([("failed", failed), ("placed", placed), ("cancelled", cancelled)])
    }
}

inventory::submit! { PageSamples::of::<Products>(Shown::Staff("/console/products")) }
inventory::submit! { PageSamples::of::<ProductForm>(Shown::Staff("/console/products/new")) }
inventory::submit! { PageSamples::of::<Orders>(Shown::Staff("/console/orders")) }
inventory::submit! { PageSamples::of::<OrderDetail>(Shown::Staff("/console/orders/1")) }
