/**
 * POST /gateway/newtodo/open/action.json (doc 000, 1.4; docs/platforms/yunzhijia.md, "Todos").
 * Fields that are left out are zeros; what zeros do is the setting `actionZeros`.
 */
import { z } from "zod";
import { type Call, type Reply, textField } from "../endpoint.ts";
import { parameterError, todoRefusal, todoSuccess } from "./answers.ts";
import { behindGateway } from "./gateway.ts";
import { sortRecipients } from "./recipients.ts";

const text = z.string().min(1);
const flag = z
  .union([z.literal(0), z.literal(1)])
  .default(0)
  .transform((value) => value === 1);

const bodySchema = z.object({
  sourcetype: text,
  sourceitemid: text,
  actiontype: z.object({ deal: flag, read: flag, delete: flag }),
  /** A list in the document's sample, String in its table. */
  openids: z.union([z.array(text).min(1), text.transform((list) => list.split(","))]).optional(),
  sync: z.boolean().optional(),
});

type Body = z.infer<typeof bodySchema>;

export const actOnTodo = behindGateway({
  name: "todo.action",
  kind: "write",
  scope: "app",
  entityOf: (json) => textField(json, "sourceitemid"),
  perform: (call, appId) => {
    const body = bodySchema.safeParse(call.request.json);
    if (!body.success) return todoRefusal(1, { data: parameterError(body.error) });
    if (!call.state.settings.syncMode) delete body.data.sync;
    if (body.data.sourcetype !== appId) call.state.violations.note("foreignAppId");
    if (call.fault?.fault === "parameter-error")
      return todoRefusal(1, { data: "param error:'openids' is invalid." });
    if (call.fault?.fault === "busy") return todoRefusal(202, { data: {}, success: false });
    return applyAction(call, body.data);
  },
});

function applyAction(call: Call, body: Body): Reply {
  const { good, bad } = sortRecipients(body.openids ?? [], call.fault);
  const struck = call.fault?.fault === "not-stored" || call.fault?.fault === "member-lookup-failed";
  if (!struck) changeTodos(call, { body, good });
  if (!body.sync) return todoSuccess(struck ? "accepted, not applied" : "accepted, applied");
  if (call.fault?.fault === "member-lookup-failed") return todoRefusal(404, { data: {} });
  return bad.length === 0 ? todoSuccess("applied", 200) : todoRefusal(502, { data: bad });
}

function changeTodos(
  call: Call,
  { body, good }: { readonly body: Body; readonly good: ReadonlySet<string> },
): void {
  const { clock, settings, todos } = call.state;
  const visibleAt = clock.now() + clock.scaled(call.fault?.fault === "late" ? call.fault.lateMs : 0);
  const openIds = body.openids ? [...good] : null;
  const action = { ...body.actiontype, zeros: settings.actionZeros };
  todos.act({ appId: body.sourcetype, sourceId: body.sourceitemid, openIds }, { action, visibleAt });
}
