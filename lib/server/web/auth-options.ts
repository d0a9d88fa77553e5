import "server-only";
import type { NextAuthOptions } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { z } from "zod";
import { endSession } from "../auth/load-session";
import { SESSION_DAYS, signIn } from "../auth/sign-in";
import { prisma } from "../db/prisma";
import { env } from "../env";
import { clientIp } from "./client-ip";

const credentialsInput = z.object({ email: z.string().max(254), password: z.string().max(1000) });

declare module "next-auth" {
  interface Session {
    sid?: string;
  }
}
declare module "next-auth/jwt" {
  interface JWT {
    sid?: string;
  }
}

/**
 * next-auth holds the cookie and nothing else: the JWT carries only the id of our session row. The error that the sign-in page
 * gets is a code: "invalid", "disabled" or "throttled:<seconds>".
 */
export function authOptions(): NextAuthOptions {
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: SESSION_DAYS * 86_400 },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      Credentials({
        credentials: { email: {}, password: {} },
        async authorize(raw, request) {
          const parsed = credentialsInput.safeParse(raw);
          if (!parsed.success) throw new Error("invalid");
          const headers = new Headers(
            Object.entries((request.headers ?? {}) as Record<string, string>).filter(
              ([, value]) => typeof value === "string",
            ),
          );
          const source = { ip: clientIp(headers), userAgent: headers.get("user-agent") };
          const result = await signIn(prisma(), parsed.data, source, new Date());
          if (result.ok) return { id: result.sessionId };
          throw new Error(result.reason === "throttled" ? `throttled:${result.seconds}` : result.reason);
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        // `user` is there only at the moment of sign-in; afterwards the id in the token is kept.
        return { sid: user === undefined ? token.sid : user.id };
      },
      session({ session, token }) {
        return { expires: session.expires, ...(token.sid === undefined ? {} : { sid: token.sid }) };
      },
    },
    events: {
      async signOut({ token }) {
        if (token?.sid !== undefined) await endSession(prisma(), token.sid, new Date());
      },
    },
    logger: { error: () => undefined, warn: () => undefined, debug: () => undefined },
  };
}
