//! The rules of the contract, each with its remedy.

use serde::Serialize;

/// One rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Rule id.
    pub id: &'static str,
    /// The requirement.
    pub title: &'static str,
    /// The remedy, for a developer.
    pub mend: &'static str,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $title:literal, $mend:literal;)*) => {
        $(pub(crate) const $name: &Rule = &Rule { id: $id, title: $title, mend: $mend };)*
        /// All rules, in the order of the report.
        pub const RULES: &[&Rule] = &[$($name),*];
    };
}

rules! {
    STATUS = "T1", "Every answer is HTTP 200", "Answer 200 always and say what failed in Code; the platform takes any other status for a broken connection and tries again.";
    CODE = "T2", "Every answer is a JSON object with an integer Code", "Answer {\"Code\": 0, \"Message\": \"\", \"Result\": \"…\"}, with Code as a number. Without it nobody can tell success from failure.";
    LETTER_CASE = "T3", "Addresses match in any letter case", "Route without regard to letter case: platforms call /API/Accounts/Synchronize and /api/accounts/synchronize alike.";
    ACCEPT = "T4", "A malformed Accept header is no obstacle", "Ignore the Accept header and answer JSON: platforms send `Accept: Accept=application/json`.";
    MALFORMED = "T5", "A body that is no JSON is refused in the answer", "Catch the parser's error and answer a negative Code outside −80000…−89999 with HTTP 200.";
    WRONG_TYPE = "T6", "A field of the wrong type is refused, and nothing is made", "Check the types before anything is written, and answer a negative Code that names the field.";
    LARGE = "T7", "A body of 10 MB gets an answer of the contract", "Read no more than a limit, and answer a negative Code instead of breaking the connection.";
    UNKNOWN_FIELDS = "T8", "Unknown fields are ignored", "Do not deserialise strictly: newer platforms send fields that older documents do not name.";
    WRONG_KEY = "U1", "A wrong API key is refused", "Compare the key (base64 of its UTF-8 bytes in X-CloudPlatform-APIKey) and answer a negative Code.";
    WRONG_APPLICATION = "U2", "An unknown application id is refused", "Look the application id up; the key must belong to it.";
    NO_CREDENTIALS = "U3", "A call without credentials is refused", "Refuse what has no X-CloudPlatform-ApplicationId or no X-CloudPlatform-APIKey.";
    SETTINGS = "U4", "Settings are checked", "Compare X-CloudPlatform-Setting-… with what was agreed; they tell which partner is calling.";
    STAFF_BAND = "U5", "What only staff can mend stays outside −80000…−89999", "Use another number: customers read the messages of this band.";
    OPTIONS = "O1", "SyncOptions answers {\"Fields\": […]}", "Wrap the list of options in an object with the member Fields.";
    DEFINITION = "O2", "Every option is fully defined", "Give each option ID, and a Definition with the same ID, a Name, SortOrder as a number, a Kind and a DataType of the contract, and IsRequired, IsReadOnly and AvailableToStorefront as booleans.";
    VALUES = "O3", "A list has values with ids of their own", "PredefinedValues is an array of {ID, SortOrder, Name, IsDefault}; each ID once, and only for lists.";
    USERNAME = "O4", "The option username is defined as the platform knows it", "Define it with Kind SimpleValue, DataType Text and AvailableToStorefront false; then the platform fills it in by itself.";
    FILLABLE = "O5", "Every required option can be filled in by somebody", "Do not make an option required and read-only: neither customer nor staff could enter it.";
    STEADY = "O6", "SyncOptions says the same twice", "Answer from what is configured; the platform turns the options into its own fields when settings are saved.";
    CREATES = "S1", "Synchronize makes a customer: Code 0 and its id in Result", "Create the customer, then answer Code 0 and the id, as text, in Result.";
    DISTINCT = "S2", "Two accounts get two external ids", "Result is the id of this customer, not a word such as \"Ok\"; the platform sends it with every later call.";
    AGAIN = "S3", "Synchronize with the ExternalID answers the same id", "Bring that customer up to date and answer its id again.";
    LOST_ANSWER = "S4", "Asked again without ExternalID, the first id comes back", "Keep the account's ID with the customer, and look it up before you create: answers get lost.";
    RACE = "S5", "Sixteen equal calls at once make one customer", "Put a unique constraint on the account's ID and answer the winner's id to everybody.";
    EXTRA = "S6", "AccountExtraInfo holds text, and is taken back as ExtraDetails", "Values are text only; they come back in ExtraDetails with every later call.";
    PASSWORD = "S7", "No password is answered", "Answer an activation link in AccountExtraInfo instead of GeneratedPassword: the platform sends it by e-mail.";
    OPTIONAL_BLOCKS = "S8", "ContactDetails, Address and ExtraDetails may be missing", "Treat them as optional; not every account has a contact or an address.";
    CHOICE_ID = "S9", "A list's value is the choice's id", "Compare with the ID of the predefined value, not with its Name: that is what the platform sends.";
    REQUIRED = "S10", "A missing required option is refused with a message for the customer", "Answer a Code from −80000 to −89999 and a Message that says what to fill in; customers read nothing of other codes.";
    TEST_MODE = "S11", "A request with IsTest makes nothing", "Check the request, answer something plausible, and write nothing.";
    NOTIFY = "S12", "SendNotification is true or false", "Answer it as a boolean, or leave it out.";
    ABSENT = "E1", "Exists says of an unknown account that it is absent", "Answer Code 0 (or more than 2) when nobody fits.";
    ASKING = "E2", "Exists makes nothing", "Exists only looks; Synchronize creates.";
    PRESENT = "E3", "Exists says of a synchronized account that it exists, with its id", "Answer Code 1 and the id in Result when ExternalID is one of yours.";
    NO_ERROR_AS_ABSENT = "E4", "Exists answers an error as a negative code", "Zero and everything above two mean \"absent\", and the platform would make a second customer. Use a negative Code.";
    DELETES = "D1", "Delete answers Code 0", "Delete by ExternalID; ExtraDetails only help to find it.";
    DELETED = "D2", "What was deleted exists no more", "After Delete, Exists with the same ExternalID must not answer 1.";
    DELETED_TWICE = "D3", "Deleting twice is success", "Answer Code 0 for what is gone already: the first answer may have got lost.";
    RESELLER_FIRST = "R1", "A reseller, then its customer, are two customers", "Both calls of a reseller's first order are accounts of their own; ResellerID ties them.";
    CUSTOMER_FIRST = "R2", "A reseller's customer may come before its reseller", "Keep ResellerID and tie the two when the reseller comes.";
    TIDY = "Z1", "The test accounts are deleted again", "See D1. What is left has names that begin with “Contract check”.";
}
