//! A dialog: what two user agents remember of each other (RFC 3261 §12).

use crate::kept::{Reader, Writer};
use crate::message::{
    Head, HeaderValue, Method, Name, NameAddr, Replaces, Request, RequestDraft, Response, UriBuf, name_addr,
};

/// Sequence numbers are below this (§8.1.1.5).
const SEQUENCES: u32 = 1 << 31;
/// How many numbers may have been used that nobody has kept.
const MARGIN: u32 = 16;

/// The peer-to-peer relation that an INVITE or a SUBSCRIBE creates.
pub struct Dialog {
    call_id: Box<str>,
    local_tag: Box<str>,
    remote_tag: Box<str>,
    /// From of our requests, tag included.
    local: HeaderValue,
    /// To of our requests, tag included.
    remote: HeaderValue,
    /// Where we are, as we have told the far side: whatever becomes of a registration, it stays so until we tell it again.
    contact: HeaderValue,
    local_sequence: u32,
    /// `None` until the far side has sent a request.
    remote_sequence: Option<u32>,
    target: UriBuf,
    /// The way to the far side, as the INVITE's Record-Route left it.
    route_set: Vec<HeaderValue>,
}

impl Dialog {
    /// The dialog of the side that sent `invite`, from a response that creates one (§12.1.2). `None` where the
    /// response has no Contact, or only rings and has no tag, as nothing can be asked of such a peer.
    pub fn uac(invite: &RequestDraft, response: &Response) -> Option<Self> {
        let target = response.contacts().next()?.uri().to_owned();
        Self::answered(invite, response, target)
    }

    /// The same for a response without a Contact, if only to end what it means: whoever answered is sought where the
    /// INVITE found it.
    pub fn nearest(invite: &RequestDraft, response: &Response) -> Option<Self> {
        Self::answered(invite, response, invite.uri().clone())
    }

    fn answered(invite: &RequestDraft, response: &Response, target: UriBuf) -> Option<Self> {
        // A peer of RFC 2543 answers without a tag (§12.1.2).
        let untagged = response.status().is_success().then_some("");
        // Our side of it is as the request has it, whatever the far side made of that.
        let (call_id, local) = (invite.get(Name::CallId)?, invite.get(Name::From)?);
        Some(Self {
            call_id: call_id.as_str().into(),
            local_tag: NameAddr::read(local.as_str())?.tag()?.into(),
            remote_tag: response.to().tag().or(untagged)?.into(),
            local: local.clone(),
            remote: response.to().to_value(),
            contact: invite.get(Name::Contact)?.clone(),
            local_sequence: invite.cseq(),
            remote_sequence: None,
            target,
            route_set: recorded_by(response),
        })
    }

    /// The dialog of the side that answers `invite` with `local_tag` and `contact` (§12.1.1). `None` where the request has no
    /// Contact.
    pub fn uas(invite: &Request, local_tag: &str, contact: &HeaderValue) -> Option<Self> {
        Some(Self {
            call_id: invite.call_id().into(),
            local_tag: local_tag.into(),
            // A peer of RFC 2543 has no tag; the empty one stands for it (§12.1.1).
            remote_tag: invite.from().tag().unwrap_or_default().into(),
            local: name_addr(invite.to().display_name().as_deref(), invite.to().uri(), Some(local_tag)),
            remote: invite.from().to_value(),
            contact: contact.clone(),
            local_sequence: 0,
            remote_sequence: Some(invite.cseq().number),
            target: invite.contacts().next()?.uri().to_owned(),
            route_set: invite.addresses(Name::RecordRoute).map(|hop| hop.to_value()).collect(),
        })
    }

    /// The dialog of the side that has sent a SUBSCRIBE with this sequence number, which the first NOTIFY makes
    /// (RFC 6665 §4.4.1). `None` where that has no tag for us, or no Contact.
    pub fn notified(notify: &Request, sequence: u32, contact: &HeaderValue) -> Option<Self> {
        Some(Self { local_sequence: sequence, ..Self::uas(notify, notify.to().tag()?, contact)? })
    }

    /// Goes the way that the 2xx to our SUBSCRIBE has recorded, where the NOTIFY that made the dialog has recorded none.
    ///
    /// Deviation: by RFC 6665 §4.4.1 the NOTIFY makes the route set alone. Proxies of RFC 3265 record themselves in the
    /// SUBSCRIBE only, and would not be found by a refresh.
    pub fn adopt_route(&mut self, response: &Response) {
        if self.route_set.is_empty() && self.is_answered_by(response) {
            self.route_set = recorded_by(response);
        }
    }

