//! Products of the storefront.

use jiff::Timestamp;

use super::error::StorefrontError;
use crate::kernel::attachment::{File, Sent};
use crate::kernel::ids::{ProductId, ServiceManagerId};
use crate::kernel::money::Money;
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::account::one_line;

/// Maximum length of a name, in characters.
pub const MAX_NAME_LENGTH: usize = 120;
/// Maximum length of a description, in characters.
pub const MAX_DESCRIPTION_LENGTH: usize = 8_000;
/// Maximum size of a picture, in bytes. It is loaded with every view of the catalogue.
pub const MAX_PICTURE_SIZE: usize = 2 * 1024 * 1024;
/// Maximum length of what a picture shows, in words, in characters.
pub const MAX_ALT_LENGTH: usize = 200;
/// Maximum price, in minor units: orders of many of them can still be added up.
const MAX_PRICE: i64 = 1_000_000_000_000;

/// A product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Id.
    pub id: ProductId,
    /// What staff enter.
    pub draft: ProductDraft,
    /// Its picture.
    pub picture: Option<ProductPicture>,
    /// Number of changes, from 1.
    pub version: i64,
    /// Time of creation.
    pub created_at: Timestamp,
    /// Time of the last change.
    pub changed_at: Timestamp,
    /// Who changed it last.
    pub changed_by: String,
}

/// The picture of a product, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductPicture {
    /// What it shows, for people who do not see it.
    pub alt: String,
    /// The version of the product that got it. Another picture has another one, so browsers may keep each.
    pub since: i64,
}

/// A picture and what it shows, as they are stored. The content decides what a file is, and it has lost what it tells about
/// its photographer ([`File::read`]).
///
/// # Errors
/// [`StorefrontError::Invalid`] with every problem.
pub fn checked_picture(sent: Sent, alt: &str) -> Result<(File, String), StorefrontError> {
    let mut problems = Vec::new();
    let alt = one_line(alt);
    if alt.is_empty() || alt.chars().count() > MAX_ALT_LENGTH {
        let text = format!("say in 1 to {MAX_ALT_LENGTH} characters what the picture shows");
        problems.push(FieldProblem::new("alt", text));
    }
    let file: Result<File, String> = match sent {
        Ok(file) if !file.media_type.is_picture() => {
            Err("choose a picture in the format JPEG, PNG, GIF or WebP".into())
        }
        Ok(file) if file.bytes.len() > MAX_PICTURE_SIZE => Err("choose a picture of at most 2 MB".into()),
        Ok(file) => Ok(file),
        Err(error) => Err(error.to_string()),
    };
    match file {
        Ok(file) if problems.is_empty() => Ok((file, alt)),
        Ok(_) => Err(StorefrontError::Invalid(problems)),
        Err(text) => {
            problems.insert(0, FieldProblem::new("picture", text));
            Err(StorefrontError::Invalid(problems))
        }
    }
}

/// What staff enter about a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductDraft {
    /// The vendor that provisions it.
    pub service_manager: ServiceManagerId,
    /// Name.
    pub name: String,
    /// Description, in Markdown.
    pub description: String,
    /// Price of one, exact.
    pub price: Money,
    /// Whether customers see it.
    pub visible: bool,
}

impl ProductDraft {
    /// The draft as it is stored.
    ///
    /// # Errors
    /// [`StorefrontError::Invalid`] with every problem.
    pub fn checked(mut self) -> Result<Self, StorefrontError> {
        let mut problems = Vec::new();
        self.name = one_line(&self.name);
        if self.name.is_empty() || self.name.chars().count() > MAX_NAME_LENGTH {
            problems.push(FieldProblem::new("name", format!("1 to {MAX_NAME_LENGTH} characters")));
        }
        let description = self.description.replace("\r\n", "\n");
        description.trim().clone_into(&mut self.description);
        let unusable = |c: char| c.is_control() && c != '\n' && c != '\t';
        if self.description.chars().count() > MAX_DESCRIPTION_LENGTH || self.description.contains(unusable) {
            let message = format!("at most {MAX_DESCRIPTION_LENGTH} characters of text");
            problems.push(FieldProblem::new("description", message));
        }
        if !(0..=MAX_PRICE).contains(&self.price.minor) {
            problems.push(FieldProblem::new("price", "an amount of zero or more, such as 12.50"));
        }
        if !self.price.currency.is_real() {
            problems.push(FieldProblem::new("currency", "a currency code of three letters, such as EUR"));
        }
        if problems.is_empty() { Ok(self) } else { Err(StorefrontError::Invalid(problems)) }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::money::Currency;

    fn draft(name: &str, minor: i64, currency: &str) -> ProductDraft {
        ProductDraft {
            service_manager: ServiceManagerId(Uuid::nil()),
            name: name.to_owned(),
            description: " First.\r\n\r\n* second ".to_owned(),
            price: Money::new(minor, Currency::parse(currency).unwrap()),
            visible: true,
        }
    }

    #[test]
    fn m06_a_product_is_stored_tidily_and_every_problem_is_named() {
        let kept = draft(" Cloud\nbackup ", 1250, "eur").checked().unwrap();
        assert_eq!((kept.name.as_str(), kept.description.as_str()), ("Cloud backup", "First.\n\n* second"));
        assert_eq!(kept.price.number(), "12.50", "exact");
        let Err(StorefrontError::Invalid(problems)) = draft(" ", -1, "XXX").checked() else { panic!("accepted") };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["name", "price", "currency"]);
        assert!(draft("Free trial", 0, "JPY").checked().is_ok());
    }

    #[test]
    fn m06_a_picture_is_recognised_by_its_content_and_described() {
        let png = || b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let (file, alt) = checked_picture(File::read("cloud.jpg", png()), " A cloud\nwith a disk ").unwrap();
        assert_eq!((file.media_type.as_str(), alt.as_str()), ("image/png", "A cloud with a disk"));
        let fields = |name: &str, bytes: Vec<u8>, alt: &str| match checked_picture(File::read(name, bytes), alt) {
            Err(StorefrontError::Invalid(problems)) => problems.into_iter().map(|it| it.field).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(fields("cloud.png", b"<svg onload='x'/>".to_vec(), ""), ["picture", "alt"]);
        assert_eq!(fields("cloud.png", b"%PDF-1.7".to_vec(), "a cloud"), ["picture"]);
        assert_eq!(fields("cloud.png", Vec::new(), "a cloud"), ["picture"]);
        assert_eq!(fields("cloud.png", png(), &"x".repeat(201)), ["alt"]);
        let mut large = png();
        large.resize(MAX_PICTURE_SIZE + 1, 0);
        assert_eq!(fields("cloud.png", large, "a cloud"), ["picture"]);
    }
}
