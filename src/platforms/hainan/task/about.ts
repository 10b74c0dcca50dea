/**
 * What the contract says about Hainan tasks: the fields as document 003 describes them, and an example of each
 * operation.
 */
import type { About } from "../../channel.ts";

const person =
  "Name and image, as an object `{imgId, name}` or as JSON in a text; without it, none are shown.";
const link = "a GET URL with parameters, at most 1000 characters.";

const create: About = {
  summary: "Creates a task for one or many assignees; proven by its taskUuid and packageUuid",
  source: "document 003 (create task v2)",
  fields: {
    subject: "The title, at most 200 characters.",
    creatorId: "Who creates it: an accountId.",
    tenantId: "The tenant.",
    url: `The page that it opens on a PC: ${link}`,
    mobileUrl: `The page that it opens on a phone: ${link}`,
    assigneeId: "The assignee: an accountId. For several people, see assignees.",
    assignees: "Several people, in one package: each gets a task of their own. Bida's own; never sent.",
    "assignees[].assigneeId": "The assignee: an accountId.",
    "assignees[].assigneeInfo": person,
    "assignees[].bizTaskId": "For this task, instead of the payload's.",
    "assignees[].subject": "For this task, instead of the payload's.",
    "assignees[].url": "For this task, instead of the payload's.",
    "assignees[].mobileUrl": "For this task, instead of the payload's.",
    bizTaskId: "The id of the business record, unique there: the platform keeps one task for each id.",
    assigneeInfo: person,
    creatorInfo: person,
    dueTime: "When it is due: yyyy-MM-dd HH:mm:ss.",
    packageUuid: "The package that the task joins; without it, a new one is made.",
    of: "Instead of packageUuid: the key of the create whose package it joins. Bida's own; never sent.",
    isSendDynamicCard: "Whether a dynamic card is sent.",
    dueNotifyTypeArr:
      "How to remind: app (a window), notification (a message), or both, as a list or with a comma.",
    dueNotifyLevel:
      "When to remind: 0 at dueTime, 1 15 minutes before it, 2 an hour, 3 three hours, 4 a day.",
    isSendWindowNotice: "Whether a window is shown.",
    tag: "A tag.",
    description: "A longer text.",
    sourceAppkey: "The appkey of its origin, assigned by the task centre.",
    detailLinkOpenType:
      "How url is opened: pc_slide (next to the page) or ddtab (in a tab of its own; the default).",
  },
  example: {
    subject: "建设项目用地预审(000001)",
    creatorId: "10001",
    creatorInfo: { imgId: "", name: "张晓峰" },
    tenantId: "1",
    assignees: [
      { assigneeId: "20000", assigneeInfo: { imgId: "", name: "成建蒋" } },
      { assigneeId: "20001", assigneeInfo: { imgId: "", name: "王海燕" } },
    ],
    url: "https://oa.example.com/matter?id=000001",
    mobileUrl: "https://m.example.com/matter?id=000001",
    dueTime: "2026-12-01 18:00:00",
    dueNotifyTypeArr: "app,notification",
    dueNotifyLevel: 2,
    detailLinkOpenType: "ddtab",
  },
};

const ended = {
  userId: "Who ends it: an accountId.",
  taskUuid: "The task.",
  of: "Instead of taskUuid: the key of the delivery that creates the task. Bida's own; never sent.",
  assigneeId: "With of, if the create has several assignees: whose task. Bida's own; never sent.",
};
const example = { userId: "10001", of: "gov-matter-2026-000001", assigneeId: "20000" };

export const ABOUT = {
  "task.create": create,
  "task.finish": {
    summary: "Finishes a task",
    source: "finish.json of the same product; not in document 003",
    fields: { ...ended, closePackage: "Whether the whole package is finished with it." },
    example,
  },
  "task.cancel": {
    summary: "Cancels a task",
    source: "cancel.json of the same product; not in document 003",
    fields: {
      ...ended,
      cancelPakcage: "Whether the whole package is cancelled with it; the platform's spelling.",
    },
    example,
  },
} as const satisfies Record<string, About>;
