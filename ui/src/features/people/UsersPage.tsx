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
      toast(`${username} ${disabled ? "can no longer sign in" : "can sign in again"}`),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["users"] }),
  });
  return (
    <>
      <Head
        crumbs={[
          <Link key="system" to="/system">
            System
          </Link>,
        ]}
        title="Users"
        beside={found.data && <span className="muted num">{found.data.length}</span>}
        actions={
          <button className="btn btn--primary" type="button" onClick={() => setChanging("new")}>
            <Icon name="plus" small />
            Add user
          </button>
        }
      />
      <Loaded query={found}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="user" title="Nobody has an account">
              This server asks nobody to sign in. Started without --no-auth, it prints a token for the first user.
            </Empty>
          ) : (
            <div className="scroll" tabIndex={0} role="region" aria-label="Users">
              <table className="table table--cards people">
                <caption className="sr">Users</caption>
                <thead>
                  <tr>
                    <th scope="col" style={{ width: "28%" }}>
                      Name
                    </th>
                    <th scope="col">Roles</th>
                    <th scope="col" style={{ width: 140 }}>
                      Since
                    </th>
                    <th scope="col" style={{ width: 200 }}>
                      <span className="sr">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {all.map((user) => (
                    <tr key={user.username}>
                      <td>
                        <span className="row">
                          <span className="name cut">{user.username}</span>
                          {user.username === self && <span className="small muted">you</span>}
                          {user.disabled && <span className="chip">disabled</span>}
                        </span>
                      </td>
                      <td className="muted cut">{rolesOf(user)}</td>
                      <td className="num hide-s">{moment(user.createdAt)}</td>
                      <td>
                        <span className="row end">
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={`Change ${user.username}`}
                            onClick={() => setChanging(user)}
                          >
                            Change
                          </button>
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={`${user.disabled ? "Enable" : "Disable"} ${user.username}`}
                            onClick={() => toggle.mutate(user)}
                          >
                            {user.disabled ? "Enable" : "Disable"}
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
  if (roles.length === 0) return "no role: may sign in and nothing else";
  return roles.map(({ role, namespace }) => (namespace ? `${role} in ${namespace}` : role)).join(", ");
}
