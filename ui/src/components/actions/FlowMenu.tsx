import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, type LinkProps, useNavigate } from "@tanstack/react-router";
import { DropdownMenu } from "radix-ui";
import { type ReactNode, useState } from "react";
import { deleteFlows, setFlowsDisabled } from "../../api/flowBulk";
import { flowSource } from "../../api/flows";
import { handOver } from "../../api/handover";
import { t } from "../../i18n/text";
import { Icon } from "../Icon";
import { keepFile } from "../keepFile";
import { toast, toastError } from "../toasts";
import { Confirm } from "./Confirm";

interface Props {
  namespace: string;
  id: string;
  isDisabled?: boolean | undefined;
  /** In the editor: with the pages of the flow, and without what changes its text behind the one that is open. */
  isInEditor?: boolean;
  /** Where it is loaded because somebody asked for it. */
  isOpenAtFirst?: boolean;
}

/** What can be done with a flow besides editing and starting it. */
export function FlowMenu({ namespace, id, isDisabled = false, isInEditor = false, isOpenAtFirst = false }: Props) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const params = { namespace, id };
  const source = async (): Promise<string> => (await client.fetchQuery(flowSource(namespace, id))).source ?? "";
  const copy = async (): Promise<void> => {
    handOver(renamed(await source(), id));
    await navigate({ to: "/flows/new", search: { handed: true } });
  };
  const keep = async (): Promise<void> => keepFile(`${namespace}.${id}.yaml`, new Blob([await source()]));
  const toggle = useMutation({
    mutationFn: () => setFlowsDisabled({ ids: [params] }, !isDisabled),
    onSuccess: () => toast(isDisabled ? t("{flow} is enabled", { flow: id }) : t("{flow} is disabled", { flow: id })),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["flows"] }),
  });
  const remove = useMutation({
    mutationFn: () => deleteFlows({ ids: [params] }),
    onSuccess: async () => {
      toast(t("{flow} is deleted", { flow: id }));
      await navigate({ to: "/flows", ignoreBlocker: true });
      await client.invalidateQueries({ queryKey: ["flows", "page"] });
    },
  });
  return (
    <>
      <DropdownMenu.Root defaultOpen={isOpenAtFirst}>
        <DropdownMenu.Trigger className="btn btn--icon" aria-label={t("More about the flow")}>
          <Icon name="more" small />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4}>
            {isInEditor && (
              <>
                <PageItem icon="history" to="/flows/edit/$namespace/$id/revisions" params={params}>
                  {t("Revisions")}
                </PageItem>
                <PageItem icon="logs" to="/logs" search={{ namespace, flow: id }}>
                  {t("Logs")}
                </PageItem>
                <PageItem icon="triggers" to="/triggers" search={{ namespace, q: id }}>
                  {t("Triggers")}
                </PageItem>
                <PageItem icon="flows" to="/flows/edit/$namespace/$id/dependencies" params={params}>
                  {t("Dependencies")}
                </PageItem>
                <DropdownMenu.Separator asChild>
                  <hr />
                </DropdownMenu.Separator>
              </>
            )}
            <ActItem icon="copy" onSelect={() => void copy().catch(toastError)}>
              {t("Copy into a new flow")}
            </ActItem>
            <ActItem icon="download" onSelect={() => void keep().catch(toastError)}>
              {t("Download as YAML")}
            </ActItem>
            {!isInEditor && (
              <ActItem icon={isDisabled ? "play" : "pause"} onSelect={() => toggle.mutate()}>
                {isDisabled ? t("Enable") : t("Disable")}
              </ActItem>
            )}
            <ActItem icon="trash" onSelect={() => setAsking(true)}>
              {t("Delete")}
            </ActItem>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      {isAsking && (
        <Confirm
          title={t("Delete {flow}?", { flow: `${namespace}/${id}` })}
          verb={t("Delete the flow")}
          isDanger
          isPending={remove.isPending}
          error={remove.error}
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>{t("Its triggers no longer fire. Executions and their lines stay.")}</p>
        </Confirm>
      )}
    </>
  );
}

interface ItemProps {
  icon: string;
  children: ReactNode;
}

function PageItem({ icon, children, ...link }: ItemProps & LinkProps) {
  return (
    <DropdownMenu.Item className="menu__item" asChild>
      <Link {...link}>
        <Icon name={icon} small />
        {children}
      </Link>
    </DropdownMenu.Item>
  );
}

function ActItem({ icon, children, onSelect }: ItemProps & { onSelect: () => void }) {
  return (
    <DropdownMenu.Item className="menu__item" onSelect={onSelect}>
      <Icon name={icon} small />
      {children}
    </DropdownMenu.Item>
  );
}

/** The text with another id of the flow, which is all that the copy has to differ in. */
function renamed(source: string, id: string): string {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => line.startsWith("id:"));
  return lines.map((line, index) => (index === at ? `id:${line.slice(3).replace(id, `${id}_copy`)}` : line)).join("\n");
}
