//! Which transaction a request belongs to (RFC 3261 §17.2.3), and whether it came on two ways (§8.2.2.2).

use crate::message::{Method, Request, Via};

/// Whether `arrived` belongs to the transaction that `first` has begun: as its repetition, its ACK, or the
/// CANCEL of it.
pub(super) fn is_same(first: &Request, arrived: &Request) -> bool {
    let (old, new) = (first.via(), arrived.via());
    if has_cookie(&new) {
        return new.branch() == old.branch()
            && new.host().eq_ignore_ascii_case(old.host())
            && new.port() == old.port();
    }
    // A peer of RFC 2543, whose branches are not unique. Deviation: the To tag of its ACK, which is to be the one
    // that we gave, is not looked at, for all else being equal it cannot mean another transaction.
    new.as_str() == old.as_str()
        && arrived.uri().as_str() == first.uri().as_str()
        && has_same_origin(first, arrived)
        && (*arrived.method() == Method::Ack || arrived.to().tag() == first.to().tag())
}

/// Whether `arrived`, which belongs to no transaction, is the request of `living` all the same, having come on
/// another way.
pub(super) fn is_merged(living: &Request, arrived: &Request) -> bool {
    arrived.to().tag().is_none() && living.method() == arrived.method() && has_same_origin(living, arrived)
}

fn has_same_origin(one: &Request, other: &Request) -> bool {
    one.cseq().number == other.cseq().number
        && one.call_id() == other.call_id()
        && one.from().tag() == other.from().tag()
}

/// The magic cookie of RFC 3261 §8.1.1.7.
fn has_cookie(via: &Via<'_>) -> bool {
    let start = via.branch().and_then(|branch| branch.get(..7));
    start.is_some_and(|start| start.eq_ignore_ascii_case("z9hG4bK"))
}
