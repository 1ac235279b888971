//! What a device says of itself in every message (RFC 7118 §5), and where a registrar has said that it is to be found.

mod binding;

use crate::entropy::Entropy;
use crate::message::{HeaderValue, NameAddr, Transport, UriBuf, Via, name_addr, via};

pub use self::binding::{Binding, ours};

/// The methods that we answer otherwise than by 405.
pub const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, MESSAGE, INFO, REFER, NOTIFY, PRACK, UPDATE";
/// The extensions that we support in calls.
const SUPPORTED: &str = "100rel, replaces, norefersub, gruu, outbound, trickle-ice";
/// The same with session timers.
const SUPPORTED_TIMER: &str = "100rel, replaces, norefersub, gruu, outbound, trickle-ice, timer";

/// What a device says that it supports in calls, whether with session timers or without.
pub const fn supported(session_timers: bool) -> &'static str {
    if session_timers { SUPPORTED_TIMER } else { SUPPORTED }
}

/// The number of our flow, where there is one at a time (RFC 5626 §4.2).
pub const FLOW: u8 = 1;

/// By what a registrar knows a device. All tabs that share a registration have the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Names {
    /// Its UUID (RFC 5626 §4.1).
    pub instance: String,
    /// The URI of its Contact.
    pub contact: UriBuf,
}

impl Names {
    /// Whether a binding is of this device.
    fn is_instance(&self, contact: &NameAddr<'_>) -> bool {
        let instance = contact.params().unquoted("+sip.instance").unwrap_or_default();
        let uuid = instance.trim_matches(['<', '>']);
        let (scheme, uuid) = uuid.split_at_checked("urn:uuid:".len()).unwrap_or_default();
        scheme.eq_ignore_ascii_case("urn:uuid:") && uuid.eq_ignore_ascii_case(&self.instance)
    }
}

/// One device's names. A browser has no address of its own to tell, so they are random and end in `.invalid`.
pub struct Local {
    host: String,
    names: Names,
    /// What a push service needs to know: parameters of the registered Contact.
    push: Vec<(String, String)>,
    way: Way,
    user_agent: HeaderValue,
}

/// How a device is found by one flow.
pub struct Way {
    /// The number of the flow (RFC 5626 §4.2).
    flow: u8,
    transport: Transport,
    binding: Binding,
    contact: HeaderValue,
    anonymous_contact: HeaderValue,
}

impl Local {
    /// Names for the device with this `instance`, a UUID, that introduces itself as `user_agent`. `push` is what
    /// RFC 8599 adds to its registered URI; parameters of other names than `pn-…` are left out.
    pub fn new(
        user_agent: &str,
        instance: Option<&str>,
        push: &[(String, String)],
        entropy: &mut Entropy,
    ) -> Self {
        let host = entropy.host();
        // Letters and digits always make an address.
        let contact_uri = UriBuf::sip(Some(&entropy.token(8)), &host, None).unwrap_or_default();
        let contact_uri = contact_uri.with_param("transport", Some("ws"));
        let push = push.iter().filter(|(name, _)| name.starts_with("pn-")).cloned().collect();
        let minted = entropy.uuid();
        let instance = instance.map_or(minted, Into::into);
        let contact = name_addr(None, contact_uri.as_uri(), None);
        Self {
            host,
            names: Names { instance, contact: contact_uri },
            push,
            way: Way::new(FLOW, contact),
            user_agent: HeaderValue::lossy(user_agent),
        }
    }

    /// The way by the flow with this number, as long as nothing is known of it.
    pub fn another_way(&self, flow: u8) -> Way {
        Way::new(flow, name_addr(None, self.contact_uri().as_uri(), None))
    }

    /// Speaks of this way from now on, and no more of the one that takes its place there.
    pub fn swap_way(&mut self, other: &mut Way) {
        core::mem::swap(&mut self.way, other);
    }

    /// The number of the flow that is spoken of (RFC 5626 §4.2).
    pub fn flow(&self) -> u8 {
        self.way.flow
    }

