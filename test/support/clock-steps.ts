/**
 * Loaded before a process' own code (`node --import`): each SIGUSR2 moves its wall clock by the next value of
 * BIDA_TEST_STEPS (ms, separated by spaces). Timers and the monotonic clock are not affected.
 */
const steps = (process.env["BIDA_TEST_STEPS"] ?? "").split(" ").map(Number);

const trueNow = Date.now;
let offsetMs = 0;
const now = (): number => trueNow() + offsetMs;

process.on("SIGUSR2", () => {
  offsetMs += steps.shift() ?? 0;
  process.stdout.write(`${JSON.stringify({ event: "test.stepped", offsetMs })}\n`);
});

globalThis.Date = new Proxy(Date, {
  get: (target, name, receiver) => (name === "now" ? now : Reflect.get(target, name, receiver)),
  construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
  apply: () => new Date(now()).toString(),
});
