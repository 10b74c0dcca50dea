/** What the payload of an operation may have, from its JSON Schema: name, kind, limits, and what the platform says. */
import type { JSX } from "preact";
import type { DescribedOperation } from "../../../src/doors/client/types.ts";
import { useQuery } from "../data/query.ts";
import { fieldsOf, type SchemaField } from "../data/schema-fields.ts";
import { bida } from "../data/session.ts";
import { words } from "../words/words.ts";
import { Tag } from "./tag.tsx";
import { Text } from "./text.tsx";

/** Null while it is being read, and where no account has it any more. */
export function useOperation(name: string | null): DescribedOperation | null {
  const operations = useQuery("operations", { read: async () => bida.operations(), everyMs: 0 });
  return operations.data?.find((known) => known.name === name) ?? null;
}

export function PayloadFields({
  operation: { name, payload, source },
}: {
  operation: DescribedOperation;
}): JSX.Element {
  return (
    <details class="payload-fields">
      <summary>{words.value.act.fieldsOf(name)}</summary>
      <dl tabIndex={0}>
        {fieldsOf(payload).map((field) => (
          <Field field={field} />
        ))}
      </dl>
      {source !== "" && (
        <p class="faint">
          <Text value={source} long={200} />
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
