/**
 * Loaded before a worker's own code: its wall clock steps when it is told to, both ways. Timers and the
 * monotonic clock go on as ever.
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
// On a machine under load a worker may be long in starting: that it is told to read its configuration again
// must not end it before its own code listens.
process.on("SIGHUP", () => undefined);
// The channel to the program must not keep a worker that has stopped.
process.channel?.unref();
