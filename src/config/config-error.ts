import type { ConfigProblem } from "./tools/places.ts";

/** A configuration that cannot be used: one line for each problem, with file, line and field. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(
    message: string,
    {
      problems,
      options,
    }: {
      readonly problems?: readonly ConfigProblem[] | undefined;
      readonly options?: ErrorOptions | undefined;
    } = {},
  ) {
    super(message, options);
    this.problems = problems ?? [{ line: null, field: "", detail: message }];
  }
}
