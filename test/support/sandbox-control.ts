/**
 * The sandbox's control endpoints for tests: `_sandbox/<name>`.
 */
import { request } from "undici";

/** Reads, or changes if there is a body; fails the test if the sandbox refuses. */
export type SandboxControl = <T>(name: string, body?: unknown) => Promise<T>;

export function sandboxControl(sandbox: { readonly url: string }): SandboxControl {
  return async <T>(name: string, body?: unknown): Promise<T> => {
    const call = body === undefined ? {} : { method: "POST" as const, body: JSON.stringify(body) };
    const answer = await request(`${sandbox.url}/_sandbox/${name}`, call);
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`the sandbox refused ${name}: ${text}`);
    return JSON.parse(text) as T;
  };
}
