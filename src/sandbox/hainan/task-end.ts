/**
 * /tc/openapi/task/finish.json and /cancel.json, siblings of create at the same
 * task centre (docs/platforms/hainan.md, "Tasks"; `cancelPakcage` is their spelling).
 * Whether Hainan has them is unknown: setting `hainanFinish`.
 */
import { z } from "zod";
import { type Endpoint, jsonReply } from "../endpoint.ts";
import { taskRefusal, taskSuccess } from "./answers.ts";
import { taskEndpoint } from "./gateway.ts";

const text = z.string().min(1);
const flag = z.enum(["true", "false"]).optional();

export const finishTask = endingEndpoint("finish", {
  schema: z.object({ userId: text, taskUuid: text, closePackage: flag }),
  packageFlag: "closePackage",
});
export const cancelTask = endingEndpoint("cancel", {
  schema: z.object({ userId: text, taskUuid: text, cancelPakcage: flag }),
  packageFlag: "cancelPakcage",
});

function endingEndpoint<Flag extends string>(
  change: "finish" | "cancel",
  {
    schema,
    packageFlag,
  }: {
    readonly schema: z.ZodType<{ taskUuid: string } & { [Name in Flag]?: string | undefined }>;
    readonly packageFlag: Flag;
  },
): Endpoint {
  const endpoint = taskEndpoint({
    name: `task.${change}`,
    entity: "taskUuid",
    answer: (call, given) => {
      const { settings, tasks } = call.state;
      const parameters = schema.safeParse(given);
      if (!parameters.success)
        return taskRefusal(settings, { code: "PARAMETER", message: z.prettifyError(parameters.error) });
      const task = tasks.find(parameters.data.taskUuid);
      if (!task)
        return taskRefusal(settings, {
          code: "NO_SUCH_TASK",
          message: `there is no task ${parameters.data.taskUuid}`,
        });
      if (call.fault?.fault === "not-stored") return taskSuccess(null, "stored 0");
      tasks.end(task, { change, wholePackage: given[packageFlag] === "true" });
      return taskSuccess(null, `${change} done`);
    },
  });
  return {
    ...endpoint,
    perform: (call) =>
      call.state.settings.hainanFinish
        ? endpoint.perform(call)
        : jsonReply(
            { success: false, errorMsg: "no such api" },
            { outcome: "no such endpoint", status: 404 },
          ),
  };
}
