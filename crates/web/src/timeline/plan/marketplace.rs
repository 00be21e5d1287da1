//! Changes of marketplace data.

use tessera_core::marketplace::change::MarketplaceChange;

use super::Describe;

impl Describe for MarketplaceChange {
    fn describe(&self) -> String {
        match self {
            Self::KeepCall(call) => format!("keep the call, answered with code {}", call.code),
            Self::PutOptions { marketplace, options, .. } => {
                format!("{} sync options of marketplace {marketplace}", options.len())
            }
            Self::TakeSlots(_) => "nobody has correlated by the same names meanwhile".to_owned(),
        }
    }
}
