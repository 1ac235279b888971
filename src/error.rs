//! Errors that name the guilty: the caller, or the world. (The peer's faults are [`Refused`](crate::message::Refused)
//! messages and SIP statuses; ours would be a panic, and no input reaches one.)

/// Why a verb was refused. The caller's fault, told at once, and nothing has happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ApiMisuse {
    /// The target of a call or message can be no SIP address.
    InvalidTarget,
    /// Where a redirection leads is not what was offered.
    InvalidContact,
    /// An extra header has no `Name: value` form, or its name or value holds what a header cannot.
    InvalidHeader,
    /// An extra header belongs to the stack itself (Via, From, Call-ID …).
    ReservedHeader,
    /// The call is not in a state in which this can be done.
    InvalidState,
    /// A status code outside the range that the verb allows.
    InvalidStatus,
    /// A DTMF string with other characters than `0-9 A-D * # ,`.
    InvalidTone,
    /// There is no such call (it ended and was let go).
    NoSuchCall,
}

impl ApiMisuse {
    /// A stable code for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidTarget => "ERR_INVALID_TARGET",
            Self::InvalidContact => "ERR_INVALID_CONTACT",
            Self::InvalidHeader => "ERR_INVALID_HEADER",
            Self::ReservedHeader => "ERR_RESERVED_HEADER",
            Self::InvalidState => "ERR_INVALID_STATE",
            Self::InvalidStatus => "ERR_INVALID_STATUS",
            Self::InvalidTone => "ERR_INVALID_TONE",
            Self::NoSuchCall => "ERR_NO_SUCH_CALL",
        }
    }

    /// True for a wrong argument (a `TypeError` in JavaScript), false for a right one at the wrong time.
    pub const fn is_argument(self) -> bool {
        !matches!(self, Self::InvalidState | Self::NoSuchCall)
    }

    /// What was wrong and what to do, for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::InvalidTarget => {
                "not a SIP target: give a user such as \"bob\", a phone number, or a sip:, sips: or tel: URI"
            }
            Self::InvalidContact => "not a contact of this redirection: give one of its 'contacts'",
            Self::InvalidHeader => "not a header: give \"Name: value\" on one line",
            Self::ReservedHeader => "this header is written by the SIP stack itself: leave it out",
            Self::InvalidState => "the call is not in a state for this: look at status() first",
            Self::InvalidStatus => "not a final refusal: give a status code from 300 to 699",
            Self::InvalidTone => "not a DTMF tone: give 0-9, A-D, *, # or , for a pause",
            Self::NoSuchCall => "this call has ended",
        }
    }
}

/// What a peer did that no call and no request owns. It was answered or passed over, and the device goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PeerMisbehaved {
    /// What came is no SIP message.
    Unreadable,
    /// A message was longer than we read.
    TooLong,
    /// More requests wait for their end than we keep in mind.
    TooManyRequests,
    /// More calls came than we let ring.
    TooManyCalls,
    /// More messages wait for the application's answer than we keep.
    TooManyMessages,
    /// More phones have answered one call than we hang up on.
    TooManyAnswers,
    /// A call brought more to acknowledge, or to tell of, than the far side itself has acknowledged.
    TooManyQuestions,
    /// The registrar, or the server before it, does not keep to the flows of a device (RFC 5626): a second one is of no use.
    KeepsNoFlows,
}

impl PeerMisbehaved {
    /// What happened, for people.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Unreadable => "the server sent what is no SIP message",
            Self::TooLong => "the server sent a message of more than 256 KiB, which was not read",
            Self::TooManyRequests => "too many requests came at once: some were refused with 503",
            Self::TooManyCalls => "too many calls came at once: some were refused with 486",
            Self::TooManyMessages => "too many messages wait for respond(): some were refused with 503",
            Self::TooManyAnswers => "too many phones answered one call: some were not hung up on",
            Self::TooManyQuestions => {
                "a far side leaves too many requests of a call unanswered: some were not sent"
            }
            Self::KeepsNoFlows => {
                "the registrar does not support outbound (RFC 5626): one connection is kept, not two"
            }
        }
    }
}

