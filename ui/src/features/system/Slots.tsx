import { t } from "../../i18n/text";

const MOST = 16;

/** Slots as boxes, those that are taken filled; many of them as one bar. */
export function Slots({ name, taken, of }: { name: string; taken: number; of: number }) {
  const words = t("{taken} of {slots}", { taken, slots: of });
  const isFull = taken >= of;
  return (
    <span className="row num">
      <span
        className={`slotrow ${isFull ? "slotrow--full" : ""}`}
        role="img"
        aria-label={t("{name}: {taken} of {slots} slots are taken", { name, taken, slots: of })}
      >
        {of <= MOST ? (
          Array.from({ length: of }, (_, index) => <i key={index} className={index < taken ? "on" : ""} />)
        ) : (
          <b style={{ "--w": `${Math.min(100, (taken / of) * 100)}%` }} />
        )}
      </span>
      {words}
    </span>
  );
}
