import { AppError } from "@/lib/domain/app-error";
import type { AddPersonInput, PersonWithPassword } from "@/lib/schemas/people";
import { recordAudit } from "../audit/record-audit";
import { hashPassword } from "../auth/hash-password";
import { authorise, type TenantContext } from "../tenant-context";
import { lockPeople } from "./lock-people";
import { makePassword } from "./make-password";

/**
 * Adds a person with a sign-in of their own. Without a password one is made up and returned, this once only.
 *
 * An address that already has a sign-in is refused, also when it belongs to another account: otherwise an admin here could take in
 * somebody's sign-in there.
 *
 * @throws AppError conflict
 */
export async function addPerson(ctx: TenantContext, input: AddPersonInput): Promise<PersonWithPassword> {
  authorise(ctx, "people:write");
  const madeUp = input.password === undefined ? makePassword() : null;
  // Before the transaction: hashing takes its time, and a lock is held in there.
  const passwordHash = await hashPassword(input.password ?? madeUp ?? "");
  return ctx.transaction(async (tx) => {
    await lockPeople(tx, ctx);
    const added = await tx.user.createManyAndReturn({
      data: [{ email: input.email, name: input.name, passwordHash, lastAccountId: ctx.accountId }],
      skipDuplicates: true,
      select: { id: true },
    });
    const user = added[0];
    if (user === undefined) {
      throw new AppError("conflict", "This address already has a sign-in.", {
        messageKey: "people.emailTaken",
        fields: { email: "people.emailTaken" },
      });
    }
    await tx.membership.create({ data: { accountId: ctx.accountId, userId: user.id, role: input.role } });
    await recordAudit(tx, ctx, {
      action: "person.added",
      target: user.id,
      detail: { name: input.name, email: input.email, role: input.role },
    });
    return { userId: user.id, password: madeUp };
  });
}
