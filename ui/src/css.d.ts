import "react";

declare module "react" {
  interface CSSProperties {
    /** Custom properties carry the numbers of drawings. */
    [name: `--${string}`]: string | number | undefined;
  }
}