/// Why something ended or failed, in the words that applications compare with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cause {
    /// The socket was lost or could not be opened.
    ConnectionError,
    /// No final answer in time (RFC 3261 Timer B or F).
    RequestTimeout,
    /// A refusal that has no name of its own here.
    SipFailureCode,
    /// A fault of this software.
    InternalError,
    /// 486, 600.
    Busy,
    /// 403, 603.
    Rejected,
    /// 300, 301, 302, 305, 380.
    Redirected,
    /// 480, 410, 408, 430.
    Unavailable,
    /// 404, 604.
    NotFound,
    /// 484.
    AddressIncomplete,
    /// 488, 606.
    IncompatibleSdp,
    /// 401, 407.
    AuthenticationError,
    /// 408 or 481 inside a dialog.
    DialogError,
    /// The browser has no WebRTC.
    WebRtcNotSupported,
    /// The browser's WebRTC failed.
    WebRtcError,
    /// Canceled by either side before it was answered.
    Canceled,
    /// Nobody answered in time.
    NoAnswer,
    /// A registration or session ran out.
    Expires,
    /// Our 2xx was never acknowledged.
    NoAck,
    /// Our reliable provisional response was never acknowledged.
    NoPrack,
    /// The microphone was refused.
    UserDeniedMediaAccess,
    /// The far side's SDP could not be used.
    BadMediaDescription,
    /// No media came any more.
    RtpTimeout,
    /// The far side hung up.
    Terminated,
}

impl Cause {
    /// Each of them.
    pub const ALL: [Self; 24] = [
        Self::ConnectionError,
        Self::RequestTimeout,
        Self::SipFailureCode,
        Self::InternalError,
        Self::Busy,
        Self::Rejected,
        Self::Redirected,
        Self::Unavailable,
        Self::NotFound,
        Self::AddressIncomplete,
        Self::IncompatibleSdp,
        Self::AuthenticationError,
        Self::DialogError,
        Self::WebRtcNotSupported,
        Self::WebRtcError,
        Self::Canceled,
        Self::NoAnswer,
        Self::Expires,
        Self::NoAck,
        Self::NoPrack,
        Self::UserDeniedMediaAccess,
        Self::BadMediaDescription,
        Self::RtpTimeout,
        Self::Terminated,
    ];

    /// The public text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ConnectionError => "Connection Error",
            Self::RequestTimeout => "Request Timeout",
            Self::SipFailureCode => "SIP Failure Code",
            Self::InternalError => "Internal Error",
            Self::Busy => "Busy",
            Self::Rejected => "Rejected",
            Self::Redirected => "Redirected",
            Self::Unavailable => "Unavailable",
            Self::NotFound => "Not Found",
            Self::AddressIncomplete => "Address Incomplete",
            Self::IncompatibleSdp => "Incompatible SDP",
            Self::AuthenticationError => "Authentication Error",
            Self::DialogError => "Dialog Error",
            Self::WebRtcNotSupported => "WebRTC Not Supported",
            Self::WebRtcError => "WebRTC Error",
            Self::Canceled => "Canceled",
            Self::NoAnswer => "No Answer",
            Self::Expires => "Expires",
            Self::NoAck => "No ACK",
            Self::NoPrack => "No PRACK",
            Self::UserDeniedMediaAccess => "User Denied Media Access",
            Self::BadMediaDescription => "Bad Media Description",
            Self::RtpTimeout => "RTP Timeout",
            Self::Terminated => "Terminated",
        }
    }

    /// The cause of a final refusal outside a dialog.
    pub const fn of_status(status: u16) -> Self {
        match status {
            300 | 301 | 302 | 305 | 380 => Self::Redirected,
            401 | 407 => Self::AuthenticationError,
            403 | 603 => Self::Rejected,
            404 | 604 => Self::NotFound,
            408 | 410 | 430 | 480 => Self::Unavailable,
            484 => Self::AddressIncomplete,
            486 | 600 => Self::Busy,
            487 => Self::Canceled,
            488 | 606 => Self::IncompatibleSdp,
            _ => Self::SipFailureCode,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_the_documented_causes() {
        let of = |status| Cause::of_status(status).as_str();
        assert_eq!(of(486), "Busy");
        assert_eq!(of(603), "Rejected");
        assert_eq!(of(302), "Redirected");
        assert_eq!(of(480), "Unavailable");
        assert_eq!(of(407), "Authentication Error");
        assert_eq!(of(606), "Incompatible SDP");
        assert_eq!(of(500), "SIP Failure Code");
    }
}
