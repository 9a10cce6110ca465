/** One symbol of the sprite, by its name without `i-`. */
export function Icon({ name, small = false, className = "" }: { name: string; small?: boolean; className?: string }) {
  return (
    <svg className={`i ${small ? "i--s" : ""} ${className}`} aria-hidden="true" focusable="false">
      <use href={`#i-${name}`} />
    </svg>
  );
}
