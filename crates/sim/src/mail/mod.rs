//! A stand-in for a mail server, with a page to read the mail.
