import type { Causes, TelnyxErrorConstructor, TelnyxError as Failure } from "../pkg/telnyx_device.js";

export type * from "../pkg/telnyx_device.js";
export { TelnyxDevice } from "../pkg/telnyx_device.js";

/** What a promise of a device or call is rejected with. */
export type TelnyxError = Failure;
export declare const TelnyxError: TelnyxErrorConstructor;

/** Each `cause`, by its name. */
export declare const causes: Causes;

/** The version of the package. */
export declare const version: string;
