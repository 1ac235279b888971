//! What a registrar says of our binding in its 2xx (RFC 3261 §10.3, RFC 3608, 5626, 5627).

use super::Names;
use crate::message::{HeaderValue, Name, NameAddr, Response, UriBuf};

/// What a registrar has granted. By default nothing.
#[derive(Default)]
pub struct Binding {
    /// For how many seconds, where it says so.
    pub expires: Option<u32>,
    /// Reaches this device wherever it is, and tells whose it is.
    pub public_gruu: Option<UriBuf>,
    /// The same, and does not tell.
    pub temporary_gruu: Option<UriBuf>,
    /// Whether it keeps to our flow (RFC 5626 §6).
    pub outbound: bool,
    /// The seconds after which it takes a silent flow for dead (RFC 5626 §5.4).
    pub flow_timer: Option<u32>,
    /// The way for requests of ours outside any dialog.
    pub service_route: Vec<HeaderValue>,
}

impl Binding {
    /// Reads the 2xx to a REGISTER of ours by this flow. `None` where it lists the bindings of this user, and ours is not among them
    /// (§10.3 step 8).
    pub fn read(names: &Names, flow: u8, response: &Response) -> Option<Self> {
        let ours = ours(names, flow, response);
        if ours.is_none() && response.contacts().next().is_some() {
            return None;
        }
        let gruu =
            |name| UriBuf::read(&ours?.params().unquoted(name)?).ok().filter(|uri| uri.as_uri().is_sip());
        let listed = ours.and_then(|contact| contact.params().get("expires")?.parse().ok());
        Some(Self {
            expires: listed.or_else(|| response.expires()),
            public_gruu: gruu("pub-gruu"),
            temporary_gruu: gruu("temp-gruu"),
            outbound: response.has_token(Name::Require, "outbound"),
            flow_timer: response.value(Name::FlowTimer).and_then(|seconds| seconds.parse().ok()),
            service_route: response.addresses(Name::ServiceRoute).map(|hop| hop.to_value()).collect(),
        })
    }
}

/// Ours in the list of all bindings of this user: by its URI; by the names of device and flow, where the URI is not as
/// we wrote it; by its random user part, where a registrar has put in our address and left out what it does not know;
/// or as the only one, unless it names another device. Never one of another flow of ours.
///
/// Deviation: the only binding in the list is ours however little it looks like it (RFC 3261 §10.2.4).
pub fn ours<'a>(names: &Names, flow: u8, response: &'a Response) -> Option<NameAddr<'a>> {
    let is_flow = |it: &NameAddr<'a>| {
        it.params().get("reg-id").is_none_or(|other| other.parse() == Ok(flow) || !names.is_instance(it))
    };
    let find =
        |is_ours: &dyn Fn(&NameAddr<'a>) -> bool| response.contacts().find(|it| is_flow(it) && is_ours(it));
    let uri = names.contact.as_uri();
    find(&|it| it.uri().matches(&uri))
        .or_else(|| find(&|it| names.is_instance(it)))
        .or_else(|| find(&|it| it.uri().is_sip() && it.uri().user_raw() == uri.user_raw()))
        .or_else(|| {
            let only = response.contacts().next().filter(|_| response.contacts().count() == 1);
            only.filter(|it| !it.params().has("+sip.instance"))
        })
}
