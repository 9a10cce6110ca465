import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { revokeToken, type Token, tokensOf } from "../../api/people";
import { Confirm } from "../../components/actions/Confirm";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast } from "../../components/toasts";
import { t } from "../../i18n/text";
import { NewToken } from "./NewToken";

/** Tokens that programs sign in with; what they are is shown once, when they are made. */
export function Tokens({ name }: { name: string }) {
  const client = useQueryClient();
  const found = useQuery(tokensOf(name));
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Token | null>(null);
  const revoke = useMutation({
    mutationFn: (token: Token) => revokeToken(name, token.id),
    onSuccess: (_, token) => {
      toast(t("{name} is revoked", { name: token.name }));
      setLeaving(null);
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  return (
    <section className="syspart" aria-labelledby="tokens">
      <div className="row">
        <h2 id="tokens">{t("API tokens")}</h2>
        <button className="btn btn--s push" type="button" onClick={() => setMaking(true)}>
          <Icon name="plus" small />
          {t("New token")}
        </button>
      </div>
      <Loaded query={found}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="muted">{t("No token yet. A program that has one may do what you may do.")}</p>
          ) : (
            <table className="table table--flush table--cards tokens">
              <caption className="sr">{t("API tokens")}</caption>
              <thead>
                <tr>
                  <th scope="col">{t("Name")}</th>
                  <th scope="col">{t("Made")}</th>
                  <th scope="col">{t("Last used")}</th>
                  <th scope="col">{t("Ends")}</th>
                  <th scope="col">
                    <span className="sr">{t("Actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {tokens.map((token) => (
                  <tr key={token.id}>
                    <td className="med cut">{token.name}</td>
                    <td className="num hide-s">{moment(token.createdAt)}</td>
                    <td className="num muted hide-s">{token.usedAt ? moment(token.usedAt) : t("never")}</td>
                    <td className="num">{token.expiresAt ? moment(token.expiresAt) : t("never")}</td>
                    <td>
                      <span className="row end">
                        <button
                          className="btn btn--s"
                          type="button"
                          aria-label={t("Revoke {name}", { name: token.name })}
                          onClick={() => setLeaving(token)}
                        >
                          {t("Revoke")}
                        </button>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {isMaking && <NewToken name={name} onClose={() => setMaking(false)} />}
      {leaving && (
        <Confirm
          title={t("Revoke {name}?", { name: leaving.name })}
          verb={t("Revoke it")}
          keep={t("Keep")}
          isDanger
          isPending={revoke.isPending}
          error={revoke.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => revoke.mutate(leaving)}
        >
          <p>{t("Programs that sign in with it are refused from now on.")}</p>
        </Confirm>
      )}
    </section>
  );
}
