import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { deleteSecret, inheritedSecrets, type SecretMeta, secretsOf } from "../../api/namespaces";
import { Confirm } from "../../components/actions/Confirm";
import { Empty } from "../../components/Empty";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
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
      toast(t("Deleted {name}", { name: key }));
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
            ? t("You may see the names, and not change the secrets.")
            : t("What a secret holds is never shown again; flows read it with secret('NAME').")}
        </p>
        <button
          className="btn"
          type="button"
          aria-disabled={isReadOnly}
          onClick={() => !isReadOnly && setSetting("new")}
        >
          <Icon name="plus" small />
          {t("Add secret")}
        </button>
      </div>
      <Loaded query={own}>
        {({ results }) =>
          results.length + above.length === 0 ? (
            <Empty icon="lock" title={t("No secret yet")}>
              {t("Passwords and tokens belong here and not into the text of a flow, where everybody reads them.")}
            </Empty>
          ) : (
            <table className="table table--cards secrets">
              <caption className="sr">{t("Secrets of {namespace}", { namespace })}</caption>
              <thead>
                <tr>
                  <th scope="col" style={{ width: "34%" }}>
                    {t("Name")}
                  </th>
                  <th scope="col">{t("Description")}</th>
                  <th scope="col" style={{ width: 150 }}>
                    {t("Set")}
                  </th>
                  <th scope="col" style={{ width: 190 }}>
                    <span className="sr">{t("Actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {results.map((secret) => (
                  <tr key={`${secret.namespace ?? ""}/${secret.key}`}>
                    <td className="mono-s med cut">{secret.key}</td>
                    <td className="muted cut">
                      {secret.namespace ? secret.description : t("from the environment of the server")}
                    </td>
                    <td className="num hide-s">{moment(secret.updateDate)}</td>
                    <td>
                      {secret.namespace && !isReadOnly && (
                        <span className="row end">
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={t("Set {name} anew", { name: secret.key })}
                            onClick={() => setSetting(secret)}
                          >
                            {t("Set anew")}
                          </button>
                          <button
                            className="btn btn--s"
                            type="button"
                            aria-label={t("Delete {name}", { name: secret.key })}
                            onClick={() => setLeaving(secret.key)}
                          >
                            {t("Delete")}
                          </button>
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
                {above.length > 0 && (
                  <tr className="group">
                    <th scope="colgroup" colSpan={4}>
                      {t("Inherited")}
                    </th>
                  </tr>
                )}
                {above.map(({ place, key }) => (
                  <tr key={`${place}/${key}`}>
                    <td className="mono-s cut">{key}</td>
                    <td className="muted cut" colSpan={3}>
                      {t("of {namespace}", { namespace: place })}
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
          title={t("Delete the secret {name}?", { name: leaving })}
          verb={t("Delete {name}", { name: leaving })}
          keep={t("Keep")}
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => remove.mutate(leaving)}
        >
          <p>
            {t("Flows of {namespace} that read it will fail. What it holds cannot be brought back.", { namespace })}
          </p>
        </Confirm>
      )}
    </div>
  );
}
