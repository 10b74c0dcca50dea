import type { JSX } from "preact";
import type { Delivery } from "../../../src/doors/client/types.ts";
import { words } from "../words/words.ts";
import { Table } from "../parts/table.tsx";
import { RecipientTag } from "../parts/tag.tsx";
import { Moment, Short, Text } from "../parts/text.tsx";
import { pairs } from "../data/show.ts";

type Recipient = Delivery["recipients"][number];

export function Recipients({ recipients }: { recipients: readonly Recipient[] }): JSX.Element {
  const w = words.value.delivery;
  return (
    <section aria-labelledby="recipients">
      <h2 id="recipients">
        {w.recipients} <small>{recipients.length}</small>
      </h2>
      <Table
        label={w.recipients}
        rows={recipients}
        idOf={({ id }) => id}
        columns={[
          { title: w.recipient, of: ({ id }) => (id === "*" ? w.everybody : <Text value={id} long={80} />) },
          { title: w.status, of: ({ status }) => <RecipientTag status={status} /> },
          { title: w.evidence, of: (recipient) => <Evidence evidence={recipient.evidence} /> },
          { title: w.when, of: ({ evidence, at }) => <Moment iso={evidence?.at ?? at} /> },
          {
            title: w.platformId,
            of: ({ receipt }) => <Text value={receipt === null ? null : pairs(receipt)} long={120} />,
          },
          { title: w.detail, kind: "wide", of: ({ detail }) => <Text value={detail} long={160} /> },
        ]}
      />
    </section>
  );
}

function Evidence({ evidence }: { evidence: Recipient["evidence"] }): JSX.Element {
  if (evidence === null) return <span class="faint">–</span>;
  return (
    <>
      {words.value.evidence[evidence.kind]}{" "}
      <code title={evidence.digest}>
        <Short value={evidence.digest} long={10} />
      </code>
      {evidence.note !== undefined && (
        <>
          {" "}
          <Text value={evidence.note} long={120} />
        </>
      )}
    </>
  );
}
