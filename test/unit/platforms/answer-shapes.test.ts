/**
 * The same answer in the shapes that real servers give it: other types, other cases, lists with one bad row.
 */
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../src/delivery/answer-json.ts";
import { isPassingTrouble } from "../../../src/platforms/beside-success.ts";
import { classifyBody as taskReply } from "../../../src/platforms/hainan/task/classify.ts";
import { classifyBody as scheduleReply } from "../../../src/platforms/yunzhijia/schedule/classify.ts";
import { readableRowsOf, rowsOf } from "../../../src/platforms/yunzhijia/schedule/schedule-row.ts";
import { classifyBody as todoVerdict } from "../../../src/platforms/yunzhijia/todo/classify.ts";
import { classifyCheck } from "../../../src/platforms/yunzhijia/todo/sighting.ts";
import { classifyList } from "../../../src/platforms/yunzmall/message/classify.ts";
import { bodyText } from "../../../src/platforms/messages.ts";

const ASKED = { appId: "500", sourceId: "s-1", openId: "ann" };

describe("checkcreatetodo", () => {
  const data = { sourceid: "s-1", check: true, dealCount: 0, undelCount: 1 };
  const seen = (answer: object): string => classifyCheck(answer, ASKED).kind;

  it.each([
    ["as the document has it", { success: "true", errorCode: 0, data }],
    ["with a truth", { success: true, errorCode: "0", data }],
    ["in capitals", { success: "True", errorCode: 0, data }],
    ["with counts in text", { success: "true", data: { ...data, dealCount: "0", undelCount: "1" } }],
    ["as JSON in a text", { success: "true", data: JSON.stringify(data) }],
    ["alone in a list", { success: "true", data: [data] }],
    ["without the count of zero", { success: "true", data: { ...data, dealCount: undefined } }],
    ["with nothing for zero", { success: "true", data: { ...data, dealCount: null } }],
    ["beside a code of success in other words", { success: "true", errorCode: "0000", data }],
    ["beside an error that says none", { success: "true", errorCode: "SUCCESS", error: "-", data }],
  ])("shows a todo %s", (_, answer) => {
    expect(seen(answer)).toBe("undone");
  });

  it.each([
    ["two of them", { success: "true", data: [data, data] }],
    ["none", { success: "true", data: [] }],
    ["nothing", { success: "true", data: null }],
    ["counts of nothing", { success: "true", data: { ...data, dealCount: null, undelCount: null } }],
    ["truths for counts", { success: "true", data: { ...data, dealCount: false, undelCount: false } }],
    ["half a todo", { success: "true", data: { ...data, undelCount: 0.5 } }],
    ["one count", { success: "true", data: { dealCount: 0 } }],
    ["a page", { success: "true", data: "<html></html>" }],
  ])("says nothing with %s", (_, answer) => {
    expect(seen(answer)).toBe("unreadable");
  });
});

describe("success in capitals", () => {
  it.each(["TRUE", "True", "true", true])("%s is success", (success) => {
    expect(todoVerdict({ success, errorCode: 0, data: {} }, ["ann"]).kind).toBe("taken");
    expect(scheduleReply({ success, errorCode: 0, data: null }).kind).toBe("taken");
  });

  it.each(["FALSE", "False", "false", false])("%s is not success", (success) => {
    expect(todoVerdict({ success, errorCode: 505, data: [] }, ["ann"]).kind).toBe("refused");
    expect(scheduleReply({ success, errorCode: 1, error: "no" }).kind).toBe("refused");
  });
});

