/** Hainan's tasks in the tests, from the example of document 003. */

/** The fields shared by all assignees. */
export const SHARED_TASK = {
  subject: "请假审批",
  creatorInfo: { imgId: "", name: "李四" },
  creatorId: "1001",
  dueTime: "2024-06-06 12:00:03",
  tenantId: "1",
  mobileUrl: "https://oa.example/m?id=1",
  url: "https://oa.example/pc?id=1",
  dueNotifyTypeArr: ["app", "notification"],
  dueNotifyLevel: 2,
  isSendWindowNotice: true,
};

/** A task for Ann alone. */
export const TASK_FOR_ANN = {
  ...SHARED_TASK,
  assigneeId: "ann",
  assigneeInfo: { imgId: "", name: "安" },
  bizTaskId: "b-ann",
};

/** The example as query parameters, which are all texts; the bizTaskId is that of the sender. */
export const TASK_AS_QUERY = {
  subject: "请假审批",
  assigneeInfo: '{"imgId":"","name":"张三"}',
  assigneeId: "2001",
  creatorInfo: '{"imgId":"","name":"李四"}',
  creatorId: "1001",
  dueTime: "2024-06-06 12:00:03",
  tenantId: "1",
  mobileUrl: "https://oa.example/m?id=1",
  url: "https://oa.example/pc?id=1",
  dueNotifyTypeArr: "app,notification",
  dueNotifyLevel: "2",
  isSendWindowNotice: "true",
  sourceAppkey: "xxx",
  detailLinkOpenType: "ddtab",
};