    /// Writes what outlives a reload of the page: all but our Contact, which the new page has of its own.
    pub fn keep(&self, out: &mut Writer) {
        out.text(&self.call_id);
        out.text(self.local.as_str());
        out.text(self.remote.as_str());
        out.number(self.local_sequence.into());
        out.optional(self.remote_sequence.map(u64::from));
        out.text(self.target.as_str());
        out.number(self.route_set.len() as u64);
        self.route_set.iter().for_each(|hop| out.text(hop.as_str()));
    }

    /// Reads what was [kept](Self::keep), for the side that is to be found by `contact` now.
    ///
    /// Deviation: goes on well above the sequence number that was kept (RFC 3261 §12.2.1.1), since what left last may not
    /// be in it. A gap is no error for the far side (§12.2.2), a number used twice is.
    pub fn restored(kept: &mut Reader<'_>, contact: &HeaderValue) -> Option<Self> {
        let address = |text: &str| {
            NameAddr::read(text)?;
            HeaderValue::new(text).ok()
        };
        let call_id = HeaderValue::new(kept.text()?).ok()?;
        let (local, remote) = (address(kept.text()?)?, address(kept.text()?)?);
        let sequence = |number: u64| u32::try_from(number).ok().filter(|number| *number < SEQUENCES);
        let local_sequence = sequence(kept.number()?)?;
        let remote_sequence = match kept.optional()? {
            Some(number) => Some(sequence(number)?),
            None => None,
        };
        let target = UriBuf::read(kept.text()?).ok()?;
        let hops = kept.number()?;
        let route_set = (0..hops).map(|_| address(kept.text()?)).collect::<Option<_>>()?;
        let tag = |side: &HeaderValue| Some(Box::from(NameAddr::read(side.as_str())?.tag()?));
        Some(Self {
            call_id: call_id.as_str().into(),
            local_tag: tag(&local)?,
            remote_tag: tag(&remote).unwrap_or_default(),
            local,
            remote,
            contact: contact.clone(),
            local_sequence: local_sequence.saturating_add(MARGIN),
            remote_sequence,
            target,
            route_set,
        })
    }

    /// Its Call-ID.
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Our side and the far side, as From and To of our requests have them.
    pub fn parties(&self) -> (&HeaderValue, &HeaderValue) {
        (&self.local, &self.remote)
    }

    /// The tag of our side.
    pub fn local_tag(&self) -> &str {
        &self.local_tag
    }

    /// Our Contact in it.
    pub fn contact(&self) -> &HeaderValue {
        &self.contact
    }

    /// From now on we are here; the next target refresh tells the far side (§12.2).
    pub fn move_to(&mut self, contact: &HeaderValue) {
        self.contact = contact.clone();
    }

    /// Whether the far side has an address at which it can be asked for wherever it is.
    pub fn has_remote_address(&self) -> bool {
        NameAddr::read(self.remote.as_str()).is_some_and(|remote| {
            let uri = remote.uri();
            uri.is_sip() && uri.user_raw().is_some() && !uri.host().ends_with(".invalid")
        })
    }

    /// The INVITE to the far side's address of record that is to take this dialog's place there (RFC 3891 §4). Whoever does
    /// not know how must refuse it.
    pub fn replacement(&self, via: HeaderValue, call_id: &str, tag: &str) -> Option<RequestDraft> {
        let local = NameAddr::read(self.local.as_str())?;
        let remote = NameAddr::read(self.remote.as_str())?;
        let from = name_addr(local.display_name().as_deref(), local.uri(), Some(tag));
        let to = name_addr(remote.display_name().as_deref(), remote.uri(), None);
        let mut invite =
            RequestDraft::new(Method::Invite, remote.uri().to_owned(), via, from, to, call_id, 1);
        invite.set(Name::Replaces, self.to_replaces().to_value());
        invite.set(Name::Require, HeaderValue::lossy("replaces"));
        Some(invite)
    }

    /// Whether a request of ours is of another call.
    pub fn is_foreign(&self, request: &RequestDraft) -> bool {
        request.get(Name::CallId).is_none_or(|call_id| *call_id.as_str() != *self.call_id)
    }

    /// The URI of the far side, as From and To have it.
    pub fn remote_uri(&self) -> Option<UriBuf> {
        NameAddr::read(self.remote.as_str()).map(|remote| remote.uri().to_owned())
    }

