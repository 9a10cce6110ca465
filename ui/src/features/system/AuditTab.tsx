import { useInfiniteQuery } from "@tanstack/react-query";
import { audit } from "../../api/installation";
import { Empty } from "../../components/Empty";
import { Failure } from "../../components/Failure";
import { moment, ZONE } from "../../components/times";
import { Waiting } from "../../components/Waiting";
import { t } from "../../i18n/text";
import { actionWord, resourceWord } from "./auditWords";

/** Who changed what, the newest first. */
export function AuditTab() {
  const found = useInfiniteQuery({ ...audit, retry: false });
  const entries = found.data?.pages.flat() ?? [];
  if (found.isPending) return <Waiting />;
  if (found.isError)
    return (
      <div className="page-state">
        <Failure error={found.error} retry={() => void found.refetch()} />
      </div>
    );
  if (entries.length === 0)
    return (
      <Empty icon="history" title={t("Nothing was changed yet")}>
        {t(
          "Each change by a user or an API token is written down here. A server that asks nobody to sign in keeps no record.",
        )}
      </Empty>
    );
  return (
    <>
      <table className="table table--cards audit">
        <caption className="sr">{t("Changes, newest first, times in {zone}", { zone: ZONE })}</caption>
        <thead>
          <tr>
            <th scope="col" style={{ width: 150 }}>
              {t("When")}
            </th>
            <th scope="col" style={{ width: "20%" }}>
              {t("Who")}
            </th>
            <th scope="col" style={{ width: 110 }}>
              {t("Did")}
            </th>
            <th scope="col" style={{ width: 140 }}>
              {t("To what")}
            </th>
            <th scope="col">{t("Which")}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ number, at, actor, action, resource, namespace, id }) => (
            <tr key={number}>
              <td className="num">
                <time dateTime={at}>{moment(at)}</time>
              </td>
              <td className="med cut">{actor}</td>
              <td>{actionWord(action)}</td>
              <td className="muted">{resourceWord(resource)}</td>
              <td className="mono-s cut">{[namespace, id].filter(Boolean).join("/")}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found.hasNextPage && (
        <div className="page-state">
          <button
            className="btn"
            type="button"
            aria-disabled={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("Show older changes")}
          </button>
        </div>
      )}
    </>
  );
}
