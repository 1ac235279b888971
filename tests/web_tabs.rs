//! Devices that share one registration, as those of several tabs do.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/tabs.js",
    one_socket_and_one_registration_serve_all: "oneSocketAndOneRegistrationServeAll",
    a_call_rings_in_each_and_is_answered_in_one: "aCallRingsInEachAndIsAnsweredInOne",
    a_refusal_is_that_of_all: "aRefusalIsThatOfAll",
    the_next_one_leads_when_the_first_is_gone: "theNextOneLeadsWhenTheFirstIsGone",
    a_page_about_to_be_frozen_leads_no_more: "aPageAboutToBeFrozenLeadsNoMore",
    the_last_that_stops_unregisters: "theLastThatStopsUnregisters",
    each_registers_for_itself_where_the_browser_cannot_share: "eachRegistersForItselfWhereTheBrowserCannotShare",
    what_else_is_said_on_the_channel_is_ignored: "whatElseIsSaidOnTheChannelIsIgnored",
}
