//! Microphones and speakers: chosen, remembered, lost and found; autoplay; levels.
#![cfg(target_arch = "wasm32")]

#[macro_use]
mod web;

scenarios! { "/tests/web/devices.js",
    the_devices_are_listed_by_kind: "theDevicesAreListedByKind",
    a_chosen_microphone_is_used_and_remembered: "aChosenMicrophoneIsUsedAndRemembered",
    a_chosen_microphone_that_is_gone_meanwhile_is_done_without: "aChosenMicrophoneThatIsGoneMeanwhileIsDoneWithout",
    a_microphone_that_is_not_there_is_refused: "aMicrophoneThatIsNotThereIsRefused",
    the_microphone_changes_during_a_call: "theMicrophoneChangesDuringACall",
    a_stream_of_the_applications_stays_unless_the_call_is_told: "aStreamOfTheApplicationsStaysUnlessTheCallIsTold",
    the_last_choice_counts: "theLastChoiceCounts",
    a_new_camera_does_not_undo_the_choice_of_a_microphone: "aNewCameraDoesNotUndoTheChoiceOfAMicrophone",
    what_the_browser_refuses_is_named: "whatTheBrowserRefusesIsNamed",
    a_failed_replacement_is_the_failure_of_nothing_else: "aFailedReplacementIsTheFailureOfNothingElse",
    the_processor_stands_behind_the_new_microphone_too: "theProcessorStandsBehindTheNewMicrophoneToo",
    a_lost_microphone_is_replaced_and_told: "aLostMicrophoneIsReplacedAndTold",
    a_microphone_that_ends_is_replaced: "aMicrophoneThatEndsIsReplaced",
    the_speaker_follows_the_choice: "theSpeakerFollowsTheChoice",
    without_set_sink_id_a_speaker_cannot_be_chosen: "withoutSetSinkIdASpeakerCannotBeChosen",
    nobody_looks_at_the_devices_unasked: "nobodyLooksAtTheDevicesUnasked",
    the_far_side_hears_the_other_microphone: "theFarSideHearsTheOtherMicrophone",
    refused_autoplay_is_told_and_resumed: "refusedAutoplayIsToldAndResumed",
    levels_follow_the_sound_while_somebody_listens: "levelsFollowTheSoundWhileSomebodyListens",
}
