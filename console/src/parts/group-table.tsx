/** Dead letters by what they have in common; a remedy in plain words stands beside the reason. */
import type { JSX } from "preact";
import type { DeadLetterFilter, DeadLetterGroups } from "../../../src/doors/client/types.ts";
import { letterAct, type DeadLetterAct } from "../data/acts.ts";
import { pathTo } from "../data/place.ts";
import { mayAct } from "../data/session.ts";
import { moment, number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Table, type Column } from "./table.tsx";
import { editingField } from "./field-dialog.tsx";
import { managing } from "./group-dialog.tsx";
import { reasonWords, Tag, type Tone } from "./tag.tsx";
import { Moment, Short, Text } from "./text.tsx";

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
    { title: w.state, of: (group) => <Mark group={group} /> },
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

const TONES: Readonly<Record<Group["state"], Tone>> = {
  new: "bad",
  acknowledged: "busy",
  snoozed: "calm",
  recurring: "warn",
};

function Mark({ group: { state, mark } }: { group: Group }): JSX.Element {
  const w = words.value.dead;
  return (
    <>
      <Tag tone={TONES[state]}>{w.states[state]}</Tag>{" "}
      {mark?.assignee != null && <Text value={mark.assignee} long={40} />}
      {mark?.assignee == null && mark?.acknowledgedBy != null && (
        <span class="faint">{w.acknowledgedBy(mark.acknowledgedBy)}</span>
      )}{" "}
      {state === "snoozed" && mark?.snoozedUntil != null && (
        <span class="faint">{w.until(moment(mark.snoozedUntil))}</span>
      )}{" "}
      {mark?.note != null && <Text value={mark.note} long={80} />}
    </>
  );
}

function Acts({ group }: { group: Group }): JSX.Element {
  const w = words.value.act;
  return (
    <span class="row-acts">
      <button type="button" onClick={() => actOnGroup("replay", group)}>
        {w.replayAll}
      </button>
      <button type="button" class="quiet" onClick={() => actOnGroup("verify", group)}>
        {w.verifyGroup}
      </button>
      <button type="button" class="quiet" onClick={() => (managing.value = group)}>
        {words.value.dead.manage}
      </button>
      <button type="button" class="quiet" onClick={() => (editingField.value = filterOf(group))}>
        {w.editFieldOf}
      </button>
      <button type="button" class="quiet" onClick={() => actOnGroup("discard", group)}>
        {w.discardAll}
      </button>
    </span>
  );
}

export function actOnGroup(act: DeadLetterAct["act"], group: Group): void {
  letterAct.value = { act, target: { kind: "matching", filter: filterOf(group) } };
}

function filterOf({ account, operation, reason, code }: Group): DeadLetterFilter {
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
