/**
 * How the sandbox reads the documents where they can be read in two ways: one way of each by seed, and then
 * the others in turn while the deliveries are on their way, so that one demo plays nearly all of them.
 *
 * Two are not for the demo: where a repeat is answered with somebody else's task, nobody can prove a lost
 * one; and what queryByDay means stays, because no platform changes it every minute.
 */
import { request } from "undici";

const WITHOUT = ["foreign", "queryByDay"];
const LEFT_OUT =
  "a repeated bizTaskId is answered with somebody else's task, and queryByDay has one meaning all the time";
/** As many as the reading with most ways has. */
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

  /** In words, all that were played. */
  get played(): readonly string[] {
    return [...this.#played];
  }

  /** Goes on to the next way of each reading when the share that is still to be sent says so; at last to the first. */
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
