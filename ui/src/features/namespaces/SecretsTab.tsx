import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteSecret, inheritedSecrets, type SecretMeta, secretsOf } from "../../api/namespaces";
import { Confirm } from "../../components/actions/Confirm";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast } from "../../components/toasts";
import { SecretDialog } from "./SecretDialog";

/** The names of the secrets of a namespace; what they hold can be set and never seen. */
export function SecretsTab({ namespace }: { namespace: string }) {
  const client = useQueryClient();
  const own = useQuery(secretsOf(namespace));
  const inherited = useQuery(inheritedSecrets(namespace)).data ?? {};
  const [setting, setSetting] = useState<SecretMeta | "new" | null>(null);
  const [leaving, setLeaving] = useState<string | null>(null);
  const remove = useMutation({
    mutationFn: (key: string) => deleteSecret(namespace, key),
    onSuccess: (_, key) => {
      toast(`Deleted ${key}`);
      setLeaving(null);
      void client.invalidateQueries({ queryKey: ["secrets"] });
    },
  });
  const above = Object.entries(inherited).flatMap(([place, keys]) =>
    place === namespace ? [] : keys.map((key) => ({ place, key })),
  );
  const isReadOnly = own.data?.readOnly ?? false;
  return (
    <div className="ex__main">
      <div className="tools tools--tab">
        <p className="small muted grow">
          {isReadOnly
            ? "You may see the names, and not change the secrets."
            : "What a secret holds is never shown again; flows read it with secret('NAME')."}
        </p>
        <button
          className="btn"
          type="button"
          aria-disabled={isReadOnly}
          onClick={() => !isReadOnly && setSetting("new")}
        >
          <Icon name="plus" small />
          Add secret
        </button>
      </div>
      <Loaded query={own}>
        {({ results }) =>
          results.length + above.length === 0 ? (
            <Empty icon="lock" title="No secret yet">
              Passwords and tokens belong here and not into the text of a flow, where everybody reads them.
            </Empty>
          ) : (
            <table className="table table--cards secrets">
              <caption className="sr">Secrets of {namespace}</caption>
              <thead>
                <tr>
                  <th scope="col" style={{ width: "34%" }}>
                    Name
                  </th>
                  <th scope="col">Description</th>
                  <th scope="col" style={{ width: 150 }}>
                    Set
                  </th>
                  <th scope="col" style={{ width: 190 }}>
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {results.map((secret) => (
                  <tr key={`${secret.namespace ?? ""}/${secret.key}`}>
                    <td className="mono-s med cut">{secret.key}</td>
                    <td className="muted cut">
                      {secret.namespace ? secret.description : "from the environment of the server"}
                    </td>
                    <td className="num hide-s">{moment(secret.updateDate)}</td>
                    <td>
                      {secret.namespace && !isReadOnly && (
                        <span className="row end">
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={`Set ${secret.key} anew`}
                            onClick={() => setSetting(secret)}
                          >
                            Set anew
                          </button>
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={`Delete ${secret.key}`}
                            onClick={() => setLeaving(secret.key)}
                          >
                            Delete
                          </button>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
                {above.length > 0 && (
                  <tr className="group">
                    <th scope="colgroup" colSpan={4}>
                      Inherited
                    </th>
                  </tr>
                )}
                {above.map(({ place, key }) => (
                  <tr key={`${place}/${key}`}>
                    <td className="mono-s cut">{key}</td>
                    <td className="muted cut" colSpan={3}>
                      of {place}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {setting && (
        <SecretDialog
          namespace={namespace}
          secret={setting === "new" ? undefined : setting}
          onClose={() => setSetting(null)}
        />
      )}
      {leaving && (
        <Confirm
          title={`Delete the secret ${leaving}?`}
          verb={`Delete ${leaving}`}
          keep="Keep"
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => remove.mutate(leaving)}
        >
          <p>Flows of {namespace} that read it will fail. What it holds cannot be brought back.</p>
        </Confirm>
      )}
    </div>
  );
}
