//! The change type of plans: one enum for each feature, defined beside the feature's rules.

use crate::access::change::AccessChange;
use crate::activation::change::ActivationChange;
use crate::credentials::change::{CredentialChange, IdentityChange};
use crate::devices::change::{DeviceChange, DeviceWriteChange};
use crate::forum::change::ForumChange;
use crate::invitations::change::InvitationChange;
use crate::invoices::change::InvoiceChange;
use crate::kernel::answer::AnswerChange;
use crate::kernel::attachment::change::AttachmentChange;
use crate::kernel::customer::change::{CustomerChange, LinkChange};
use crate::kernel::job::change::JobChange;
use crate::kernel::record::change::RecordChange;
use crate::kernel::timeline::change::TimelineChange;
use crate::marketplace::change::MarketplaceChange;
use crate::marketplace_platform::change::PlatformChange;
use crate::messages::change::MessageChange;
use crate::news::NewsChange;
use crate::persons::change::{ContactChange, PersonChange, PlaceChange, RegistrationChange};
use crate::persons::profile::ProfileChange;
use crate::returns::change::ReturnChange;
use crate::search::Index;
use crate::service_requests::change::ServiceRequestChange;
use crate::staff::StaffChange;
use crate::storefront::change::StorefrontChange;
use crate::sync::change::{HookChange, ReviewChange};
use crate::sync::hold::HoldChange;
use crate::work_orders::change::WorkOrderChange;

/// Properties common to the changes of all features.
pub trait FeatureChange {
    /// Whether the change affects what later plans about a customer are decided on: its links, devices, reviews,
    /// people, their identities and credentials, and whether they may sign in. Such a change increments the customer's
    /// version. A guard on each row would not suffice, because a plan for the customer depends on all of these rows.
    /// Other changes have a guard of their own (a version, or the read time of the record they were planned from), or
    /// need none.
    fn belongs_to_customer(&self) -> bool {
        false
    }
}

macro_rules! changes {
    ($($feature:ident($change:ident)),* $(,)?) => {
        /// One change, including its preconditions. If one does not hold, the store rejects the whole plan.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Change {
            $(#[doc = concat!("A [`", stringify!($change), "`].")] $feature($change),)*
        }

        impl FeatureChange for Change {
            fn belongs_to_customer(&self) -> bool {
                match self { $(Self::$feature(change) => change.belongs_to_customer(),)* }
            }
        }

        $(impl From<$change> for Change {
            fn from(change: $change) -> Self {
                Self::$feature(change)
            }
        })*
    };
}

changes! {
    Access(AccessChange),
    Activation(ActivationChange),
    Answer(AnswerChange),
    Attachment(AttachmentChange),
    Contact(ContactChange),
    Credential(CredentialChange),
    Customer(CustomerChange),
    Device(DeviceChange),
    DeviceWrite(DeviceWriteChange),
    Forum(ForumChange),
    Hold(HoldChange),
    Hook(HookChange),
    Identity(IdentityChange),
    Invitation(InvitationChange),
    Invoice(InvoiceChange),
    Job(JobChange),
    Link(LinkChange),
    Marketplace(MarketplaceChange),
    MarketplacePlatform(PlatformChange),
    Message(MessageChange),
    News(NewsChange),
    Person(PersonChange),
    Place(PlaceChange),
    Profile(ProfileChange),
    Record(RecordChange),
    Registration(RegistrationChange),
    Return(ReturnChange),
    Review(ReviewChange),
    Search(Index),
    ServiceRequest(ServiceRequestChange),
    Staff(StaffChange),
    Storefront(StorefrontChange),
    Timeline(TimelineChange),
    WorkOrder(WorkOrderChange),
}
