import { accessEnded } from "../../src/access/entitlements";
import type { Customer, IsoDate } from "../../src/customers/model";

/** A customer whose last day is near; this update does not change that. */
export interface EndingSoon {
  customer: string;
  expires: IsoDate;
  /** 0: today is the last day. */
  daysLeft: number;
}

/** An end within this many days is shown. */
const SOON_DAYS = 14;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Customers with access whose last day is near. */
export function endingSoon(customers: readonly Customer[], day: IsoDate): EndingSoon[] {
  return customers.flatMap((customer) => {
    const { id, expires } = customer;
    if (expires === undefined || accessEnded(customer, day)) return [];
    const daysLeft = Math.round((Date.parse(expires) - Date.parse(day)) / DAY_MILLISECONDS);
    return daysLeft <= SOON_DAYS ? [{ customer: id, expires, daysLeft }] : [];
  });
}
