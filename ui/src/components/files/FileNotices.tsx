import { lazy, Suspense } from "react";
import { DraftNotice } from "../drafts/DraftNotice";
import { Failure } from "../Failure";
import { SavedElsewhere } from "../SavedElsewhere";
import { toastError } from "../toasts";
import type { FileWriting } from "./useFileText";

const MergeDialog = lazy(async () => ({ default: (await import("../merging/MergeDialog")).MergeDialog }));

/** What has to be known of a file that is being written: a draft, somebody else's save, why it was not stored. */
export function FileNotices({ writing }: { writing: FileWriting }) {
  const { draft, news, conflict, error, isDirty } = writing;
  return (
    <>
      {draft && (
        <DraftNotice
          draft={draft}
          onRestore={() => writing.settleDraft(true)}
          onDrop={() => writing.settleDraft(false)}
        />
      )}
      {news && (
        <SavedElsewhere news={news} isDirty={isDirty} onTake={() => void writing.takeTheirs().catch(toastError)} />
      )}
      {error && <Failure error={error} />}
      <Suspense>
        {conflict && (
          <MergeDialog
            conflict={conflict}
            mine={writing.text}
            onClose={() => writing.settle(null)}
            onMerge={writing.settle}
          />
        )}
      </Suspense>
    </>
  );
}
