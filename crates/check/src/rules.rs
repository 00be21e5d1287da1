//! The rules of the check, each with its source and its remedy.
//!
//! A rule is binding only if the contract document states it ("Customer Management" of the interworks.cloud service
//! manager). Rules on which the document is silent come from practice, and a vendor that does not follow one gets a
//! recommendation.

use serde::Serialize;

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Rule id.
    pub id: &'static str,
    /// Whether the contract document states the rule. Any other rule is a recommendation.
    pub binding: bool,
    /// The requirement.
    pub title: &'static str,
    /// A quotation from the contract document, or the reason for the recommendation.
    pub source: &'static str,
    /// The remedy, for a developer.
    pub mend: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $kind:ident, $title:literal, $source:literal, $mend:literal;)*) => {
        $(pub(crate) const $name: &Rule =
            &Rule { id: $id, binding: rules!($kind), title: $title, source: $source, mend: $mend };)*
        /// All rules, in the order of the report.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
    (contract) => { true };
    (practice) => { false };
}

rules! {
    ANSWERED = "T1", contract, "Every call gets an answer",
        "“The expected response contains the following fields”",
        "Answer every call in time, with a body that ends.";
    CODE = "T2", contract, "Every answer is a JSON object with a Code",
        "“Code – The error code.”",
        "Answer {\"Code\": 0, \"Message\": \"\", \"Result\": \"…\"}, with Code as a whole number. Without it, success and failure look the same.";
    LETTER_CASE = "T3", practice, "Addresses match in any letter case",
        "Platforms have been seen to call /API/Accounts/Synchronize and /api/accounts/synchronize.",
        "Ignore letter case when you route a request.";
    ACCEPT = "T4", practice, "A malformed Accept header does no harm",
        "Platforms have been seen to send `Accept: Accept=application/json`.",
        "Ignore the Accept header and answer JSON.";
    MALFORMED = "T5", practice, "A body that is not JSON is refused with a Code",
        "Staff at the platform see the message of an answer with a Code, and nothing of an error page.",
        "Catch the parser's error and answer a negative Code outside −80000…−89999.";
    WRONG_TYPE = "T6", practice, "A field of the wrong type is refused, and nothing is created",
        "A refused account that exists all the same is created twice later.",
        "Check the types before you write anything, and answer a negative Code whose Message names the field.";
    LARGE = "T7", practice, "A body of 10 MB gets an answer with a Code",
        "Staff learn nothing from a broken connection, and the platform tries again.",
        "Read up to a limit, and answer a negative Code instead of breaking the connection.";
    UNKNOWN_FIELDS = "T8", practice, "Unknown fields are ignored",
        "Newer platforms send fields that the document does not name, such as IsTest and Language.",
        "Let your JSON parser ignore unknown fields.";
    STATUS = "T9", practice, "Every answer has HTTP status 200",
        "The platform's own SDK answers 200 for errors too; other statuses may count as a broken connection.",
        "Answer 200 always, and say what failed in Code and Message.";
    SPELLING = "T10", practice, "Names and types are those of the contract",
        "The platform's reader accepts these answers, but other platforms may not.",
        "Write names and types exactly as in the contract, and no byte order mark.";
    WRONG_KEY = "U1", practice, "A wrong API key is refused",
        "“Application Authentication” describes it. Without it, anyone can create and delete customers.",
        "Compare the key (X-CloudPlatform-APIKey is base64 of its UTF-8 bytes) and answer a negative Code.";
    WRONG_APPLICATION = "U2", practice, "An unknown application id is refused",
        "“Application Authentication” describes it: the id and the key belong together.",
        "Look up the application id (X-CloudPlatform-ApplicationId), and compare the key that belongs to it.";
    NO_CREDENTIALS = "U3", practice, "A call without credentials is refused",
        "“Application Authentication” describes it. Without it, anyone can create and delete customers.",
        "Refuse a call that lacks X-CloudPlatform-ApplicationId or X-CloudPlatform-APIKey.";
    SETTINGS = "U4", practice, "Setting fields are checked",
        "They say which partner is calling.",
        "Compare X-CloudPlatform-Setting-… with what was agreed.";
    STAFF_BAND = "U5", practice, "Errors that only staff can fix have codes outside −80000…−89999",
        "“between -80,000 and -89,999, the error description is shown to the Storefront user”",
        "Use another negative number: customers can do nothing about a wrong key or a malformed request.";
    OPTIONS = "O1", contract, "SyncOptions answers a list of options",
        "“This endpoint describes the input fields required to create customer records in your system.”",
        "Answer {\"Fields\": […]}, with an empty list if you need nothing.";
    DEFINITION = "O2", contract, "Every option is fully defined",
        "“define the username sync option as below”, which shows the members of an option",
        "Give each option an ID of its own, and a Definition with the same ID, a Name, SortOrder as a number, Kind, DataType, and IsRequired, IsReadOnly and AvailableToStorefront as booleans.";
    VALUES = "O3", practice, "A list has values with ids of their own",
        "The platform's SDK reads PredefinedValues as an array, and sends back the ID of the chosen value.",
        "Make PredefinedValues an array of {ID, SortOrder, Name, IsDefault}, each ID once, for lists only.";
    USERNAME = "O4", practice, "The option username can be filled in automatically",
        "“with the above syntax, our platform will automatically set the account email”; otherwise a person has to enter it",
        "Define it with Kind SimpleValue, DataType Text and AvailableToStorefront false, or give your own option another id.";
    FILLABLE = "O5", practice, "Customers or staff can enter every required option",
        "Neither customers nor staff can enter an option that is read-only.",
        "Do not make an option both required and read-only.";
    STEADY = "O6", practice, "SyncOptions answers the same twice",
        "The platform turns the options into account fields only when the settings are saved.",
        "Answer from configuration, not from anything that changes between calls.";
    WRAPPED = "O7", practice, "The options are in the member Fields",
        "The platform's SDK answers {\"Fields\": […]}; the document shows a single option only.",
        "Wrap the list in an object with the member Fields.";
    KINDS = "O8", practice, "Kind and DataType are known to the platform",
        "These are the names in the platform's SDK; the document shows SimpleValue and Text only.",
        "Kinds: SimpleValue, List, TextArea, ListMultiSelect, Boolean, Link, Mask, MOD11CheckDigit, Unknown, File. Data types: Text, Number, Currency, Date, Unknown.";
    CREATES = "S1", contract, "Synchronize creates a customer and answers its id",
        "“Result – Contains the ID of the account in the external system.”",
        "Create the customer, then answer Code 0 and its id, as text, in Result.";
    DISTINCT = "S2", contract, "Two accounts get two ids",
        "“Result – Contains the ID of the account in the external system. This ExternalID is then sent in every subsequent request.”",
        "Answer the id of this customer in Result, not a word such as \"Ok\".";
    AGAIN = "S3", contract, "Synchronize with the ExternalID and ExtraDetails answers the same id",
        "“its value will be sent in any subsequent request”; “saved and sent as ExtraDetails in every request”",
        "Update that customer and answer its id again.";
    LOST_ANSWER = "S4", practice, "Synchronize again without ExternalID answers the first id",
        "If an answer gets lost, the platform still has no ExternalID when it tries again.",
        "Keep the account's ID with the customer, and look it up before you create one.";
    RACE = "S5", practice, "Sixteen equal calls at the same time create one customer",
        "A checkout and a member of staff may synchronize an account at the same moment.",
        "Put a unique constraint on the account's ID, and answer the same id to every call.";
    EXTRA = "S6", contract, "AccountExtraInfo holds key-value pairs",
        "“Any key-value pairs in AccountExtraInfo can be used as variables in the notification template.”",
        "Answer an object whose values are text, or leave it out.";
    PASSWORD = "S7", practice, "No password is answered",
        "“We strongly suggest not sending passwords via email.”",
        "Answer an activation link in AccountExtraInfo instead of GeneratedPassword.";
    OPTIONAL_BLOCKS = "S8", practice, "ContactDetails, Address and ExtraDetails may be missing",
        "Not every account has a contact or an address.",
        "Treat them as optional.";
    CHOICE_ID = "S9", contract, "The id of a list's value is accepted",
        "“\"SyncOptions\": { …, \"role\": \"1\" }”: the platform sends the ID of the chosen value",
        "Compare with the ID of the predefined value, not with its Name.";
    REQUIRED = "S10", practice, "A missing required option is refused with a message for the customer",
        "“various validation errors which can assist the user”; with other codes the customer reads “Contact your support department”",
        "Answer a Code from −80000 to −89999 and a Message that says what to enter.";
    TEST_MODE = "S11", practice, "A request with IsTest creates nothing",
        "Staff at the platform can send any request as a test.",
        "Check the request, answer something plausible, and write nothing.";
    NOTIFY = "S12", contract, "SendNotification is true or false",
        "“SendNotification – When set to true, an email with access instructions is sent”",
        "Answer a boolean, or leave it out.";
    OTHER_VALUE = "S13", practice, "A value that is not a choice of the list is refused",
        "A misspelt value goes unnoticed otherwise.",
        "Answer a Code from −80000 to −89999 and a Message that names the option.";
    ABSENT = "E1", contract, "Exists answers “does not exist” for an unknown account",
        "“Equal to 0 or more than 2, the account does not exist.”",
        "Answer Code 0 when no customer matches.";
    ASKING = "E2", contract, "Exists creates nothing",
        "“The purpose of this endpoint is to determine whether an account already exists”",
        "Only read in Exists; create in Synchronize.";
    PRESENT = "E3", contract, "Exists finds a synchronized account by its ExternalID",
        "“Equal to 1, the account exists, and its ExternalID will be the value of the Result field.”",
        "Answer Code 1, and the id in Result, when the ExternalID is one of yours.";
    NO_ERROR_AS_ABSENT = "E4", contract, "Exists answers an error with a negative Code",
        "“Less than 0, this means that an error has occurred”; 0 and more than 2 mean “does not exist”",
        "Answer a negative Code when you cannot tell: otherwise the platform creates a second customer.";
    LINKS = "E5", contract, "Exists finds an existing customer by its sync options",
        "“if the domain option belongs to an existing customer, your response should be”: ErrorCode 1, and the ID of the customer",
        "If ExternalID is empty, look for a customer with these sync options. Answer Code 1 and its id, or Code 2 and a Message if it may not be linked.";
    LINKED = "E6", contract, "A linked account is found by its ExternalID",
        "“the BSS Account will be linked with the ExternalID returned”; from then on it is sent with every request",
        "Accept the ExternalID that Exists answered, although Synchronize was never called for this account.";
    DELETES = "D1", contract, "Delete answers Code 0",
        "“A value of 0 means that no error has occurred.”",
        "Delete the customer with this ExternalID; ExtraDetails only help to find it.";
    DELETED = "D2", contract, "A deleted customer no longer exists",
        "“checking both systems to ensure it has been deleted”",
        "After Delete, Exists with the same ExternalID must not answer 1.";
    DELETED_TWICE = "D3", practice, "Deleting twice succeeds",
        "If the first answer gets lost, the platform tries again.",
        "Answer Code 0 for a customer who is gone already.";
    RESELLER_FIRST = "R1", practice, "A reseller and its customer are two customers",
        "The first order of a reseller's customer synchronizes both; the document leaves the details to “Reseller Provisioning”.",
        "Treat both as accounts of their own, connected by ResellerID.";
    CUSTOMER_FIRST = "R2", practice, "A reseller's customer may arrive before the reseller",
        "Nothing in the document fixes the order of the two calls.",
        "Keep ResellerID, and connect the two when the reseller arrives.";
    TIDY = "Z1", contract, "Every test account can be deleted",
        "“The purpose of this endpoint is to delete a customer from your system.”",
        "See D1 and D2. The accounts that are left are listed at the end.";
}
