"use server";

import {
  addPersonInput,
  changeRoleInput,
  disablePersonInput,
  personInput,
  resetPasswordInput,
} from "@/lib/schemas/people";
import { addPerson } from "@/lib/server/people/add-person";
import { changeRole } from "@/lib/server/people/change-role";
import { endSessions } from "@/lib/server/people/end-sessions";
import { removePerson } from "@/lib/server/people/remove-person";
import { resetPassword } from "@/lib/server/people/reset-password";
import { setPersonDisabled } from "@/lib/server/people/set-person-disabled";
import { defineAction } from "@/lib/server/web/define-action";

const permission = "people:write";

export const addPersonAction = defineAction({ permission, input: addPersonInput }, addPerson);
export const changeRoleAction = defineAction({ permission, input: changeRoleInput }, changeRole);
export const setPersonDisabledAction = defineAction({ permission, input: disablePersonInput }, setPersonDisabled);
export const resetPasswordAction = defineAction({ permission, input: resetPasswordInput }, resetPassword);
export const endSessionsAction = defineAction({ permission, input: personInput }, endSessions);
export const removePersonAction = defineAction({ permission, input: personInput }, removePerson);
