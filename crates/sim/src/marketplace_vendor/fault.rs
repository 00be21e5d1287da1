//! Faults of a vendor.

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Answers `{"Result":"Ok"}` to every call: no code, and the same external id for every account.
    AnswersOk,
    /// Returns the same external id for every account.
    OneIdForAll,
    /// Creates another customer with every Synchronize.
    NewIdEachTime,
    /// Creates two customers for two concurrent calls.
    LosesRaces,
    /// Answers 401 to a wrong key.
    AnswersUnauthorized,
    /// Ignores the key.
    LetsEverybodyIn,
    /// Answers a wrong key with a code whose message is shown to customers.
    TellsCustomersOfKeys,
    /// Answers 406 to `Accept: Accept=application/json`.
    MindsAccept,
    /// Does not find lower-case paths.
    MindsLetterCase,
    /// Answers 500 with an HTML page to a body that is not JSON.
    FallsOverMalformedJson,
    /// Answers 413 to a large body.
    ChokesOnLargeBodies,
    /// Creates the customer before validating the fields.
    MakesBeforeChecking,
    /// Compares a choice with its name instead of its id.
    ComparesChoicesByName,
    /// Answers problems that customers can fix with a code whose message is not shown to them.
    RefusesOutsideTheBand,
    /// Rejects an account without a contact.
    NeedsContacts,
    /// Rejects unknown fields.
    RefusesUnknownFields,
    /// Creates a customer for a test request.
    MakesInTestMode,
    /// Creates the customer in Exists.
    ExistsMakes,
    /// Answers errors of Exists with a code that means "absent".
    AnswersErrorsAsAbsent,
    /// Answers the deletion of a deleted account with an error.
    DeletesOnce,
    /// Confirms Delete without an effect.
    DeletesNothing,
    /// Includes a password in the answer.
    AnswersPasswords,
    /// Includes a number in `AccountExtraInfo`.
    AnswersNumbers,
    /// Returns the options as a bare list.
    ListsOptionsBare,
    /// Uses an option kind that the contract does not define.
    InventsKinds,
    /// Shows the platform's own option to customers.
    AsksCustomersForUsername,
    /// Has an option that is both required and read-only.
    DemandsTheImpossible,
    /// Rejects a reseller's customer before the reseller exists.
    NeedsResellersFirst,
    /// Creates the customer, but never answers.
    MakesAndFallsSilent,
    /// Returns external ids as numbers.
    AnswersNumericIds,
    /// Returns codes as text.
    AnswersTextCodes,
    /// Writes the names of members in lower case.
    AnswersLowerCase,
    /// Begins answers with a byte order mark.
    AnswersByteOrderMarks,
    /// Returns the ids of a list's choices as numbers.
    ListsNumericChoices,
    /// Does not look at sync options in Exists, although two customers cannot have the same domain.
    OverlooksOptions,
    /// Lets two customers have the same domain.
    AllowsTwins,
    /// Returns another external id from Exists than the customer's.
    FindsAnother,
}

impl Fault {
    /// All faults.
    pub const ALL: [Self; 37] = [
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
        Self::AnswersNumericIds,
        Self::AnswersTextCodes,
        Self::AnswersLowerCase,
        Self::AnswersByteOrderMarks,
        Self::ListsNumericChoices,
        Self::OverlooksOptions,
        Self::AllowsTwins,
        Self::FindsAnother,
    ];
}
