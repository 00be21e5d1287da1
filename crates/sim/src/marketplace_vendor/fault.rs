//! The faults a vendor can have.

/// One fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Answers `{"Result":"Ok"}` to everything: no code, and one external id for everybody.
    AnswersOk,
    /// Every account gets the same external id.
    OneIdForAll,
    /// Every Synchronize makes another customer.
    NewIdEachTime,
    /// Two calls at once make two customers.
    LosesRaces,
    /// A wrong key gets HTTP 401.
    AnswersUnauthorized,
    /// The key is not looked at.
    LetsEverybodyIn,
    /// A wrong key gets a code whose message customers read.
    TellsCustomersOfKeys,
    /// `Accept: Accept=application/json` gets HTTP 406.
    MindsAccept,
    /// Lower-case addresses are not found.
    MindsLetterCase,
    /// A body that is no JSON gets HTTP 500 and a page.
    FallsOverMalformedJson,
    /// A large body gets HTTP 413.
    ChokesOnLargeBodies,
    /// What is wrong with a field is found out only when it is too late.
    MakesBeforeChecking,
    /// A choice is compared with its name.
    ComparesChoicesByName,
    /// What customers can mend has a code that they never read the message of.
    RefusesOutsideTheBand,
    /// An account without a contact is refused.
    NeedsContacts,
    /// A field it does not know is refused.
    RefusesUnknownFields,
    /// A test request makes a customer.
    MakesInTestMode,
    /// Exists makes the customer it was asked for.
    ExistsMakes,
    /// Exists answers an error with a code that means "absent".
    AnswersErrorsAsAbsent,
    /// Deleting what is gone already is an error.
    DeletesOnce,
    /// Delete says yes and does nothing.
    DeletesNothing,
    /// A password is in the answer.
    AnswersPasswords,
    /// A number stands in `AccountExtraInfo`.
    AnswersNumbers,
    /// The options come as a bare list.
    ListsOptionsBare,
    /// A kind that the contract does not have.
    InventsKinds,
    /// The platform's own option is shown to customers.
    AsksCustomersForUsername,
    /// An option is required and read-only.
    DemandsTheImpossible,
    /// A reseller's customer is refused until its reseller is there.
    NeedsResellersFirst,
    /// The customer is made, and whoever asked never hears of it.
    MakesAndFallsSilent,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 29] = [
        Self::AnswersOk,
        Self::OneIdForAll,
        Self::NewIdEachTime,
        Self::LosesRaces,
        Self::AnswersUnauthorized,
        Self::LetsEverybodyIn,
        Self::TellsCustomersOfKeys,
        Self::MindsAccept,
        Self::MindsLetterCase,
        Self::FallsOverMalformedJson,
        Self::ChokesOnLargeBodies,
        Self::MakesBeforeChecking,
        Self::ComparesChoicesByName,
        Self::RefusesOutsideTheBand,
        Self::NeedsContacts,
        Self::RefusesUnknownFields,
        Self::MakesInTestMode,
        Self::ExistsMakes,
        Self::AnswersErrorsAsAbsent,
        Self::DeletesOnce,
        Self::DeletesNothing,
        Self::AnswersPasswords,
        Self::AnswersNumbers,
        Self::ListsOptionsBare,
        Self::InventsKinds,
        Self::AsksCustomersForUsername,
        Self::DemandsTheImpossible,
        Self::NeedsResellersFirst,
        Self::MakesAndFallsSilent,
    ];
}
