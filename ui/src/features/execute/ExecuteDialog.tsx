import type { Execution } from "../../api/types";
import { Dialog } from "../../components/Dialog";

interface Props {
  namespace: string;
  id: string;
  onClose: () => void;
  onStarted: (execution: Execution) => void;
}

export function ExecuteDialog({ id, onClose }: Props) {
  return (
    <Dialog isOpen onClose={onClose} title={`Run ${id}`}>
      <span />
    </Dialog>
  );
}
