import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { markAllRead, markRead, type Notification, notifications } from "../api/notifications";
import { Dialog } from "../components/Dialog";
import { Icon } from "../components/Icon";
import { Loaded } from "../components/Loaded";
import { moment } from "../components/times";
import { toastError } from "../components/toasts";
import { t } from "../i18n/text";

/** What happened that somebody should know of, the newest first. */
export function Inbox({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const found = useQuery(notifications);
  const renew = (): void => void client.invalidateQueries({ queryKey: ["notifications"] });
  const mark = useMutation({
    mutationFn: ({ id, read }: Notification) => markRead(id, !read),
    onError: toastError,
    onSettled: renew,
  });
  const open = (one: Notification): void => {
    if (!one.read) mark.mutate(one);
    onClose();
  };
  const markAll = useMutation({ mutationFn: markAllRead, onError: toastError, onSettled: renew });
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={t("Notifications")}
      width={560}
      foot={
        <button className="btn push" type="button" onClick={() => markAll.mutate()}>
          {t("Mark all as read")}
        </button>
      }
    >
      <div className="inbox">
        <Loaded query={found}>
          {(all) =>
            all.length === 0 ? (
              <p className="muted page-state">{t("Nothing has happened that you should know of.")}</p>
            ) : (
              <ul>
                {all.map((one) => (
                  <li key={one.id} className={one.read ? "inbox__one" : "inbox__one inbox__one--new"}>
                    <Icon name={one.type.includes("FAILED") ? "s-failed" : "info"} />
                    <span className="need__words">
                      <Title one={one} onOpen={() => open(one)} />
                      <span className="small muted num">
                        {one.namespace} {moment(one.updatedDate)}
                      </span>
                    </span>
                    <button
                      className="btn btn--s"
                      type="button"
                      aria-label={
                        one.read
                          ? t("Mark “{title}” as not read", { title: one.title })
                          : t("Mark “{title}” as read", { title: one.title })
                      }
                      onClick={() => mark.mutate(one)}
                    >
                      {one.read ? t("Not read") : t("Read")}
                    </button>
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
    </Dialog>
  );
}

function Title({ one, onOpen }: { one: Notification; onOpen: () => void }) {
  if (!one.namespace || !one.flowId) return <span className={one.read ? "" : "med"}>{one.title}</span>;
  return (
    <Link
      className={one.read ? "" : "med"}
      to="/executions/$namespace/$flow/$id"
      params={{ namespace: one.namespace, flow: one.flowId, id: one.referenceId }}
      onClick={onOpen}
    >
      {one.title}
    </Link>
  );
}
