/** Someone's access that would not be as it is today; a reviewer accepts each by its number. */
export interface AccessChange {
  number: number;
  change: "gains" | "loses";
  who: string;
  /** Whom that means, as policies name them today. */
  principals: readonly string[];
  what: string;
}

/** A change before all of them are put in order. */
export type Change = Omit<AccessChange, "number">;
