//! The documents of a device.

use serde::Serialize;

use crate::pages::Page;
use crate::pages::samples::{PageSamples, Sample, Shown};

/// The documents of a device; may be empty.
#[derive(Debug, Clone, Serialize)]
pub struct Documents {
    /// The device's name.
    pub device: String,
    /// URL of the device.
    pub device_url: String,
    /// The device's product, as in "PACE".
    pub product: Option<String>,
    /// The documents, in the order of the configuration.
    pub documents: Vec<Line>,
    /// E-mail address for requesting a missing document.
    pub support_email: Option<String>,
    /// Telephone number for requesting a missing document.
    pub support_phone: Option<String>,
}

/// A document.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The title.
    pub title: String,
    /// URL of the document.
    pub url: String,
    /// The host of the URL, as in "docs.example.com".
    pub host: String,
}

impl Page for Documents {
    const TEMPLATE: &'static str = "portal/devices/documents.html";
}

impl Sample for Documents {
    fn samples() -> Vec<(String, Self)> {
        let line = |title: &str, file: &str| Line {
            title: title.to_owned(),
            url: format!("https://docs.example.com/{file}"),
            host: "docs.example.com".to_owned(),
        };
        let usual = Self {
            device: "Hybrid inverter, garage".to_owned(),
            device_url: "/portal/customer/devices/41".to_owned(),
            product: Some("PACE".to_owned()),
            documents: vec![line("User manual", "pace.pdf"), line("Warranty conditions", "warranty.html")],
            support_email: Some("help@example.com".to_owned()),
            support_phone: Some("+44 1632 960000".to_owned()),
        };
        let none = Self { documents: Vec::new(), support_phone: None, ..usual.clone() };
        let unknown = Self { product: None, support_email: None, ..none.clone() };
        [("usual", usual), ("none", none), ("unknown", unknown)].map(|(name, page)| (name.to_owned(), page)).into()
    }
}

inventory::submit! { PageSamples::of::<Documents>(Shown::Customer("/portal/customer")) }
