import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { me } from "../../api/me";
import { changeUser, type User, users } from "../../api/people";
import { Empty } from "../../components/Empty";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { t } from "../../i18n/text";
import { UserDialog } from "./UserDialog";

/** Everybody who may sign in, and what they may do where. */
export function UsersPage() {
  const client = useQueryClient();
  const found = useQuery({ ...users, retry: false });
  const self = useQuery(me).data?.username;
  const [changing, setChanging] = useState<User | "new" | null>(null);
  const toggle = useMutation({
    mutationFn: ({ username, disabled }: User) => changeUser(username, { disabled: !disabled }),
    onSuccess: ({ username, disabled }) =>
      toast(
        disabled
          ? t("{name} can no longer sign in", { name: username })
          : t("{name} can sign in again", { name: username }),
      ),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["users"] }),
  });
  return (
    <>
      <Head
        crumbs={[
          <Link key="system" to="/system">
            {t("System")}
          </Link>,
        ]}
        title={t("Users")}
        beside={found.data && <span className="muted num">{found.data.length}</span>}
        actions={
          <button className="btn btn--primary" type="button" onClick={() => setChanging("new")}>
            <Icon name="plus" small />
            {t("Add user")}
          </button>
        }
      />
      <Loaded query={found}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="user" title={t("Nobody has an account")}>
              {t(
                "This server asks nobody to sign in. Started without --no-auth, it prints a token for the first user.",
              )}
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label={t("Users")}>
              <table className="table table--cards people">
                <caption className="sr">{t("Users")}</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: "28%" }}>
                      {t("Name")}
                    </th>
                    <th scope="col">{t("Roles")}</th>
                    <th scope="col" style={{ width: 140 }}>
                      {t("Since")}
                    </th>
                    <th scope="col" style={{ width: 200 }}>
                      <span className="sr">{t("Actions")}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((user) => (
                    <tr key={user.username}>
                      <td>
                        <span className="row">
                          <span className="name cut">{user.username}</span>
                          {user.username === self && <span className="small muted">{t("you")}</span>}
                          {user.disabled && <span className="chip">{t("disabled")}</span>}
                        </span>
                      </td>
                      <td className="muted cut">{rolesOf(user)}</td>
                      <td className="num hide-s">{moment(user.createdAt)}</td>
                      <td>
                        <span className="row end">
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={t("Change {name}", { name: user.username })}
                            onClick={() => setChanging(user)}
                          >
                            {t("Change")}
                          </button>
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={
                              user.disabled
                                ? t("Enable {name}", { name: user.username })
                                : t("Disable {name}", { name: user.username })
                            }
                            onClick={() => toggle.mutate(user)}
                          >
                            {user.disabled ? t("Enable") : t("Disable")}
                          </button>
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {changing && <UserDialog user={changing === "new" ? undefined : changing} onClose={() => setChanging(null)} />}
    </>
  );
}

function rolesOf({ roles }: User): string {
  if (roles.length === 0) return t("no role: may sign in and nothing else");
  return roles
    .map(({ role, namespace }) => (namespace ? t("{role} in {namespace}", { role, namespace }) : role))
    .join(", ");
}
