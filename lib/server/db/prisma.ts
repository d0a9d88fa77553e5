import { PrismaPg } from "@prisma/adapter-pg";
import type pg from "pg";
import { PrismaClient, type Prisma } from "./generated/client";
import { pool } from "./pool";

export type Db = PrismaClient;
export type Tx = Prisma.TransactionClient;

export function createPrisma(on: pg.Pool): Db {
  return new PrismaClient({ adapter: new PrismaPg(on, { disposeExternalPool: false }) });
}

const held = globalThis as typeof globalThis & { kamurjPrisma?: Db };

/** The process's Prisma client, on the same pool as the plain SQL. */
export function prisma(): Db {
  held.kamurjPrisma ??= createPrisma(pool());
  return held.kamurjPrisma;
}
