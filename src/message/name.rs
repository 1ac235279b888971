//! Names of header fields, with their compact forms (RFC 3261 §7.3.3, §20).

const fn first(text: &str) -> u8 {
    match text.as_bytes() {
        [byte, ..] => *byte,
        [] => 0,
    }
}

macro_rules! names {
    ($($variant:ident $name:literal $($compact:literal)?,)*) => {
        /// The name of a header field. In the order in which fields are written: what a proxy needs first
        /// (RFC 3261 §7.3.1), what describes the body last.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[allow(missing_docs)] // each is the header of its name
        pub enum Name {
            $($variant,)*
        }

        /// Each with its long form and the byte of its compact form, 0 where it has none.
        const NAMES: &[(Name, &str, u8)] = &[$((Name::$variant, $name, first(concat!($($compact)?))),)*];
    };
}

names! {
    Via "Via" "v",
    MaxForwards "Max-Forwards",
    Route "Route",
    RecordRoute "Record-Route",
    Path "Path",
    ServiceRoute "Service-Route",
    From "From" "f",
    To "To" "t",
    CallId "Call-ID" "i",
    CSeq "CSeq",
    Contact "Contact" "m",
    Expires "Expires",
    MinExpires "Min-Expires",
    Authorization "Authorization",
    ProxyAuthorization "Proxy-Authorization",
    WwwAuthenticate "WWW-Authenticate",
    ProxyAuthenticate "Proxy-Authenticate",
    AuthenticationInfo "Authentication-Info",
    ProxyAuthenticationInfo "Proxy-Authentication-Info",
    Require "Require",
    ProxyRequire "Proxy-Require",
    Supported "Supported" "k",
    Unsupported "Unsupported",
    Allow "Allow",
    Accept "Accept",
    AcceptEncoding "Accept-Encoding",
    AcceptLanguage "Accept-Language",
    AcceptContact "Accept-Contact" "a",
    RejectContact "Reject-Contact" "j",
    RequestDisposition "Request-Disposition" "d",
    Event "Event" "o",
    AllowEvents "Allow-Events" "u",
    SubscriptionState "Subscription-State",
    ReferTo "Refer-To" "r",
    ReferredBy "Referred-By" "b",
    ReferSub "Refer-Sub",
    Replaces "Replaces",
    TargetDialog "Target-Dialog",
    RSeq "RSeq",
    RAck "RAck",
    SessionExpires "Session-Expires" "x",
    MinSe "Min-SE",
    SipETag "SIP-ETag",
    SipIfMatch "SIP-If-Match",
    InfoPackage "Info-Package",
    RecvInfo "Recv-Info",
    FlowTimer "Flow-Timer",
    RetryAfter "Retry-After",
    Reason "Reason",
    Warning "Warning",
    PAssertedIdentity "P-Asserted-Identity",
    PPreferredIdentity "P-Preferred-Identity",
    Privacy "Privacy",
    Identity "Identity" "y",
    Diversion "Diversion",
    HistoryInfo "History-Info",
    AlertInfo "Alert-Info",
    CallInfo "Call-Info",
    ErrorInfo "Error-Info",
    InReplyTo "In-Reply-To",
    Subject "Subject" "s",
    Timestamp "Timestamp",
    Date "Date",
    Organization "Organization",
    UserAgent "User-Agent",
    Server "Server",
    Other "",
    MimeVersion "MIME-Version",
    ContentDisposition "Content-Disposition",
    ContentEncoding "Content-Encoding" "e",
    ContentLanguage "Content-Language",
    ContentType "Content-Type" "c",
    ContentLength "Content-Length" "l",
}

/// Where nothing stands on the [`SHELF`].
const NOTHING: u8 = u8::MAX;

/// The names by their [`hash`], each as its place in [`NAMES`], in the next free place where that is taken.
#[allow(clippy::indexing_slicing, reason = "it is made while compiling")]
const SHELF: [u8; 256] = {
    let mut shelf = [NOTHING; 256];
    let mut at = 0;
    while at < NAMES.len() {
        let (_, long, compact) = NAMES[at];
        put(&mut shelf, long.as_bytes(), at as u8);
        if compact != 0 {
            put(&mut shelf, &[compact], at as u8);
        }
        at += 1;
    }
    shelf
};

#[allow(clippy::indexing_slicing, reason = "it runs while compiling")]
const fn put(shelf: &mut [u8; 256], name: &[u8], at: u8) {
    let mut place = hash(name);
    while shelf[place] != NOTHING {
        place = (place + 1) % shelf.len();
    }
    shelf[place] = at;
}

/// A number below 256 that names hardly share, whatever their case.
const fn hash(name: &[u8]) -> usize {
    let (Some(first), Some(last), (_, [middle, ..])) =
        (name.first(), name.last(), name.split_at(name.len() / 2))
    else {
        return 0;
    };
    let letters = 3 * (*first | 32) as usize + 5 * (*last | 32) as usize + 11 * (*middle | 32) as usize;
    (letters + 31 * name.len()) % 256
}

impl Name {
    /// The header of that name, long or compact, in any case; `Other` if it is none of these.
    pub fn find(text: &str) -> Self {
        let mut place = hash(text.as_bytes());
        while let Some((name, long, compact)) = SHELF.get(place).and_then(|at| NAMES.get(usize::from(*at))) {
            let is_it = match text.as_bytes() {
                [byte] => *byte > 0 && *compact == byte.to_ascii_lowercase(),
                _ => long.eq_ignore_ascii_case(text),
            };
            if is_it {
                return *name;
            }
            place = (place + 1) % SHELF.len();
        }
        Self::Other
    }

    /// The long form; empty for `Other`.
    pub fn as_str(self) -> &'static str {
        NAMES.iter().find(|(name, ..)| *name == self).map_or("", |(_, text, _)| text)
    }

    /// Whether several values may stand in one field, separated by commas.
    pub fn is_list(self) -> bool {
        use Name::*;
        matches!(
            self,
            Via | Route
                | RecordRoute
                | Path
                | ServiceRoute
                | Contact
                | Require
                | ProxyRequire
                | Supported
                | Unsupported
                | Allow
                | Accept
                | AcceptEncoding
                | AcceptLanguage
                | AcceptContact
                | RejectContact
                | RequestDisposition
                | AllowEvents
                | RecvInfo
                | Reason
                | Warning
                | PAssertedIdentity
                | PPreferredIdentity
                | Diversion
                | HistoryInfo
                | AlertInfo
                | CallInfo
                | ErrorInfo
                | InReplyTo
                | ContentEncoding
                | ContentLanguage
        )
    }

    /// Whether a message without it is none (RFC 3261 §8.1.1; Max-Forwards is younger than RFC 2543).
    pub(super) fn is_mandatory(self) -> bool {
        matches!(self, Self::Via | Self::From | Self::To | Self::CallId | Self::CSeq)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_long_and_compact_in_any_case() {
        for &(name, text, compact) in NAMES {
            assert_eq!(Name::find(text), name);
            assert_eq!(Name::find(&text.to_uppercase()), name);
            assert_eq!(name.as_str(), text);
            if compact != 0 {
                assert_eq!(Name::find(&char::from(compact).to_string()), name);
            }
        }
        for unknown in ["X-Foo", "z", "\0", "Fro", "From2"] {
            assert_eq!(Name::find(unknown), Name::Other, "{unknown}");
        }
    }
}