describe("success in other words", () => {
  it.each([1, "1", " true ", "success", "OK", "成功"])("%j is success, on every platform", (success) => {
    const data = { sourceid: "s-1", dealCount: 0, undelCount: 1 };
    const task = { success, content: { success, data: { taskUuid: "t-1" } } };

    expect(todoVerdict({ success, data: {} }, ["ann"]).kind).toBe("taken");
    expect(classifyCheck({ success, data }, ASKED).kind).toBe("undone");
    expect(scheduleReply({ success, data: null }).kind).toBe("taken");
    expect(taskReply(task).kind).toBe("created");
  });

  it.each([0, "0", 2, "", "maybe", null, undefined, [], {}])("%j says nothing", (success) => {
    expect(todoVerdict({ success, data: {} }, ["ann"]).kind).toBe("unreadable");
    expect(scheduleReply({ success, data: null }).kind).toBe("unreadable");
    expect(taskReply({ success, content: { data: { taskUuid: "t-1" } } }).kind).toBe("unreadable");
  });
});

describe("a refusal that may be temporary, and may come after the store", () => {
  const passing = [
    ["429", "no text"],
    ["503", ""],
    ["1000", "Request too frequent, try later."],
    ["-1", "系统繁忙，请稍后再试"],
    ["500", "java.net.SocketTimeoutException: Read timed out"],
    ["E1", "请勿重复提交"],
    ["SYSTEM_BUSY", ""],
  ] as const;

  it.each(passing)("%s %s is no verdict about a todo, a schedule or a task", (errorCode, error) => {
    const refusal = { success: false, errorCode, error, data: null };

    expect(todoVerdict(refusal, ["ann"]).kind).toBe("ambiguous");
    expect(scheduleReply(refusal)).toMatchObject({ kind: "refused", isPassing: true });
    expect(isPassingTrouble({ code: errorCode, text: error })).toBe(true);
  });

  it.each([
    ["1001", "标题不能为空"],
    ["500", "参数错误: startDate"],
    ["500", "参数异常: content"],
    ["500", "java.lang.IllegalArgumentException: title"],
    ["404", "no such person"],
    ["40001", "accessToken 已失效，请稍后重试"],
  ])("%s %s is a refusal like any other", (errorCode, error) => {
    expect(scheduleReply({ success: false, errorCode, error })).toMatchObject({ isPassing: false });
  });
});

describe("a refusal beside a word for nothing", () => {
  it.each(["null", "none", "-", "无", "undefined", "0", ""])("is a refusal all the same: %j", (error) => {
    expect(todoVerdict({ success: "false", errorCode: 505, error, data: [] }, ["ann"]).kind).toBe("refused");
    expect(todoVerdict({ success: false, errorCode: 40001, error, data: null }, ["ann"]).kind).toBe(
      "unknownCode",
    );
    expect(scheduleReply({ success: false, errorCode: 40001, error }).kind).toBe("refused");
    expect(taskReply({ success: false, errorCode: "A1", errorMsg: error }).kind).toBe("refused");
  });
});

describe("an answer that contradicts itself", () => {
  it.each([
    ["the code of success", { errorCode: 200, error: "" }],
    ["a text of success", { errorCode: 0, error: "操作成功" }],
  ])("no success beside %s says nothing", (_, said) => {
    const refusal = { success: false, data: null, ...said };

    expect(todoVerdict(refusal, ["ann"]).kind).toBe("unreadable");
    expect(scheduleReply(refusal).kind).toBe("unreadable");
    expect(taskReply({ ...refusal, content: null }).kind).toBe("unreadable");
  });
});

describe("a list of schedules with one bad row", () => {
  const row = { id: "w-1", openid: "ann", content: "周会", startDate: 1, endDate: 2 };

  it.each([[null], [{}], [{ ...row, id: null }], ["w-2"], [[]]])(
    "%j proves no absence, and shows the others",
    (bad) => {
      expect(rowsOf([row, bad])).toBeNull();
      expect(readableRowsOf([bad, row]).map(({ id }) => id)).toEqual(["w-1"]);
    },
  );
});

