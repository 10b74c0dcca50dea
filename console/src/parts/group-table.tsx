/** Dead letters by what they have in common; a remedy in plain words stands beside the reason. */
import type { JSX } from "preact";
import type { DeadLetterFilter, DeadLetterGroups } from "../../../src/doors/client/types.ts";
import { letterAct } from "../data/acts.ts";
import { pathTo } from "../data/place.ts";
import { mayAct } from "../data/session.ts";
import { number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Table, type Column } from "./table.tsx";
import { reasonWords } from "./tag.tsx";
import { Moment, Short } from "./text.tsx";

export type Group = DeadLetterGroups["items"][number];

export function GroupTable({
  groups,
  label,
  withActs = false,
}: {
  groups: readonly Group[];
  label: string;
  withActs?: boolean;
}): JSX.Element {
  const w = words.value.dead;
  const columns: readonly Column<Group>[] = [
    { title: w.reason, of: (group) => <Reason group={group} /> },
    { title: w.count, kind: "number", of: ({ count }) => <strong>{number(count)}</strong> },
    { title: words.value.filter.account, of: ({ account }) => account },
    { title: w.operation, of: ({ operation }) => <code>{operation}</code> },
    { title: w.latest, of: ({ latestAt }) => <Moment iso={latestAt} isRelative /> },
    {
      title: w.remedy,
      kind: "wide",
      of: ({ reason }) => (reason === null ? "–" : words.value.remedy[reason]),
    },
    ...(withActs && mayAct.value
      ? [{ title: words.value.act.column, of: (group: Group) => <Acts group={group} /> }]
      : []),
  ];
  return <Table label={label} columns={columns} rows={groups} idOf={groupId} />;
}

function Reason({ group }: { group: Group }): JSX.Element {
  const { account, operation, reason, code } = group;
  return (
    <a class="primary-link" href={pathTo("/dead", { tab: "letters", account, operation, reason, code })}>
      {reasonWords(reason)}
      {code !== null && (
        <>
          {" "}
          <code>
            <Short value={code} long={40} />
          </code>
        </>
      )}
    </a>
  );
}

function Acts({ group }: { group: Group }): JSX.Element {
  const w = words.value.act;
  return (
    <span class="row-acts">
      <button type="button" onClick={() => actOnGroup("replay", group)}>
        {w.replayAll}
      </button>
      <button type="button" class="quiet" onClick={() => actOnGroup("discard", group)}>
        {w.discardAll}
      </button>
    </span>
  );
}

export function actOnGroup(act: "replay" | "discard", group: Group): void {
  letterAct.value = { act, target: { kind: "matching", filter: filterOf(group) } };
}

export function filterOf({ account, operation, reason, code }: Group): DeadLetterFilter {
  return {
    account,
    operation,
    ...(reason === null ? {} : { reason }),
    ...(code === null ? {} : { code }),
  };
}

export function groupId({ account, operation, reason, code }: Group): string {
  return [account, operation, reason, code].join("\n");
}
