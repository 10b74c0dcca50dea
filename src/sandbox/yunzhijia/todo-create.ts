/**
 * POST /gateway/newtodo/open/generatetodo.json (doc 000, 1.3; required fields
 * and the table of `sync:true` from docs/platforms/yunzhijia.md, "Todos").
 *
 * Without `sync` a success means "received" and nothing more: bad recipients, and a call with more than 100,
 * are then silently dropped.
 */
import { z } from "zod";
import { type Call, type Reply, textField } from "../endpoint.ts";
import { unknownFields } from "../exact-numbers.ts";
import { parameterError, todoRefusal, todoSuccess } from "./answers.ts";
import { behindGateway } from "./gateway.ts";
import { sortRecipients } from "./recipients.ts";

const mostRecipients = 100;
const text = z.string().min(1);
const flag = z.union([z.literal(0), z.literal(1)]);

const recipientSchema = z.object({
  openId: text,
  status: z.object({ DO: flag.default(0), READ: flag.default(0) }).optional(),
  url: z.string().optional(),
  content: z.string().optional(),
});

const bodySchema = z.object({
  url: text,
  sourceId: text,
  title: text,
  headImg: text,
  appId: text,
  content: z.string().optional(),
  itemtitle: z.string().optional(),
  senderId: z.string().optional(),
  sync: z.boolean().optional(),
  params: z.array(recipientSchema).min(1),
});

type Body = z.infer<typeof bodySchema>;

export const createTodo = behindGateway({
  name: "todo.create",
  kind: "write",
  scope: "app",
  entityOf: (json) => textField(json, "sourceId"),
  perform: (call, appId) => {
    const body = bodySchema.safeParse(call.request.json);
    if (!body.success) return todoRefusal(0, { data: parameterError(body.error) });
    if (!call.state.settings.syncMode) delete body.data.sync;
    if (body.data.appId !== appId) call.state.violations.note("foreignAppId");
    if (call.fault?.fault === "parameter-error")
      return todoRefusal(0, { data: "param error:'url' is invalid." });
    if (call.fault?.fault === "busy") return todoRefusal(202, { data: {}, success: false });
    if (body.data.params.length > mostRecipients) return refuseCrowd(call, body.data);
    return storeTodos(call, body.data);
  },
});

function refuseCrowd(call: Call, body: Body): Reply {
  call.state.violations.note("tooManyRecipients");
  return body.sync ? todoRefusal(203, { data: {} }) : todoSuccess("accepted, too many recipients, stored 0");
}

function storeTodos(call: Call, body: Body): Reply {
  const openIds = body.params.map(({ openId }) => openId);
  const { good, bad } = sortRecipients(openIds, call.fault);
  const outcome = call.fault?.fault === "not-stored" ? "stored 0" : storeEach(call, { body, good });
  if (!body.sync) return todoSuccess(`accepted, ${outcome}`);
  if (call.fault?.fault === "member-lookup-failed") return todoRefusal(404, { data: {} });
  if (bad.length === 0) return todoSuccess(outcome, 200);
  return todoRefusal(good.size === 0 ? 505 : 501, { data: bad });
}

function storeEach(
  call: Call,
  { body, good }: { readonly body: Body; readonly good: ReadonlySet<string> },
): string {
  const visibleAt = visibleFrom(call, body.sync === true);
  const { settings, todos } = call.state;
  const isOld = todos.hasBatch(body.appId, body.sourceId);
  let stored = 0;
  let repeats = 0;
  const others = unknownFields(call.request, { known: bodySchema.shape });
  for (const [place, { openId, status, url, content }] of body.params.entries()) {
    if (!good.has(openId)) continue;
    const isNewcomer = isOld && todos.find({ appId: body.appId, sourceId: body.sourceId, openId }) === null;
    if (isNewcomer && settings.newOpenId === "ignored") continue;
    const entry = {
      appId: body.appId,
      sourceId: body.sourceId,
      openId,
      title: body.title,
      content: content ?? body.content ?? null,
      url: url ?? body.url,
      others: {
        ...others,
        ...unknownFields(call.request, { known: recipientSchema.shape, path: ["params", place] }),
      },
      deal: status?.DO === 1,
      read: status?.READ === 1,
      visibleAt,
    };
    const result = todos.store(entry, { afterDelete: settings.createAfterDelete });
    if (result === "stored") stored += 1;
    else repeats += 1;
  }
  return repeats > 0 ? `stored ${stored}, repeated ${repeats}` : `stored ${stored}`;
}

function visibleFrom(call: Call, sync: boolean): number {
  const { clock, settings } = call.state;
  const lag = sync ? 0 : settings.asyncVisibleMs;
  return clock.now() + clock.scaled(call.fault?.fault === "late" ? call.fault.lateMs : lag);
}
