//! Changes of returns.

use tessera_core::returns::change::ReturnChange;

use super::Describe;

impl Describe for ReturnChange {
    fn describe(&self) -> String {
        match self {
            Self::Create(customer_return) => {
                format!("open return {} at place {}", customer_return.number, customer_return.place_id)
            }
            Self::Update(customer_return) => {
                format!("return {} is {}", customer_return.number, customer_return.status().as_str())
            }
        }
    }
}
