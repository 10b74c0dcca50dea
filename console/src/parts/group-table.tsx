/** Dead letters by what they have in common; a remedy in plain words stands beside the reason. */
import type { JSX } from "preact";
import type { DeadLetterFilter, DeadLetterGroups } from "../../../src/doors/client/types.ts";
import { deadLetterAct, type DeadLetterAct } from "../data/acts.ts";
import { pathTo } from "../data/place.ts";
import { mayAct } from "../data/session.ts";
import { moment, number } from "../data/show.ts";
import { words } from "../words/words.ts";
import { Table, type Column } from "./table.tsx";
import { editingField } from "../data/dialogs.ts";
import { managing } from "./group-dialog.tsx";
import { Remedy } from "./remedy.tsx";
import { Sparkline } from "./sparkline.tsx";
import { reasonWords, Tag, type Tone } from "./tag.tsx";
import { Moment, Short, Text } from "./text.tsx";

/** As the API's filter says it: of this group, and of no other one with a code. */
const NO_CODE = "-";

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
    {
      title: w.count,
      kind: "number",
      of: ({ count, trend }) => (
        <>
          <strong>{number(count)}</strong>
          {trend !== null && <Sparkline counts={trend} label={w.trend(trend.join(", "))} />}
        </>
      ),
    },
    {
      title: words.value.filter.account,
      of: ({ account, operation }) => (
        <>
          {account} <code class="since">{operation}</code>
        </>
      ),
    },
    { title: w.latest, of: (group) => <Times group={group} /> },
    { title: w.state, of: (group) => <Mark group={group} /> },
    {
      title: w.remedy,
      kind: "wide",
      of: (group) => <WhatToDo group={group} />,
    },
    ...(withActs && mayAct.value
      ? [{ title: words.value.act.column, of: (group: Group) => <Acts group={group} /> }]
      : []),
  ];
  return <Table label={label} columns={columns} rows={groups} idOf={groupId} />;
}

/** The latest one is the example, to be opened; beneath it, since when there are some. */
function Times({ group: { count, example, latestAt, firstAt } }: { group: Group }): JSX.Element {
  return (
    <>
      <a href={pathTo(`/d/${example}`)}>
        <Moment iso={latestAt} isRelative />
      </a>
      {count > 1 && (
        <small class="faint since">
          {words.value.dead.firstSeen} <Moment iso={firstAt} isRelative />
        </small>
      )}
    </>
  );
}

function Reason({ group }: { group: Group }): JSX.Element {
  const { account, operation, reason, code } = group;
  const query = { tab: "letters", account, operation, reason, code: code ?? NO_CODE };
  return (
    <a class="primary-link" href={pathTo("/dead", query)}>
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

/** What the platform said of the latest of them, what its code means, and what to do about it. */
function WhatToDo({ group: { account, reason, detail, cause, held } }: { group: Group }): JSX.Element {
  return (
    <>
      {detail !== null && (
        <div class="said">
          <Text value={detail} long={120} />
        </div>
      )}
      {cause !== null && (
        <div>
          {words.value.dead.cause}: <Text value={cause} />
        </div>
      )}
      {reason === null ? "–" : <Remedy reason={reason} />}
      {held !== null && held.lanes > 0 && (
        <div>
          <a href={pathTo("/lanes", { account })}>
            {words.value.dead.holds(number(held.lanes), number(held.waiting))}
          </a>
        </div>
      )}
    </>
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
  deadLetterAct.value = { act, target: { kind: "matching", filter: filterOf(group) } };
}

export function filterOf({ account, operation, reason, code }: Group): DeadLetterFilter {
  return {
    account,
    operation,
    ...(reason === null ? {} : { reason }),
    code: code ?? NO_CODE,
  };
}

export function groupId({ account, operation, reason, code }: Group): string {
  return [account, operation, reason, code].join("\n");
}
