//! Everything that can be asked of a message, asked.

use telnyx_device::message::*;

/// Reads `bytes` as one frame, asks everything, and checks what every message that is read must fulfill.
pub fn walk(bytes: &[u8]) {
    let message = match read(bytes) {
        Ok(Frame::Message(message)) => message,
        Ok(_) => return,
        Err(refused) => {
            if let Some(answer) = refused.response() {
                answer.write();
            }
            return;
        }
    };
    assert!(message.vias().count() > 0 && !message.via().host().is_empty());
    assert!(!message.from().uri().as_str().is_empty() && !message.to().uri().as_str().is_empty());
    assert!(!message.call_id().is_empty() && message.cseq().number < 1 << 31);
    head(&message);
    let again = match &message {
        Message::Request(request) => {
            assert!(!request.uri().as_str().is_empty());
            let mut answer = ResponseDraft::to(request, StatusCode::OK);
            answer.set_to_tag("tag");
            answer.copy_record_route(request);
            assert!(read(&answer.write()).is_ok(), "an answer that we cannot read: {answer:?}");
            RequestDraft::forward(request).write()
        }
        Message::Response(response) => ResponseDraft::forward(response).write(),
    };
    let Ok(Frame::Message(copy)) = read(&again) else {
        panic!("a copy that we cannot read of {message:?}");
    };
    same(&message, &copy);
    nobody_is_named(&message);
}

/// A message for strangers is read like the original, and says none of its addresses.
fn nobody_is_named(message: &Message) {
    let text = anonymous(message, &mut Pseudonyms::default());
    let Ok(Frame::Message(copy)) = read(text.as_bytes()) else {
        // A pseudonym may be longer than the name, and what was just short enough too long.
        assert!(text.len() > message.text().len(), "pseudonyms that we cannot read: {text}");
        return;
    };
    assert_eq!(copy.cseq(), message.cseq());
    assert_eq!(
        (copy.fields().count(), copy.vias().count()),
        (message.fields().count(), message.vias().count())
    );
    for (shown, given) in
        [(copy.from().tag(), message.from().tag()), (copy.via().branch(), message.via().branch())]
    {
        assert!(shown == given || shown == Some("***"), "{shown:?} of {given:?}");
    }
    for uri in
        message.contacts().map(|contact| contact.uri()).chain([message.from().uri(), message.to().uri()])
    {
        let (user, host) = (uri.user_raw().unwrap_or_default(), uri.host());
        let says_nothing = user.starts_with("user-") || user.starts_with("number-") || host.len() < 4;
        let is_kept =
            user.eq_ignore_ascii_case("anonymous") || host.starts_with("127.") || host.ends_with(".invalid");
        if !user.is_empty() && !says_nothing && !is_kept {
            let name = [user, "@", host].concat();
            // A pseudonym may end like it, as in `number-1@[::]`.
            let is_whole = |at: usize| !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
            let is_shown = text.match_indices(&name).any(|(at, _)| is_whole(at));
            assert!(!is_shown, "{name} in {text}");
        }
    }
}

fn head(head: &Head) {
    let lists = [Name::Contact, Name::Route, Name::RecordRoute, Name::PAssertedIdentity, Name::ReferTo];
    for address in lists.into_iter().flat_map(|name| head.addresses(name)).chain([head.from(), head.to()]) {
        uri(address.uri());
        let _ = (address.display_name(), address.tag(), address.to_value());
        assert!(address.params().iter().all(|(name, _)| address.params().has(name)));
    }
    for via in head.vias() {
        let _ = (via.branch(), via.received(), via.rport(), via.port());
    }
    for (name, value) in head.fields() {
        assert!(!value.contains(['\r', '\n', '\0']));
        assert!(head.named(name).count() > 0);
    }
    let _ = (head.max_forwards(), head.expires(), head.min_expires(), head.retry_after());
    let _ = (head.is_contact_star(), head.has_token(Name::Supported, "timer"), head.content_type());
    assert!(head.body_text().is_none_or(|text| text.as_bytes() == head.body()));
    let colons = head.text().bytes().filter(|byte| *byte == b':').count();
    assert!(head.redacted().len() <= head.text().len() + 8 * colons); // one for each credential, and more
}

fn uri(uri: Uri<'_>) {
    assert!(uri.matches(&uri), "{} is not itself", uri.as_str());
    let _ = (uri.user(), uri.password(), uri.headers(), uri.port());
    assert!(uri.to_owned().as_uri().host() == uri.host());
}

/// What survives being written again: everything but the order of fields of different names.
fn same(one: &Head, other: &Head) {
    assert_eq!(one.cseq(), other.cseq());
    assert_eq!(one.body(), other.body());
    let sorted = |head: &Head| {
        let known = |name: &str| match Name::find(name) {
            Name::Other => name.to_owned(),
            known => known.as_str().to_owned(),
        };
        let field = |(name, value): (&str, &str)| (known(name), value.to_owned());
        let mut fields: Vec<_> =
            head.fields().map(field).filter(|(name, _)| name != "Content-Length").collect();
        fields.sort_by(|one, other| one.0.cmp(&other.0));
        fields
    };
    assert_eq!(sorted(one), sorted(other));
}
