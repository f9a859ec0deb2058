declare module "islands" {
  /** Every file of src/islands by name; the build gathers them. */
  export const islands: Record<string, (element: HTMLElement) => void>;
}
