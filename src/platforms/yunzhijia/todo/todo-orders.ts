/** The fields of todos that a mirror orders (document 000, sections 1.3 and 1.4). Pure. */
import type { TodoOrders } from "../../todo-orders.ts";

export function yunzhijiaTodoOrders(appId: string): TodoOrders {
  return {
    create: ({ sourceId, openId, title, content, subtitle, url, iconUrl }) => ({
      operation: "todo.create",
      payload: {
        sourceId,
        appId,
        title,
        content,
        ...(subtitle === null ? {} : { itemtitle: subtitle }),
        url,
        headImg: iconUrl,
        params: [{ openId, status: { DO: 0, READ: 0 } }],
      },
    }),
    mark: ({ sourceId, openId }, as) => ({
      operation: "todo.update",
      payload: {
        sourcetype: appId,
        sourceitemid: sourceId,
        openids: [openId],
        actiontype: as === "read" ? { read: 1 } : { deal: 1 },
      },
    }),
  };
}