    /// The device is the one with this UUID.
    pub fn set_instance(&mut self, instance: &str) {
        self.names.instance = instance.into();
    }

    /// By what a registrar knows this device.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// The device is known by these names from now on.
    pub fn set_names(&mut self, names: Names) {
        self.names = names;
        let binding = core::mem::take(&mut self.way.binding);
        self.bind(binding);
    }

    /// Takes the transport of the server's URI.
    pub fn set_server(&mut self, uri: &str) {
        let secure = uri.get(..4).is_some_and(|scheme| scheme.eq_ignore_ascii_case("wss:"));
        self.way.transport = if secure { Transport::Wss } else { Transport::Ws };
    }

    /// A Via with a new branch.
    pub fn via(&self, entropy: &mut Entropy) -> HeaderValue {
        via(self.way.transport, &self.host, None, &entropy.branch())
    }

    /// Whether a response with this Via answers a request of ours.
    pub fn is_sent_by(&self, via: &Via<'_>) -> bool {
        via.host().eq_ignore_ascii_case(&self.host) && via.port().is_none()
    }

    /// Takes what a registrar has granted, or no longer grants.
    pub fn bind(&mut self, binding: Binding) {
        self.way.contact = self.reached_by(binding.public_gruu.as_ref(), binding.outbound);
        self.way.anonymous_contact = self.reached_by(binding.temporary_gruu.as_ref(), binding.outbound);
        self.way.binding = binding;
    }

    fn reached_by(&self, gruu: Option<&UriBuf>, outbound: bool) -> HeaderValue {
        match gruu {
            Some(gruu) => name_addr(None, gruu.as_uri(), None),
            // Without a GRUU, the flow itself is the address (RFC 5626 §4.3).
            None if outbound => {
                name_addr(None, self.contact_uri().clone().with_param("ob", None).as_uri(), None)
            }
            None => name_addr(None, self.contact_uri().as_uri(), None),
        }
    }

    /// Our Contact in dialogs: a public GRUU, where we have one (RFC 5627 §4.4).
    pub fn contact(&self) -> &HeaderValue {
        &self.way.contact
    }

    /// Our Contact in a call that is `anonymous`, or is not.
    pub fn contact_of(&self, anonymous: bool) -> &HeaderValue {
        if anonymous { &self.way.anonymous_contact } else { &self.way.contact }
    }

    /// Our Contact in a REGISTER; `outbound` names its flow (RFC 5626 §4.2.1).
    pub fn registered_contact(&self, outbound: bool) -> HeaderValue {
        let uri = self.push.iter().fold(self.contact_uri().clone(), |uri, (name, value)| {
            uri.with_param(name, Some(value.as_str()).filter(|value| !value.is_empty()))
        });
        // In angle brackets, and so in quotes.
        let named = ["<urn:uuid:", &self.names.instance, ">"].concat();
        let contact = name_addr(None, uri.as_uri(), None).with_param("+sip.instance", Some(&named));
        if outbound { contact.with_number("reg-id", self.way.flow.into()) } else { contact }
    }

    /// The URI in it, without what is there for a push service.
    pub fn contact_uri(&self) -> &UriBuf {
        &self.names.contact
    }

    /// The way for requests outside any dialog that do not go to the registrar (RFC 3608 §5).
    pub fn service_route(&self) -> &[HeaderValue] {
        &self.way.binding.service_route
    }

    /// Our User-Agent.
    pub fn user_agent(&self) -> &HeaderValue {
        &self.user_agent
    }
}

impl Way {
    fn new(flow: u8, contact: HeaderValue) -> Self {
        Self {
            flow,
            transport: Transport::Wss,
            binding: Binding::default(),
            anonymous_contact: contact.clone(),
            contact,
        }
    }

    /// The number of the flow (RFC 5626 §4.2).
    pub const fn flow(&self) -> u8 {
        self.flow
    }

    /// Whether this Contact is our public GRUU, which leads to this device by whatever flow is there (RFC 5627 §3.1).
    pub fn is_gruu(&self, contact: &HeaderValue) -> bool {
        self.binding.public_gruu.is_some() && *contact == self.contact
    }
}
