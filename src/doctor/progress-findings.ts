/**
 * Whether an account's work makes progress: breaker, overdue deliveries, held lanes, dead letters.
 */
import type { AccountHealth } from "../operations/account-health.ts";
import { WAIT_CAUSES, type WaitCause } from "../delivery/record.ts";
import type { OperationsAccount } from "../operations/context.ts";
import type { Due, AccountProgressStore } from "../storage/account-progress-store.ts";
import { localMoment } from "../language/local-moment.ts";
import { say, type FixedSentence } from "../language/say.ts";
import { broken, lasting, ok, warning, type Finding } from "./finding.ts";

/** A worker looks once a second, and takes over within 15 s: what is overdue for longer than this has no worker. */
const OVERDUE_TOO_LONG_MS = 60_000;
const DEAD_LETTERS_LOOKED_AT = 1_000;
const WAITING_LOOKED_AT = 200;

export async function progressFindings(
  account: OperationsAccount,
  { progress, now }: { readonly progress: AccountProgressStore; readonly now: number },
): Promise<Finding[]> {
  const about = say("account {account}", { account: account.name });
  const [health, due, lanes, told, putOff] = await Promise.all([
    account.health.read(),
    progress.due(),
    laneFindings(account, { progress, about }),
    toldToWait(account, { progress, now }),
    putOffChecks(account, { progress, now }),
  ]);
  const standing = stateFindings(health, { name: account.name, now });
  const stuck = standing.length > 0 ? [] : overdueFindings(due, { about, now });
  const findings = [
    ...standing,
    ...stuck,
    ...waitFindings(told, { about, now }),
    ...putOffFindings(putOff, { about, now }),
    ...callbackFindings(due, { about, now }),
    ...failingCallbackFindings(health, about),
    ...lanes,
    ...deadLetterFindings(health, account.name),
  ];
  const { queued, sending, retrying, confirming } = health.counts;
  const backlog = queued + sending + retrying + confirming;
  return findings.length > 0
    ? findings
    : [ok(about, say("nothing blocks it; deliveries under way: {backlog}", { backlog }))];
}

function leftAlone({ of, until }: AccountHealth["breaker"], now: number): string {
  const when = whenOf(until, now);
  switch (of) {
    case "sends":
      return say(
        "most sends to its platform failed while checks were answered; nothing is sent, and one send is tried {when}",
        { when },
      );
    case "checks":
      return say(
        "most checks on its platform failed while sends were answered; nothing is checked, and one check is tried {when}",
        { when },
      );
    case "all":
    case null:
      return say("most calls to its platform failed; no calls are made, and one is tried {when}", { when });
  }
}

/** States that explain overdue deliveries. */
function stateFindings(
  { pause, breaker }: AccountHealth,
  { name, now }: { readonly name: string; readonly now: number },
): Finding[] {
  const about = say("account {account}", { account: name });
  if (pause !== null)
    return [
      warning({
        about,
        found:
          pause.until === null
            ? say("is paused until somebody resumes it: nothing is sent or checked")
            : say("is paused until {moment}: nothing is sent or checked", {
                moment: localMoment(pause.until),
              }),
        mend: say("When that is over: bida accounts resume {account}", { account: name }),
      }),
    ];
  switch (breaker.state) {
    case "closed":
      return [];
    case "held":
      return [
        broken({
          about,
          found: say(
            "is held: the platform refused its credentials, and its deliveries wait; it is tried again {when}",
            {
              when: whenOf(breaker.until, now),
            },
          ),
          mend: say(
            "Correct the secrets of accounts.{account} and restart the workers; they probe once a minute.",
            {
              account: name,
            },
          ),
        }),
      ];
    case "open": {
      const found = leftAlone(breaker, now);
      return [
        broken({ about, found, mend: say("Nothing is lost: ask the platform's operators, and wait.") }),
      ];
    }
  }
}

function whenOf(until: number | null, now: number): string {
  if (until === null || until <= now) return say("now");
  return say("in {time} ({clock})", { time: lasting(until - now), clock: localMoment(until) });
}

interface Wait {
  readonly cause: WaitCause;
  readonly until: number;
  readonly detail: string | null;
}

/** Deliveries that were tried, did not leave, and wait until a time that the platform or Bida has set. */
async function toldToWait(
  account: OperationsAccount,
  { progress, now }: { readonly progress: AccountProgressStore; readonly now: number },
): Promise<Wait[]> {
  const ids = await progress.later(now, WAITING_LOOKED_AT);
  return (await account.lists.read(ids)).flatMap((stored): Wait[] => {
    if (stored === null || stored === "unreadable") return [];
    const { state } = stored.delivery;
    if (state.status !== "queued" && state.status !== "retrying") return [];
    const { waitCause: cause, nextAt: until, detail } = state;
    return cause === null || until <= now ? [] : [{ cause, until, detail }];
  });
}

const WHY: Readonly<Record<WaitCause, readonly [found: FixedSentence, mend: FixedSentence]>> = {
  throttled: [
    "the platform asks for fewer calls",
    "Nothing is lost: wait, or ask the platform's operators for a higher limit and lower the account's rate.",
  ],
  busy: ["the platform says that it is busy", "Nothing is lost: wait, or ask the platform's operators."],
  unreachable: ["the platform could not be reached", "Check the network path; see what doctor found above."],
  unauthorized: [
    "the platform refused the credentials",
    "Compare the account's secrets with the platform's.",
  ],
};

