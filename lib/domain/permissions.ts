import type { Role } from "./vocabulary";

/** Everything a person may be allowed to do. The one table below is all there is: the UI hides by it, the server decides by it. */
export const PERMISSIONS = [
  "overview:read",
  "campaigns:read",
  "campaigns:write",
  "messages:read",
  "audiences:read",
  "audiences:write",
  "opt-outs:lift",
  "templates:read",
  "templates:write",
  "reports:read",
  "fallback:write",
  "connections:read",
  "connections:write",
  "api-keys:read",
  "api-keys:write",
  "laboratory:use",
  "people:read",
  "people:write",
  "settings:read",
  "settings:write",
  "audit:read",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const READ_ALL = [
  "overview:read",
  "campaigns:read",
  "messages:read",
  "audiences:read",
  "templates:read",
  "reports:read",
] as const satisfies readonly Permission[];

const ROLE_PERMISSIONS = {
  admin: PERMISSIONS,
  marketer: [...READ_ALL, "campaigns:write", "audiences:write", "templates:write", "connections:read"],
  // Support reads what happened and why; it launches nothing and changes nothing, but is told when a person wishes to be written to again.
  // Marketers record opt-outs and lift none: who wants to send does not judge who has agreed to it.
  support: [...READ_ALL, "opt-outs:lift"],
  developer: [
    "overview:read",
    "messages:read",
    "templates:read",
    "reports:read",
    "connections:read",
    "api-keys:read",
    "laboratory:use",
  ],
} as const satisfies Record<Role, readonly Permission[]>;

export function can(role: Role, permission: Permission): boolean {
  return (ROLE_PERMISSIONS[role] as readonly Permission[]).includes(permission);
}

/** What a program with an API key may do: send and read messages, nothing of the desk. */
export const API_KEY_PERMISSIONS = [
  "messages:read",
  "campaigns:write",
  "templates:read",
] as const satisfies readonly Permission[];
