/**
 * What to do about dead letters, by their reason, in both languages, and the runbook with the steps
 * (docs/runbooks). The console and the command line show it.
 */
import type { DeadReason } from "./types.ts";

interface Remedy {
  readonly en: string;
  readonly zh: string;
  /** The name of a page in docs/runbooks, without `.md`. */
  readonly runbook: string;
}

export const REMEDIES: Readonly<Record<DeadReason, Remedy>> = {
  rejected: {
    en: "The platform refuses the content. Correct it in the business system, or edit and replay.",
    zh: "平台不接受内容。请在业务系统中更正，或修改后重投。",
    runbook: "dead-letters",
  },
  partial: {
    en: "Some recipients were refused, others have it. A replay sends to the refused ones only.",
    zh: "部分接收人被拒绝，其余已送达。重投只发给被拒绝的人。",
    runbook: "dead-letters",
  },
  unproven: {
    en: "Sent, but the platform never showed it. A replay asks first and sends only what is proven absent.",
    zh: "已发出，但平台一直查不到。重投会先核实，只补发确认不存在的。",
    runbook: "dead-letters",
  },
  unauthorized: {
    en: "The platform refuses the credentials. Mend the account, then replay all of the group.",
    zh: "平台不接受凭据。请先修复账号，再重投整组。",
    runbook: "account-held",
  },
  expired: {
    en: "The deadline passed first. Replay what is still wanted, discard the rest.",
    zh: "在截止时间前未能完成。仍需要的请重投，其余丢弃。",
    runbook: "oldest-unconfirmed",
  },
  poison: {
    en: "The process died each time that it worked on it. Look at the payload before you replay one.",
    zh: "每次处理都导致进程崩溃。请先查看内容，再试着重投一条。",
    runbook: "bug",
  },
  blocked: {
    en: "An earlier delivery of the same lane is dead. Settle that one first, then replay.",
    zh: "同一顺序队列中更早的投递已成死信。请先处理那一条，再重投。",
    runbook: "dead-letters",
  },
  invalid: {
    en: "The record cannot be carried out as it is stored. Edit it, or discard it.",
    zh: "记录无法按现状执行。请修改或丢弃。",
    runbook: "dead-letters",
  },
  unconfigured: {
    en: "The account is not in the configuration any more. Restore it, then replay.",
    zh: "账号已不在配置中。请恢复账号后重投。",
    runbook: "dead-letters",
  },
};
