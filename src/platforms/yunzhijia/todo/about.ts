/**
 * What the contract says about todos: the fields as document 000 describes them, and an example of each
 * operation.
 */
import type { About } from "../../channel.ts";

const create: About = {
  summary: "Puts a todo in front of people; proven through checkcreatetodo, for each recipient",
  source: "document 000, section 1.3 (generatetodo)",
  fields: {
    url: "Where a click on the todo leads.",
    sourceId:
      "The id of the business record; with appId it names the todo. In todo.update it is called sourceitemid.",
    title: "The source that the todo shows.",
    headImg: "URL of the image shown next to it.",
    appId: "The application; the account's own.",
    params: "The recipients, at most 100.",
    "params[].openId": "The recipient.",
    "params[].status": "Its first state; by default it is to be done and unread.",
    "params[].status.DO": "0 to be done, 1 done; 0 if it is left out.",
    "params[].status.READ": "0 unread, 1 read; 0 if it is left out.",
    "params[].url": "For this recipient, instead of url. A newer option of the platform.",
    "params[].content": "For this recipient, instead of content. A newer option of the platform.",
    content: "The text of the todo.",
    itemtitle: "The title of the todo itself; the platform uses title if it is left out.",
    senderId: "The sender's openId.",
    sync: "Whether the platform answers with its verdict, instead of `received`. A newer option of the platform.",
    todoType: "A newer option of the platform; passed through.",
    tagId: "A newer option of the platform; passed through.",
    passUrl: "A newer option of the platform; passed through.",
  },
  example: {
    sourceId: "oa-leave-2026-000123",
    appId: "500041933",
    title: "请假审批",
    itemtitle: "请假审批",
    content: "成建蒋的请假单据需要您审批",
    headImg: "https://www.yunzhijia.com/space/c/photo/load?id=5a2f7ad750f8dd7810e79981",
    url: "https://oa.example.com/form/leave?id=oa-leave-2026-000123",
    params: [{ openId: "5a9090be44963150c2c059e6", status: { DO: 0, READ: 0 } }],
  },
};

const update: About = {
  summary: "Marks a todo as done, read or deleted; proven through checkcreatetodo if that shows it",
  source: "document 000, section 1.4 (action)",
  fields: {
    sourcetype: "The application, as appId in todo.create.",
    sourceitemid: "The id of the business record, as sourceId in todo.create.",
    actiontype:
      "The state to reach. The platform takes a field that is left out for 0: `{}` is not done, not read.",
    "actiontype.deal": "1 done, 0 not done. Done cannot be undone.",
    "actiontype.read": "1 read, 0 unread.",
    "actiontype.delete": "1 deleted, 0 not deleted.",
    openids:
      "Whose todo; a list, or a text with commas between them. Default: everybody's under this sourceitemid.",
    sync: "Whether the platform answers with its verdict, instead of `received`. A newer option of the platform.",
  },
  example: {
    sourcetype: "500041933",
    sourceitemid: "oa-leave-2026-000123",
    actiontype: { deal: 1, read: 1 },
    openids: ["5a9090be44963150c2c059e6"],
  },
};

export const ABOUT = { "todo.create": create, "todo.update": update } as const;
