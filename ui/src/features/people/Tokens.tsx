import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { revokeToken, type Token, tokensOf } from "../../api/people";
import { Confirm } from "../../components/actions/Confirm";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { moment } from "../../components/times";
import { toast } from "../../components/toasts";
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
      toast(`${token.name} is revoked`);
      setLeaving(null);
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  return (
    <section className="syspart" aria-labelledby="tokens">
      <div className="row">
        <h2 id="tokens">API tokens</h2>
        <button className="btn btn--s push" type="button" onClick={() => setMaking(true)}>
          <Icon name="plus" small />
          New token
        </button>
      </div>
      <Loaded query={found}>
        {(tokens) =>
          tokens.length === 0 ? (
            <p className="muted">No token yet. A program that has one may do what you may do.</p>
          ) : (
            <table className="table table--flush table--cards tokens">
              <caption className="sr">API tokens</caption>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Made</th>
                  <th scope="col">Last used</th>
                  <th scope="col">Ends</th>
                  <th scope="col">
                    <span className="sr">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {tokens.map((token) => (
                  <tr key={token.id}>
                    <td className="med cut">{token.name}</td>
                    <td className="num hide-s">{moment(token.createdAt)}</td>
                    <td className="num muted hide-s">{token.usedAt ? moment(token.usedAt) : "never"}</td>
                    <td className="num">{token.expiresAt ? moment(token.expiresAt) : "never"}</td>
                    <td>
                      <span className="row end">
                        <button
                          className="btn btn--s"
                          type="button"
                          aria-label={`Revoke ${token.name}`}
                          onClick={() => setLeaving(token)}
                        >
                          Revoke
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
          title={`Revoke ${leaving.name}?`}
          verb="Revoke it"
          keep="Keep"
          isDanger
          isPending={revoke.isPending}
          error={revoke.error}
          onClose={() => setLeaving(null)}
          onConfirm={() => revoke.mutate(leaving)}
        >
          <p>Programs that sign in with it are refused from now on.</p>
        </Confirm>
      )}
    </section>
  );
}
