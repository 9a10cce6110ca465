import { type UseQueryResult, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import {
  actionOf,
  actOnMany,
  type BulkOptions,
  type BulkResult,
  exportAddress,
  narrowed,
  type Targets,
  type Verb,
} from "../../api/actions";
import { conditionQuery, type ExecutionConditions, executionPage } from "../../api/executions";
import { usePreference } from "../../api/preferences";
import { useLive } from "../../api/stream";
import type { Execution, JsonObject, Page } from "../../api/types";
import { Head } from "../../components/Head";
import { Icon } from "../../components/Icon";
import { Loaded } from "../../components/Loaded";
import { StepPager } from "../../components/StepPager";
import { STATES } from "../../components/states";
import { ZONE } from "../../components/times";
import { toast, toastError } from "../../components/toasts";
import { useListKeys } from "../../components/useListKeys";
import { plural, t } from "../../i18n/text";
import type { ExecutionSearch } from "../../search";
import { BulkBar } from "./BulkBar";
import { BulkResultDialog } from "./BulkResultDialog";
import { ColumnsMenu } from "./ColumnsMenu";
import { columnsOf, USUAL } from "./columns";
import { ExecutionTable } from "./ExecutionTable";
import { Nothing } from "./Nothing";
import { Tools } from "./Tools";

const SIZE = 50;
const NEWEST = "state.startDate:desc";

interface Props {
  search: ExecutionSearch;
  onSearch: (part: { [Key in keyof ExecutionSearch]?: ExecutionSearch[Key] | undefined }) => void;
  onView: (search: JsonObject) => void;
}

/** All executions, newest first; every filter is part of the address. */
export function ExecutionsPage({ search, onSearch, onView }: Props) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAllChosen, setAllChosen] = useState(false);
  const [result, setResult] = useState<{ verb: Verb; result: BulkResult } | null>(null);
  const [names, setNames] = usePreference<readonly string[]>("executions.columns", USUAL);
  // Where each page began, as far as this visit came by: the way back does not count from the start again.
  const trail = useRef(new Map<number, string>());
  const page = search.page ?? 1;
  const conditions = conditionsOf(search);
  const sort = search.sort ?? NEWEST;
  useLive("executions");
  useListKeys();
  const found = useQuery(
    executionPage({ ...conditions, sort, page, size: SIZE, ...(search.after && { cursor: search.after }) }),
  );
  const clear = (): void => {
    setChosen(new Set());
    setAllChosen(false);
  };
  const filter: Props["onSearch"] = (part) => {
    trail.current.clear();
    clear();
    onSearch(part);
  };
  const act = useMutation({
    mutationFn: ({ verb, targets, options }: { verb: Verb; targets: Targets; options: BulkOptions | undefined }) =>
      actOnMany(targets, verb, options),
    onError: toastError,
    onSuccess: (outcome, { verb }) => {
      clear();
      if (outcome.refused.length > 0) setResult({ verb, result: outcome });
      else
        toast(
          plural(
            outcome.done,
            { one: "{action}: {count} execution", other: "{action}: {count} executions" },
            { action: actionOf(verb).name },
          ),
        );
    },
    onSettled: () => void client.invalidateQueries({ queryKey: ["executions"] }),
  });
  // The cursor of a page that is still shown in the place of this one leads to this one, not to the next.
  const next = found.isPlaceholderData ? undefined : found.data?.nextCursor;
  const step = (to: number, cursor: string | undefined): void => {
    if (cursor) trail.current.set(to, cursor);
    clear();
    onSearch({ page: to, after: to > 1 ? cursor : undefined });
  };
  return (
    <>
      <Head
        title={t("Executions")}
        beside={
          found.data && (
            <span className="muted num">
              {found.data.totalIsCapped
                ? t("{count} or more, times in {zone}", { count: found.data.total, zone: ZONE })
                : t("{count}, times in {zone}", { count: found.data.total, zone: ZONE })}
            </span>
          )
        }
        actions={
          <>
            <a className="btn btn--ghost" href={exportAddress(conditionQuery(conditions))} download>
              <Icon name="download" small />
              CSV
            </a>
            <ColumnsMenu names={names} onChange={setNames} />
          </>
        }
      />
      <Tools search={search} onSearch={filter} onView={onView} />
      <Loaded query={found}>
        {({ results, total, totalIsCapped }) =>
          results.length === 0 ? (
            <Nothing isFiltered={conditionQuery(conditions) !== ""} onClear={() => onView({})} />
          ) : (
            <>
              <div className="scroll" tabIndex={0} role="region" aria-label={t("Execution list")}>
                <ExecutionTable
                  executions={results}
                  columns={columnsOf(names)}
                  sort={sort}
                  chosen={chosen}
                  onChoose={(next) => {
                    setAllChosen(false);
                    setChosen(next);
                  }}
                  onSort={(by) => filter({ sort: by === NEWEST ? undefined : by })}
                  onLabel={(label) => filter({ labels: label })}
                />
              </div>
              {chosen.size > 0 && (
                <BulkBar
                  count={isAllChosen ? total : chosen.size}
                  isCapped={isAllChosen && totalIsCapped === true}
                  states={
                    isAllChosen ? [] : results.filter(({ id }) => chosen.has(id)).map(({ state }) => state.current)
                  }
                  all={!isAllChosen && chosen.size === results.length && total > results.length ? total : undefined}
                  onAll={() => setAllChosen(true)}
                  onAct={(verb, options) => {
                    const targets: Targets = isAllChosen
                      ? { search: narrowed(conditionQuery(conditions), verb, STATES), count: total }
                      : { ids: [...chosen], count: chosen.size };
                    act.mutate({ verb, targets, options });
                  }}
                  onClear={clear}
                />
              )}
              <StepPager
                page={page}
                size={SIZE}
                shown={results.length}
                total={total}
                isCapped={totalIsCapped === true}
                isBehind={found.isPlaceholderData}
                onPrevious={() => step(page - 1, trail.current.get(page - 1))}
                onNext={hasNext(found, page) ? () => step(page + 1, next) : undefined}
              />
            </>
          )
        }
      </Loaded>
      {result && (
        <BulkResultDialog verb={actionOf(result.verb).name} result={result.result} onClose={() => setResult(null)} />
      )}
    </>
  );
}

/** Whether there is a page after this one, as far as is known before it is here. */
function hasNext({ data, isPlaceholderData }: UseQueryResult<Page<Execution>>, page: number): boolean {
  if (!isPlaceholderData) return data?.nextCursor !== undefined;
  return data?.totalIsCapped === true || page * SIZE < (data?.total ?? 0);
}

function conditionsOf({
  q,
  namespace,
  flow,
  state,
  range,
  labels,
  child,
  where,
}: ExecutionSearch): ExecutionConditions {
  return {
    ...(q && { text: q }),
    ...(namespace && { namespace }),
    ...(flow && { flow }),
    ...(state && { states: state }),
    ...(range && { range }),
    ...(labels && { labels }),
    ...(child && { childFilter: child }),
    ...(where && { where }),
  };
}
