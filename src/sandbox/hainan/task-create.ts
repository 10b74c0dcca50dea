/**
 * /tc/v2/openapi/task/create.json (doc 003; required fields from docs/platforms/hainan.md, "Tasks"). One call, one assignee; later assignees name the packageUuid that
 * the first reply gave. Everything travels as text.
 *
 * A repeated bizTaskId gives the same task again, success with empty data, as
 * seen on the same product elsewhere, or a task that somebody else made under it
 * (setting `duplicateBizTask`).
 */
import { z } from "zod";
import { alterText } from "../altered-text.ts";
import type { Call, Reply } from "../endpoint.ts";
import { parseJson } from "../exchange.ts";
import type { Settings } from "../settings.ts";
import { shanghaiTime } from "../shanghai.ts";
import { taskRefusal, taskSuccess } from "./answers.ts";
import { taskEndpoint } from "./gateway.ts";
import type { Task } from "./task-book.ts";

const text = z.string().min(1);
const flag = z.enum(["true", "false"]);
const person = z.string().refine((value) => {
  const json = parseJson(value);
  return typeof json === "object" && json !== null && !Array.isArray(json);
}, "not an object in JSON");
const link = text
  .refine((value) => characters(value) <= 1_000, "longer than 1000 characters")
  .refine((value) => URL.parse(value)?.protocol.startsWith("http") && new URL(value).search !== "", {
    message: "not a GET URL with parameters",
  });

const parametersSchema = z.object({
  subject: text.refine((value) => characters(value) <= 200, "longer than 200 characters"),
  creatorId: text,
  tenantId: text,
  bizTaskId: text,
  mobileUrl: link,
  url: link,
  assigneeId: text,
  assigneeInfo: person.optional(),
  creatorInfo: person.optional(),
  dueTime: z
    .string()
    .regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/,
      "not yyyy-MM-dd HH:mm:ss",
    )
    .optional(),
  packageUuid: z.string().optional(),
  isSendDynamicCard: flag.optional(),
  isSendWindowNotice: flag.optional(),
  dueNotifyTypeArr: z
    .string()
    .regex(/^(app|notification)(,(app|notification))*$/, "not app and notification, joined by commas")
    .optional(),
  dueNotifyLevel: z
    .string()
    .regex(/^[0-4]$/, "not 0 to 4")
    .optional(),
  detailLinkOpenType: z.enum(["pc_slide", "ddtab"]).optional(),
});

type Parameters = z.infer<typeof parametersSchema>;

export const createTask = taskEndpoint({
  name: "task.create",
  entity: "bizTaskId",
  answer: (call, given) => {
    const parameters = parametersSchema.safeParse(given);
    if (!parameters.success) {
      return taskRefusal(call.state.settings, {
        code: "PARAMETER",
        message: z.prettifyError(parameters.error),
      });
    }
    return createOrRepeat(call, { wanted: parameters.data, given });
  },
});

function createOrRepeat(
  call: Call,
  { wanted, given }: { readonly wanted: Parameters; readonly given: Readonly<Record<string, string>> },
): Reply {
  const { tasks, settings } = call.state;
  const known = tasks.findByBusinessId(wanted.tenantId, wanted.bizTaskId);
  if (known) tasks.countRepeat(known);
  // Without a known task this fault means: somebody else has used this bizTaskId.
  if (call.fault?.fault === "duplicate-empty") return taskSuccess({}, known ? "repeat" : "stored 0");
  // Without a known task this fault means the same, but the answer shows whose task it is.
  if (call.fault?.fault === "duplicate-foreign") {
    const task = known ?? tasks.draft({ ...wanted, packageUuid: null, parameters: given });
    return taskSuccess(taskDto(foreignTask(task), settings), known ? "repeat" : "stored 0");
  }
  if (known) return taskSuccess(duplicateData(known, settings), "repeat");
  const packageUuid = wanted.packageUuid || null;
  if (packageUuid !== null && !tasks.hasPackage(packageUuid)) {
    return taskRefusal(settings, { code: "NO_SUCH_PACKAGE", message: `there is no package ${packageUuid}` });
  }
  const task = tasks.draft({ ...wanted, packageUuid, parameters: given });
  if (call.fault?.fault === "not-stored") return taskSuccess(taskDto(task, settings), "stored 0");
  tasks.store(task);
  return taskSuccess(taskDto(task, settings), `stored ${task.taskUuid}`);
}

/** The data in the answer to a repeated bizTaskId. */
function duplicateData(known: Task, settings: Settings): unknown {
  switch (settings.duplicateBizTask) {
    case "same":
      return taskDto(known, settings);
    case "empty":
      return {};
    case "foreign":
      return taskDto(foreignTask(known), settings);
  }
}

/** A task that somebody else made under the same bizTaskId, for another person. */
function foreignTask(task: Task): Task {
  const parameters = { ...task.parameters, assigneeInfo: '{"name":"别人"}' };
  return {
    ...task,
    parameters,
    taskUuid: `f${task.taskUuid.slice(1)}`,
    packageUuid: `f${task.packageUuid.slice(1)}`,
    assigneeId: `foreign-${task.assigneeId}`,
    creatorId: `foreign-${task.creatorId}`,
    subject: "别人的待办",
  };
}

function taskDto(task: Task, settings: Settings): unknown {
  const { taskPeople } = settings;
  const { parameters } = task;
  const creator = userInfo(task.creatorId, parameters["creatorInfo"]);
  const assignee = userInfo(task.assigneeId, parameters["assigneeInfo"]);
  return {
    appKey: parameters["sourceAppkey"] ?? null,
    appName: null,
    businessType: null,
    taskUuid: task.taskUuid,
    packageUuid: task.packageUuid,
    bizTaskId: task.bizTaskId,
    ...(taskPeople === "assignee"
      ? { creator, assignee }
      : { creatorUserInfo: creator, assigneeUserInfo: assignee }),
    subject: settings.storedText === null ? task.subject : alterText(task.subject, settings.storedText),
    url: parameters["url"],
    mobileUrl: parameters["mobileUrl"],
    createTime: shanghaiTime(task.storedAt),
    startTime: shanghaiTime(task.storedAt),
    dueTime: parameters["dueTime"] ?? null,
    priority: null,
    finishTime: null,
    formValues: [],
    packageCreateTime: shanghaiTime(task.packageStoredAt),
    overdue: false,
    accelerators: [],
    needVpn: false,
    dueNotifyTypeArr: parameters["dueNotifyTypeArr"]?.split(",") ?? null,
    dueNotifyLevel: parameters["dueNotifyLevel"] === undefined ? null : Number(parameters["dueNotifyLevel"]),
    tag: parameters["tag"] ?? null,
  };
}

function userInfo(userId: string, info: string | undefined): unknown {
  const given = z
    .object({ name: z.string().optional(), imgId: z.string().optional() })
    .safeParse(parseJson(info ?? ""));
  return { userId, name: given.data?.name ?? null, imgId: given.data?.imgId ?? null };
}

function characters(value: string): number {
  return Array.from(value).length;
}
