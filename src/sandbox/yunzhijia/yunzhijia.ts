/**
 * The pretend Yunzhijia: which path is which endpoint.
 */
import { fieldOf, textOf, type Answer, type Call, type Endpoint, type Platform, type PlatformClock } from "../platform.ts";
import { TodoLedger } from "./todo-ledger.ts";
import { action, checkCreateTodo, generateTodo } from "./todos.ts";
import { Tokens } from "./tokens.ts";

const TODO = "/gateway/newtodo/open";
const TOKEN = "/gateway/oauth2/token";

export class Yunzhijia implements Platform {
  readonly tokens: Tokens;
  readonly #todos: TodoLedger;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(clock: PlatformClock) {
    const tokens = new Tokens(clock);
    const todos = new TodoLedger(clock);
    this.tokens = tokens;
    this.#todos = todos;
    this.#endpoints = new Map([
      [`${TOKEN}/getAccessToken`, tokenEndpoint((call) => tokens.getAccessToken(call))],
      [`${TOKEN}/refreshToken`, tokenEndpoint((call) => tokens.refreshToken(call))],
      [
        `${TODO}/generatetodo.json`,
        this.#todoEndpoint("todo.create", "appId", "sourceId", (call, fault) => generateTodo(call, fault, tokens, todos)),
      ],
      [
        `${TODO}/action.json`,
        this.#todoEndpoint("todo.action", "sourcetype", "sourceitemid", (call, fault) => action(call, fault, tokens, todos)),
      ],
      [
        `${TODO}/checkcreatetodo.json`,
        this.#todoEndpoint("todo.check", "sourcetype", "sourceitemid", (call, fault) =>
          checkCreateTodo(call, fault, tokens, todos),
        ),
      ],
    ]);
  }

  endpoint({ method, path }: Pick<Call, "method" | "path">): Endpoint | null {
    return method === "POST" ? (this.#endpoints.get(path) ?? null) : null;
  }

  ledger(): Record<string, unknown> {
    return this.#todos.show();
  }

  reset(): void {
    this.#todos.reset();
  }

  #todoEndpoint(name: string, account: string, entity: string, answer: Endpoint["answer"]): Endpoint {
    return {
      name,
      account: ({ body }) => textOf(fieldOf(body, account)),
      entity: ({ body }) => textOf(fieldOf(body, entity)),
      answer: (call, fault) => {
        // The token dies for good: who uses it next is refused too.
        if (fault?.name === "token-expired") this.tokens.kill(call.query.get("accessToken") ?? "");
        return answer(call, fault);
      },
    };
  }
}

function tokenEndpoint(answer: (call: Call) => Answer): Endpoint {
  return {
    name: "token",
    account: ({ body }) => textOf(fieldOf(body, "appId")) || textOf(fieldOf(body, "eid")),
    entity: () => "",
    answer,
  };
}
