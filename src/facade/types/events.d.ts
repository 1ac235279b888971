
/** An event as its listeners get it: `target` is the device or call. */
export interface TelnyxEvent<Target extends EventTarget, Detail> extends CustomEvent<Detail> {
  readonly target: Target;
  readonly currentTarget: Target;
}

export type TelnyxListener<Target extends EventTarget, Detail> =
  | ((this: Target, event: TelnyxEvent<Target, Detail>) => void)
  | { handleEvent(event: TelnyxEvent<Target, Detail>): void };

/** What device and call have of an EventTarget. */
export interface TelnyxEventTarget<Events> extends EventTarget {
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  dispatchEvent(event: Event): boolean;
}