function waitFindings(
  waits: readonly Wait[],
  { about, now }: { readonly about: string; readonly now: number },
): Finding[] {
  return WAIT_CAUSES.flatMap((cause) => {
    const those = waits.filter((wait) => wait.cause === cause).toSorted((a, b) => b.until - a.until);
    const [last] = those;
    if (last === undefined) return [];
    const [why, mend] = WHY[cause];
    const known = { many: manyOf(those.length), why: say(why), when: whenOf(last.until, now) };
    const found =
      last.detail === null
        ? say("deliveries that wait because {why}: {many}; the last is tried again {when}", known)
        : say("deliveries that wait because {why} ({detail}): {many}; the last is tried again {when}", {
            ...known,
            detail: last.detail,
          });
    return [warning({ about, found, mend: say(mend) })];
  });
}

function manyOf(count: number): string {
  return count >= WAITING_LOOKED_AT ? say("{count} or more", { count: WAITING_LOOKED_AT }) : `${count}`;
}

interface PutOff {
  readonly id: string;
  readonly until: number;
}

/** Deliveries whose check was put off: by the platform (Retry-After), by its limits, or by the account's rate. */
async function putOffChecks(
  account: OperationsAccount,
  { progress, now }: { readonly progress: AccountProgressStore; readonly now: number },
): Promise<PutOff[]> {
  const ids = await progress.checkedLater(now, WAITING_LOOKED_AT);
  return (await account.lists.read(ids)).flatMap((stored): PutOff[] => {
    if (stored === null || stored === "unreadable") return [];
    const { request, state } = stored.delivery;
    if (state.status !== "confirming" || state.waitCause === null) return [];
    return state.nextAt > now ? [{ id: request.id, until: state.nextAt }] : [];
  });
}

/** The platform's own limits last about a minute: a longer wait was asked for. */
const USUAL_WAIT_MS = 70_000;
const NAMED_AT_MOST = 3;

function putOffFindings(
  checks: readonly PutOff[],
  { about, now }: { readonly about: string; readonly now: number },
): Finding[] {
  const sorted = checks.toSorted((a, b) => b.until - a.until);
  const [last] = sorted;
  if (last === undefined) return [];
  const names = sorted.slice(0, NAMED_AT_MOST).map(({ id }) => id);
  const named = `${names.join(", ")}${checks.length > names.length ? ", …" : ""}`;
  const found = say(
    "sent deliveries that wait for their checks, which the platform or its limits delay: {many} ({names}); the last check is due {when}",
    { many: manyOf(checks.length), names: named, when: whenOf(last.until, now) },
  );
  if (last.until - now <= USUAL_WAIT_MS) return [ok(about, found)];
  return [
    warning({
      about,
      found,
      mend: say("Nothing is lost: wait, or ask the platform's operators for a higher limit."),
    }),
  ];
}

function overdueFindings(
  { send, confirm }: Due,
  { about, now }: { readonly about: string; readonly now: number },
): Finding[] {
  const overdue = [
    ["makes no progress: a delivery that was due to be sent has waited for {time}", send],
    ["makes no progress: a delivery whose check was due has waited for {time}", confirm],
  ] as const;
  return overdue.flatMap(([found, at]) => {
    if (at === null || now - at < OVERDUE_TOO_LONG_MS) return [];
    return [
      broken({
        about,
        found: say(found, { time: lasting(now - at) }),
        mend: say("Start a worker (bida worker), or look into the log of the one that runs."),
      }),
    ];
  });
}

function callbackFindings(
  { callback }: Due,
  { about, now }: { readonly about: string; readonly now: number },
): Finding[] {
  if (callback === null || now - callback < OVERDUE_TOO_LONG_MS) return [];
  const found = say("a callback has been due for {time}", { time: lasting(now - callback) });
  return [broken({ about, found, mend: say("Start the callback worker: bida callback") })];
}

function failingCallbackFindings({ failingCallbacks: count }: AccountHealth, about: string): Finding[] {
  if (count === 0) return [];
  const found = say("callbacks that failed several times, and are tried again for a day: {count}", { count });
  const mend = say(
    "Look at their receiver: the log of bida callback has what it answered, as callback.tried; bida status ID --callback has the address.",
  );
  return [warning({ about, found, mend })];
}

async function laneFindings(
  account: OperationsAccount,
  { progress, about }: { readonly progress: AccountProgressStore; readonly about: string },
): Promise<Finding[]> {
  const range = { after: null, since: null, until: null };
  const places = await account.lists.places("status:dead", { range, most: DEAD_LETTERS_LOOKED_AT });
  const deadLetters = await account.lists.read(places.map(({ id }) => id));
  const held = await Promise.all(
    deadLetters.map(async (stored) => {
      if (stored === null || stored === "unreadable" || stored.delivery.request.lane === null) return null;
      const { id, lane } = stored.delivery.request;
      return { id, waiting: await progress.waitingBehind(id, lane) };
    }),
  );
  const lanes = held.filter((one) => one !== null && one.waiting > 0);
  const [first] = lanes;
  if (first == null) return [];
  const waiting = lanes.reduce((sum, one) => sum + (one?.waiting ?? 0), 0);
  return [
    broken({
      about,
      found: say("deliveries that wait behind dead letters in their lanes: {waiting}; such lanes: {lanes}", {
        waiting,
        lanes: lanes.length,
      }),
      mend: say("Replay or discard the heads; look at the latest with: bida dead show {id}", {
        id: first.id,
      }),
    }),
  ];
}

function deadLetterFindings({ counts }: AccountHealth, name: string): Finding[] {
  if (counts.dead === 0) return [];
  const found = say("dead letters that wait for a person: {dead}", { dead: counts.dead });
  const mend = say("See what to mend first: bida dead groups --account {account}", { account: name });
  return [warning({ about: say("account {account}", { account: name }), found, mend })];
}
