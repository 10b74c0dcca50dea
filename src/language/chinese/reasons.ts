/**
 * Why a delivery is dead, in two to five characters: the console and the alerts say the same.
 */
export const REASONS = {
  rejected: "平台拒绝",
  partial: "部分失败",
  unproven: "无法证实",
  unauthorized: "凭据无效",
  expired: "已过期",
  poison: "反复致崩",
  blocked: "被前序阻塞",
  invalid: "记录无效",
  unconfigured: "账号未配置",
} as const;