    /// Whether a request that arrived belongs here (§12.2.2): its To is ours, its From theirs.
    pub fn owns(&self, request: &Request) -> bool {
        self.has(request, request.to().tag(), request.from().tag())
    }

    /// Whether a response to a request of ours belongs here.
    pub fn is_answered_by(&self, response: &Response) -> bool {
        self.has(response, response.from().tag(), response.to().tag())
    }

    fn has(&self, head: &Head, local_tag: Option<&str>, remote_tag: Option<&str>) -> bool {
        head.call_id() == &*self.call_id
            && local_tag.unwrap_or_default() == &*self.local_tag
            && remote_tag.unwrap_or_default() == &*self.remote_tag
    }

    /// Goes on from the sequence numbers of `early`, the same dialog before it was confirmed.
    pub fn inherit(&mut self, early: &Self) {
        self.local_sequence = self.local_sequence.max(early.local_sequence);
        self.remote_sequence = early.remote_sequence;
    }

    /// Goes on above the sequence numbers that were used in the early life of this dialog, which is forgotten.
    ///
    /// Deviation: where several forks were asked, this may leave a gap (RFC 3261 §12.2.1.1), which is no error for the far
    /// side (§12.2.2). A number that a PRACK had would be refused, and a call that nobody wants would go on there.
    pub fn skip_to(&mut self, sequence: u32) {
        self.local_sequence = self.local_sequence.max(sequence);
    }

    /// Whether `request` is one of ours in this dialog.
    pub fn has_sent(&self, request: &RequestDraft) -> bool {
        request.get(Name::To) == Some(&self.remote) && request.get(Name::From) == Some(&self.local)
    }

    /// Whether `replaces`, which a peer has sent us, means this dialog (RFC 3891 §3).
    pub fn is_meant_by(&self, replaces: &Replaces) -> bool {
        *replaces.call_id == *self.call_id
            && *replaces.to_tag == *self.local_tag
            && *replaces.from_tag == *self.remote_tag
    }

    /// What names this dialog to its far side, in a Replaces that it is to use or that a third party sends it.
    pub fn to_replaces(&self) -> Replaces {
        Replaces {
            call_id: self.call_id.as_ref().into(),
            to_tag: self.remote_tag.as_ref().into(),
            from_tag: self.local_tag.as_ref().into(),
            early_only: false,
        }
    }

    /// Where the far side is.
    pub fn target(&self) -> &UriBuf {
        &self.target
    }

    /// The next request in the dialog (§12.2.1.1).
    pub fn request(&mut self, via: HeaderValue, method: Method) -> RequestDraft {
        let sequence = self.next_sequence();
        self.draft(via, method, sequence)
    }

    /// The ACK of the 2xx to the INVITE with this sequence number (§13.2.2.4).
    pub fn ack(&self, via: HeaderValue, sequence: u32) -> RequestDraft {
        self.draft(via, Method::Ack, sequence)
    }

    /// The last sequence number of our side.
    pub fn local_sequence(&self) -> u32 {
        self.local_sequence
    }

    /// Takes the next sequence number of our side, for a request that is sent again with credentials.
    pub fn next_sequence(&mut self) -> u32 {
        self.local_sequence = self.local_sequence.saturating_add(1);
        self.local_sequence
    }

    fn draft(&self, via: HeaderValue, method: Method, sequence: u32) -> RequestDraft {
        let (local, remote) = (self.local.clone(), self.remote.clone());
        let mut draft =
            RequestDraft::new(method, self.target.clone(), via, local, remote, &self.call_id, sequence)
                .in_dialog();
        draft.set_route(&self.route_set);
        draft
    }

    /// Takes note of a request's sequence number. False for one that is out of order, which is answered 500
    /// (§12.2.2).
    pub fn accepts(&mut self, request: &Request) -> bool {
        let number = request.cseq().number;
        let in_order = self.remote_sequence.is_none_or(|last| number > last);
        if in_order {
            self.remote_sequence = Some(number);
        }
        in_order
    }

    /// Takes the far side's new Contact from a target refresh request or its response (§12.2.1.2, §12.2.2).
    pub fn refresh_target(&mut self, head: &Head) {
        if let Some(contact) = head.contacts().next() {
            self.target = contact.uri().to_owned();
        }
    }
}

/// The way that a response to a request of ours has recorded: the nearest hop is the last (§12.1.2).
fn recorded_by(response: &Response) -> Vec<HeaderValue> {
    let mut hops: Vec<_> = response.addresses(Name::RecordRoute).map(|hop| hop.to_value()).collect();
    hops.reverse();
    hops
}
