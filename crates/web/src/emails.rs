//! E-mails rendered from templates.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tessera_core::kernel::language::ReaderLocale;
use tessera_hub::{Brand, EmailRenderer, RenderedEmail};

use crate::pages::{Chrome, Renderer, Support};

/// Renders e-mails from the templates, in the company's name.
#[derive(Debug)]
pub struct TemplateEmails {
    renderer: Arc<Renderer>,
    brand: Brand,
}

impl TemplateEmails {
    /// Creates a renderer with these templates and this brand.
    pub fn new(renderer: Arc<Renderer>, brand: Brand) -> Self {
        Self { renderer, brand }
    }
}

impl EmailRenderer for TemplateEmails {
    fn render(
        &self,
        name: &str,
        fields: &Value,
        reader: &ReaderLocale,
        now: Timestamp,
    ) -> Result<RenderedEmail, String> {
        let brand = self.brand.clone();
        let support = Support { email: brand.support_email, phone: brand.support_phone };
        let chrome =
            Chrome { help_url: brand.help_url, locale: reader.clone(), ..Chrome::new(brand.name, support, "", now) };
        self.renderer.email(name, fields, &chrome).map_err(|error| error.to_string())
    }
}