describe("a list of messages", () => {
  const row = {
    id: 7,
    recipient_id: "2",
    status: false,
    handle_status: "1",
    message_body: { title: "测试任务" },
  };
  const listed = (data: object, result: unknown = 1) =>
    classifyList({ result, msg: "list", data: { current_page: 1, next_page_url: null, total: 1, ...data } });

  it.each([
    ["as the document has it", listed({ data: [row] })],
    ["with gaps, as PHP writes it", listed({ data: { "3": row } })],
    ["with success as a truth", listed({ data: [row] }, true)],
    ["with success as a text", listed({ data: [row] }, "1")],
    ["with pages that are counted", listed({ data: [row], next_page_url: undefined, last_page: "1" })],
    ["with no next page as a falsehood", listed({ data: [row], next_page_url: false })],
    [
      "with its body as JSON in a text",
      listed({ data: [{ ...row, message_body: JSON.stringify(row.message_body) }] }),
    ],
  ])("shows a message %s", (_, page) => {
    expect(page).toMatchObject({
      kind: "page",
      hasNext: false,
      messages: [{ id: "7", isRead: false, isHandled: false }],
    });
    const [message] = page.kind === "page" ? page.messages : [];
    expect(message === undefined ? null : bodyText(message, "title")).toBe("测试任务");
  });

  it("goes on where the pages are counted and have no addresses", () => {
    expect(listed({ data: [row], next_page_url: undefined, last_page: 3 })).toMatchObject({ hasNext: true });
    expect(listed({ data: [row], next_page_url: undefined })).toMatchObject({ hasNext: false });
  });

  it.each([
    ["a failure", { result: 0, msg: "", data: [] }, "refused"],
    ["a failure as a falsehood", { result: false, msg: "", data: [] }, "refused"],
    ["success without a page", { result: 1, msg: "list", data: [] }, "unreadable"],
    ["rows under names", { result: 1, data: { data: { rows: [row] } } }, "unreadable"],
  ])("shows no message in %s", (_, answer, kind) => {
    expect(classifyList(answer).kind).toBe(kind);
  });
});

describe("an answer that says a field twice, with two values", () => {
  it("shows no todo by one of two counts", () => {
    const text = '{"success":"true","data":{"sourceid":"s-1","dealCount":0,"undelCount":0,"undelCount":1}}';

    expect(classifyCheck(readAnswer(text), ASKED).kind).toBe("unreadable");
  });

  it("is no verdict on a send, by the first success or the last", () => {
    const text = '{"success":"false","errorCode":500,"success":"true","errorCode":200}';

    expect(todoVerdict(readAnswer(text), ["ann"]).kind).toBe("unreadable");
    expect(scheduleReply(readAnswer(text)).kind).toBe("unreadable");
    expect(taskReply(readAnswer(text)).kind).toBe("unreadable");
  });

  it("names no task by one of two ids", () => {
    const text = '{"success":true,"content":{"success":true,"data":{"taskUuid":"t-1","taskUuid":"t-2"}}}';

    expect(taskReply(readAnswer(text)).kind).toBe("unnamed");
  });

  it("is a verdict where both values are the same", () => {
    const text = '{"success":"true","errorCode":200,"success":"true","errorCode":200}';

    expect(todoVerdict(readAnswer(text), ["ann"])).toMatchObject({ kind: "taken", isVerdict: true });
  });
});

describe("an answer that is nested without end", () => {
  const endless = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;

  it("is not understood, wherever it is", () => {
    const tasks = `{"success":true,"content":{"success":true,"data":${endless}}}`;
    const todos = `{"success":"false","errorCode":501,"data":${endless}}`;
    const inText = JSON.stringify({ success: "false", errorCode: 501, data: endless });

    expect(taskReply(readAnswer(tasks)).kind).toBe("unreadable");
    expect(todoVerdict(readAnswer(todos), ["ann"]).kind).toBe("unreadable");
    expect(todoVerdict(readAnswer(inText), ["ann"]).kind).toBe("ambiguous");
  });
});
