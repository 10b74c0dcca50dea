/** What the payload of an operation may have, from its JSON Schema: name, kind, limits, and what the platform says. */
import type { JSX } from "preact";
import { useQuery } from "../data/query.ts";
import { fieldsOf, type SchemaField } from "../data/schema-fields.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Tag } from "./tag.tsx";
import { Text } from "./text.tsx";

export function PayloadFields({ operation }: { operation: string | null }): JSX.Element | null {
  const w = words.value.act;
  const operations = useQuery("operations", async () => bida.operations(), 0);
  const found = operations.data?.find(({ name }) => name === operation);
  if (found === undefined) return null;
  return (
    <details class="payload-fields">
      <summary>{w.fieldsOf(found.name)}</summary>
      <dl tabIndex={0}>
        {fieldsOf(found.payload).map((field) => (
          <Field field={field} />
        ))}
      </dl>
      {found.source !== "" && (
        <p class="faint">
          <Text value={found.source} long={200} />
        </p>
      )}
    </details>
  );
}

function Field({ field: { pointer, kind, isRequired, description } }: { field: SchemaField }): JSX.Element {
  return (
    <div>
      <dt>
        <code>{pointer}</code> <span class="faint">{kind}</span>{" "}
        {isRequired && <Tag tone="busy">{words.value.act.required}</Tag>}
      </dt>
      {description !== "" && (
        <dd>
          <Text value={description} long={300} />
        </dd>
      )}
    </div>
  );
}
