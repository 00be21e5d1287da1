//! Products: created, changed and deleted by staff and systems of the operator.

use tessera_core::kernel::attachment::Sent;
use tessera_core::kernel::ids::ProductId;
use tessera_core::kernel::rejection::FieldProblem;
use tessera_core::storefront::change::StorefrontChange;
use tessera_core::storefront::event::StorefrontEvent;
use tessera_core::storefront::product::checked_picture;
use tessera_core::storefront::{Product, ProductDraft, ProductPicture, StorefrontError};

use crate::commit::{Tx, commit, commit_once};
use crate::{Ctx, Hub, HubError};

/// Purpose of the idempotency keys of new products.
const PURPOSE: &str = "storefront_product";

impl Hub {
    /// Creates a product.
    ///
    /// # Errors
    /// [`StorefrontError::Invalid`] if something does not fit, or there is no such service manager.
    pub async fn create_product(&self, draft: ProductDraft, ctx: &Ctx) -> Result<Product, HubError> {
        let draft = draft.checked()?;
        let request = format!("{draft:?}");
        let made: Result<(ProductId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            self.check_vendor_of(&draft).await?;
            let id: ProductId = tx.stamp.id();
            let product = Product {
                id,
                draft: draft.clone(),
                picture: None,
                version: 1,
                created_at: tx.stamp.now,
                changed_at: tx.stamp.now,
                changed_by: tx.stamp.actor.to_string(),
            };
            tx.push(StorefrontChange::CreateProduct(Box::new(product)), "it is sold from now on");
            self.note_at_operator(StorefrontEvent::ProductSaved { name: draft.name.clone() }, tx).await?;
            Ok(id)
        });
        self.product(made?.0).await
    }

    /// Changes a product. `version`: the expected version; `None` accepts any. Orders keep what they were.
    ///
    /// # Errors
    /// [`StorefrontError::Changed`] if the version differs, and as for [`Hub::create_product`].
    pub async fn change_product(
        &self,
        id: ProductId,
        version: Option<i64>,
        draft: ProductDraft,
        ctx: &Ctx,
    ) -> Result<Product, HubError> {
        let draft = draft.checked()?;
        commit!(self, ctx, |tx| {
            let before = self.product(id).await?;
            if version.is_some_and(|version| version != before.version) {
                return Err(StorefrontError::Changed.into());
            }
            if before.draft == draft {
                return Ok(());
            }
            self.check_vendor_of(&draft).await?;
            let product = Product {
                draft: draft.clone(),
                version: before.version + 1,
                changed_at: tx.stamp.now,
                changed_by: tx.stamp.actor.to_string(),
                ..before
            };
            tx.push(StorefrontChange::UpdateProduct(Box::new(product)), "it was changed");
            self.note_at_operator(StorefrontEvent::ProductSaved { name: draft.name.clone() }, tx).await
        })?;
        self.product(id).await
    }

    /// Gives a product a picture, or another one, with what it shows in words.
    ///
    /// # Errors
    /// [`StorefrontError::Invalid`] if it is no picture, or too large, or not described.
    pub async fn put_product_picture(
        &self,
        id: ProductId,
        sent: Sent,
        alt: &str,
        ctx: &Ctx,
    ) -> Result<Product, HubError> {
        let (file, alt) = checked_picture(sent, alt)?;
        commit!(self, ctx, |tx| {
            let before = self.product(id).await?;
            let picture = ProductPicture { alt: alt.clone(), since: before.version + 1 };
            let product = Box::new(with_picture(before, Some(picture), tx));
            let name = product.draft.name.clone();
            let file = Box::new(file.clone());
            tx.push(StorefrontChange::PutPicture { product, file }, "customers see it from now on");
            self.note_at_operator(StorefrontEvent::ProductSaved { name }, tx).await
        })?;
        self.product(id).await
    }

    /// Takes the picture of a product away.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such product.
    pub async fn remove_product_picture(&self, id: ProductId, ctx: &Ctx) -> Result<Product, HubError> {
        commit!(self, ctx, |tx| {
            let before = self.product(id).await?;
            if before.picture.is_none() {
                return Ok(());
            }
            let product = Box::new(with_picture(before, None, tx));
            let name = product.draft.name.clone();
            tx.push(StorefrontChange::RemovePicture(product), "it is not shown any more");
            self.note_at_operator(StorefrontEvent::ProductSaved { name }, tx).await
        })?;
        self.product(id).await
    }

    /// Deletes a product. Orders keep what they were.
    ///
    /// # Errors
    /// [`HubError::NotFound`] if there is no such product.
    pub async fn delete_product(&self, id: ProductId, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let name = self.product(id).await?.draft.name;
            tx.push(StorefrontChange::DeleteProduct(id), "it is not sold any more");
            self.note_at_operator(StorefrontEvent::ProductDeleted { name }, tx).await
        })
    }

    async fn product(&self, id: ProductId) -> Result<Product, HubError> {
        let product = self.reads().product(id).await?;
        product.ok_or_else(|| HubError::NotFound(format!("there is no product {id}")))
    }

    async fn check_vendor_of(&self, draft: &ProductDraft) -> Result<(), HubError> {
        if self.reads().service_manager(draft.service_manager).await?.is_some() {
            return Ok(());
        }
        let problem = FieldProblem::new("service_manager_id", "there is no such service manager");
        Err(StorefrontError::Invalid(vec![problem]).into())
    }

    async fn note_at_operator(&self, event: StorefrontEvent, tx: &mut Tx<'_>) -> Result<(), HubError> {
        let mut draft = self.draft_of(self.customer_or_operator(None).await?, tx.stamp);
        draft.note(event);
        let plan = draft.finish();
        tx.extend(plan);
        Ok(())
    }
}

/// The product, one version later, with or without a picture.
fn with_picture(before: Product, picture: Option<ProductPicture>, tx: &Tx<'_>) -> Product {
    Product {
        picture,
        version: before.version + 1,
        changed_at: tx.stamp.now,
        changed_by: tx.stamp.actor.to_string(),
        ..before
    }
}
