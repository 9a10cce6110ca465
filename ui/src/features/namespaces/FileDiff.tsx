import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { storedFile } from "../../api/storedFiles";
import { TextDiff } from "../../components/compare/TextDiff";
import { Loaded } from "../../components/Loaded";
import { usePause } from "../../components/usePause";
import { t } from "../../i18n/text";
import { countLines } from "../../source/comparison";

const PAUSE_MS = 300;

interface Props {
  namespace: string;
  path: string;
  /** The text that is saved; null: `now` is an old revision, and the last one is what it would take the place of. */
  old: string | null;
  now: string;
  isYaml: boolean;
}

/** What saving would change of a file, line by line. */
export function FileDiff({ namespace, path, old, now, isYaml }: Props) {
  const last = useQuery({ ...storedFile(namespace, path), enabled: old === null });
  const calm = usePause(now, PAUSE_MS);
  if (old !== null) return <Diff path={path} old={old} now={calm} isYaml={isYaml} />;
  return <Loaded query={last}>{({ text }) => <Diff path={path} old={text ?? ""} now={now} isYaml={isYaml} />}</Loaded>;
}

function Diff({ path, old, now, isYaml }: { path: string; old: string; now: string; isYaml: boolean }) {
  const { come, gone } = useMemo(() => countLines(old, now), [old, now]);
  return (
    <div className="nfiles__diff">
      <TextDiff
        old={old}
        now={now}
        label={t("Changes of {name}", { name: path.slice(1) })}
        come={come}
        gone={gone}
        isYaml={isYaml}
        isTop
      />
    </div>
  );
}
