/**
 * The JSON schema of the configuration file, for editors. Any text may be replaced by a reference.
 */
import { z } from "zod";
import { configSchema } from "../config.ts";

const REFERENCE = "\\$\\{(env|file):[^}]+\\}";

export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema(), {
    io: "input",
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // Without this, editors would mark ${env:NAME} as an error; Bida checks the value that it stands for.
      if (jsonSchema.format === "uri") delete jsonSchema.format;
      if (typeof jsonSchema.pattern === "string" && !jsonSchema.pattern.endsWith(REFERENCE))
        jsonSchema.pattern = `${bothCases(jsonSchema.pattern)}|${REFERENCE}`;
    },
  });
  return { $schema, title: "bida.yaml", description: "The configuration of Bida", ...schema };
}

/** JSON Schema has no flag for ignoring case: each pattern lists both cases. */
function bothCases(pattern: string): string {
  return pattern.replaceAll("a-z", "a-zA-Z").replaceAll("a-f", "a-fA-F");
}
