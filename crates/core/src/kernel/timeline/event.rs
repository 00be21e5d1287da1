//! The event type of timelines: one enum for each feature, defined beside the feature's rules.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::access::event::AccessEvent;
use crate::activation::event::ActivationEvent;
use crate::credentials::event::CredentialEvent;
use crate::devices::event::DeviceEvent;
use crate::forum::event::ForumEvent;
use crate::invitations::event::InvitationEvent;
use crate::invoices::InvoiceEvent;
use crate::kernel::customer::event::CustomerEvent;
use crate::kernel::job::event::JobEvent;
use crate::kernel::record::RecordKey;
use crate::marketplace::event::MarketplaceEvent;
use crate::marketplace_platform::event::PlatformEvent;
use crate::messages::event::MessageEvent;
use crate::news::NewsEvent;
use crate::persons::event::PersonEvent;
use crate::returns::ReturnEvent;
use crate::service_requests::event::ServiceRequestEvent;
use crate::staff::event::StaffEvent;
use crate::storefront::event::StorefrontEvent;
use crate::sync::event::SyncEvent;
use crate::work_orders::WorkOrderEvent;

/// The timeline events of a feature. Their names and fields are stored, so those of earlier versions must remain readable.
pub trait FeatureEvent: Serialize + DeserializeOwned + Into<Event> {
    /// Names of the events, in the database and in the API: the variants' names in snake case.
    const NAMES: &'static [&'static str];
    /// Names that earlier versions gave some of them.
    const FORMER_NAMES: &'static [&'static str] = &[];

    /// The event's name.
    fn name(&self) -> &'static str;

    /// The event's fields, as stored.
    fn detail(&self) -> Value {
        // Events are plain data, so serialising them cannot fail.
        let mut fields = serde_json::to_value(self).unwrap_or_default();
        fields.get_mut("detail").map(Value::take).unwrap_or_default()
    }

    /// Reads the event with this name, which is one of the feature's.
    fn read(name: &str, detail: &Value) -> serde_json::Result<Self> {
        serde_json::from_value(json!({ "event": name, "detail": detail }))
    }

    /// The device that the event is about, if any.
    fn device(&self) -> Option<&RecordKey> {
        None
    }

    /// Person id of the person on whose page the event is shown, if any.
    fn person(&self) -> Option<&str> {
        None
    }
}

macro_rules! events {
    ($($feature:ident($event:ident)),* $(,)?) => {
        /// A timeline event. The name of its variant in the feature's enum, and the fields, are `event` and `detail` in
        /// the API.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Event {
            $(#[doc = concat!("A [`", stringify!($event), "`].")] $feature($event),)*
        }

        impl Event {
            /// Names of all events, in the database and in the API.
            pub fn names() -> Vec<&'static str> {
                [$($event::NAMES),*].concat()
            }

            /// The name in the database and in the API.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$feature(event) => event.name(),)* }
            }

            /// The fields, as stored.
            pub(super) fn detail(&self) -> Value {
                match self { $(Self::$feature(event) => event.detail(),)* }
            }

            /// Reads a stored event; `None` if this version does not know it.
            pub(super) fn read(name: &str, detail: &Value) -> Option<Self> {
                $(if $event::NAMES.contains(&name) || $event::FORMER_NAMES.contains(&name) {
                    return $event::read(name, detail).ok().map(Self::$feature);
                })*
                None
            }

            fn about_device(&self) -> Option<&RecordKey> {
                match self { $(Self::$feature(event) => event.device(),)* }
            }

            /// Person id of the person on whose page the event is shown, if any.
            pub fn person(&self) -> Option<&str> {
                match self { $(Self::$feature(event) => event.person(),)* }
            }
        }

        $(impl From<$event> for Event {
            fn from(event: $event) -> Self {
                Self::$feature(event)
            }
        })*
    };
}

events! {
    Access(AccessEvent),
    Activation(ActivationEvent),
    Credential(CredentialEvent),
    Customer(CustomerEvent),
    Device(DeviceEvent),
    Forum(ForumEvent),
    Invitation(InvitationEvent),
    Invoice(InvoiceEvent),
    Job(JobEvent),
    Marketplace(MarketplaceEvent),
    Message(MessageEvent),
    News(NewsEvent),
    Person(PersonEvent),
    Platform(PlatformEvent),
    Return(ReturnEvent),
    ServiceRequest(ServiceRequestEvent),
    Staff(StaffEvent),
    Storefront(StorefrontEvent),
    Sync(SyncEvent),
    WorkOrder(WorkOrderEvent),
}

impl Event {
    /// System and display id of the device, if the event is about one.
    pub fn device(&self) -> Option<(&str, &str)> {
        self.about_device().map(|record| (record.system.as_str(), record.external_id.as_str()))
    }
}
