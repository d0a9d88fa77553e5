import type { FixedTarget } from "./guess-mapping";

/**
 * What columns are called by the people who export them, in English, Armenian and Russian; lower case,
 * blanks for underscores and punctuation.
 */
export const COLUMN_WORDS = {
  phone: [
    ..."phone,phone number,phone no,mobile,mobile phone,mobile number,cell,cell phone,cellphone,tel,telephone".split(
      ",",
    ),
    ..."telephone number,number,msisdn,gsm,whatsapp,viber,contact number,recipient,to,e164".split(","),
    ..."հեռախոս,հեռախոսահամար,հեռախոսի համար,հեռախոս համար,բջջային,բջջային հեռախոս,հեռ,բջջ,համար,հեռախոսահամարը".split(
      ",",
    ),
    ..."телефон,номер телефона,номер,мобильный,мобильный телефон,моб,моб телефон,сотовый,тел,телефоны".split(","),
  ],
  first_name: [
    ..."first name,firstname,given name,givenname,forename,fname".split(","),
    ..."անուն,անունը".split(","),
    ..."имя".split(","),
  ],
  last_name: [
    ..."last name,lastname,surname,family name,familyname,lname".split(","),
    ..."ազգանուն,ազգանունը".split(","),
    ..."фамилия".split(","),
  ],
  name: [
    ..."name,full name,fullname,contact,contact name,customer,customer name,client,client name".split(","),
    ..."անուն ազգանուն,ազգանուն անուն,ա ա հ,աահ,հաճախորդ".split(","),
    ..."фио,ф и о,полное имя,имя фамилия,фамилия имя,имя и фамилия,клиент,контакт".split(","),
  ],
  language: [
    ..."language,lang,locale,preferred language".split(","),
    ..."լեզու,լեզուն".split(","),
    ..."язык".split(","),
  ],
} as const satisfies Record<FixedTarget, readonly string[]>;

/** "Phone_Number:" and "phone number" are one word. */
export function normaliseHeader(header: string): string {
  return header
    .slice(0, 100)
    .normalize("NFKC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, " ")
    .trim();
}

/** Whether a cell reads like a phone number, without asking any country's plan. */
export function looksLikePhone(cell: string): boolean {
  if (cell.length > 60) return false;
  const text = cell.normalize("NFKC").trim();
  if (!/^(?:tel:)?['+]?[\d\s\p{Pd}\p{Cf}()./]+$/iu.test(text) || /^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}$/.test(text))
    return false;
  const digits = text.replace(/\D/g, "").length;
  return digits >= 7 && digits <= 17;
}
