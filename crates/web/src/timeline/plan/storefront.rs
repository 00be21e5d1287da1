//! Changes of the storefront.

use tessera_core::storefront::change::StorefrontChange;

use super::Describe;

impl Describe for StorefrontChange {
    fn describe(&self) -> String {
        match self {
            Self::CreateProduct(it) => format!("create product {} ({})", it.id, it.draft.name),
            Self::UpdateProduct(it) => format!("change product {} ({})", it.id, it.draft.name),
            Self::PutPicture { product, file } => {
                format!("product {} gets a picture of {} bytes", product.id, file.bytes.len())
            }
            Self::RemovePicture(it) => format!("product {} loses its picture", it.id),
            Self::DeleteProduct(id) => format!("delete product {id}"),
            Self::PutBuyer { account, replaces: None, .. } => format!("marketplace account {account} gets its buyer"),
            Self::PutBuyer { account, replaces: Some(before), .. } => {
                format!("marketplace account {account} takes the buyer of {before}")
            }
            Self::PlaceOrder(it) => format!("place order {} of marketplace account {}", it.number(), it.account),
            Self::Fulfil { order, line, .. } => format!("provision line {line} of order {order}"),
            Self::CancelOrder { order, .. } => format!("cancel order {order}"),
            Self::CancelUnsent { operation, .. } => format!("cancel operation {operation}, of which nothing was sent"),
        }
    }
}
