//! The storefront (`M03`, `M06`): catalogue, basket, sign-up, checkout, orders and services.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use super::{Fact, Page, Tone};
use crate::pages::community::Choice;

/// What is around every page of the storefront.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ShopFrame {
    /// The storefront's name.
    pub title: String,
    /// Number of products in the basket.
    pub basket: usize,
}

/// A state in a word or two.
#[derive(Debug, Clone, Serialize)]
pub struct State {
    /// The words.
    pub text: &'static str,
    /// How good it is.
    pub tone: Tone,
}

/// A value that is carried from one step to the next.
#[derive(Debug, Clone, Serialize)]
pub struct Hidden {
    /// The field's name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What a field of a form looks like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// One line of text.
    #[default]
    Text,
    /// Several lines.
    Area,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A web address.
    Url,
    /// A telephone number.
    Tel,
    /// One of several.
    Select,
    /// Any of several.
    Checks,
}

/// A field of a form.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FormField {
    /// Id in the page.
    pub id: String,
    /// Name.
    pub name: String,
    /// Label.
    pub label: String,
    /// What it looks like.
    pub kind: FieldKind,
    /// What was entered.
    pub value: String,
    /// What browsers may fill in.
    pub autocomplete: &'static str,
    /// The choices.
    pub choices: Vec<Choice>,
    /// What it is for.
    pub hint: Option<String>,
    /// Whether it has to be filled in.
    pub required: bool,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// The catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct Catalogue {
    /// The frame.
    pub shop: ShopFrame,
    /// The products.
    pub products: Vec<ProductCard>,
    /// URL of more products.
    pub more_url: Option<String>,
}

impl Page for Catalogue {
    const TEMPLATE: &'static str = "storefront/catalogue.html";
}

/// The picture of a product.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// Its URL.
    pub url: String,
    /// What it shows.
    pub alt: String,
}

/// A product in the catalogue.
#[derive(Debug, Clone, Serialize)]
pub struct ProductCard {
    /// Its page.
    pub url: String,
    /// Its name.
    pub name: String,
    /// The beginning of its description.
    pub excerpt: String,
    /// Its picture.
    pub picture: Option<Picture>,
    /// Its price.
    pub price: String,
}

/// A product.
#[derive(Debug, Clone, Serialize)]
pub struct ShopProduct {
    /// The frame.
    pub shop: ShopFrame,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its description as HTML with our own tags only.
    pub html: String,
    /// Its picture.
    pub picture: Option<Picture>,
    /// Its price.
    pub price: String,
    /// How many are in the basket.
    pub in_basket: u32,
    /// Maximum quantity.
    pub most: u32,
}

impl Page for ShopProduct {
    const TEMPLATE: &'static str = "storefront/product.html";
}

/// A line of a basket or an order.
#[derive(Debug, Clone, Serialize)]
pub struct PricedLine {
    /// The product's id.
    pub product: String,
    /// The product's page.
    pub url: String,
    /// The product's name.
    pub name: String,
    /// Price of one.
    pub price: String,
    /// How many.
    pub quantity: u32,
    /// Price of all of them.
    pub amount: String,
}

/// The basket.
#[derive(Debug, Clone, Serialize)]
pub struct Basket {
    /// The frame.
    pub shop: ShopFrame,
    /// What is in it.
    pub lines: Vec<PricedLine>,
    /// The total; `None` if there are several currencies.
    pub total: Option<String>,
    /// Whether something that was in it is not sold any more.
    pub gone: bool,
    /// Whether the buyer is signed in.
    pub signed_in: bool,
    /// URL for signing in, which leads to the checkout.
    pub sign_in_url: String,
    /// Maximum quantity.
    pub most: u32,
}

impl Page for Basket {
    const TEMPLATE: &'static str = "storefront/basket.html";
}

/// The sign-up.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignUp {
    /// The frame.
    pub shop: ShopFrame,
    /// The entered name.
    pub name: String,
    /// The entered e-mail address.
    pub email: String,
    /// Whether the e-mail was sent. The page is the same for every address.
    pub sent: bool,
    /// What is wrong.
    pub error: Option<String>,
    /// URL for signing in.
    pub sign_in_url: String,
}

impl Page for SignUp {
    const TEMPLATE: &'static str = "storefront/sign_up.html";
}

/// The first step of the checkout: contact and billing address.
#[derive(Debug, Clone, Serialize)]
pub struct CheckoutContact {
    /// The frame.
    pub shop: ShopFrame,
    /// The proved e-mail address.
    pub email: String,
    /// The fields.
    pub fields: Vec<FormField>,
    /// What was entered in other steps.
    pub hidden: Vec<Hidden>,
    /// Whether something is wrong.
    pub failed: bool,
}

impl Page for CheckoutContact {
    const TEMPLATE: &'static str = "storefront/contact.html";
}

/// The second step, if it is due: "Service Details".
#[derive(Debug, Clone, Serialize)]
pub struct CheckoutDetails {
    /// The frame.
    pub shop: ShopFrame,
    /// The vendors with their fields.
    pub vendors: Vec<VendorFields>,
    /// What was entered in other steps.
    pub hidden: Vec<Hidden>,
    /// Whether something is wrong.
    pub failed: bool,
}

