/**
 * `newwork/detail`: one schedule by its id, with what each participant has done (docs/platforms/yunzhijia.md,
 * newer revision). Whether an installation has it is found out once a day for each account, and remembered.
 *
 * A refusal here proves nothing: it is not documented that it means "no such schedule". So the lists decide.
 */
import type { AccountAccess } from "../../account-access.ts";
import { mayRefuseCredentials } from "../../refused-credentials.ts";
import { recallFact, rememberFact } from "./facts.ts";
import type { Lists, Round } from "./lists.ts";
import { readSchedules } from "./read-schedules.ts";
import { rowOf } from "./schedule-row.ts";
import type { LookupPlan } from "./lookup-plan.ts";

export const DETAIL_FACT = "scheduleDetail";
/** Under `auto`, a round that asks about more schedules than this reads the lists first. */
const FEW = 10;
/** Operations whose effect the lists show as well as `detail` does. Participants are shown by `detail` alone. */
const LISTED: ReadonlySet<LookupPlan["operation"]> = new Set([
  "schedule.create",
  "schedule.repeat",
  "schedule.delete",
  "schedule.batchDelete",
]);

type Availability = "yes" | "no" | "untried";

export class Details {
  readonly #account: AccountAccess;
  readonly #lists: Lists;
  readonly #round: Round;
  readonly #refused = new Set<string>();
  readonly #asked = new Set<string>();
  readonly #isAuto: boolean;
  readonly #known: Availability;
  #availability: Availability;

  private constructor(
    account: AccountAccess,
    {
      lists,
      round,
      state,
    }: {
      readonly lists: Lists;
      readonly round: Round;
      readonly state: { isAuto: boolean; availability: Availability };
    },
  ) {
    this.#account = account;
    this.#lists = lists;
    this.#round = round;
    this.#isAuto = state.isAuto;
    this.#known = state.availability;
    this.#availability = state.availability;
  }

  static async open(
    account: AccountAccess,
    { lists, round }: { readonly lists: Lists; readonly round: Round },
  ): Promise<Details> {
    const { settings } = account;
    const lookup = settings.platform === "yunzhijia" ? settings.scheduleLookup : "lists";
    if (lookup !== "auto") {
      const availability = lookup === "detail" ? "yes" : "no";
      return new Details(account, { lists, round, state: { isAuto: false, availability } });
    }
    const fact = (await recallFact(account, { name: DETAIL_FACT, now: round.now }))?.value;
    const availability = fact === "yes" || fact === "no" ? fact : "untried";
    return new Details(account, { lists, round, state: { isAuto: true, availability } });
  }

  /** Asks about every id that has not been seen yet; with `few` only if that takes fewer calls than the lists. */
  async ask(plans: readonly LookupPlan[], amount: "few" | "all"): Promise<void> {
    const wanted = plans.flatMap((plan) => this.#unseenOf(plan).map((id) => ({ plan, id })));
    if (amount === "few" && this.#isAuto && wanted.length > mostBeforeLists(wanted)) return;
    const [first, ...rest] = wanted;
    if (first === undefined || this.#availability === "no") return;
    if (this.#availability === "untried") {
      await this.#askOne(first.id, first.plan);
      if (this.#mayAsk()) await this.#askAll(rest);
    } else await this.#askAll(wanted);
  }

  #mayAsk(): boolean {
    return this.#availability === "yes";
  }

  async #askAll(wanted: readonly { readonly plan: LookupPlan; readonly id: string }[]): Promise<void> {
    await Promise.all(wanted.map(({ id, plan }) => this.#askOne(id, plan)));
  }

  /** Remembers whether `detail` works. If it refuses schedules that the lists show, this account cannot use it. */
  async conclude(): Promise<void> {
    const refusesWhatIsThere = [...this.#refused].some((id) => this.#lists.seen(id) !== null);
    if (this.#availability === "untried" && refusesWhatIsThere) this.#availability = "no";
    if (!this.#isAuto || this.#availability === this.#known || this.#availability === "untried") return;
    await rememberFact(this.#account, { name: DETAIL_FACT, value: this.#availability, now: this.#round.now });
  }

  #unseenOf({ ids }: LookupPlan): string[] {
    return ids.filter((id) => this.#lists.seen(id) === null && !this.#asked.has(id));
  }

  async #askOne(id: string, plan: LookupPlan): Promise<void> {
    this.#asked.add(id);
    // Any other refusal may be how it says "no such schedule".
    const question = { endpoint: "detail", json: { id }, suspectsToken: mayRefuseCredentials } as const;
    const reading = await readSchedules(question, { account: this.#account, asking: this.#round });
    if (!(reading.kind === "trouble" && !reading.trouble.wasAsked)) plan.calls += 1;
    switch (reading.kind) {
      case "data": {
        const row = rowOf(reading.data);
        if (row === null || row.id !== id) return void this.#refused.add(id);
        this.#lists.show(row, { kind: "detail", digest: reading.digest });
        this.#availability = "yes";
        return;
      }
      case "refused":
        this.#refused.add(id);
        return;
      case "noEndpoint":
        this.#availability = "no";
        return;
      case "tooLarge":
      case "trouble":
        return;
    }
  }
}

/** Where the lists of days show everything, one call for each day is enough, whatever the number of schedules. */
function mostBeforeLists(wanted: readonly { readonly plan: LookupPlan }[]): number {
  const areListed = wanted.every(({ plan }) => LISTED.has(plan.operation) && plan.created.days.length > 0);
  if (!areListed) return FEW;
  return Math.min(FEW, new Set(wanted.flatMap(({ plan }) => plan.created.days)).size);
}
