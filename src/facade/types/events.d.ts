
/** An event as its listeners get it: `target` is the device or call. */
export interface TelnyxEvent<Target extends EventTarget, Detail> extends CustomEvent<Detail> {
  /** Whose event it is. */
  readonly target: Target;
  /** The same as `target`: events do not bubble. */
  readonly currentTarget: Target;
}

/** What `addEventListener` takes: a function, or an object with `handleEvent`. */
export type TelnyxListener<Target extends EventTarget, Detail> =
  | ((this: Target, event: TelnyxEvent<Target, Detail>) => void)
  | { handleEvent(event: TelnyxEvent<Target, Detail>): void };

/** What device and call have of an EventTarget. */
export interface TelnyxEventTarget<Events> extends EventTarget {
  /** Calls `listener` with every event of this type; its `detail` has what `on` gives as arguments. */
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The same, for events of the application's own. */
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
  /** Takes back what `addEventListener` did. */
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: TelnyxListener<this, Events[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
  /** The same, for events of the application's own. */
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | EventListenerOptions): void;
  /** Tells the listeners of an event of the application's own; false where one of them called `preventDefault()`. */
  dispatchEvent(event: Event): boolean;
}
