//! Documents of a device, such as manuals. The operator configures which documents belong to which products.

use serde::{Deserialize, Serialize};
use url::Url;

use super::Device;

/// Maximum length of a title, in characters.
const MAX_TITLE: usize = 120;

/// A document for the owners of certain products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct Document {
    title: String,
    url: Url,
    products: Vec<String>,
}

/// A document as configured, before validation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    title: String,
    url: Url,
    #[serde(default)]
    products: Vec<String>,
}

/// Validation error of a document.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The title is empty or too long.
    #[error("a document's title has 1 to {MAX_TITLE} characters: {0:?}")]
    Title(String),
    /// The URL's scheme is not `https`.
    #[error("the address of the document {title:?} begins with https://, not with {scheme}:")]
    Scheme {
        /// Title of the document.
        title: String,
        /// Scheme of the URL.
        scheme: String,
    },
}

impl TryFrom<Unchecked> for Document {
    type Error = DocumentError;

    fn try_from(Unchecked { title, url, products }: Unchecked) -> Result<Self, DocumentError> {
        let title = title.trim().to_owned();
        if title.is_empty() || title.chars().count() > MAX_TITLE {
            return Err(DocumentError::Title(title));
        }
        if url.scheme() != "https" {
            return Err(DocumentError::Scheme { title, scheme: url.scheme().to_owned() });
        }
        Ok(Self { title, url, products: products.iter().map(|product| comparable(product)).collect() })
    }
}

impl Document {
    /// Title of the document.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its `https` URL.
    pub const fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it belongs to a device: it names the device's product, ignoring case, or no product at all.
    pub fn is_for(&self, device: &Device) -> bool {
        let product = device.product.as_deref().map(comparable);
        self.products.is_empty() || product.is_some_and(|product| self.products.contains(&product))
    }
}

fn comparable(product: &str) -> String {
    product.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn device(product: Option<&str>) -> Device {
        Device {
            system: "desk".to_owned(),
            external_id: "1".to_owned(),
            holder: None,
            name: "Bundle".to_owned(),
            serial: None,
            inverter_serial: None,
            state: None,
            product: product.map(ToOwned::to_owned),
            vendor: None,
            inverter_vendor: None,
            asset_type: None,
            assigned_on: None,
            read_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn document(configured: Value) -> Result<Document, String> {
        serde_json::from_value(configured).map_err(|error| error.to_string())
    }

    #[test]
    fn a15_document_applies_to_its_products_or_to_every_device() {
        let url = "https://docs.example.com/a.pdf";
        let manual = document(json!({ "title": "Manual", "url": url, "products": ["Pace ", "GRÖSSE"] })).unwrap();
        let terms = document(json!({ "title": "Warranty", "url": url })).unwrap();
        for (product, has_manual) in [
            (Some("PACE"), true),
            (Some(" pace"), true),
            (Some("größe"), false),
            (Some("grösse"), true),
            (Some("PACE 2"), false),
            (None, false),
        ] {
            assert_eq!(manual.is_for(&device(product)), has_manual, "{product:?}");
            assert!(terms.is_for(&device(product)));
        }
    }

    #[test]
    fn a15_document_without_title_or_https_url_is_rejected() {
        for (title, url, told) in [
            (" ", "https://docs.example.com", "1 to 120 characters"),
            (&*"a".repeat(121), "https://docs.example.com", "1 to 120 characters"),
            ("Manual", "http://docs.example.com", "\"Manual\" begins with https://, not with http:"),
            ("Manual", "javascript:alert(1)", "not with javascript:"),
            ("Manual", "manual.pdf", "relative URL"),
        ] {
            let error = document(json!({ "title": title, "url": url })).unwrap_err();
            assert!(error.contains(told), "{error}");
        }
    }
}
