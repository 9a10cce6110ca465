import { queryOptions } from "@tanstack/react-query";
import { request, requestJson } from "./client";
import { whileLost } from "./stream";

export interface Notification {
  id: string;
  type: string;
  title: string;
  referenceId: string;
  namespace?: string;
  flowId?: string;
  total: number;
  read: boolean;
  updatedDate: string;
}

const ROOT = "/api/v1/notifications";
const LOST_MS = 30_000;

export const unreadCount = queryOptions({
  queryKey: ["notifications", "unread"],
  refetchInterval: whileLost(LOST_MS),
  queryFn: ({ signal }) => requestJson<number>(`${ROOT}/unread-count`, { signal }),
});

export const notifications = queryOptions({
  queryKey: ["notifications", "history"],
  queryFn: async ({ signal }) =>
    (await requestJson<{ notifications: Notification[] }>(`${ROOT}/history?limit=50`, { signal })).notifications,
});

export async function markRead(id: string, isRead: boolean): Promise<void> {
  await request(`${ROOT}/${id}/${isRead ? "read" : "unread"}`, { method: "POST" });
}

export async function markAllRead(): Promise<void> {
  await request(`${ROOT}/read-all`, { method: "POST" });
}
