import type { Mix } from "./vocabulary";

/**
 * Percent. Close to what senders in the region see: most get it, some are offline, a few have no WhatsApp or
 * Viber; and every trap often enough that a campaign of 10,000 meets it.
 */
export const defaultMix: Mix = {
  whatsapp: {
    delivered_read: 61.6,
    delivered: 26.4,
    never: 5,
    not_on_whatsapp: 4,
    delivered_late: 1,
    blocked: 0.3,
    opted_out: 0.2,
    throttled: 0.3,
    error_500: 0.2,
    timeout: 0.1,
    receipt_twice: 0.3,
    receipts_out_of_order: 0.3,
    receipt_before_response: 0.3,
  },
  viber: {
    delivered_read: 55,
    delivered: 28.6,
    never: 7,
    not_on_viber: 6,
    delivered_late: 1,
    blocked: 0.4,
    expired: 0.5,
    throttled: 0.3,
    error_500: 0.2,
    timeout: 0.1,
    receipt_twice: 0.3,
    receipts_out_of_order: 0.3,
    receipt_before_response: 0.3,
  },
  sms: {
    delivered: 97,
    undeliverable: 2,
    expired: 0.1,
    receipt_twice: 0.2,
    receipts_out_of_order: 0.15,
    receipt_before_response: 0.15,
    ids_hex: 0.1,
    ids_decimal: 0.1,
    throttled: 0.1,
    error_500: 0.05,
    timeout: 0.05,
  },
};