impl Page for CheckoutDetails {
    const TEMPLATE: &'static str = "storefront/details.html";
}

/// A vendor with what it asks for.
#[derive(Debug, Clone, Serialize)]
pub struct VendorFields {
    /// Its name.
    pub name: String,
    /// The fields.
    pub fields: Vec<FormField>,
}

/// The last step: the overview.
#[derive(Debug, Clone, Serialize)]
pub struct CheckoutOverview {
    /// The frame.
    pub shop: ShopFrame,
    /// What is ordered.
    pub lines: Vec<PricedLine>,
    /// The total.
    pub total: String,
    /// Contact and billing address.
    pub contact: Vec<Fact>,
    /// The "Service Details".
    pub details: Vec<Fact>,
    /// What the buyer agrees to.
    pub terms: Option<String>,
    /// Whether they have.
    pub agreed: bool,
    /// What was entered in other steps.
    pub hidden: Vec<Hidden>,
    /// Why the order was not placed.
    pub error: Option<String>,
}

impl Page for CheckoutOverview {
    const TEMPLATE: &'static str = "storefront/overview.html";
}

/// The page of a sign-in without a proved e-mail address.
#[derive(Debug, Clone, Serialize)]
pub struct NoEmail {
    /// The frame.
    pub shop: ShopFrame,
}

impl Page for NoEmail {
    const TEMPLATE: &'static str = "storefront/no_email.html";
}

/// An order.
#[derive(Debug, Clone, Serialize)]
pub struct ShopOrder {
    /// The frame.
    pub shop: ShopFrame,
    /// The number that people read out.
    pub number: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Its state.
    pub state: State,
    /// What the state means, in a sentence.
    pub lead: &'static str,
    /// What was ordered, with the state of each.
    pub steps: Vec<OrderStep>,
    /// The lines with their prices.
    pub lines: Vec<PricedLine>,
    /// The total.
    pub total: String,
    /// What the customer reads of failures.
    pub messages: Vec<String>,
    /// URL of the state to poll, while something is under way.
    pub poll_url: Option<String>,
    /// Form action for cancelling.
    pub cancel_action: Option<String>,
    /// URL for mending what a vendor refused.
    pub mend_url: Option<String>,
    /// The links with which services are activated.
    pub activations: Vec<ActivationLink>,
    /// Whether the services can be used.
    pub is_active: bool,
}

impl Page for ShopOrder {
    const TEMPLATE: &'static str = "storefront/order.html";
}

/// A link with which a service is activated.
#[derive(Debug, Clone, Serialize)]
pub struct ActivationLink {
    /// The vendor's name.
    pub vendor: String,
    /// The link.
    pub url: String,
}

/// A line of an order with its state, as the page and its poll show it.
#[derive(Debug, Clone, Serialize)]
pub struct OrderStep {
    /// The line.
    pub kind: String,
    /// `waiting`, `running`, `done` or `stopped`.
    pub state: &'static str,
    /// The product.
    pub label: String,
    /// The state in words.
    pub note: &'static str,
}

/// The response at [`ShopOrder::poll_url`].
#[derive(Debug, Clone, Serialize)]
pub struct OrderPoll {
    /// The lines.
    pub steps: Vec<OrderStep>,
    /// The next page: none, since the order has one page.
    pub next: Option<String>,
    /// Whether more than the lines has changed.
    pub reload: bool,
}

/// The "Service Details" of an order that a vendor refused.
#[derive(Debug, Clone, Serialize)]
pub struct MendDetails {
    /// The frame.
    pub shop: ShopFrame,
    /// The order's number.
    pub number: String,
    /// The order's page.
    pub back_url: String,
    /// The form's action.
    pub action: String,
    /// What the vendors said.
    pub messages: Vec<String>,
    /// The vendors with their fields.
    pub vendors: Vec<VendorFields>,
    /// What is wrong with the whole form.
    pub error: Option<String>,
}

impl Page for MendDetails {
    const TEMPLATE: &'static str = "storefront/mend.html";
}

/// The buyer's orders.
#[derive(Debug, Clone, Serialize)]
pub struct ShopOrders {
    /// The frame.
    pub shop: ShopFrame,
    /// The orders, newest first.
    pub orders: Vec<OrderCard>,
    /// URL of older orders.
    pub more_url: Option<String>,
}

impl Page for ShopOrders {
    const TEMPLATE: &'static str = "storefront/orders.html";
}

/// An order in the list.
#[derive(Debug, Clone, Serialize)]
pub struct OrderCard {
    /// Its page.
    pub url: String,
    /// Its number.
    pub number: String,
    /// What was ordered.
    pub what: String,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Its state.
    pub state: State,
    /// The total.
    pub total: String,
}

/// The buyer's services.
#[derive(Debug, Clone, Serialize)]
pub struct ShopServices {
    /// The frame.
    pub shop: ShopFrame,
    /// The services, by vendor.
    pub services: Vec<ServiceCard>,
    /// Whether the portal lets the buyer in.
    pub has_portal: bool,
}

impl Page for ShopServices {
    const TEMPLATE: &'static str = "storefront/services.html";
}

/// A service.
#[derive(Debug, Clone, Serialize)]
pub struct ServiceCard {
    /// The vendor's name.
    pub vendor: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// The link with which it is activated, while that is due.
    pub activation_url: Option<String>,
}
