/**
 * Loaded before a worker's own code: its wall clock steps forward or back on command. Timers and the monotonic
 * clock are not changed.
 */
const trueNow = Date.now;
let offsetMs = 0;
const now = (): number => trueNow() + offsetMs;

globalThis.Date = new Proxy(Date, {
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: () => new Date(now()).toString(),
});

process.on("message", (message: { readonly stepMs?: number }) => {
  offsetMs += message.stepMs ?? 0;
});
// On a busy machine a worker may start slowly. The signal to reload its configuration must not end it before
// its own code handles it.
process.on("SIGHUP", () => undefined);
// The channel to the program must not keep a worker that has stopped.
process.channel?.unref();
