
/** What a call sends, takes and plays; in the config of a device, of all its calls. */
export interface MediaWishes {
  /** The microphone, and how it is processed. False: nothing is sent. Default true. */
  audio?: boolean | MediaTrackConstraints | null;
  /** The camera. Default false. */
  video?: boolean | MediaTrackConstraints | null;
  /** Where the far side is heard; it is never removed. Default: an element of our own for each call. */
  remoteAudioElement?: HTMLAudioElement | null;
  /** The codecs that are agreed to, by preference, such as `["opus", "PCMU"]`. Default: all of the browser's. */
  codecPreferences?: readonly string[] | null;
  /** The sounds that a call makes by itself, with WebAudio: true for all. Default none. */
  tones?: boolean | Tones | null;
  /** Functions between microphone and sender, and between receiver and element. */
  processAudio?: AudioProcessors | null;
}

/** Which sounds a call makes by itself. */
export interface Tones {
  /** An incoming call rings; during another call softly. */
  ringtone?: boolean | null;
  /** It rings at the far side, which sends nothing to be heard. */
  ringback?: boolean | null;
  /** A DTMF tone is sent. */
  keys?: boolean | null;
}

/** What a single call sends, takes and plays. */
export interface CallMediaOptions extends MediaWishes {
  /** Sent instead of microphone and camera; its tracks are never stopped. */
  mediaStream?: MediaStream | null;
  /** Whether the far side is heard before it answers. Default true. */
  earlyMedia?: boolean | null;
}

/**
 * Gives the track that is to be used in place of this one, at each call and again at each change of microphone. The
 * signal is aborted when it is not needed any more, and the track that was given is stopped. What throws, gives no
 * track or takes longer than two seconds is left out, and told by `processorFailed`.
 */
export type AudioProcessor = (track: MediaStreamTrack, signal: AbortSignal) => MediaStreamTrack | PromiseLike<MediaStreamTrack>;

/** A processor for each direction. */
export interface AudioProcessors {
  /** Between the microphone and what is sent. */
  outgoing?: AudioProcessor | null;
  /** Between what the far side sends and what is heard. */
  incoming?: AudioProcessor | null;
}

/** A processor was left out. */
export interface ProcessorFailure {
  /** Which one. */
  readonly direction: "outgoing" | "incoming";
  /** What it threw. */
  readonly error: unknown;
}

/** A microphone or speaker came or went. */
export interface DevicesChanged {
  /** Those that are there now. */
  microphones: MediaDeviceInfo[];
  /** Those that are there now, where the browser shows them. */
  speakers: MediaDeviceInfo[];
  /** What was chosen or in use and is gone; the default device is used in its place. */
  lost: { kind: "audioinput" | "audiooutput"; deviceId: string; label: string }[];
}

/** How loud it is, from 0 to 1, ten times a second for each call. */
export interface Levels {
  /** Of which call. */
  call: TelnyxCall;
  /** What is sent; null where that cannot be told, as in Firefox before the page may make a sound. */
  input: number | null;
  /** What is heard. */
  output: number;
}
