/** Which path is which endpoint. Everything else is 404. */
import type { Endpoint } from "./endpoint.ts";
import { actOnTodo } from "./yunzhijia/todo-action.ts";
import { checkTodo } from "./yunzhijia/todo-check.ts";
import { createTodo } from "./yunzhijia/todo-create.ts";
import { getAccessToken, refreshAccessToken } from "./yunzhijia/token-endpoints.ts";

const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ["/gateway/oauth2/token/getAccessToken", getAccessToken],
  ["/gateway/oauth2/token/refreshToken", refreshAccessToken],
  ["/gateway/newtodo/open/generatetodo.json", createTodo],
  ["/gateway/newtodo/open/action.json", actOnTodo],
  ["/gateway/newtodo/open/checkcreatetodo.json", checkTodo],
]);

export function endpointAt(path: string): Endpoint | null {
  return endpoints.get(path) ?? null;
}
