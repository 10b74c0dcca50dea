/**
 * A place for questions about names. Node answers two at once (half of its four threads), for the whole process, and a name
 * server that is silent holds one for ten seconds or more, which nobody can take back. Anybody may name receivers.
 *
 * So names that nobody has answered lately share one place, and one that took long is not asked about again for a
 * minute. Names that were answered lately, and those of platforms, do not wait for it.
 */
import type { LookupAddress, LookupOptions } from "node:dns";

interface Question {
  readonly hostname: string;
  readonly options: LookupOptions;
}

export type OnAddresses = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;
export type Resolve = (question: Question, answer: OnAddresses) => void;

const PLACES = 1;
const ANSWERED_FOR_MS = 15 * 60_000;
const SLOW_MS = 3_000;
const NOT_AGAIN_MS = 60_000;
/** How long a question waits for a place; its caller has given up by then. */
const WAITS_AT_MOST_MS = 3_000;
const MOST_NAMES = 10_000;

interface Waiting {
  readonly question: Question;
  readonly answer: OnAddresses;
  readonly since: number;
}

export class NamePlaces {
  readonly #resolve: Resolve;
  readonly #now: () => number;
  /** By name, until when it counts as answered (here) or as silent (below). */
  readonly #answered = new Map<string, number>();
  readonly #silent = new Map<string, number>();
  #waiting: Waiting[] = [];
  #taken = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(resolve: Resolve, now: () => number = () => performance.now()) {
    this.#resolve = resolve;
    this.#now = now;
  }

  ask(question: Question, answer: OnAddresses): void {
    const { hostname } = question;
    if (this.#isIn(this.#silent, hostname)) return answer(silent(), []);
    if (this.#isIn(this.#answered, hostname)) return this.#look(question, answer);
    this.#waiting.push({ question, answer, since: this.#now() });
    this.#serve();
  }

  #serve(): void {
    while (this.#taken < PLACES) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      const { question, answer, since } = next;
      const isLate = this.#now() - since > WAITS_AT_MOST_MS;
      if (isLate || this.#isIn(this.#silent, question.hostname)) {
        answer(silent(), []);
        continue;
      }
      this.#taken += 1;
      this.#look(question, (error, addresses) => {
        this.#taken -= 1;
        answer(error, addresses);
        this.#serve();
      });
    }
  }

  #look(question: Question, answer: OnAddresses): void {
    const startedAt = this.#now();
    this.#resolve(question, (error, addresses) => {
      this.#learn(question.hostname, { tookMs: this.#now() - startedAt, isAnswered: error === null });
      answer(error, addresses);
    });
  }

  #learn(
    name: string,
    { tookMs, isAnswered }: { readonly tookMs: number; readonly isAnswered: boolean },
  ): void {
    this.#answered.delete(name);
    if (tookMs > SLOW_MS) this.#note(this.#silent, { name, forMs: NOT_AGAIN_MS });
    else if (isAnswered) this.#note(this.#answered, { name, forMs: ANSWERED_FOR_MS });
  }

  #note(
    names: Map<string, number>,
    { name, forMs }: { readonly name: string; readonly forMs: number },
  ): void {
    // The oldest are first.
    for (const old of names.keys()) {
      if (names.size < MOST_NAMES) break;
      names.delete(old);
    }
    names.set(name, this.#now() + forMs);
  }

  #isIn(names: Map<string, number>, name: string): boolean {
    const until = names.get(name);
    if (until !== undefined && until <= this.#now()) names.delete(name);
    return names.has(name);
  }
}

function silent(): NodeJS.ErrnoException {
  return Object.assign(new Error("its name server does not answer"), { code: "EAI_AGAIN" });
}
