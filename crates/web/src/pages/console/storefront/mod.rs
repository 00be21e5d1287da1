//! The storefront, for staff: products and orders (`M06`, `M14`).

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::Page;
use crate::pages::community::Choice;
use crate::pages::storefront::State;

/// The products.
#[derive(Debug, Clone, Serialize)]
pub struct Products {
    /// The products, in the order of their creation.
    pub products: Vec<ProductRow>,
    /// URL of more products.
    pub more_url: Option<String>,
    /// Whether customers can reach the storefront.
    pub is_open: bool,
}

impl Page for Products {
    const TEMPLATE: &'static str = "console/storefront/products.html";
}

/// A product in the list.
#[derive(Debug, Clone, Serialize)]
pub struct ProductRow {
    /// Its form.
    pub url: String,
    /// Its name.
    pub name: String,
    /// The vendor's name; `None` if the vendor is gone.
    pub vendor: Option<String>,
    /// Its price.
    pub price: String,
    /// Whether customers see it.
    pub state: State,
    /// Form action for showing or hiding it.
    pub toggle_action: String,
    /// What the form does.
    pub toggle_label: &'static str,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Who changed it last.
    pub changed_by: String,
}

/// The form of a product.
#[derive(Debug, Clone, Serialize)]
pub struct ProductForm {
    /// The form's action.
    pub action: String,
    /// Whether it is a new product.
    pub fresh: bool,
    /// The version that is changed.
    pub version: i64,
    /// The entered name.
    pub name: String,
    /// The entered description.
    pub description: String,
    /// The entered amount.
    pub amount: String,
    /// The entered currency.
    pub currency: String,
    /// The vendors to choose from.
    pub vendors: Vec<Choice>,
    /// Whether customers see it.
    pub visible: bool,
    /// The form of its picture; `None` for a new product.
    pub picture: Option<PictureForm>,
    /// What is wrong.
    pub problems: Vec<String>,
}

/// The form of a product's picture.
#[derive(Debug, Clone, Serialize)]
pub struct PictureForm {
    /// The form's action.
    pub action: String,
    /// URL of the picture.
    pub url: Option<String>,
    /// What it shows.
    pub alt: String,
    /// Form action for removing it.
    pub remove_action: Option<String>,
}

impl Page for ProductForm {
    const TEMPLATE: &'static str = "console/storefront/product.html";
}

/// The orders.
#[derive(Debug, Clone, Serialize)]
pub struct Orders {
    /// The orders, newest first.
    pub orders: Vec<OrderRow>,
    /// URL of older orders.
    pub more_url: Option<String>,
}

impl Page for Orders {
    const TEMPLATE: &'static str = "console/storefront/orders.html";
}

/// An order in the list.
#[derive(Debug, Clone, Serialize)]
pub struct OrderRow {
    /// Its page.
    pub url: String,
    /// Its number.
    pub number: String,
    /// What was ordered.
    pub what: String,
    /// The total.
    pub total: String,
    /// Its state.
    pub state: State,
    /// Whether it waits for staff.
    pub waits: bool,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// An order.
#[derive(Debug, Clone, Serialize)]
pub struct OrderDetail {
    /// Its number.
    pub number: String,
    /// Its state.
    pub state: State,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Who placed it.
    pub placed_by: String,
    /// When it was cancelled, and by whom.
    pub cancelled: Option<Cancelled>,
    /// The account's name.
    pub account: String,
    /// The account's page.
    pub account_url: String,
    /// The total.
    pub total: String,
    /// What was ordered.
    pub lines: Vec<OrderLineRow>,
    /// Form action for executing it.
    pub execute_action: Option<String>,
    /// Form action for trying it again.
    pub retry_action: Option<String>,
    /// Form action for cancelling it.
    pub cancel_action: Option<String>,
}

impl Page for OrderDetail {
    const TEMPLATE: &'static str = "console/storefront/order.html";
}

/// When an order was cancelled, and by whom.
#[derive(Debug, Clone, Serialize)]
pub struct Cancelled {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
}

/// A line of an order.
#[derive(Debug, Clone, Serialize)]
pub struct OrderLineRow {
    /// The product.
    pub name: String,
    /// The vendor's name.
    pub vendor: String,
    /// How many.
    pub quantity: u32,
    /// Price of all of them.
    pub amount: String,
    /// Its state.
    pub state: State,
    /// What the vendor said last, for staff.
    pub message: Option<String>,
    /// The code of the vendor's answer.
    pub code: Option<i64>,
    /// What the customer reads.
    pub customer_message: Option<String>,
    /// Number of attempts.
    pub attempts: Option<i64>,
    /// The operation's page.
    pub operation_url: Option<String>,
}
