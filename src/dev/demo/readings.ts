/**
 * How the sandbox reads the documents where they can be read in several ways. It begins with one way of each,
 * chosen by seed, and changes to the others while the demo runs, so that one demo plays nearly all of them.
 *
 * Two are left out. If a repeat is answered with somebody else's task, a lost task cannot be proven; and the
 * meaning of queryByDay stays the same, because no platform changes that every minute.
 */
import { request } from "undici";

const WITHOUT = ["foreign", "queryByDay"];
const LEFT_OUT =
  "a repeated bizTaskId is answered with somebody else's task, and queryByDay has one meaning all the time";
/** The number of ways of the reading that has most. */
const PHASES = 6;

export class ReadingsInTurn {
  readonly #url: string;
  readonly #first: readonly Reading[];
  readonly #played: Set<string>;
  #phase = 1;

  private constructor(url: string, first: readonly Reading[]) {
    this.#url = url;
    this.#first = first;
    this.#played = new Set(wordsOf(first));
  }

  static async start(sandboxUrl: string): Promise<ReadingsInTurn> {
    const { duplicateBizTask } = await ask<{ duplicateBizTask: string }>(sandboxUrl, { name: "settings" });
    if (WITHOUT.includes(duplicateBizTask))
      await ask(sandboxUrl, { name: "settings", body: { duplicateBizTask: "empty" } });
    return new ReadingsInTurn(sandboxUrl, await ask(sandboxUrl, { name: "readings" }));
  }

  /** In words. */
  get first(): readonly string[] {
    return wordsOf(this.#first);
  }

  /** All readings that were played, in words. */
  get played(): readonly string[] {
    return [...this.#played];
  }

  /**
   * Changes to the next way of each reading, depending on the share that is still to be sent; in the end back
   * to the first.
   */
  async follow(waiting: number): Promise<void> {
    if (this.#phase > PHASES || waiting > 1 - this.#phase / PHASES) return;
    this.#phase += 1;
    if (this.#phase > PHASES) {
      await ask(this.#url, {
        name: "settings",
        body: Object.fromEntries(this.#first.map(({ setting, value }) => [setting, value])),
      });
      return;
    }
    const next = await ask<Reading[]>(this.#url, {
      name: "readings",
      body: { next: true, without: WITHOUT },
    });
    for (const words of wordsOf(next)) this.#played.add(words);
  }

  inOneLine(): string {
    return `The platforms' documents were read in ${this.#played.size} ways, one after the other; never played: ${LEFT_OUT}.`;
  }
}

interface Reading {
  readonly setting: string;
  readonly value: unknown;
  readonly words: string;
}

function wordsOf(played: readonly Reading[]): string[] {
  return played.map(({ words }) => words);
}

async function ask<T>(
  sandboxUrl: string,
  { name, body }: { readonly name: string; readonly body?: unknown },
): Promise<T> {
  const call = body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) };
  return (await (await request(`${sandboxUrl}/_sandbox/${name}`, call)).body.json()) as T;
}
