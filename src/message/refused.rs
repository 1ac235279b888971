//! Messages that were not taken.

use super::index::Index;
use super::{ResponseDraft, StatusCode};
use core::fmt;

/// A message that is not taken, and what to answer.
pub struct Refused {
    fault: Fault,
    response: Option<Box<ResponseDraft>>,
}

/// The status to answer, and its reason phrase.
#[derive(Clone, Copy)]
pub(super) struct Fault(pub(super) StatusCode, pub(super) &'static str);

pub(super) const fn bad(reason: &'static str) -> Fault {
    Fault(StatusCode::BAD_REQUEST, reason)
}

impl Refused {
    /// Refuses something that is too little of a request to be answered.
    pub(super) fn unanswered(fault: Fault) -> Self {
        Self { fault, response: None }
    }

    /// Refuses the message of which this is the index.
    pub(super) fn new(fault: Fault, index: &Index) -> Self {
        Self { fault, response: ResponseDraft::refusing(index, fault.0, fault.1).map(Box::new) }
    }

    /// The status that says what is wrong: 400, 414, 505 or 513.
    pub fn status(&self) -> StatusCode {
        self.fault.0
    }

    /// What is wrong, to be used as the reason phrase.
    pub fn reason(&self) -> &'static str {
        self.fault.1
    }

    /// The answer, without a tag in To unless the request had one, and without the fields that the request lacked.
    /// `None` for a response, an ACK and what has no start line or no Via.
    pub fn response(&self) -> Option<ResponseDraft> {
        self.response.as_deref().cloned()
    }
}

impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.1)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.1)
    }
}

impl core::error::Error for Refused {}
